"""What an edge rests on, and how a page was come by: on real stores, against networkx and by hand."""

import hashlib
import random
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import networkx
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

import crawler
from crawler.config import dump, load
from crawler.crawl import reach_of
from crawler.errors import DamagedError, UsageError
from crawler.model import Article, Block, Extracted, Fetched, Kind, Lease, Link, Outcome, Page, Reason, State
from crawler.store import Store, open_store, read
from crawler.store.naming import Naming, spelled
from crawler.store.way import Arrival, Move, Way, arrivals
from crawler.trap import MAX_SAME_TEXT

NOW = 1_744_492_992.0
SEED = "http://www.a.co.uk/0"
Blocks = Sequence[tuple[Kind, Sequence[str]]]


def page(lease: Lease, *blocks: tuple[Kind, Sequence[str]]) -> Outcome:
    made = tuple(
        Block(
            kind, f"All {kind}", f"heading {kind}",
            tuple(Link(url, f"about {url}", n, "nofollow" if n == 2 else None) for n, url in enumerate(urls, 1)),
        )
        for kind, urls in blocks
    )  # fmt: skip
    body = f"<title>{lease.url}</title>".encode()
    extracted = Extracted(
        Page(lease.url, Article(title=f"Page {lease.url}"), made, "utf-8"),
        hashlib.sha256(body).digest(),
        zstandard.compress(body),
        len(body),
    )
    return Outcome(lease, State.FETCHED, None, Fetched(lease.url, NOW, 0.1, 200), extracted)


def alias(lease: Lease, target: str) -> Outcome:
    fetched = Fetched(lease.url, NOW + 1, 0.1, 302, location=target)
    return Outcome(lease, State.REDIRECTED, Reason.ALIAS, fetched)


@dataclass(frozen=True)
class Web:
    """Pages with their blocks, and redirects with their targets; anything else answers 404."""

    pages: dict[str, Blocks]
    redirects: dict[str, str]

    def answer(self, lease: Lease) -> Outcome:
        if lease.url in self.redirects:
            return alias(lease, self.redirects[lease.url])
        if lease.url in self.pages:
            return page(lease, *self.pages[lease.url])
        return Outcome(lease, State.FAILED, Reason.HTTP_404, Fetched(lease.url, NOW, 0.1, 404))


def crawl_into(
    directory: Path, web: Web, order: random.Random, *, index: bool = True, **flags: object
) -> None:
    directory.mkdir(exist_ok=True)
    config = load(files=(), environment={}, flags=flags)
    with open_store(directory) as store:
        store.begin_run([SEED], dump(config), reach_of([SEED], config), NOW)
        held: list[Lease] = []
        while True:
            held += _leased(store)
            if not held:
                break
            order.shuffle(held)
            store.acknowledge([web.answer(held.pop()) for _ in range(order.randint(1, len(held)))])
        if index:
            store.index()


def _leased(store: Store) -> Iterator[Lease]:
    for host in store.waiting_hosts(0, 99):
        yield from store.lease(host, 9)


@contextmanager
def crawled(directory: Path, web: Web, *, index: bool = True, **flags: object) -> Iterator[crawler.Crawl]:
    crawl_into(directory, web, random.Random(1), index=index, **flags)
    with crawler.open(directory) as opened:
        yield opened


A, B, C, D, OTHER = (
    f"http://{name}" for name in ("www.a.co.uk/1", "b.com/x", "b.com/y?q=1", "old.b.com/x", "c.com/")
)
WEB = Web(
    {
        SEED: [(Kind.RELATED, [A, B, D]), (Kind.RANKING, [B, SEED]), (Kind.OTHER, [OTHER])],
        A: [(Kind.RELATED, [C])],
        B: [(Kind.RELATED, [SEED])],
        C: [],
    },
    {D: B},
)


def test_each_link_behind_an_edge_is_told_with_all_that_proves_it(tmp_path: Path) -> None:
    with crawled(tmp_path, WEB) as opened:
        found = opened.why(SEED, B)
        links = list(found.links())
        assert [(one.kind, one.block, one.position, one.via) for one in links] == [
            (Kind.RELATED, 1, 2, None), (Kind.RELATED, 1, 3, D), (Kind.RANKING, 2, 1, None),
        ]  # fmt: skip
        one = links[0]
        assert (one.source, one.source_title, one.source_depth) == (SEED, f"Page {SEED}", 0)
        assert (one.target, one.target_title, one.target_state) == (B, f"Page {B}", State.FETCHED)
        assert (one.label, one.evidence, one.anchor, one.rel) == (
            "All related", "heading related", f"about {B}", "nofollow",
        )  # fmt: skip
        assert one.fetched_at == "2025-04-12T21:23:12.000Z"
        assert one.body_hash is not None
        assert opened.body(one.body_hash) == f"<title>{SEED}</title>".encode()
        assert opened.body("0" * 64) is None
        assert (found.count, found.source_pages, found.target_pages, found.back) == (3, 1, 1, 1)
        assert found.kinds == {Kind.RELATED: 2, Kind.RANKING: 1}
        assert len(list(found.links(2))) == 2


@pytest.mark.parametrize("index", [True, False])
def test_sites_hosts_and_beginnings_stand_for_their_pages(tmp_path: Path, index: bool) -> None:
    with crawled(tmp_path, WEB, index=index) as opened:
        for b, naming, pages, count in [
            ("b.com", Naming.SITE, 3, 4),  # old.b.com is of the site, and what it redirects to as well
            ("old.b.com", Naming.HOST, 1, 0),  # its page is elsewhere
            ("b.com/*", Naming.HOST, 2, 4),
            ("http://b.com/y*", Naming.PREFIX, 1, 1),
            ("b.com/y", Naming.PREFIX, 1, 1),
            ("HTTP://B.com:80/x#top", Naming.PAGE, 1, 3),
            ("b.com/x?utm_source=z", Naming.PAGE, 1, 3),
            (D, Naming.PAGE, 1, 3),
        ]:
            found = opened.why("a.co.uk", b)
            assert (found.b.naming, found.b.pages, found.count) == (naming, pages, count), b
            assert len(list(found.links())) == count
        assert opened.why("a.co.uk", D).b.alias == D
        assert opened.why("b.com", "a.co.uk").back == 4
        assert opened.why("a.co.uk", SEED).count == 0  # a page's link to itself is none


def test_counts_are_those_of_the_edges(tmp_path: Path) -> None:
    with crawled(tmp_path, WEB) as opened:
        for source, target, edge in opened.graph().edges(data=True):
            found = opened.why(source, target)
            assert found.count == edge["weight"]
            assert {kind: count for kind in Kind if (count := edge[kind])} == found.kinds


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("b.con", ["nothing is known", "b.com"]),
        ("http://www.a.co.uk/11", ["nothing is known", A]),
        ("https://www.a.co.uk/1", ["nothing is known", A]),
        ("http://[::1", ["nothing is known"]),
        ("story-00ff", ["stories were not looked for"]),
        ("javascript:alert(1)", ["nothing is known"]),
        ("", ["nothing is known"]),
    ],
)
def test_an_unknown_name_is_named_with_near_ones(tmp_path: Path, name: str, words: list[str]) -> None:
    with crawled(tmp_path, WEB) as opened:
        for ask in (lambda: opened.why(name, B), lambda: opened.path(name)):
            with pytest.raises(UsageError) as error:
                ask()
            assert [word for word in words if word not in str(error.value)] == []


def test_the_same_on_both_sides_is_no_edge(tmp_path: Path) -> None:
    with crawled(tmp_path, WEB) as opened:
        for a, b in ((B, B), (B, D), ("b.com", "B.COM")):
            with pytest.raises(UsageError, match="twice"):
                opened.why(a, b)


def test_both_schemes_of_an_address_are_both_meant_unless_one_redirects_to_the_other(tmp_path: Path) -> None:
    plain, secure, p, s = "http://b.com/x", "https://b.com/x", "http://c.com/", "https://c.com/"
    web = Web({SEED: [(Kind.RELATED, [plain, secure, p, s])], plain: [], secure: [], s: []}, {p: s})
    with crawled(tmp_path, web) as opened:
        assert (opened.why(SEED, "b.com/x").b.pages, opened.why(SEED, "b.com/x").count) == (2, 2)
        assert opened.why(SEED, "c.com/").b.text == s
        assert opened.path("c.com/").url == s
        with pytest.raises(UsageError, match="several pages"):
            opened.path("b.com/x")


def test_shared_stories_are_told_where_they_were_looked_for(tmp_path: Path) -> None:
    crawl_into(tmp_path, WEB, random.Random(1))
    with crawler.open(tmp_path) as opened:
        assert opened.why(A, C).stories is None
    with sqlite3.connect(tmp_path / "crawl.db") as sql:
        sql.execute("DROP TABLE IF EXISTS story_search")  # a store that keeps nothing but the stories
        for url, because, earliest in ((A, "earliest", 1), (C, "same text", 0), (B, "same title", 0)):
            sql.execute(
                "INSERT INTO stories SELECT id, 'story-0a', ?, ?, ? FROM pages WHERE url = ?",
                (1.0 if earliest else 0.9, because, earliest, url),
            )
    sql.close()
    with crawler.open(tmp_path) as opened:
        same = opened.why(A, C).stories
        assert same is not None
        assert (same.shared, same.examples[0].because, same.examples[0].similarity) == (1, "same text", 0.9)
        assert opened.why(SEED, C).stories.shared == 0  # type: ignore[union-attr]
        sites = opened.why("a.co.uk", "b.com").stories
        assert sites is not None
        assert (sites.shared, sites.examples[0].a, sites.examples[0].b) == (1, A, B)
        assert opened.why("b.com", C).stories.shared == 1  # type: ignore[union-attr]  # with its other page
        assert opened.why(A, "a.co.uk").stories.shared == 0  # type: ignore[union-attr]  # not with itself
        story = opened.why("story-0a", SEED)
        assert (story.a.naming, story.a.pages, story.count) == (Naming.STORY, 3, 1)
        with pytest.raises(UsageError, match="story-0a"):
            opened.why("story-0b", SEED)


def test_a_way_shows_clicks_redirects_and_the_seed(tmp_path: Path) -> None:
    web = Web({SEED: [(Kind.RANKING, [OTHER, D])], B: [(Kind.RELATED, [C])]}, {D: B})
    with crawled(tmp_path, web) as opened:
        way = opened.path("b.com/y?q=1")
        assert [(step.move, step.url, step.depth, step.position) for step in way.steps] == [
            (Move.SEED, SEED, 0, None), (Move.LINK, D, 1, 2), (Move.REDIRECT, B, 1, None), (Move.LINK, C, 2, 1),
        ]  # fmt: skip
        assert (way.depth, way.steps[1].label, way.steps[1].anchor) == (2, "All ranking", f"about {D}")
        assert opened.path(D).redirected_to == B


def test_a_page_that_no_followed_link_names_shows_the_nearest_that_does(tmp_path: Path) -> None:
    with crawled(tmp_path, WEB) as opened:
        way = opened.path(OTHER)
        assert (way.depth, way.state, way.reason) == (None, State.EXCLUDED, Reason.NOT_FOLLOWED)
        assert way.unfollowed == "--follow leaves out other"
        assert [step.url for step in way.steps] == [SEED, OTHER]


def test_a_way_respects_the_positions_that_are_followed(tmp_path: Path) -> None:
    web = Web({SEED: [(Kind.RELATED, [A, C])], A: [(Kind.RELATED, [C])]}, {})
    with crawled(tmp_path, web, max_position=1) as opened:
        assert [step.url for step in opened.path(C).steps] == [SEED, A, C]
    with crawled(tmp_path / "all", web) as opened:
        assert [step.url for step in opened.path(C).steps] == [SEED, C]


def test_of_ways_of_equal_length_the_first_by_url_block_and_position_is_shown(tmp_path: Path) -> None:
    blocks = [(Kind.RANKING, [OTHER, C]), (Kind.RELATED, [C])]
    web = Web({SEED: [(Kind.RELATED, [B, A])], A: blocks, B: blocks}, {})
    with crawled(tmp_path, web) as opened:
        step = opened.path(C).steps[-1]
        assert (opened.path(C).steps[-2].url, step.block, step.position) == (B, 1, 2)


def test_a_damaged_store_is_the_usual_error(tmp_path: Path) -> None:
    crawl_into(tmp_path, WEB, random.Random(1))
    path = tmp_path / "crawl.db"
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    with pytest.raises(DamagedError, match="damaged"), crawler.open(tmp_path) as opened:
        opened.why(SEED, B)


def test_names_are_read_as_urls_hosts_or_stories() -> None:
    assert spelled("B.com").host == "b.com"
    assert spelled("b.com/x").urls == ("http://b.com/x", "https://b.com/x", "b.com/x")
    assert spelled("//b.com/x").prefixes == ("http://b.com/x", "https://b.com/x")
    assert spelled("http://b.com/x*").urls == ()
    assert spelled("localhost:8080").host == "localhost:8080"
    assert spelled("story-0a").story


URLS = [SEED, *(f"http://{host}/{n}" for host in ("b.com", "c.com") for n in range(6))]


def last_steps(directory: Path) -> dict[str, Arrival]:
    with read(directory) as reader:
        found = list(arrivals(reader))
    assert len({one.url for one in found}) == len(found)
    return {one.url: one for one in found}


def backwards(before: dict[str, Arrival], way: Way) -> list[str]:
    """Return the pages from the end of a way to its seed, as the last steps of all pages have them; check the moves."""
    here, urls = way.url, [way.url]
    for step in way.steps[:0:-1]:
        one = before[here]
        assert (one.kind, one.position) == (step.kind, step.position or 0)
        here = one.before
        urls.append(here)
    assert here not in before, "a seed"
    return urls


def test_no_way_leads_by_a_page_whose_text_came_again_and_again(tmp_path: Path) -> None:
    web = Web({SEED: [(Kind.RELATED, [A, B])], A: [(Kind.RELATED, [C])], B: [(Kind.RELATED, [C])], C: []}, {})
    crawl_into(tmp_path, web, random.Random(1))
    with closing(sqlite3.connect(tmp_path / "crawl.db")) as connection, connection:
        connection.execute(
            "UPDATE articles SET repeats = ? WHERE page_id = (SELECT id FROM pages WHERE url = ?)",
            (MAX_SAME_TEXT, B),
        )
    by = {SEED: (SEED,), A: (SEED, A), B: (SEED, B), C: (SEED, A, C)}  # B would come first
    before = last_steps(tmp_path)
    with crawler.open(tmp_path) as opened:
        for url, urls in by.items():
            way = opened.path(url)
            assert tuple(backwards(before, way)[::-1]) == tuple(step.url for step in way.steps) == urls


def test_of_redirects_to_a_page_the_one_that_is_linked_first_is_passed(tmp_path: Path) -> None:
    first, second = "http://old.b.com/2", "http://old.b.com/1"
    web = Web({SEED: [(Kind.RELATED, [first, second])], C: []}, {first: C, second: C})
    crawl_into(tmp_path, web, random.Random(1))
    with crawler.open(tmp_path) as opened:
        way = opened.path(C)
    assert backwards(last_steps(tmp_path), way) == [step.url for step in way.steps[::-1]] == [C, first, SEED]


@st.composite
def webs(draw: st.DrawFn) -> Web:
    some = st.lists(st.sampled_from(URLS), max_size=4, unique=True)
    blocks = st.lists(st.tuples(st.sampled_from([Kind.RELATED, Kind.RANKING, Kind.OTHER]), some), max_size=3)
    pages = {url: draw(blocks) for url in URLS if url == SEED or draw(st.booleans())}
    rest = [url for url in URLS if url not in pages]
    # Redirects lead forward in the list: loops fail, which the store's own tests look at.
    redirects = {
        url: draw(st.sampled_from([*pages, *rest[n + 1 :]]))
        for n, url in enumerate(rest)
        if draw(st.booleans())
    }
    return Web(pages, redirects)


@settings(max_examples=60, deadline=None)
@given(webs(), st.integers(0, 9), st.sampled_from([None, 1, 2]), st.sampled_from([1, 2, 99]), st.booleans())
def test_the_way_shown_is_the_shortest_over_followed_links(
    web: Web, order: int, most: int | None, limit: int, index: bool
) -> None:
    graph = networkx.DiGraph()
    graph.add_node(SEED)
    for source, blocks in web.pages.items():
        for kind, urls in blocks:
            followed = urls if kind is not Kind.OTHER else []
            graph.add_edges_from((source, url, {"clicks": 1}) for url in followed[:most] if url != source)
    for source, target in web.redirects.items():
        graph.add_edge(source, target, clicks=0)
    expected = networkx.single_source_dijkstra_path_length(graph, SEED, weight="clicks")
    # What lies beyond is not fetched, so nobody knows where it leads.
    beyond = [url for url in graph if expected.get(url, 0) > limit]
    graph.remove_edges_from(list(graph.out_edges(beyond)))
    expected = networkx.single_source_dijkstra_path_length(graph, SEED, weight="clicks")
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder)
        flags = {} if most is None else {"max_position": most}
        crawl_into(directory, web, random.Random(order), index=index, depth=limit, **flags)
        before = last_steps(directory)
        with crawler.open(directory) as opened:
            for node in opened.nodes():
                way = opened.path(node.url)
                assert way.depth == node.depth == expected.get(node.url)
                if way.depth is None:
                    assert way.unfollowed is not None
                    continue
                assert way.steps[0].move is Move.SEED and way.steps[-1].url == node.url
                for source, step in zip(way.steps, way.steps[1:], strict=False):
                    assert graph.edges[source.url, step.url]["clicks"] == (step.move is Move.LINK)
                assert sum(step.move is Move.LINK for step in way.steps) == way.depth
                assert backwards(before, way) == [step.url for step in way.steps[::-1]]
