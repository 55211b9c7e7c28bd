"""Which list belongs to which heading: tabs, empty lists, cards, images and names that only software reads."""

import pytest

from crawler.extract import extract
from crawler.model import Block, Kind

URL = "https://a.example/news/1001.html"


def items(*numbers: int) -> str:
    return "".join(
        f"<li><a href='/news/{n}.html'>The story that carries number {n}</a></li>" for n in numbers
    )


def blocks_of(html: str) -> list[Block]:
    return list(extract(html.encode(), URL, {"content-type": "text/html; charset=utf-8"}).blocks)


def listed(html: str) -> list[tuple[Kind, str | None, list[int]]]:
    return [
        (block.kind, block.label, [int(link.url.rsplit("/", 1)[1].split(".")[0]) for link in block.links])
        for block in blocks_of(html)
    ]


def test_tabs_by_position_name_the_lists_beside_them() -> None:
    page = (
        "<div><ul class=tab_head><li class=on>Ranking</li><li>Latest</li></ul>"
        f"<div class=tab_con><ul>{items(1, 2)}</ul></div>"
        f"<div class=tab_con style='display:none'><ul>{items(3, 4, 5)}</ul></div></div>"
    )
    assert listed(page) == [(Kind.RANKING, "Ranking", [1, 2]), (Kind.OTHER, "Latest", [3, 4, 5])]


def test_tabs_that_are_links_of_a_script_name_lists_in_a_box_of_their_own() -> None:
    page = (
        "<div><div class=hd><a href='javascript:;'>Ranking</a><a href='javascript:;'>Recommendation</a></div>"
        f"<div class=bd><div><ul>{items(1, 2)}</ul></div><div><ul>{items(3, 4)}</ul></div></div></div>"
    )
    assert listed(page) == [
        (Kind.RANKING, "Ranking", [1, 2]),
        (Kind.RECOMMENDATION, "Recommendation", [3, 4]),
    ]


def test_tabs_under_a_heading_part_its_list_and_keep_its_label() -> None:
    page = (
        "<dl><dt><strong>Click ranking</strong>"
        "<em><a href='javascript:;'>Week</a><a href='javascript:;'>Month</a></em></dt>"
        f"<dd><ol>{items(1, 2)}</ol></dd><dd style='display:none'><ol>{items(3, 1)}</ol></dd></dl>"
    )
    assert listed(page) == [
        (Kind.RANKING, "Click ranking", [1, 2]),
        (Kind.RANKING, "Click ranking", [3, 1]),
    ]


def test_a_menu_beside_two_columns_is_no_strip_of_tabs() -> None:
    page = (
        "<div><div><span>Home</span><span>Recommended</span></div>"
        f"<div><p>{'The council met on Tuesday. ' * 9}</p><a href='/news/9.html'>A story in the text of all</a></div>"
        f"<div><h3>Related</h3><ul>{items(1, 2)}</ul></div></div>"
    )
    assert (Kind.RELATED, "Related", [1, 2]) in listed(page)
    assert all(kind is not Kind.RECOMMENDATION for kind, _, _ in listed(page))


@pytest.mark.parametrize(
    "empty",
    [
        "<ul></ul>",
        "<ul><li>Loading…</li></ul>",
        "<div id=widget-1234></div>",
        "<p><a href=/tag/a/>#One</a> <a href=/tag/b/>#Two</a> <a href=/tag/c/>#Three</a></p>",
    ],
)
def test_a_list_that_is_empty_or_of_tags_leaves_the_next_one_to_its_own_heading(empty: str) -> None:
    page = (
        f"<div><div><h4>Related</h4>{empty}</div>"
        f"<div><b class=name>Our newspaper</b><ul>{items(1, 2, 3)}</ul></div></div>"
    )
    assert all(kind is Kind.OTHER for kind, _, _ in listed(page))


def test_the_category_of_a_card_is_no_entry() -> None:
    card = (
        "<li><a href='/news/{0}.html'><img alt='x'></a><a href='/culture-and-tradition-here/'>Culture and tradition</a>"
        "<a href='/news/{0}.html'>The story that carries number {0}</a></li>"
    )
    page = f"<h3>Recommended</h3><ul>{card.format(1)}{card.format(2)}{card.format(3)}</ul>"
    assert listed(page) == [(Kind.RECOMMENDATION, "Recommended", [1, 2, 3])]


def test_the_link_to_the_whole_list_is_no_entry() -> None:
    page = (
        f"<div><h3>Ranking</h3><ul>{items(1, 2, 3)}</ul><div><a href='/top100.html'>whole top</a></div></div>"
    )
    assert listed(page) == [(Kind.RANKING, "Ranking", [1, 2, 3])]


def test_a_category_in_a_card_that_sounds_like_a_heading_does_not_end_the_list() -> None:
    cards = "".join(
        f"<div class=row><div><a href='/weather-news.html'>Weather</a><h4><a href='/news/{n}.html'>"
        f"The story that carries number {n}</a></h4></div></div>"
        for n in (1, 2, 3)
    )
    assert listed(f"<div><div><h2>Most read</h2></div>{cards}</div>") == [
        (Kind.RANKING, "Most read", [1, 2, 3])
    ]


def test_an_image_without_words_in_a_headings_place_begins_another_list() -> None:
    page = (
        f"<div class=bt><img src=t1.gif alt=Ranking></div><ul>{items(1, 2)}</ul>"
        f"<div class=bt><img src=t2.gif alt=''></div><ul>{items(3, 4, 5)}</ul>"
    )
    assert listed(page)[0] == (Kind.RANKING, "Ranking", [1, 2])


@pytest.mark.parametrize(
    "heading",
    [
        "<h2 aria-label='Most read'><svg></svg></h2>",
        "<h2><svg aria-label='Most read'></svg></h2>",
        "<h2><img alt='Most read'></h2>",
    ],
)
def test_a_heading_may_be_a_picture_with_a_name(heading: str) -> None:
    assert listed(f"<section>{heading}<ol>{items(1, 2)}</ol></section>") == [
        (Kind.RANKING, "Most read", [1, 2])
    ]


def test_a_list_may_be_named_by_its_section() -> None:
    page = f"<section aria-label='Recommended for you'><ul>{items(1, 2)}</ul></section>"
    assert listed(page) == [(Kind.RECOMMENDATION, "Recommended for you", [1, 2])]


def test_a_kicker_is_not_the_title_of_a_card_that_is_one_link() -> None:
    card = (
        "<li><a href='/news/{0}.html'><img alt='The story that carries number {0}'><div>Walking and cycling</div>"
        "<div>The story that carries number {0}</div></a></li>"
    )
    (block,) = blocks_of(f"<h2>Recommended</h2><ul>{card.format(1)}{card.format(2)}</ul>")
    assert [link.anchor for link in block.links] == [f"The story that carries number {n}" for n in (1, 2)]


def test_addresses_of_one_word_are_stories_under_a_heading() -> None:
    links = "".join(
        f"<li><a href='/{word}'>The story about the {word} of town</a></li>"
        for word in ("silent", "alias", "canal")
    )
    (block,) = blocks_of(f"<h3>Related</h3><ul>{links}</ul>")
    assert [link.url.rsplit("/", 1)[1] for link in block.links] == ["silent", "alias", "canal"]


def test_one_link_is_a_list_under_a_heading_that_says_nothing_else() -> None:
    link = "<ul><li><a href='/only'>The only story about the canal</a></li></ul>"
    assert [block.kind for block in blocks_of(f"<h3>Related</h3>{link}")] == [Kind.RELATED]
    assert blocks_of(f"<h3>Related to us by marriage or blood</h3>{link}") == []


def test_a_list_cut_off_says_so() -> None:
    many = "".join(
        f"<li><a href='/news/{n}.html'>The story that carries number {n}</a></li>" for n in range(5_100)
    )
    (block,) = blocks_of(f"<h3>Related</h3><ul>{many}</ul>")
    assert len(block.links) == 5_000
    assert "the first 5000 of 5100" in block.evidence
