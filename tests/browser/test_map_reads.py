"""What the map says where its parts could contradict each other, and what a filter leaves to see."""

from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Tree

import pytest
from opened_map import Open, Opened

import crawler
from crawler.report.fates import REASONS, STATES

SVG = "{http://www.w3.org/2000/svg}"
WORDS = Path(__file__).parents[2] / "web" / "src" / "words.ts"


def picture(opened: Opened) -> Any:
    with opened.page.expect_download() as download:
        opened.page.evaluate("document.getElementById('save-svg').click()")
    return Tree.parse(download.value.path()).getroot()


def inside(opened: Opened, disc: Any, room: float = 0) -> bool:
    box = opened.page.query_selector("#stage").bounding_box()
    radius = float(disc.get("r")) + room
    return (
        radius <= float(disc.get("cx")) <= box["width"] - radius
        and radius <= float(disc.get("cy")) <= box["height"] - radius
    )


@pytest.mark.parametrize("measure", ["indegree_net", "in_ranking"])
def test_what_was_not_fetched_is_small_by_any_measure_and_the_legend_says_so(
    measure: str, demo: Path, open_map: Open
) -> None:
    opened = open_map(demo / "map.html", f"#size={measure}")
    assert opened.text("#legend").endswith(": bigger is more; not fetched: kept small")
    grey = [
        float(disc.get("r", 0))
        for disc in picture(opened).iter(f"{SVG}circle")
        if disc.get("fill") == "#c9ced6"
    ]
    assert len(grey) > 100 and max(grey) - min(grey) < 0.1
    opened.page.check("[data-filter=fetched]")
    assert "not fetched" not in opened.text("#legend div:first-child")
    opened.page.click("#level-site")
    assert opened.text("#legend").endswith(": bigger is more")


def test_a_heading_keeps_the_focus_and_its_column_comes_into_view(demo: Path, open_map: Open) -> None:
    opened = open_map(demo / "map.html", "#view=nodes")
    head = opened.page.locator("[data-column=in_recommendation]")
    head.focus()
    for order in ("descending", "ascending"):
        opened.page.keyboard.press("Enter")
        assert opened.page.evaluate("document.activeElement.dataset.column") == "in_recommendation"
        assert opened.page.get_attribute("th:has([data-column=in_recommendation])", "aria-sort") == order
    opened.page.locator(".pages button:last-child").focus()
    opened.page.keyboard.press("Enter")
    assert opened.page.evaluate("document.activeElement.textContent") == "Next"
    far = open_map(demo / "map.html", "#view=nodes&sort=pagerank")
    seen = """() => {
        const own = document.querySelector('th:has([data-column=pagerank])').getBoundingClientRect();
        const view = document.querySelector('#table .scroll').getBoundingClientRect();
        const first = document.querySelector('.data thead th').getBoundingClientRect();
        return own.left >= first.right - 1 && own.right <= view.right + 1;
    }"""
    assert far.page.evaluate(seen)


@pytest.mark.parametrize("view", ["map", "nodes"])
def test_the_switch_of_blocks_stands_on_one_line(view: str, demo: Path, open_map: Open) -> None:
    opened = open_map(demo / "map.html", f"#view={view}")
    buttons = opened.page.locator(".lists .segments button")
    tops = buttons.evaluate_all("buttons => buttons.map(button => button.offsetTop)")
    assert len(tops) == 3 and len(set(tops)) == 1


def test_a_table_says_that_a_link_to_itself_is_not_counted(demo: Path, open_map: Open) -> None:
    opened = open_map(demo / "map.html", "#view=nodes")
    said = "A page's link to itself is not counted here."
    assert opened.text("#table-note") == said
    assert said in opened.page.get_attribute("[data-column=in_ranking]", "title")
    assert opened.page.get_attribute(".data", "aria-describedby") == "table-note"
    opened.page.click("#view-edges")
    assert opened.page.query_selector("#table-note") is None


def test_states_and_reasons_are_called_as_in_the_report() -> None:
    said = WORDS.read_text("utf-8")
    assert [
        f'{key}: "{words}"' for key, words in {**STATES, **REASONS}.items() if f'{key}: "{words}"' not in said
    ] == []


def test_a_redirector_says_where_its_links_are_counted(demo: Path, open_map: Open) -> None:
    with crawler.open(demo) as crawl:
        graph = crawl.graph()
    url = next(key for key, data in graph.nodes(data=True) if data["state"] == "redirected" and data["depth"])
    opened = open_map(demo / "map.html", f"#node={url.replace('&', '%26')}")
    assert opened.text(".elsewhere") == "Links to it are counted at the page it leads to."
    assert opened.page.query_selector(".counts") is None and opened.page.query_selector(".neighbours") is None
    assert "leads to another address: counted at the address it leads to" in opened.text(".facts")
    opened.page.set_viewport_size({"width": 1000, "height": 800})
    lines = """() => {
        const name = [...document.querySelectorAll('.facts dt')].find(one => one.textContent === 'Redirects to');
        const range = document.createRange();
        range.selectNodeContents(name.nextElementSibling);
        const own = [...range.getClientRects()].filter(box => box.width && box.height < 24);
        return [name.getBoundingClientRect().top, Math.min(...own.map(box => box.top))];
    }"""
    label, value = opened.page.evaluate(lines)
    assert abs(label - value) < 6


def test_a_way_names_the_sites_it_passes_and_says_that_a_redirect_is_no_click(
    demo: Path, open_map: Open
) -> None:
    with crawler.open(demo) as crawl:
        ways = [crawl.path(one.url) for one in crawl.nodes() if one.depth]
        site = {one.url: one.site for one in crawl.nodes()}
    way = max(ways, key=lambda one: (len({site[step.url] for step in one.steps}), len(one.steps), one.url))
    opened = open_map(demo / "map.html", f"#node={way.url.replace('&', '%26')}")
    sites = [site[step.url] for step in way.steps]
    changes = [one for place, one in enumerate(sites) if not place or one != sites[place - 1]]
    assert len(changes) > 1
    assert opened.page.locator(".way .site").all_inner_texts() == changes
    way = next(one for one in ways if any(step.move == "redirect" for step in one.steps))
    opened = open_map(demo / "map.html", f"#node={way.url.replace('&', '%26')}")
    redirects = opened.page.locator(".way li:has(.tag:text-is('redirect'))")
    assert redirects.count() == redirects.locator(":text('adds no click')").count() >= 1


def test_a_filter_of_sites_brings_what_is_left_into_the_picture(demo: Path, open_map: Open) -> None:
    opened = open_map(demo / "map.html", reduced_motion="reduce")
    names = opened.page.locator(".sites .check .name").all_inner_texts()
    before = max(float(disc.get("r", 0)) for disc in picture(opened).iter(f"{SVG}circle"))
    for name in names[1:]:
        opened.page.uncheck(f"[data-filter='site {name}']")
    opened.page.wait_for_timeout(300)
    root = picture(opened)
    discs = list(root.iter(f"{SVG}circle"))
    assert len(discs) >= opened.counts()[0] and all(inside(opened, disc) for disc in discs)
    assert max(float(disc.get("r", 0)) for disc in discs) > before
    for said in (opened.text("#legend"), " ".join(text.text or "" for text in root.iter(f"{SVG}text"))):
        assert not any(name in said for name in names[1:])
    opened.page.click(".sites button:has-text('All')")
    assert all(name in opened.text("#legend") for name in names[:3])


def test_a_site_says_what_its_date_is_of(demo: Path, open_map: Open) -> None:
    opened = open_map(demo / "map.html", "#level=site&node=www.dailylantern.example")
    names = opened.page.locator(".facts dt").all_inner_texts()
    assert "First story dated" in names and "Date" not in names


def test_a_slash_searches_from_a_select_and_escape_leads_back(demo: Path, open_map: Open) -> None:
    opened = open_map(demo / "map.html", reduced_motion="reduce")
    keyboard, focused = (
        opened.page.keyboard,
        "document.activeElement.id || document.activeElement.textContent",
    )
    opened.page.focus("#size-by")
    keyboard.press("/")
    assert opened.page.evaluate(focused) == "search"
    opened.choose("clock repairers postpone")
    opened.page.locator(".way button.link").last.click()  # from card to card
    keyboard.press("Escape")
    assert opened.page.query_selector("#card-title") is None
    assert opened.page.evaluate(focused) == "search"
    third = opened.page.locator(".lists .top button").nth(2)
    said = third.inner_text()
    for close in ("Escape", "Enter"):
        third.focus()
        keyboard.press("Enter")
        assert opened.page.evaluate(focused) == "card-title"
        if close == "Enter":
            opened.page.focus(".card .icon")
        keyboard.press(close)
        assert opened.page.evaluate(focused) == said
    opened.page.click("#view-nodes")
    row = opened.page.locator(".data tbody button").nth(3)
    said = row.inner_text()
    row.focus()
    keyboard.press("Enter")
    keyboard.press("Escape")
    assert opened.page.evaluate(focused) == said


@pytest.mark.parametrize("size", [(1280, 800), (1000, 520), (360, 740)])
def test_a_pair_of_sites_is_whole_on_any_screen(size: tuple[int, int], demo: Path, open_map: Open) -> None:
    opened = open_map(
        demo / "map.html", viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce"
    )
    rows = opened.page.locator(".lists section:last-child .top li")
    for place in range(rows.count()):
        names = set(rows.nth(place).locator("button").all_inner_texts())
        rows.nth(place).locator("button").first.click()
        opened.page.wait_for_timeout(600)
        discs = [one for one in picture(opened).iter(f"{SVG}circle") if one.findtext(f"{SVG}title") in names]
        assert {one.findtext(f"{SVG}title") for one in discs} == names
        assert all(inside(opened, one) for one in discs)
        opened.page.click("#side .icon")
