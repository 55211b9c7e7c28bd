"""How the crawl came to a page, and what a page without a title is called: on the map as on the command line."""

from collections.abc import Callable
from pathlib import Path

import pytest
from made_up import facts_of, link, node
from opened_map import Open, data_of

import crawler
from crawler.cli.evidence import summary_of
from crawler.export import map_page
from crawler.model import Kind, Node, Reason, State
from crawler.store.way import Arrival, Move, Way


def ways(demo: Path) -> dict[str, Way]:
    with crawler.open(demo) as crawl:
        return {node.url: crawl.path(node.url) for node in crawl.nodes()}


def test_each_way_is_the_one_that_the_command_line_tells(demo: Path) -> None:
    pages = data_of(demo / "map.html")["pages"]
    kinds = data_of(demo / "map.html")["kinds"]
    place = {url: number for number, url in enumerate(pages["url"])}
    redirects = 0
    for url, way in ways(demo).items():
        if way.depth is None:
            assert pages["parent"][place[url]] == -1
            continue
        here, steps = place[url], []
        while here != -1:
            kind = pages["kind"][here]
            steps.append((pages["url"][here], None if kind == -1 else kinds[kind], pages["position"][here]))
            here = pages["parent"][here]
        assert steps[::-1] == [(step.url, step.kind, step.position or 0) for step in way.steps]
        redirects += sum(step.move is Move.REDIRECT for step in way.steps)
    assert redirects > 10


@pytest.mark.parametrize("end", ["redirect", "behind one"])
def test_a_card_names_the_redirects_of_a_way(end: str, demo: Path, open_map: Open) -> None:
    fits: dict[str, Callable[[Way], bool]] = {
        "redirect": lambda way: way.redirected_to is not None and way.steps[-1].move is Move.REDIRECT,
        "behind one": lambda way: way.state is State.FETCHED and way.steps[-2].move is Move.REDIRECT,
    }
    ends = [way for way in ways(demo).values() if way.depth and fits[end](way)]
    way = max(ends, key=lambda one: (len(one.steps), one.url))
    opened = open_map(demo / "map.html", f"#node={way.url.replace('&', '%26')}")
    assert opened.text(".way .words") == summary_of(way)
    rows = opened.page.locator(".way li")
    assert rows.locator(".tag").all_inner_texts() == summary_of(way).split(" > ")
    for step, shown in zip(way.steps, rows.locator("bdi").all_inner_texts(), strict=True):
        assert step.title is None or shown == step.title
    rows.locator("button").first.click()
    assert opened.page.get_attribute(".facts a.url", "href") == way.steps[0].url


SEED, ALIAS, TRAP, LONE = (f"http://a.example/{name}" for name in ("0", "out/7", "a/a/a/a", "lone"))


def changed(one: Node, **values: object) -> Node:
    return type(one)(*(values.get(name, getattr(one, name)) for name in one.__struct_fields__))


def test_a_card_tells_the_way_to_a_trap_and_where_it_knows_none(tmp_path: Path, open_map: Open) -> None:
    alias = changed(node(ALIAS, state=State.REDIRECTED), depth=1, redirected_to=TRAP)
    trap = changed(node(TRAP, state=State.EXCLUDED), depth=1, reason=Reason.TRAP)
    lone = changed(node(LONE, "Lone"), depth=None)
    later = changed(node(f"{LONE}/2", "Later"), depth=3)
    nodes = [node(SEED, "The seed"), trap, lone, later, alias]
    facts = facts_of(nodes, [link(SEED, TRAP, "Once more"), link(LONE, SEED)])
    with (tmp_path / "map.html").open("w", encoding="utf-8") as file:
        steps = [Arrival(ALIAS, SEED, Kind.RELATED, 1), Arrival(TRAP, ALIAS, None, 0)]
        map_page.write(facts, file, arrivals=steps)
    opened = open_map(tmp_path / "map.html", f"#node={TRAP}")
    assert opened.text(".way .words") == "seed > related 1 > redirect"
    assert opened.page.locator(".way li bdi").all_inner_texts() == ["The seed", "out/7", "Once more"]
    assert "never asked for: looks like endless generated pages" in opened.text(".facts")
    opened.choose("Lone")
    assert "No followed way leads here." in opened.text(".way")
    # Deeper than a seed, but by no step that is known.
    opened.choose("Later")
    assert "crawl path tells it" in opened.text(".way")


HEADLINE = "Snow patrols postpone the quiet season"


@pytest.mark.parametrize(
    ("path", "anchors", "name"),
    [
        ("news/170.html", [HEADLINE], HEADLINE),
        ("news/170.html", ["Read more", HEADLINE], HEADLINE),
        ("news/170.html", ["Read more"], None),
        ("news/170.html", ["7", "›", ""], None),
        ("news/snow-patrols-postpone-the-quiet-season.html", ["Season"], None),
        ("news/snow-patrols-postpone-the-quiet-season.html", [HEADLINE], HEADLINE),
        ("news/170.html", ["积雪巡逻队推迟了安静的季节"], "积雪巡逻队推迟了安静的季节"),
        ("news/170.html", [f"  {HEADLINE}\n again", HEADLINE, HEADLINE], HEADLINE),
        ("news/170.html", [], None),
    ],
)
def test_a_page_without_a_title_is_called_by_what_tells_more(
    path: str, anchors: list[str], name: str | None, map_of: Callable[..., Path]
) -> None:
    url = f"http://a.example/{path}"
    others = [f"http://a.example/other/{number}" for number in range(3)]
    nodes = [
        node(SEED, "The seed"),
        node(url, state=State.BEYOND),
        *(node(other, "Other") for other in others),
    ]
    links = [link(SEED, url, anchor, position=place) for place, anchor in enumerate(anchors, 1)]
    links += [link(SEED, other, "Read more", position=99) for other in others]
    pages = data_of(map_of(facts_of(nodes, links)))["pages"]
    assert dict(zip(pages["url"], pages["name"], strict=True)) == {
        SEED: None,
        url: name,
        **dict.fromkeys(others),
    }


@pytest.mark.parametrize(("anchor", "name"), [(HEADLINE, HEADLINE), ("7", "news/170.html")])
def test_it_is_called_the_same_everywhere(
    anchor: str, name: str, map_of: Callable[..., Path], open_map: Open
) -> None:
    url = "http://a.example/news/170.html"
    unknown = changed(node(url, state=State.BEYOND), depth=1)
    path = map_of(facts_of([node(SEED, "The seed"), unknown], [link(SEED, url, anchor, Kind.RANKING)]))
    for level in ("page", "story"):
        opened = open_map(path, f"#level={level}")
        opened.choose("news/170")
        assert opened.text("#card-title") == name
        assert opened.page.locator(".way li bdi").all_inner_texts()[-1] == name
        opened.page.click("#side .icon")
        assert name in opened.text(".lists .top")
        opened.choose("The seed")
        opened.page.click("summary:has-text('Links to')")
        assert opened.page.locator(".neighbours details[open] li bdi").all_inner_texts() == [name]
        opened.page.click("#view-nodes")
        assert name in opened.page.locator(".data tbody th").all_inner_texts()
        opened.page.click("#select-shown")
        assert name in opened.page.locator("#side .list bdi").all_inner_texts()
        with opened.page.expect_download() as download:
            opened.page.click("text=CSV of nodes")
        assert f",{name}," in Path(download.value.path()).read_text("utf-8")
