"""Views by story and by site, against the network's truth; stories kept, found anew, and never in the way."""

import asyncio
import sqlite3
from collections import Counter, defaultdict
from contextlib import closing
from pathlib import Path

import pytest

from crawler import open as open_crawl
from crawler.analysis import facts_of
from crawler.config import load
from crawler.crawl import crawl
from crawler.demo import generate, serve
from crawler.demo.network import Network
from crawler.graph.views import Selection, graph_of, view
from crawler.model import Kind, Level
from crawler.reextract import reextract
from crawler.store import hold, read
from crawler.url import host_of


async def crawled(network: Network, directory: Path, **flags: str) -> None:
    async with serve(network) as server:
        given = {"delay": "0", "exports": "graphml", "connect_to": list(server.connect_to)} | flags
        config = load(files=(), environment={}, flags=given)
        await asyncio.to_thread(crawl, [network.seed], config, directory)


def stories(directory: Path) -> set[frozenset[str]]:
    with read(directory) as reader:
        found = facts_of(directory, reader).stories
        assert found is not None
        by_story = defaultdict(set)
        for member in found():
            by_story[member.story].add(member.url)
    return {frozenset(urls) for urls in by_story.values()}


def copies(network: Network, directory: Path) -> set[frozenset[str]]:
    """Return the fetched pages that carry one article, by the network's own word."""
    with read(directory) as reader:
        fetched = {node.url for node in reader.nodes() if node.state == "fetched"}
    by_original = defaultdict(set)
    for article in range(network.articles):
        by_original[network.original_of(article)].add(network.url_of(article))
    return {frozenset(urls & fetched) for urls in by_original.values() if len(urls & fetched) > 1}


async def test_stories_sites_and_filters_are_the_networks(tmp_path: Path) -> None:
    network = generate()
    await crawled(network, tmp_path)
    true = copies(network, tmp_path)
    assert true
    assert stories(tmp_path) == true
    with read(tmp_path) as reader:
        facts = reader.facts()
        assert facts.stories is not None, "the crawl's end left them"
        nodes, links = list(reader.nodes()), list(reader.links())
        members = {member.url: member.story for member in facts.stories()}
        by_story = graph_of(facts, Level.STORY, "pairs")
        by_site = graph_of(facts, Level.SITE, "pairs")
        of_links = graph_of(facts, Level.SITE, "links")
        ranking = graph_of(
            facts, Level.PAGE, "links", Selection(fetched=True, kinds=frozenset({Kind.RANKING}))
        )
    assert all(by_story.nodes[members[url]]["members"] >= len(urls) for urls in true for url in urls)
    # An alias is its final page's story.
    finals = {node.url: node.redirected_to or node.url for node in nodes}
    assert by_story.number_of_nodes() == len({members.get(url, url) for url in finals.values()})
    between = Counter(
        (host_of(link.source), host_of(link.target))
        for link in links
        if host_of(link.source) != host_of(link.target)
    )
    assert {(a, b): values["weight"] for a, b, values in by_site.edges(data=True)} == between
    assert of_links.number_of_edges() == len(links)
    for site, values in by_site.nodes(data=True):
        own = [node for node in nodes if node.site == site]
        assert values["pages"] == len(own)
        assert values["fetched"] == sum(node.state == "fetched" for node in own)
        copied = sum(node.url in members for node in own)
        assert values["copied_share"] == pytest.approx(copied / values["fetched"], abs=1e-4)
    fetched = {node.url for node in nodes if node.state == "fetched"}
    assert set(ranking) == fetched
    assert ranking.number_of_edges() == sum(
        link.kind is Kind.RANKING and {link.source, link.target} <= fetched for link in links
    )


async def test_rows_of_a_story_view_are_those_of_its_links_taken_together(tmp_path: Path) -> None:
    network = generate(4, sites=3, articles=150)
    await crawled(network, tmp_path)
    with read(tmp_path) as reader:
        for level in (Level.STORY, Level.SITE):
            facts = reader.facts()
            assert facts.grouped is not None
            links = Counter(
                (source, target, str(values["kind"]))
                for source, target, values in view(facts, level, "links", looks=False).rows()
                if source != target
            )
            rows = list(view(facts, level, "pairs", looks=False).rows())
            assert len({(source, target) for source, target, _ in rows}) == len(rows), "one row a pair"
            for source, target, values in rows:
                for kind in Kind:
                    assert values[str(kind)] == links[source, target, str(kind)]


async def test_stories_are_found_anew_when_pages_have_come(tmp_path: Path) -> None:
    network = generate()
    await crawled(network, tmp_path, depth="1")
    before = stories(tmp_path)
    await crawled(network, tmp_path, depth="2", exports="none")
    with read(tmp_path) as reader:
        assert reader.facts().stories is None, "nobody looked since"
        known = len(reader.signatures())
    after = stories(tmp_path)
    assert after == copies(network, tmp_path) != before
    with read(tmp_path) as reader:
        assert reader.facts().stories is not None
        assert len(reader.signatures()) > known > 0


async def test_a_held_directory_and_an_older_file_keep_nobody_from_stories(tmp_path: Path) -> None:
    network = generate()
    await crawled(network, tmp_path, depth="1", exports="none")
    with hold(tmp_path):
        assert stories(tmp_path) == copies(network, tmp_path)
        with read(tmp_path) as reader:
            assert reader.facts().stories is None, "another process holds it: nothing is kept"
    with closing(sqlite3.connect(tmp_path / "crawl.db")) as connection, connection:
        for table in ("story_search", "stories", "signatures"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("DELETE FROM _sqlite_migrations WHERE name = 'stories'")
    with open_crawl(tmp_path) as opened:
        assert opened.graph("story").number_of_nodes() > 0


async def test_what_is_read_anew_is_exported_with_its_stories(tmp_path: Path) -> None:
    network = generate()
    await crawled(network, tmp_path, depth="1")
    config = load(files=(), environment={}, flags={"exports": "graphml", "depth": "1"})
    await asyncio.to_thread(reextract, tmp_path, (network.seed,), config)
    with read(tmp_path) as reader:
        assert reader.facts().stories is not None
    assert stories(tmp_path) == copies(network, tmp_path)
    assert 'attr.name="story"' in (tmp_path / "graph.graphml").read_text("utf-8")
