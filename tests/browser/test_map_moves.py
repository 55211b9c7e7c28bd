"""The map's picture: what a movement, a pointer and a choice leave on it."""

from pathlib import Path
from typing import Any

import pytest
from opened_map import Open, Opened, data_of

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


def test_the_way_is_drawn_over_the_discs_and_numbered_and_pointing_does_not_hide_it(
    demo: Path, open_map: Open
) -> None:
    opened = open_map(demo / "map.html", reduced_motion="reduce")
    opened.choose("clock repairers postpone")
    before = ink(opened, "way")
    opened.page.click("text=Show it on the map")
    settled(opened)
    shown = ink(opened, "way")
    assert shown > before + 500
    assert ink(opened, "hovers") == 0
    steps = len(opened.text(".way .words").split(" > "))
    assert [text for text in texts(opened) if text.isdigit()] == [str(step) for step in range(steps)]
    opened.page.mouse.move(*disc(opened))
    opened.page.wait_for_selector("#stage.pointing")
    settled(opened)
    assert ink(opened, "way") == shown
    assert ink(opened, "hovers") > 0
    # On the map it stays until the card is closed.
    opened.page.click("[aria-label='Close card']")
    settled(opened)
    assert ink(opened, "way") < shown


def picture(opened: Opened) -> Any:
    """Return the picture that is saved as SVG: what lies on the stage."""
    from xml.etree import ElementTree as Tree

    with opened.page.expect_download() as download:
        opened.page.click("#save-svg")
    return Tree.parse(download.value.path()).getroot().find("{http://www.w3.org/2000/svg}svg")


def texts(opened: Opened) -> list[str]:
    return [text.text or "" for text in picture(opened).iter("{http://www.w3.org/2000/svg}text")]


def test_the_seed_is_marked(demo: Path, open_map: Open) -> None:
    opened = open_map(demo / "map.html")
    assert texts(opened).count("seed") == 1
    assert "seed, where the crawl began" in opened.text("#legend")


@pytest.mark.parametrize("zoomed", [0, 2])
@pytest.mark.parametrize("width", [1280, 900])
def test_labels_cover_no_disc_and_no_button_and_are_whole(
    width: int, zoomed: int, demo: Path, open_map: Open
) -> None:
    opened = open_map(demo / "map.html", reduced_motion="reduce", viewport={"width": width, "height": 800})
    for _ in range(zoomed):
        opened.page.click("#zoom-in")
    settled(opened)
    root = picture(opened)
    space = "{http://www.w3.org/2000/svg}"
    stage = opened.page.query_selector("#stage").bounding_box()
    zoom = opened.page.query_selector(".zoom").bounding_box()
    discs = [
        [float(disc.get(name, 0)) for name in ("cx", "cy", "r")]
        for disc in root.iter(f"{space}circle")
        if float(disc.get("r", 0)) >= 3
    ]
    labels = [text for text in root.iter(f"{space}text") if text.get("font-family") is None]
    assert len(labels) >= 2
    for label in labels:
        x, y = float(label.get("x", 0)), float(label.get("y", 0))
        half = (
            opened.page.evaluate(
                """text => {
                    const context = document.createElement('canvas').getContext('2d');
                    context.font = "12px system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";
                    return context.measureText(text).width;
                }""",
                label.text,
            )
            / 2
        )
        left, top, right, bottom = x - half, y - 10, x + half, y + 2
        assert left >= 0 and right <= stage["width"] and top >= 0 and bottom <= stage["height"]
        assert (
            right + stage["x"] < zoom["x"]
            or bottom + stage["y"] < zoom["y"]
            or top + stage["y"] > zoom["y"] + zoom["height"]
        )
        for cx, cy, radius in discs:
            dx, dy = max(left - cx, 0, cx - right), max(top - cy, 0, cy - bottom)
            assert dx * dx + dy * dy >= (radius - 1) ** 2, label.text


def test_a_pair_of_sites_is_shown_whole_and_the_level_named(demo: Path, open_map: Open) -> None:
    opened = open_map(demo / "map.html", reduced_motion="reduce")
    row = opened.page.locator(".lists section:last-child .top li").first
    names = set(row.locator("button").all_inner_texts())
    row.locator("button").first.click()
    settled(opened)
    assert opened.text("#said") == "Now on the level of sites"
    assert opened.text("#card-title") in names
    stage = opened.page.query_selector("#stage").bounding_box()
    space = "{http://www.w3.org/2000/svg}"
    root = picture(opened)
    inside = {
        disc.findtext(f"{space}title")
        for disc in root.iter(f"{space}circle")
        if float(disc.get("cx", 0)) - float(disc.get("r", 0)) >= 0
        and float(disc.get("cx", 0)) + float(disc.get("r", 0)) <= stage["width"]
        and float(disc.get("cy", 0)) - float(disc.get("r", 0)) >= 0
        and float(disc.get("cy", 0)) + float(disc.get("r", 0)) <= stage["height"]
    }
    assert names <= inside
    assert len(list(root.iter(f"{space}path"))) == 2


def test_a_neighbourhood_fills_the_picture(demo: Path, open_map: Open) -> None:
    opened = open_map(demo / "map.html", reduced_motion="reduce")
    opened.choose("clock repairers postpone")
    opened.page.click(".card .segments button:nth-child(2)")
    settled(opened)
    stage = opened.page.query_selector("#stage").bounding_box()
    discs = list(picture(opened).iter("{http://www.w3.org/2000/svg}circle"))
    assert len(discs) == opened.counts()[0]
    assert all(
        0 <= float(disc.get("cx", 0)) <= stage["width"] and 0 <= float(disc.get("cy", 0)) <= stage["height"]
        for disc in discs
    )


def test_an_empty_map_says_so(demo: Path, open_map: Open) -> None:
    opened = open_map(demo / "map.html")
    assert not opened.page.locator("#empty").is_visible()
    opened.page.click(".sites button:has-text('None')")
    assert opened.text("#empty") == "Nothing is shown: the filters leave out all pages."
    opened.page.click("#reset")
    assert not opened.page.locator("#empty").is_visible()


def test_a_picture_for_print_holds_its_legend_and_its_source(demo: Path, open_map: Open) -> None:
    from PIL import Image

    opened = open_map(demo / "map.html")
    stage = opened.page.query_selector("#stage").bounding_box()
    with opened.page.expect_download() as download:
        opened.page.click("#save-png")
    with Image.open(download.value.path()) as image:
        assert image.width >= 2 * stage["width"] and image.height > 2 * stage["height"] + 100
    with opened.page.expect_download() as download:
        opened.page.click("#save-svg")
    said = Path(download.value.path()).read_text("utf-8")
    seed = data_of(demo / "map.html")["seeds"][0]
    for text in (
        "Map of a crawl: 438 pages",
        f"Crawl from {seed}, 20",
        "of several kinds",
        "pages that link to it, net",
    ):
        assert text in said


def test_a_card_opens_at_its_top(demo: Path, open_map: Open) -> None:
    opened = open_map(demo / "map.html", viewport={"width": 1280, "height": 500})
    opened.choose("clock repairers postpone")
    side = opened.page.locator("#side")
    side.evaluate("side => { side.scrollTop = 400; }")
    assert side.evaluate("side => side.scrollTop") > 100
    opened.page.locator("#side .list button.link").first.evaluate("button => button.click()")
    assert side.evaluate("side => side.scrollTop") == 0
