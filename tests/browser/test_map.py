"""The map in a browser: what a reader does with it, and what it says."""

import csv
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import networkx
import pytest
from opened_map import Open, Opened, data_of

import crawler
from crawler.graph.merged import story_id
from crawler.model import Kind


def nodes(demo: Path, level: str = "page") -> "networkx.DiGraph[str]":
    with crawler.open(demo) as crawl:
        return crawl.graph(level)


def titled(demo: Path) -> dict[str, Any]:
    """Return a fetched page two clicks from the seed, whose title no other page has, with its values."""
    graph = nodes(demo)
    counts = Counter(data.get("title") for _, data in graph.nodes(data=True))
    return next(
        {"id": key, **data}
        for key, data in graph.nodes(data=True)
        if data.get("depth") == 2 and data["state"] == "fetched" and counts[data.get("title")] == 1
    )


def test_it_opens_from_a_file_without_a_word_on_the_console_or_a_request(demo: Path, open_map: Open) -> None:
    opened = open_map(demo / "map.html")
    graph = nodes(demo)
    assert opened.counts() == [len(graph), graph.number_of_edges()]
    assert opened.requests == [(demo / "map.html").as_uri()]


def test_the_picture_is_drawn(demo: Path, open_map: Open) -> None:
    opened = open_map(demo / "map.html")
    with opened.page.expect_download() as download:
        opened.page.click("#save-png")
    from PIL import Image

    with Image.open(download.value.path()) as image:
        colours = {colour: count for count, colour in image.convert("RGB").getcolors(1 << 24) or ()}
    # Each site's colour covers some of it: discs, not a blank.
    for site in ((123, 79, 163), (224, 174, 18), (217, 119, 159)):
        assert colours.get(site, 0) > 2_000


@pytest.mark.parametrize("part", ["title", "url", "site"])
def test_search_finds_a_page_by(part: str, demo: Path, open_map: Open) -> None:
    page, opened = titled(demo), open_map(demo / "map.html")
    opened.page.fill("#search", page[part])
    opened.page.wait_for_selector("#suggestions li")
    assert opened.page.get_attribute("#search", "aria-expanded") == "true"
    if part == "site":
        assert page["site"] in opened.text("#suggestions")
        return
    opened.page.press("#search", "Enter")
    assert opened.text("#card-title") == page["title"]


def test_search_says_that_nothing_was_found(demo: Path, open_map: Open) -> None:
    opened = open_map(demo / "map.html")
    opened.page.fill("#search", "no such headline anywhere")
    assert opened.text("#suggestions") == "Nothing found"
    opened.page.press("#search", "Enter")
    assert opened.page.query_selector("#card-title") is None


def test_a_card_says_what_the_store_says(demo: Path, open_map: Open) -> None:
    page, opened = titled(demo), open_map(demo / "map.html")
    opened.choose(page["title"])
    card = opened.text("#side")
    assert page["site"] in card and page["published"][:10] in card
    link = opened.page.query_selector(".facts a.url")
    assert link.get_attribute("href") == page["url"]
    assert {"noreferrer", "noopener"} <= set(link.get_attribute("rel").split())
    assert "outside" in link.inner_text()
    for kind in (Kind.RELATED, Kind.RANKING, Kind.RECOMMENDATION):
        cells = opened.page.eval_on_selector_all(
            f".counts tr[data-kind={kind}] td", "cells => cells.map(cell => cell.textContent)"
        )
        assert cells == [str(page[f"in_{kind}"]), str(page[f"out_{kind}"])]


def test_the_way_from_the_seed_is_one_that_the_store_knows(demo: Path, open_map: Open) -> None:
    page, opened = titled(demo), open_map(demo / "map.html")
    opened.choose(page["title"])
    words = opened.text(".way .words").split(" > ")
    assert words[0] == "seed" and len(words) == page["depth"] + 1
    titles = opened.page.locator(".way li bdi").all_inner_texts()
    graph = nodes(demo)
    with crawler.open(demo) as crawl:
        links = {
            (
                graph.nodes[link.source].get("title"),
                graph.nodes[link.target].get("title"),
                f"{link.kind} {link.position}",
            )
            for link in crawl.links()
        }
        steps = len(crawl.path(page["url"]).steps)
    assert steps >= len(words)
    for (source, target), said in zip(pairwise(titles), words[1:], strict=True):
        assert (source, target, said) in links


def test_each_page_with_a_depth_has_a_way_of_that_length(demo: Path) -> None:
    """Not in the browser: the table that the browser follows."""
    pages = data_of(demo / "map.html")["pages"]
    for place, depth in enumerate(pages["depth"]):
        here, steps = place, 0
        while pages["parent"][here] != -1:
            steps += pages["kind"][here] != -1  # a redirect adds no depth
            here = pages["parent"][here]
        if depth is not None:
            assert steps == depth, pages["url"][place]


def test_story_copies_are_listed_and_lead_to_their_cards(demo: Path, open_map: Open) -> None:
    graph = nodes(demo)
    key, data = next((key, data) for key, data in graph.nodes(data=True) if data.get("copies", 0) > 0)
    opened = open_map(demo / "map.html", f"#node={key.replace('&', '%26')}")
    assert f"Same story on {data['copies']} other page" in opened.text("#side")
    others = [
        other
        for other, values in graph.nodes(data=True)
        if values.get("story") == data["story"] and other != key
    ]
    shown = opened.page.eval_on_selector_all("#side .list a.url", "links => links.map(link => link.href)")
    assert sorted(shown) == sorted(others)
    opened.page.click("#side .list button.link")
    assert opened.page.query_selector(".facts a.url").get_attribute("href") in others


def test_filters_change_what_is_counted(demo: Path, open_map: Open) -> None:
    opened, graph = open_map(demo / "map.html"), nodes(demo)
    whole = opened.counts()
    opened.page.uncheck("[data-filter=related]")
    left = sum(1 for *_, data in graph.edges(data=True) if data["weight"] > data["related"])
    assert opened.counts() == [whole[0], left]
    opened.page.check("[data-filter=related]")
    opened.page.check("[data-filter=fetched]")
    fetched = {key for key, data in graph.nodes(data=True) if data["state"] == "fetched"}
    assert opened.counts() == [len(fetched), graph.subgraph(fetched).number_of_edges()]
    opened.page.click("#reset")
    assert opened.counts() == whole
    site = next(iter(graph.nodes.values()))["site"]
    opened.page.uncheck(f"[data-filter='site {site}']")
    rest = [key for key, data in graph.nodes(data=True) if data["site"] != site]
    assert opened.counts() == [len(rest), graph.subgraph(rest).number_of_edges()]
    opened.page.click("#reset")
    opened.page.fill("#depth", "1")
    near = [key for key, data in graph.nodes(data=True) if data.get("depth", 9) <= 1]
    assert opened.counts() == [len(near), graph.subgraph(near).number_of_edges()]
    opened.page.click("#reset")
    opened.page.fill("[data-filter=since]", "2025-04-10")
    late = [key for key, data in graph.nodes(data=True) if data.get("published", "") >= "2025-04-10"]
    assert opened.counts() == [len(late), graph.subgraph(late).number_of_edges()]
    opened.page.click("#reset")
    opened.page.fill("[data-filter=degree]", "20")
    opened.page.press("[data-filter=degree]", "Enter")
    busy = [key for key in graph if graph.degree(key) >= 20]
    assert opened.counts() == [len(busy), graph.subgraph(busy).number_of_edges()]


@pytest.mark.parametrize("level", ["page", "story", "site"])
def test_levels_can_be_switched(level: str, demo: Path, open_map: Open) -> None:
    opened, graph = open_map(demo / "map.html"), nodes(demo, level)
    opened.page.click(f"#level-{level}")
    assert opened.counts() == [len(graph), graph.number_of_edges()]
    assert opened.page.get_attribute(f"#level-{level}", "aria-pressed") == "true"


def test_a_neighbourhood_is_isolated(demo: Path, open_map: Open) -> None:
    page, graph = titled(demo), nodes(demo)
    opened = open_map(demo / "map.html")
    opened.choose(page["title"])
    for steps in (1, 2):
        opened.page.click(f".card .segments button:nth-child({steps + 1})")
        near = networkx.ego_graph(graph.to_undirected(as_view=True), page["id"], steps)
        assert opened.counts() == [len(near), graph.subgraph(near).number_of_edges()]
    opened.page.click(".card .segments button:first-child")
    assert opened.counts()[0] == len(graph)


def test_the_address_brings_the_view_back(demo: Path, open_map: Open) -> None:
    page, opened = titled(demo), open_map(demo / "map.html")
    opened.choose(page["title"])
    opened.page.uncheck("[data-filter=ranking]")
    opened.page.select_option("#colour-by", "depth")
    opened.page.click(".card .segments button:nth-child(2)")
    opened.page.click("#theme")
    before, address = opened.counts(), opened.page.url
    again = open_map(demo / "map.html", "#" + address.partition("#")[2])
    assert again.counts() == before
    assert again.text("#card-title") == page["title"]
    assert again.page.get_attribute("html", "data-theme") == "dark"
    assert not again.page.is_checked("[data-filter=ranking]")
    assert again.page.input_value("#colour-by") == "depth"
    assert again.page.url == address


def column(opened: Opened, name: str) -> list[str]:
    """Return the cells of a column, as they are shown."""
    heads = opened.page.eval_on_selector_all(
        ".data thead button", "heads => heads.map(head => head.dataset.column)"
    )
    place = heads.index(name) + 1
    return list(
        opened.page.eval_on_selector_all(
            f".data tbody tr > :nth-child({place})", "cells => cells.map(cell => cell.textContent)"
        )
    )


def numbers(cells: list[str]) -> list[float]:
    return [float(cell.replace(",", "")) for cell in cells]


def test_the_table_holds_the_same_and_sorts(demo: Path, open_map: Open) -> None:
    opened, graph = open_map(demo / "map.html"), nodes(demo)
    opened.page.click("#view-nodes")
    assert f"of {len(graph)}" in opened.text(".pages")
    opened.page.click(".data [data-column=in_ranking]")
    down = numbers(column(opened, "in_ranking"))
    assert down == sorted((data["in_ranking"] for data in graph.nodes.values()), reverse=True)[:100]
    assert opened.page.get_attribute("th:has([data-column=in_ranking])", "aria-sort") == "descending"
    opened.page.click(".data [data-column=in_ranking]")
    assert (
        numbers(column(opened, "in_ranking"))
        == sorted(data["in_ranking"] for data in graph.nodes.values())[:100]
    )
    opened.page.click(".data [data-column=title]")
    assert opened.page.get_attribute("th:has([data-column=title])", "aria-sort") == "ascending"
    opened.page.click(".pages button:last-child")
    assert "101–200" in opened.text(".pages")


def test_the_table_of_links_tells_which_sites_link_each_other_most(demo: Path, open_map: Open) -> None:
    graph = nodes(demo, "site")
    opened = open_map(demo / "map.html")
    opened.page.click("#level-site")
    opened.page.click("#view-edges")
    opened.page.click(".data [data-column=both_ways]")
    best = max(
        (frozenset((a, b)) for a, b in graph.edges),
        key=lambda pair: sum(graph.edges[a, b]["weight"] for a in pair for b in pair if graph.has_edge(a, b)),
    )
    assert {column(opened, "from")[0], column(opened, "to")[0]} == best
    opened.page.click(".data [data-column=links]")
    weights = sorted((int(data["weight"]) for *_, data in graph.edges(data=True)), reverse=True)
    assert numbers(column(opened, "links")) == weights


def listing(demo: Path, kind: str) -> dict[str, set[str]]:
    """Return the stories that list each story in a block of some kind, itself included."""
    pages = nodes(demo)
    story = {key: data.get("story") or story_id(key) for key, data in pages.nodes(data=True)}
    found: dict[str, set[str]] = {key: set() for key in story.values()}
    with crawler.open(demo) as crawl:
        for link in crawl.links():
            if link.kind == kind:
                found[story[link.target]].add(story[link.source])
    return found


def test_entries_of_one_list_for_a_whole_site_are_equal_and_marked(demo: Path, open_map: Open) -> None:
    opened, listed = open_map(demo / "map.html"), listing(demo, "ranking")
    net = nodes(demo, "story")
    opened.page.click("#level-story")
    rows = opened.page.locator(".lists section:first-child .top li")
    said = [
        (row.locator(".rank").inner_text(), row.locator(".count").inner_text(), row.inner_text())
        for row in rows.all()
    ]
    most = max(map(len, listed.values()))
    tied = sum(len(sources) == most for sources in listed.values())
    assert tied > 4
    for rank, count, text in said[:tied]:
        assert (rank, count) == ("1=", str(most))
        site = re.search(r"site-wide list of (\S+): same on every page · net (\d+)", text)
        assert site and int(site[2]) <= max(data["indegree_net"] for data in net.nodes.values())
    if tied < len(said):
        assert said[tied][0].rstrip("=") == str(tied + 1)


def test_the_lists_name_what_is_pushed_most_and_the_pair_of_sites(demo: Path, open_map: Open) -> None:
    opened, stories, sites = open_map(demo / "map.html"), nodes(demo, "story"), nodes(demo, "site")
    opened.page.click("#level-story")
    for kind in ("related", "ranking", "recommendation"):
        opened.page.click(f".lists .segments button:has-text('{kind}')")
        first = opened.page.query_selector(".lists section:first-child .top li")
        listed = listing(demo, kind)
        most = max(map(len, listed.values()))
        assert first.query_selector(".count").inner_text() == str(most)
        names = {
            data.get("title", data["label"])
            for key, data in stories.nodes(data=True)
            if len(listed[key]) == most
        }
        assert first.query_selector("button").inner_text() in names
    pair = opened.page.query_selector(".lists section:last-child .top li")
    a, b = (button.inner_text() for button in pair.query_selector_all("button"))
    both = int(sites.edges[a, b]["weight"] + sites.edges[b, a]["weight"])
    assert pair.query_selector(".count").inner_text().replace(",", "") == str(both)
    assert both == max(int(sites.edges[x, y]["weight"] + sites.edges[y, x]["weight"]) for x, y in sites.edges)


def test_a_box_selects_pages_whose_addresses_can_be_copied(demo: Path, open_map: Open) -> None:
    opened = open_map(demo / "map.html")
    box = opened.page.query_selector("#stage").bounding_box()
    opened.page.keyboard.down("Shift")
    opened.page.mouse.move(box["x"] + 10, box["y"] + 10)
    opened.page.mouse.down()
    opened.page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.6, steps=4)
    opened.page.mouse.up()
    opened.page.keyboard.up("Shift")
    selected = int(re.match(r"(\d+) pages selected", opened.text("#side"))[1])  # type: ignore[index]
    assert 20 < selected < 400
    opened.page.click("text=Copy URLs")
    opened.page.wait_for_selector("#said:has-text('copied')")
    urls = opened.page.evaluate("navigator.clipboard.readText()").split("\n")
    assert len(urls) == selected
    assert set(urls) <= set(nodes(demo))


def saved(opened: Opened, selector: str) -> bytes:
    with opened.page.expect_download() as download:
        opened.page.click(selector)
    return Path(download.value.path()).read_bytes()


def test_a_selection_is_saved_as_graphml_and_csv(demo: Path, open_map: Open) -> None:
    opened, graph = open_map(demo / "map.html"), nodes(demo)
    opened.page.click("#select-shown")
    found = networkx.parse_graphml(saved(opened, "text=GraphML").decode())
    assert set(found) == set(graph) and set(found.edges) == set(graph.edges)
    for source, target, data in found.edges(data=True):
        assert data["weight"] == graph.edges[source, target]["weight"]
    for key, data in found.nodes(data=True):
        assert data["label"] == (graph.nodes[key].get("title") or data["label"])
        assert data["in_ranking"] == graph.nodes[key]["in_ranking"]
    rows = list(csv.DictReader(saved(opened, "text=CSV of nodes").decode().splitlines()))
    assert {row["id"] for row in rows} == set(graph)
    rows = list(csv.DictReader(saved(opened, "text=CSV of edges").decode().splitlines()))
    assert {(row["source"], row["target"]) for row in rows} == set(graph.edges)


def test_the_view_is_saved_as_svg(demo: Path, open_map: Open) -> None:
    from lxml import etree

    opened = open_map(demo / "map.html")
    root = etree.fromstring(saved(opened, "#save-svg"))
    space = {"s": "http://www.w3.org/2000/svg"}
    assert len(root.findall(".//s:circle", space)) == len(nodes(demo))
    assert len(root.findall(".//s:path", space)) == opened.counts()[1]
    assert len(root.findall(".//s:text", space)) > 5


def test_dark_follows_the_system_and_the_button(demo: Path, open_map: Open) -> None:
    opened = open_map(demo / "map.html", color_scheme="dark")
    ground = "getComputedStyle(document.body).backgroundColor"
    assert opened.page.evaluate(ground) == "rgb(18, 22, 28)"
    opened.page.click("#theme")
    assert opened.page.evaluate(ground) == "rgb(255, 255, 255)"
    opened.page.emulate_media(color_scheme="light")
    assert opened.page.get_attribute("html", "data-theme") == "light"


@pytest.mark.parametrize("hash_", ["", "#level=site", "#view=nodes", "#view=edges"])
def test_a_phone_needs_no_sideways_scroll(hash_: str, demo: Path, open_map: Open) -> None:
    opened = open_map(
        demo / "map.html", hash_, viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True
    )
    assert opened.page.evaluate("document.documentElement.scrollWidth") == 360
    if hash_ == "":
        opened.choose(titled(demo)["title"])
        assert opened.page.evaluate("document.documentElement.scrollWidth") == 360
        opened.page.click("summary:has-text('Filters')")
        assert opened.page.evaluate("document.documentElement.scrollWidth") == 360


def test_keys_alone_reach_everything(demo: Path, open_map: Open) -> None:
    page, opened = titled(demo), open_map(demo / "map.html")
    keyboard = opened.page.keyboard
    keyboard.press("/")
    keyboard.type(page["title"])
    keyboard.press("Enter")
    assert opened.page.evaluate("document.activeElement.id") == "card-title"
    keyboard.press("Escape")
    assert opened.page.query_selector("#card-title") is None
    opened.page.focus("#stage")
    before = opened.page.evaluate("document.activeElement.id")
    for key in ("ArrowLeft", "ArrowUp", "+", "-", "0"):
        keyboard.press(key)
    assert before == "stage"
    opened.page.focus("#level-site")
    keyboard.press("Enter")
    assert opened.counts()[0] == 3


def test_a_click_on_a_disc_opens_its_card_and_one_beside_closes_it(demo: Path, open_map: Open) -> None:
    opened = open_map(demo / "map.html", "#level=site")
    box = opened.page.query_selector("#stage").bounding_box()
    from xml.etree import ElementTree as Tree

    root = Tree.fromstring(saved(opened, "#save-svg"))
    disc = root.find(".//{http://www.w3.org/2000/svg}circle")
    assert disc is not None
    opened.page.mouse.click(box["x"] + float(disc.get("cx", 0)), box["y"] + float(disc.get("cy", 0)))
    opened.page.wait_for_selector("#card-title")
    assert opened.text("#card-title") in set(nodes(demo, "site"))
    opened.page.wait_for_timeout(400)  # sooner, the next click would be the second of a double one
    opened.page.mouse.click(box["x"] + 4, box["y"] + 4)
    opened.page.wait_for_selector("#card-title", state="detached")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "hash_", ["", "#level=site", "#view=nodes", "#view=edges&level=story", "card", "selection"]
)
def test_axe_finds_nothing_wrong(hash_: str, scheme: str, demo: Path, open_map: Open, axe: str) -> None:
    opened = open_map(demo / "map.html", hash_ if hash_.startswith("#") else "", color_scheme=scheme)
    if hash_ == "card":
        opened.choose(titled(demo)["title"])
    elif hash_ == "selection":
        opened.page.click("#select-shown")
    # Through the debugger: the page's own policy lets no other script in.
    opened.page.evaluate(axe)
    found = opened.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert [
        (wrong["id"], wrong["impact"], wrong["nodes"][0]["html"][:200]) for wrong in found["violations"]
    ] == []
