"""What colours, sizes and words on the map mean, and that they are told apart."""

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Tree

from made_up import facts_of, link, node
from opened_map import Open, Opened

import crawler
from crawler.export.map_data import document
from crawler.model import Kind

SVG = "{http://www.w3.org/2000/svg}"


def picture(opened: Opened) -> Any:
    with opened.page.expect_download() as download:
        opened.page.click("#save-svg")
    return Tree.parse(download.value.path()).getroot()


def swatches(opened: Opened, selector: str) -> dict[str, str]:
    """Return the colours of a list of swatches, by what they stand for."""
    return dict(
        opened.page.eval_on_selector_all(
            selector,
            """rows => rows.filter(row => row.querySelector('.dot, .dash')).map(row => [
                (row.querySelector('bdi') ?? row).textContent,
                row.querySelector('.dot, .dash').style.backgroundColor,
            ])""",
        )
    )


def rgb(code: str) -> str:
    return "rgb({}, {}, {})".format(*(int(code[at : at + 2], 16) for at in (1, 3, 5)))


def test_each_site_has_its_own_colour_and_the_legend_says_which(demo: Path, open_map: Open) -> None:
    opened = open_map(demo / "map.html", "#level=site")
    legend = swatches(opened, "#legend li")
    discs = {
        disc.findtext(f"{SVG}title"): rgb(disc.get("fill") or "")
        for disc in picture(opened).iter(f"{SVG}circle")
        if disc.find(f"{SVG}title") is not None
    }
    assert len(discs) == len(set(discs.values())) == 3
    assert {site: legend[site] for site in discs if site} == discs
    # And the same on the level of pages.
    opened.page.click("#level-page")
    assert {site: swatches(opened, "#legend li")[site] for site in discs if site} == discs


def test_arrows_of_several_kinds_have_a_colour_of_their_own(demo: Path, open_map: Open) -> None:
    opened = open_map(demo / "map.html", "#level=site")
    legend = swatches(opened, "#legend li")
    several = legend["of several kinds"]
    assert several not in {legend[kind] for kind in ("related", "ranking", "recommendation")}
    with crawler.open(demo) as crawl:
        mixed = [
            sum(data[kind] > 0 for kind in ("related", "ranking", "recommendation", "other")) > 1
            for *_, data in crawl.graph("site").edges(data=True)
        ]

    def drawn() -> list[str]:
        return [rgb(line.get("stroke") or "") for line in picture(opened).iter(f"{SVG}path")]

    assert drawn().count(several) == sum(mixed) > 0
    for kind in ("ranking", "recommendation"):
        opened.page.uncheck(f"[data-filter={kind}]")
    assert set(drawn()) == {legend["related"]}
    assert "of several kinds" not in swatches(opened, "#legend li")


def test_no_colour_means_both_a_site_and_a_kind(demo: Path, open_map: Open) -> None:
    opened = open_map(demo / "map.html")
    sites = swatches(opened, "#legend div:first-child li")
    kinds = swatches(opened, "#legend div:nth-child(2) li")
    assert len(sites) == 4 and len(kinds) == 4
    assert not set(sites.values()) & set(kinds.values())


def test_swatches_are_those_of_the_picture_in_the_dark(demo: Path, open_map: Open) -> None:
    opened = open_map(demo / "map.html", color_scheme="dark")
    for _ in range(2):
        legend = swatches(opened, "#legend li")
        filters = swatches(opened, "#filters .sites label")
        assert len(filters) == 3
        assert all(legend[site] == colour for site, colour in filters.items())
        opened.page.click("#theme")


def test_sites_are_sized_by_their_pages(demo: Path, open_map: Open) -> None:
    opened = open_map(demo / "map.html", "#level=site")
    assert opened.page.locator("#size-by option:checked").inner_text() == "Known pages"
    size = {
        disc.findtext(f"{SVG}title"): float(disc.get("r", 0)) for disc in picture(opened).iter(f"{SVG}circle")
    }
    with crawler.open(demo) as crawl:
        pages = {site: data["pages"] for site, data in crawl.graph("site").nodes(data=True)}
    assert sorted(pages, key=lambda site: size[site]) == sorted(pages, key=lambda site: pages[site])
    assert len({round(one, 1) for one in size.values()}) == len(set(pages.values()))


def test_sizes_are_offered_in_readers_words(demo: Path, open_map: Open) -> None:
    opened = open_map(demo / "map.html")
    first = opened.page.locator("#size-by > option").all_inner_texts()
    more = opened.page.locator("#size-by optgroup option").all_inner_texts()
    assert first[:2] == ["Pages that link to it, net", "Pages that link to it from Related"]
    assert "Length of the page in bytes" in more and "Links to much-linked ones (hub)" in more
    assert not any("_" in text for text in [*first, *more])
    assert "Pages it links to from Other" not in more  # the sample has none
    assert "once a site" in opened.text("#size-help") and "indegree_net" in opened.text("#size-help")
    opened.page.select_option("#size-by", "in_ranking")
    assert "in_ranking" in opened.text("#size-help")
    assert "from Ranking" in opened.text("#legend") and "size=in_ranking" in opened.page.url
    opened.page.click("#view-nodes")
    assert "pages that link to it, net" in opened.text(".data [data-column=indegree_net]")
    assert "indegree_net" in (opened.page.get_attribute(".data [data-column=indegree_net]", "title") or "")


def test_a_kind_without_blocks_has_no_control(demo: Path, open_map: Open) -> None:
    opened = open_map(demo / "map.html")
    assert opened.page.query_selector("[data-filter=related]") is not None
    assert opened.page.query_selector("[data-filter=other]") is None


def test_communities_are_explained_and_all_in_the_legend(demo: Path, open_map: Open) -> None:
    opened = open_map(demo / "map.html", "#colour=community")
    assert "more than chance would have it" in opened.text("#legend")
    legend = opened.page.locator("#legend")
    assert legend.evaluate("legend => legend.scrollHeight <= legend.clientHeight + 1")
    number = len(re.findall(r"community \d+", opened.text("#legend")))
    assert number >= 3
    opened.page.click(".legend > summary")
    assert not legend.is_visible()


def test_a_list_of_all_pages_counts_once_and_a_page_in_it_is_counted_like_the_others() -> None:
    """Not in the browser: the numbers that it shows."""
    pages = [f"http://a.example/{number}" for number in range(8)]
    outside = "http://b.example/1"
    nodes = [node(url, f"Story {place}") for place, url in enumerate([*pages, outside])]
    ranking = [
        link(source, target, kind=Kind.RANKING, position=place)
        for source in pages
        for place, target in enumerate([*pages[:2], outside], 1)
    ]
    facts = facts_of(nodes, [*ranking, link(outside, pages[0], kind=Kind.RANKING)])
    page: Any = document(facts)["levels"]["page"]  # type: ignore[index]
    listed = page["listed"]["ranking"]
    assert listed["node"] == [0, 1, 8]
    # Seven pages and itself; the same for one on another site; and the one link from there.
    assert listed["count"] == [9, 8, 8]
    assert listed["net"] == [2, 1, 1]
    assert listed["sites"] == [["a.example"]] * 3
    assert page["measures"]["in_ranking"][:2] == [8, 7]
