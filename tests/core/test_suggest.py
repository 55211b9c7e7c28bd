"""A suggested profile reads from its page what was found there, and says where it cannot."""

from pathlib import Path

import pytest

from crawler.extract import Rules, extract, load_profile, shipped_rules
from crawler.extract.suggest import suggest_profile
from crawler.model import Page

PAGES = sorted(path.parent for path in (Path(__file__).parents[1] / "pages").glob("*/page.html"))
URL = "http://a.example/news/1001.html"
GENERAL = Rules(shipped_rules().lexicon)


def read(body: bytes, rules: Rules) -> Page:
    return extract(body, URL, {}, rules)


@pytest.mark.parametrize("case", PAGES, ids=lambda path: path.name)
def test_it_reads_the_same_blocks_from_its_page(case: Path) -> None:
    body = (case / "page.html").read_bytes()
    page = read(body, GENERAL)
    text = suggest_profile(page, body, {})
    profile = load_profile(text, "suggested")
    assert len(profile.blocks) + text.count("# no selector") == len(page.blocks)
    again = read(body, Rules(GENERAL.lexicon, (profile,)))
    by_profile = [block for block in again.blocks if block.evidence.startswith("profile")]
    named = {(block.kind, block.label, tuple(link.url for link in block.links)) for block in page.blocks}
    assert len(by_profile) == len(profile.blocks)
    assert {(b.kind, b.label, tuple(x.url for x in b.links)) for b in by_profile} <= named
    assert again.article.title == page.article.title


def test_most_markups_of_the_family_get_a_selector_for_each_block() -> None:
    whole = 0
    for case in PAGES:
        body = (case / "page.html").read_bytes()
        whole += "# no selector" not in suggest_profile(read(body, GENERAL), body, {})
    assert whole >= 12


def test_fields_get_selectors_that_find_them() -> None:
    body = (
        b"<h1 class=head>Harbour tunnel to close for repairs</h1><p class=info>By <b class=who>Ann Lee</b></p>"
        b"<p class='when'>Date:2025-04-12 21:23:12</p><b id=digg>veryGood! (872)</b>"
    )
    text = suggest_profile(read(body, GENERAL), body, {})
    assert 'title = "h1.head"' in text
    assert 'published = "p.when"' in text
