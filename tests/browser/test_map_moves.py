"""The map's picture: what a movement, a pointer and a choice leave on it."""

from pathlib import Path
from typing import Any

from opened_map import Open, Opened

INK = """name => {
    const layer = document.querySelector(`.sigma-${name}`);
    const copy = document.createElement('canvas');
    [copy.width, copy.height] = [layer.width, layer.height];
    const context = copy.getContext('2d', { willReadFrequently: true });
    context.drawImage(layer, 0, 0);
    const { data } = context.getImageData(0, 0, copy.width, copy.height);
    let ink = 0;
    for (let at = 3; at < data.length; at += 4) ink += Number(data[at] > 0);
    return ink;
}"""


def ink(opened: Opened, layer: str) -> int:
    """Return how many points of a layer are drawn on."""
    return int(opened.page.evaluate(INK, layer))


def settled(opened: Opened) -> None:
    opened.page.wait_for_timeout(600)  # the camera moves for less


def disc(opened: Opened) -> tuple[float, float]:
    """Return where the largest disc stands on the screen."""
    from xml.etree import ElementTree as Tree

    with opened.page.expect_download() as download:
        opened.page.click("#save-svg")
    discs = Tree.parse(download.value.path()).findall(".//{http://www.w3.org/2000/svg}circle")
    largest = max(discs, key=lambda one: float(one.get("r", 0)))
    box: dict[str, Any] = opened.page.query_selector("#stage").bounding_box()
    return box["x"] + float(largest.get("cx", 0)), box["y"] + float(largest.get("cy", 0))


def test_reset_draws_all_again(demo: Path, open_map: Open) -> None:
    opened = open_map(demo / "map.html")
    whole = ink(opened, "labels")
    assert whole > 1000
    opened.page.click("#select-shown")
    assert opened.text("#said") != ""
    opened.page.click("#reset")
    settled(opened)
    assert ink(opened, "labels") == whole
    assert opened.text("#said") == ""


def test_escape_takes_back_what_was_said(demo: Path, open_map: Open) -> None:
    opened = open_map(demo / "map.html")
    opened.page.click("#select-shown")
    assert "selected" in opened.text("#said")
    opened.page.keyboard.press("Escape")
    assert opened.text("#said") == ""
    assert opened.page.query_selector("text=Copy URLs") is None


def test_what_is_pointed_at_is_forgotten_when_the_pointer_leaves(demo: Path, open_map: Open) -> None:
    opened = open_map(demo / "map.html", "#level=site")
    opened.page.mouse.move(*disc(opened))
    opened.page.wait_for_selector("#stage.pointing")
    settled(opened)
    # Straight out of the picture, as a quick pointer goes.
    opened.page.hover("h1")
    settled(opened)
    assert ink(opened, "hovers") == 0


def test_pointing_does_not_hide_the_way_and_showing_it_leaves_no_ghost(demo: Path, open_map: Open) -> None:
    opened = open_map(demo / "map.html", reduced_motion="reduce")
    opened.choose("clock repairers postpone")
    opened.page.click("text=Show it on the map")
    settled(opened)
    assert ink(opened, "hovers") == 0


def test_a_card_opens_at_its_top(demo: Path, open_map: Open) -> None:
    opened = open_map(demo / "map.html", viewport={"width": 1280, "height": 500})
    opened.choose("clock repairers postpone")
    side = opened.page.locator("#side")
    side.evaluate("side => { side.scrollTop = 400; }")
    assert side.evaluate("side => side.scrollTop") > 100
    opened.page.locator("#side .list button.link").first.evaluate("button => button.click()")
    assert side.evaluate("side => side.scrollTop") == 0
