"""The map under a finger, on a narrow screen: what is tapped is what opens, and what opens is in view."""

from pathlib import Path
from typing import Any

import pytest
from opened_map import Open, Opened

import crawler

PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}


def opened_phone(open_map: Open, demo: Path, hash_: str = "", **more: Any) -> Opened:
    return open_map(demo / "map.html", hash_, **PHONE, reduced_motion="reduce", **more)


def in_view(opened: Opened, selector: str) -> bool:
    """Say whether the beginning of an element is on the screen."""
    return bool(
        opened.page.evaluate(
            """selector => {
                const { top, left, width, height } = document.querySelector(selector).getBoundingClientRect();
                return height > 0 && top >= 0 && left >= 0 && top + Math.min(height, 30) <= innerHeight
                    && left + Math.min(width, 30) <= innerWidth;
            }""",
            selector,
        )
    )


def drag(opened: Opened, ends: list[tuple[tuple[float, float], tuple[float, float]]]) -> None:
    """Move one finger or more from one place to another."""
    session = opened.page.context.new_cdp_session(opened.page)

    def say(kind: str, share: float) -> None:
        points = [
            {"x": a[0] + (b[0] - a[0]) * share, "y": a[1] + (b[1] - a[1]) * share, "id": number}
            for number, (a, b) in enumerate(ends)
        ]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    say("touchStart", 0)
    for step in range(1, 11):
        say("touchMove", step / 10)
        opened.page.wait_for_timeout(16)
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def node_at(opened: Opened) -> tuple[float, float]:
    """Return where a disc of the map stands on the screen, by the picture that the map saves."""
    from xml.etree import ElementTree as Tree

    with opened.page.expect_download() as download:
        opened.page.evaluate("document.getElementById('save-svg').click()")
    root = Tree.parse(download.value.path())
    discs = root.findall(".//{http://www.w3.org/2000/svg}circle")
    disc = max(discs, key=lambda one: float(one.get("r", 0)))
    box = opened.page.query_selector("#stage").bounding_box()
    return box["x"] + float(disc.get("cx", 0)), box["y"] + float(disc.get("cy", 0))


@pytest.mark.parametrize("place", [0, 1, 3])
def test_the_suggestion_that_is_tapped_opens(place: int, demo: Path, open_map: Open) -> None:
    opened = opened_phone(open_map, demo)
    opened.page.tap("#search")
    opened.page.keyboard.type("the quiet season")
    options = opened.page.locator("#suggestions [role=option]")
    said = options.nth(place).locator("bdi").first.inner_text()
    options.nth(place).tap()
    opened.page.wait_for_selector("#card-title")
    assert opened.text("#card-title") == said
    opened.page.wait_for_timeout(200)
    assert opened.text("#card-title") == said
    assert in_view(opened, "#card-title")


def test_the_map_leaves_the_panel_below_in_sight(demo: Path, open_map: Open) -> None:
    opened = opened_phone(open_map, demo)
    height = opened.page.evaluate("document.querySelector('.picture').offsetHeight")
    assert height <= 0.6 * 740
    assert in_view(opened, "#pushed-title")


def test_one_finger_on_the_map_scrolls_the_page_and_two_move_the_map(demo: Path, open_map: Open) -> None:
    opened = opened_phone(open_map, demo)
    before = node_at(opened)
    box = opened.page.query_selector("#stage").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] - 60
    drag(opened, [((x, y), (x, y - 200))])
    opened.page.wait_for_timeout(300)
    assert opened.page.evaluate("scrollY") > 100
    assert opened.page.locator(".gesture").is_visible()
    opened.page.evaluate("scrollTo(0, 0)")
    assert node_at(opened) == pytest.approx(before, abs=1)
    drag(opened, [((x - 40, y - 100), (x, y - 100)), ((x + 40, y - 100), (x + 80, y - 100))])
    opened.page.wait_for_timeout(100)
    assert opened.page.evaluate("scrollY") == 0
    assert node_at(opened)[0] > before[0] + 20
    assert opened.page.query_selector("#card-title") is None


def test_a_tap_on_a_disc_shows_its_card_below_the_map(demo: Path, open_map: Open) -> None:
    opened = opened_phone(open_map, demo, "#level=site")
    opened.page.touchscreen.tap(*node_at(opened))
    opened.page.wait_for_selector("#card-title")
    assert in_view(opened, "#card-title")
    assert in_view(opened, "#stage")


def test_the_way_is_shown_where_the_map_is(demo: Path, open_map: Open) -> None:
    opened = opened_phone(open_map, demo)
    opened.choose("clock repairers postpone")
    assert in_view(opened, "#card-title")
    opened.page.locator("text=Show it on the map").tap()
    assert in_view(opened, ".picture")


def test_a_selection_and_a_copy_are_answered_in_view(demo: Path, open_map: Open) -> None:
    opened = opened_phone(open_map, demo)
    opened.page.locator("#select-shown").tap()
    assert in_view(opened, "#said") and opened.text("#said").startswith(
        "438 selected, 185 of them not fetched"
    )
    assert in_view(opened, "#side h2")
    opened.page.locator("text=Copy URLs").tap()
    opened.page.wait_for_selector("#said:has-text('438 copied')")
    assert in_view(opened, "#said")
    assert opened.page.get_attribute("#said", "role") == "status"


def test_both_ends_of_a_way_of_one_step_are_named(demo: Path, open_map: Open) -> None:
    from xml.etree import ElementTree as Tree

    with crawler.open(demo) as crawl:
        graph = crawl.graph()
    ends = [
        key
        for key, data in graph.nodes(data=True)
        if data.get("depth") == 1
        and data["state"] == "fetched"
        and "rehearse an unusual donation" in data["title"]
    ]
    opened = opened_phone(open_map, demo, f"#node={ends[0].replace('&', '%26')}")
    opened.page.locator("text=Show it on the map").tap()
    opened.page.wait_for_timeout(400)
    with opened.page.expect_download() as download:
        opened.page.evaluate("document.getElementById('save-svg').click()")
    said = [text.text for text in Tree.parse(download.value.path()).iter("{http://www.w3.org/2000/svg}text")]
    assert sum((text or "").startswith("Coast guards") for text in said) == 2


def test_what_a_finger_is_told_stands_on_an_opaque_ground(demo: Path, open_map: Open) -> None:
    opened = opened_phone(open_map, demo)
    ground = opened.page.eval_on_selector(".gesture span", "one => getComputedStyle(one).backgroundColor")
    assert ground == "rgb(18, 22, 28)"
