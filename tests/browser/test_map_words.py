"""What the map's search, cards, tables and buttons say, and to whom."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from opened_map import Open

import crawler

PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}


def test_suggestions_stand_below_what_they_are(demo: Path, open_map: Open) -> None:
    opened = open_map(demo / "map.html")
    opened.page.fill("#search", "the quiet season")
    groups = opened.page.locator("#suggestions > [role=group]")
    assert groups.locator(".group").all_inner_texts() == ["Pages", "Stories: an article with all its copies"]
    assert groups.first.locator("[role=option]").count() == 8
    # Keys pass from one group to the next.
    for _ in range(8):
        opened.page.press("#search", "ArrowDown")
    last = groups.last.locator("[role=option]").first
    assert last.get_attribute("aria-selected") == "true"
    said = last.locator("bdi").inner_text()
    opened.page.press("#search", "Enter")
    assert opened.text("#card-title") == said
    assert opened.page.get_attribute("#level-story", "aria-pressed") == "true"


def test_numbers_are_grouped_with_commas(demo: Path, open_map: Open) -> None:
    opened = open_map(demo / "map.html")
    assert opened.text("#counts") == "438 pages · 6,384 edges shown"
    assert "\u202f" not in opened.text("body")


def test_a_site_lists_its_pages_and_selects_them(demo: Path, open_map: Open) -> None:
    opened = open_map(demo / "map.html", "#level=site")
    with crawler.open(demo) as crawl:
        counts = Counter(data["site"] for _, data in crawl.graph().nodes(data=True))
    site, number = counts.most_common(1)[0]
    opened.page.fill("#search", site)
    opened.page.press("#search", "Enter")
    opened.page.click(".own > summary")
    assert opened.text(".own > summary").endswith(f"({number})")
    assert opened.page.locator(".own .list button").count() == 24
    opened.page.click("text=Select its pages")
    assert opened.text("#side h2") == f"{number} pages selected"
    assert opened.page.get_attribute("#level-page", "aria-pressed") == "true"


def test_a_selection_says_how_much_of_it_was_not_fetched(demo: Path, open_map: Open) -> None:
    opened = open_map(demo / "map.html")
    opened.page.click("#select-shown")
    with crawler.open(demo) as crawl:
        states = Counter(data["state"] for _, data in crawl.graph().nodes(data=True))
    missing = states.total() - states["fetched"]
    assert opened.text("#said") == f"{states.total()} selected, {missing} of them not fetched"
    assert opened.text(".missing").startswith(f"{missing} of them were not fetched")
    opened.page.click("#reset")
    opened.page.check("[data-filter=fetched]")
    opened.page.click("#select-shown")
    assert opened.text("#said") == f"{states['fetched']} selected"
    assert opened.page.query_selector(".missing") is None


def test_a_table_says_that_it_goes_on_to_the_right_and_shows_titles_whole(demo: Path, open_map: Open) -> None:
    opened = open_map(demo / "map.html", "#view=nodes")
    more = opened.page.locator(".pages .more")
    assert more.is_visible()
    cells = opened.page.locator(".data tbody th button")
    assert cells.evaluate_all("cells => cells.every(cell => cell.scrollWidth <= cell.clientWidth + 1)")
    opened.page.eval_on_selector("#table .scroll", "scroll => { scroll.scrollLeft = scroll.scrollWidth; }")
    more.wait_for(state="hidden")


def test_a_control_says_what_it_does(demo: Path, open_map: Open) -> None:
    opened = open_map(demo / "map.html")
    assert opened.text("#copy-address") == "Copy link to this view"
    opened.page.click("#copy-address")
    opened.page.wait_for_selector("#said:has-text('Link copied')")
    opened.page.click("#reset")
    assert opened.text("#said") == ""
    depth = opened.page.locator("fieldset:has(#depth) legend")
    assert depth.inner_text() == "Clicks from the seed: any"
    opened.page.fill("#depth", "1")
    assert depth.inner_text() == "Clicks from the seed: at most 1"
    opened.choose("clock repairers postpone")
    group = opened.page.locator(".card .segments")
    caption = group.get_attribute("aria-labelledby")
    assert "within so many links" in opened.text(f"#{caption}")


def test_the_last_filter_can_be_scrolled_above_the_buttons(demo: Path, open_map: Open) -> None:
    opened = open_map(demo / "map.html")
    last = opened.page.locator("#filters .check").last
    last.scroll_into_view_if_needed()
    box, buttons = last.bounding_box(), opened.page.locator("#takeaway").bounding_box()
    footer = opened.page.locator("footer").bounding_box()
    assert box and buttons and footer
    assert box["y"] + box["height"] <= buttons["y"] <= buttons["y"] + buttons["height"] <= footer["y"]


@pytest.mark.parametrize("hash_", ["", "#view=nodes", "card"])
def test_what_a_finger_touches_is_large_enough(hash_: str, demo: Path, open_map: Open) -> None:
    opened = open_map(demo / "map.html", hash_ if hash_ != "card" else "", **PHONE)
    assert "/" not in (opened.page.get_attribute("#search", "placeholder") or "")
    if hash_ == "card":
        opened.choose("clock repairers postpone")
    opened.page.locator("summary:has-text('Filters')").tap()
    small = opened.page.evaluate(
        """() => [...document.querySelectorAll('button, select, input:not([type=checkbox]), summary, .check')]
            .filter(one => one.offsetParent !== null && one.getBoundingClientRect().height < 44)
            .map(one => one.outerHTML.slice(0, 120))"""
    )
    assert small == []
    assert opened.page.evaluate("document.documentElement.scrollWidth") == 360
