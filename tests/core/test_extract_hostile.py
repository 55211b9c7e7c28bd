"""No bytes make extraction raise, and no page makes it run away."""

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.extract import extract, shipped_rules
from crawler.extract.blocks import MAX_BLOCKS, MAX_LINKS
from crawler.extract.bounds import MAX_OPEN, bounded
from crawler.extract.fields import MAX_FIELD
from crawler.extract.outline import outline
from crawler.model import Kind, Page, Reason

URL = "https://a.example/news/1001.html"
ENTRY = b"<li><a href=/news/%d.html>The story that carries number %d today</a></li>"
FRAGMENTS = st.sampled_from(
    [
        b"<h2>Related</h2>",
        b"<ul>",
        b"</ul>",
        b"<li>",
        b"<a href='/n/12345.html'>Five words in a title",
        b"</a>",
        b"<a href='http://[::1'>bad",
        b"<a href='javascript:x()'>",
        b"<base href='//b.example'>",
        b"<table><tr><td>",
        b"\0",
        b"<script>",
        b"<!--",
        b"<p>",
        b"<b>",
        b"<meta charset=gbk>",
        b"\xff\xfe",
        b"&#xD800;",
        b"<title>",
        b"<svg>",
        b"<template>",
        b"<h1>",
        b"<div class='breadcrumb nav'>",
        b"<img alt=Ranking>",
        b"<a href='#x'>Popular</a><div id=x>",
        b"<frameset>",
    ]
)


@given(body=st.one_of(st.binary(max_size=2_000), st.lists(FRAGMENTS, max_size=60).map(b"".join)))
@settings(max_examples=400, deadline=None)
def test_any_bytes_give_a_page_whose_blocks_hold_together(body: bytes) -> None:
    page = extract(body, URL, {})
    assert isinstance(page, Page)
    for block in page.blocks:
        assert [link.position for link in block.links] == list(range(1, len(block.links) + 1))
        assert len({link.url for link in block.links}) == len(block.links) > 0
        assert block.label is not None or block.kind is Kind.OTHER
        assert all(link.refused in (None, Reason.BAD_URL) for link in block.links)


@given(body=st.binary(max_size=300), charset=st.text(max_size=20))
@settings(max_examples=150, deadline=None)
def test_any_declared_charset_is_survived(body: bytes, charset: str) -> None:
    assert extract(body, URL, {"Content-Type": f"text/html; charset={charset}"}).charset


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\0" * 10_000,
        bytes(range(256)) * 400,
        b"<div>" * 100_000,
        b"<b><p>" * 20_000,
        b"<a href=/x-1234.html>" * 30_000,
        b"a" * 10_000_000,
        b"<h2>Related</h2><a href=/n/12345.html>One two three four five</a>" * 5_000,
        b"<p>Current: x</p>" * 10_000,
        b'<script type="application/ld+json">' + b"[" * 100_000 + b"</script>",
        b"<p>Current" + b" " * 1_000_000 + b"x</p>",
        (b"<p>" + b"1 " * 79 + b"</p>") * 2_000,
    ],
    ids=lambda body: f"{bytes(body[:12])!r}x{len(body)}",
)
def test_work_grows_with_the_page_and_not_faster(body: bytes) -> None:
    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1

    sys.setprofile(count)
    try:
        page = extract(body, URL, {})
    finally:
        sys.setprofile(None)
    assert isinstance(page, Page)
    assert calls < 300_000 + 40 * len(body)


def test_blocks_links_and_fields_end_at_their_limits() -> None:
    links = b"".join(ENTRY % (n, n) for n in range(10_000, 10_000 + MAX_LINKS + 50))
    page = extract(b"<title>%s</title><h2>Related</h2><ul>%s</ul>" % (b"x" * 5_000, links), URL, {})
    assert [len(block.links) for block in page.blocks] == [MAX_LINKS]
    assert page.article.title is not None
    assert len(page.article.title) == MAX_FIELD
    many = b"".join(
        b"<div><h2>Related</h2><ul>%s</ul></div>" % (ENTRY % (n, n) * 2)
        for n in range(10_000, 10_000 + MAX_BLOCKS + 50)
    )
    assert len(extract(many, URL, {}).blocks) == MAX_BLOCKS


def test_an_address_that_is_no_url_is_kept_as_written_and_marked() -> None:
    body = b"<h2>Related</h2><ul>%s<li><a href=' http://[bad/ '>A title of several words here</a></li>%s</ul>"
    page = extract(body % (ENTRY % (1234, 1), ENTRY % (1235, 2)), URL, {})
    assert [(link.url, link.refused) for link in page.blocks[0].links][1] == ("http://[bad/", Reason.BAD_URL)


def test_elements_nested_deeper_than_a_parser_can_carry_are_cut_off() -> None:
    lexicon = shipped_rules().lexicon
    for html in (
        "<div>" * 100_000,
        "<div>" * 100_000 + "x" + "</div>" * 100_000,
        "<h1>A title</h1>" + "<b>" * 50_000,
    ):
        assert len(outline(html, lexicon).tags) <= MAX_OPEN + 10
    many = "<div><p>one line</p><br><img src=x></div>" * 15_000
    assert len(outline(many, lexicon).tags) > 75_000


def test_list_items_that_nothing_ends_are_not_nested() -> None:
    items = "".join(
        f"<li><a href=/news/{n}.html>The story that carries number {n}</a>" for n in range(25_000)
    )
    (block,) = extract(f"<h3>Related</h3><ul>{items}</ul>".encode(), URL, {}).blocks
    assert "of 25000 article links" in block.evidence


def test_a_tag_with_more_attributes_than_a_parser_can_carry_loses_them() -> None:
    bomb = "<div " + " ".join(f"a{n}=1" for n in range(100_000)) + ">"
    page = extract(f"{bomb}<h1>A title after the bomb</h1>".encode(), URL, {})
    assert page.article.title == "A title after the bomb"
    assert len(bounded(bomb)) < 100
    script = "<script>var data = '" + "x" * 100_000 + "'</script><h1>A title after the script</h1>"
    assert bounded(script) == script
