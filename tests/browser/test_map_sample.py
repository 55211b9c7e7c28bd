"""The map of more pages than a browser draws: a sample that says so, with the numbers of the whole crawl."""

import re
from pathlib import Path
from xml.etree import ElementTree as Tree

import pytest
from made_up import facts_of, link, node
from opened_map import Open, Opened

from crawler.export import export_map
from crawler.export.map_data import MAX_NODES
from crawler.model import CrossLink, Kind, Node

PAGES, SITES, MOST = 5_400, 4, 5_000
URLS = [f"http://www.s{number % SITES}.example/{number:05}" for number in range(PAGES)]


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the map of a tree of clicks whose pages all have the same Ranking: pages 1 and 2."""
    nodes, links = list[Node](), list[CrossLink]()
    for number, url in enumerate(URLS):
        plain = node(url, f"Story {number} of the farm")
        depth = (number + 1).bit_length() - 1
        nodes.append(
            type(plain)(
                *(depth if name == "depth" else getattr(plain, name) for name in plain.__struct_fields__)
            )
        )
        related = [child for child in (2 * number + 1, 2 * number + 2) if child < PAGES]
        links += [link(url, URLS[child], position=place) for place, child in enumerate(related, 1)]
        links += [link(url, URLS[hub], kind=Kind.RANKING, position=hub) for hub in (1, 2) if hub != number]
    nodes.sort(key=lambda one: one.url)
    links.sort(key=lambda one: one.source)
    assert MAX_NODES == MOST
    return export_map(facts_of(nodes, links), tmp_path_factory.mktemp("big") / "map.html")


def plain(text: str) -> str:
    """Return a text whose numbers are not grouped."""
    return re.sub(r"(?<=\d),(?=\d{3})", "", text)


def opened_pages(open_map: Open, big: Path) -> Opened:
    opened = open_map(big)
    opened.page.click("#level-page")
    return opened


def test_sites_come_first_and_it_is_said_why(big: Path, open_map: Open) -> None:
    opened = open_map(big)
    assert opened.page.get_attribute("#level-site", "aria-pressed") == "true"
    assert opened.counts()[0] == SITES
    said = plain(opened.text("#sample"))
    assert (
        said == f"Shown first, for there are more pages than are drawn: of {PAGES}, {MOST} are under Pages."
    )


def test_a_sample_is_drawn_and_says_so(big: Path, open_map: Open) -> None:
    opened = opened_pages(open_map, big)
    nodes, edges = opened.counts()
    assert nodes == MOST
    said = plain(opened.text("#sample"))
    # Twice the pages for the Ranking, but for what pages 1 and 2 would say of themselves, or their tree says already.
    known = PAGES - 1 + 2 * PAGES - 2 - 2
    assert said.startswith(
        f"A sample: {MOST} of the {PAGES} pages known, those that most others link to, with the seeds"
    )
    assert f"; {edges} of {known} edges." in said
    with opened.page.expect_download() as download:
        opened.page.click("#save-svg")
    circles = Tree.parse(download.value.path()).findall(".//{http://www.w3.org/2000/svg}circle")
    assert len(circles) == MOST


def test_search_finds_what_is_drawn_and_says_where_it_did_not_look(big: Path, open_map: Open) -> None:
    opened = opened_pages(open_map, big)
    opened.choose("Story 1 of the farm")
    assert opened.text("#card-title") == "Story 1 of the farm"
    assert opened.page.get_attribute(".facts a.url", "href") == URLS[1]
    found = set(opened.page.evaluate("JSON.parse(document.getElementById('data').textContent).pages.url"))
    left_out = next(number for number, url in enumerate(URLS) if url not in found)
    opened.page.fill("#search", f"Story {left_out} of the farm")
    assert opened.text("#suggestions") == "Nothing found among what is drawn: this is a sample"


def test_its_table_holds_the_sample_with_the_numbers_of_the_crawl(big: Path, open_map: Open) -> None:
    opened = opened_pages(open_map, big)
    opened.page.click("#view-nodes")
    assert f"of {MOST}" in plain(opened.text(".pages"))
    assert opened.page.locator("#sample").is_visible()
    rows = opened.page.locator(".data tbody tr")
    heads = opened.page.locator(".data thead button").evaluate_all(
        "heads => heads.map((one) => one.dataset.column)"
    )
    place = heads.index("in_ranking")
    for number in (0, 1):
        cells = rows.nth(number).locator("th, td").all_inner_texts()
        assert cells[0] in {"Story 1 of the farm", "Story 2 of the farm"}
        # All pages but itself, drawn or not.
        assert int(plain(cells[place])) == PAGES - 1
