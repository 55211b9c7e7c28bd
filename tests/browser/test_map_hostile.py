"""What pages say of themselves is text to the map, whatever it is: nothing runs, nothing breaks out of its place."""

from collections.abc import Callable
from pathlib import Path

import pytest
from made_up import TITLES, facts_of, link, node
from opened_map import Open, data_of

from crawler.model import Facts, State

BAD = "javascript:document.title='taken'"


def hostile() -> Facts:
    pages = [node(f"http://a.example/{number}", title) for number, title in enumerate(TITLES)]
    pages.append(node("http://b.example/?q=<script>alert(1)</script>&'\"", "An address"))
    bad = node("http://c.example/", "A bad address", State.EXCLUDED)
    pages.append(type(bad)(**{name: getattr(bad, name) for name in bad.__struct_fields__} | {"url": BAD}))
    return facts_of(pages, [link(pages[0].url, page.url, page.title or "") for page in pages[1:]])


@pytest.fixture
def path(map_of: Callable[..., Path]) -> Path:
    return map_of(hostile())


def test_no_title_is_markup(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.count("<script") == text.count("</script") == 2
    pages = data_of(path)["pages"]
    kept = [title for title in pages["title"] if title]
    assert TITLES[0] in kept and TITLES[8].split()[0] in kept[8]
    assert max(map(len, kept)) == 300


@pytest.mark.parametrize("view", ["map", "nodes", "edges"])
def test_titles_do_nothing_in(view: str, path: Path, open_map: Open) -> None:
    opened = open_map(path, f"#view={view}")
    before = opened.page.title()
    opened.page.fill("#search", "e")
    opened.page.wait_for_selector("#suggestions li")
    assert opened.page.query_selector("body img, #side script, #suggestions svg, .data svg") is None
    assert opened.page.title() == before
    assert opened.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("number", range(len(TITLES)))
def test_each_can_be_opened_and_is_shown_as_it_is(number: int, path: Path, open_map: Open) -> None:
    opened = open_map(path, f"#node=http%3A%2F%2Fa.example%2F{number}")
    shown = opened.page.text_content("#card-title") or ""
    title = " ".join(TITLES[number].split())
    assert shown == (title if len(title) <= 300 else title[:299] + "…")
    assert opened.page.title() == "Map of http://a.example/0"
    side = "const side = document.getElementById('side'); side.scrollWidth <= side.clientWidth"
    assert opened.page.evaluate(f"(() => {{ {side.replace('; ', '; return ')} }})()")


def test_an_address_that_is_none_is_no_link(path: Path, open_map: Open) -> None:
    opened = open_map(path, f"#node={BAD.replace(chr(39), '%27')}")
    assert opened.text(".facts .url") == BAD
    assert opened.page.query_selector("a[href^=javascript]") is None


def test_what_is_saved_holds_them(path: Path, open_map: Open) -> None:
    import csv
    import io

    import networkx

    opened = open_map(path)
    opened.page.click("#select-shown")
    files = []
    for button in ("text=GraphML", "text=CSV of nodes", "#save-svg"):
        with opened.page.expect_download() as download:
            opened.page.click(button)
        files.append(Path(download.value.path()))
    graph = networkx.read_graphml(files[0])
    assert graph.nodes["http://a.example/0"]["label"] == TITLES[0]
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO(files[1].read_text("utf-8"), newline=""))}
    assert rows["http://a.example/9"]["label"] == "'" + TITLES[9]
    from lxml import etree

    etree.parse(files[2])
