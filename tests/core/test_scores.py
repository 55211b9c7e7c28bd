"""Scores: each by its definition, the same by igraph and NetworkX, whatever the order of nodes and edges."""

import random

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.graph.measures import Measures, count, read_links
from crawler.graph.scores import (
    assortativity,
    hits,
    leaving_share,
    modularity,
    pagerank,
    reciprocity,
    score,
    site_pairs,
)
from crawler.model import CrossLink, Kind

BOTH = pytest.mark.parametrize("library", ["igraph", "networkx"])


def graph(edges: list[tuple[int, int]], nodes: int, kinds: list[Kind] | None = None) -> Measures:
    """Measures of pages of three sites, numbered; an edge named twice is two links."""
    urls = [f"http://{'abc'[n % 3]}.example/{n:03}" for n in range(nodes)]
    sites = [f"{'abc'[n % 3]}.example" for n in range(nodes)]
    order = sorted(range(nodes), key=urls.__getitem__)
    links = [
        CrossLink(urls[a], urls[b], kind, None, 1, "", None, "")
        for (a, b), kind in zip(edges, kinds or [Kind.RELATED] * len(edges), strict=True)
    ]
    index = {urls[n]: place for place, n in enumerate(order)}
    return count(list(index), [sites[n] for n in order], [True] * nodes, read_links(index, links))


def as_networkx(measures: Measures) -> "nx.DiGraph[str]":
    found: nx.DiGraph[str] = nx.DiGraph()
    found.add_nodes_from(measures.urls)
    for a, b, weight in zip(measures.source, measures.target, measures.weight, strict=True):
        found.add_edge(measures.urls[a], measures.urls[b], weight=int(weight))
    return found


def by_url(measures: Measures, values: object) -> list[float]:
    return [values[url] for url in measures.urls]  # type: ignore[index]


graphs = st.integers(3, 14).flatmap(
    lambda n: st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=50).map(
        lambda edges: graph(edges, n)
    )
)


@BOTH
@given(graphs)
@settings(max_examples=60, deadline=None)
def test_scores_are_what_networkx_says_by_definition(library: str, measures: Measures) -> None:
    reference = as_networkx(measures)
    scores = score(measures, library=library).by_name
    rank = nx.pagerank(reference, alpha=0.85, tol=1e-12, max_iter=1000)
    assert scores["pagerank"] == pytest.approx(by_url(measures, rank), abs=1e-9)
    passed = nx.betweenness_centrality(reference)
    assert scores["betweenness"] == pytest.approx(by_url(measures, passed), abs=1e-9)
    plain = reference.to_undirected()
    assert list(scores["core"]) == by_url(measures, nx.core_number(plain))


@given(graphs)
@settings(max_examples=60, deadline=None)
def test_igraph_and_networkx_give_the_same_but_for_ties_of_communities(measures: Measures) -> None:
    one, two = (score(measures, library=library) for library in ("igraph", "networkx"))
    assert list(one.by_name) == list(two.by_name)
    assert one.unmeasured == two.unmeasured
    for name in set(one.by_name) - {"community"}:
        assert one.by_name[name] == pytest.approx(two.by_name[name], abs=1e-9), name
    leiden, louvain = (modularity(measures, scores.by_name["community"]) for scores in (one, two))
    assert leiden >= louvain - 0.05


@BOTH
@given(graphs, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_no_score_depends_on_the_order_of_nodes_and_links(
    library: str, measures: Measures, chance: random.Random
) -> None:
    edges = [
        (measures.urls[a], measures.urls[b])
        for a, b, weight in zip(measures.source, measures.target, measures.weight, strict=True)
        for _ in range(weight)
    ]
    urls = list(measures.urls)
    chance.shuffle(edges)
    chance.shuffle(urls)
    links = [CrossLink(a, b, Kind.RELATED, None, 1, "", None, "") for a, b in edges]
    index = {url: place for place, url in enumerate(urls)}
    other = count(urls, ["x"] * len(urls), [True] * len(urls), read_links(index, links))
    one, two = score(measures, library=library).by_name, score(other, library=library).by_name
    for name, values in one.items():
        again = [two[name][other.index[url]] for url in measures.urls]
        assert values.tolist() == again, name


@pytest.mark.parametrize("seed", range(5))
def test_hits_is_what_networkx_and_igraph_say_where_it_is_unique(seed: int) -> None:
    chance = random.Random(seed)
    measures = graph([(chance.randrange(40), int(40 * chance.random() ** 2)) for _ in range(300)], 40)
    hub, authority = hits(40, measures.source, measures.target)
    plain = as_networkx(measures)
    nx.set_edge_attributes(plain, 1, "weight")
    hubs, authorities = (by_url(measures, values) for values in nx.hits(plain, max_iter=1000, tol=1e-12))
    assert hub == pytest.approx(np.array(hubs) / max(hubs), abs=1e-6)
    assert authority == pytest.approx(np.array(authorities) / max(authorities), abs=1e-6)
    igraph = pytest.importorskip("igraph")
    other = igraph.Graph(
        n=40, edges=zip(measures.source.tolist(), measures.target.tolist(), strict=True), directed=True
    )
    assert hub == pytest.approx(other.hub_score(), abs=1e-6)
    assert authority == pytest.approx(other.authority_score(), abs=1e-6)


def test_two_parts_equally_tight_share_hubs_as_in_the_published_algorithm() -> None:
    hub, authority = hits(4, np.array([0, 2]), np.array([1, 3]))
    assert hub.tolist() == [1, 0, 1, 0]
    assert authority.tolist() == [0, 1, 0, 1]


def test_pagerank_of_a_kind_goes_over_its_edges_only_and_a_kind_without_edges_is_unmeasured() -> None:
    measures = graph([(0, 1), (0, 2), (3, 1)], 6, [Kind.RELATED, Kind.RANKING, Kind.RANKING])
    scores = score(measures)
    assert scores.unmeasured == {"pagerank_recommendation", "pagerank_other"}
    place = {url: number for number, url in enumerate(measures.urls)}
    url = [f"http://{'abc'[n % 3]}.example/{n:03}" for n in range(6)]
    related = scores.by_name["pagerank_related"]
    assert related[place[url[1]]] > related[place[url[2]]]
    assert related[place[url[2]]] == pytest.approx(related[place[url[3]]])
    ranking = scores.by_name["pagerank_ranking"]
    assert ranking[place[url[1]]] > ranking[place[url[4]]]
    assert ranking[place[url[1]]] == pytest.approx(ranking[place[url[2]]])


def test_pagerank_follows_links_by_their_number() -> None:
    rank = pagerank(3, np.array([0, 0]), np.array([1, 2]), np.array([3, 1]))
    first = rank[1] - rank[0]
    assert first == pytest.approx(3 * (rank[2] - rank[0]))
    assert rank.sum() == pytest.approx(1)


@BOTH
def test_communities_are_numbered_by_size_then_by_the_smallest_url(library: str) -> None:
    def ring(*nodes: int) -> list[tuple[int, int]]:
        return [(a, b) for a in nodes for b in nodes if a != b]

    # By url the order is 000, 003, 006, 009, 001, 004, …: the pair of 001 comes after that of 009.
    measures = graph(ring(2, 5, 8, 11) + ring(1, 4) + ring(9, 0), 12)
    scores = score(measures, library=library)
    community = dict(zip(measures.urls, scores.by_name["community"].tolist(), strict=True))
    of = {int(url[-3:]): number for url, number in community.items()}
    assert [of[n] for n in (2, 5, 8, 11)] == [1, 1, 1, 1]
    assert (of[0], of[9], of[1], of[4]) == (2, 2, 3, 3)
    assert (of[3], of[6], of[7], of[10]) == (4, 5, 6, 7)
    assert scores.communities()[measures.index["http://c.example/002"]] == "1"


@BOTH
def test_planted_communities_are_found(library: str) -> None:
    chance = random.Random(3)
    edges = [(n, n % 5 + 5 * chance.randrange(40)) for n in range(200) for _ in range(6)]
    edges += [(chance.randrange(200), chance.randrange(200)) for _ in range(150)]
    measures = graph(edges, 200)
    community = score(measures, library=library).by_name["community"]
    of = {int(url[-3:]): int(number) for url, number in zip(measures.urls, community, strict=True)}
    assert len(set(of.values())) == 5
    assert all(len({of[n] for n in range(rest, 200, 5)}) == 1 for rest in range(5))


@BOTH
def test_above_its_steps_betweenness_is_left_out_and_named(library: str) -> None:
    measures = graph([(0, 1), (1, 2)], 3)
    scores = score(measures, library=library, steps=14)
    assert "betweenness" in scores.unmeasured
    assert "betweenness" not in scores.of(0)
    assert "betweenness" in score(measures, library=library, steps=15).by_name


@BOTH
def test_betweenness_of_a_sample_comes_near_the_exact_one(
    library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(5)
    measures = graph([(chance.randrange(900), int(900 * chance.random() ** 2)) for _ in range(4500)], 900)
    exact = score(measures, library=library).by_name["betweenness"]
    monkeypatch.setattr("crawler.graph.scores.EXACT_NODES", 800)
    sampled = score(measures, library=library).by_name["betweenness"]
    assert np.abs(sampled - exact).max() < 0.03
    assert np.corrcoef(sampled, exact)[0, 1] > 0.95
    assert sampled.tolist() == score(measures, library=library).by_name["betweenness"].tolist()


def test_hits_by_igraph_s_eigenvectors_comes_to_the_same_and_warns_of_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("igraph")
    chance = random.Random(2)
    measures = graph([(chance.randrange(40), int(200 * chance.random() ** 2)) for _ in range(900)], 200)
    one = score(measures).by_name
    monkeypatch.setattr("crawler.graph.scores._HITS_EDGES", 100)
    two = score(measures).by_name
    for name in ("hub", "authority"):
        assert two[name] == pytest.approx(one[name], abs=1e-6)
        assert two[name].min() >= 0 and two[name].max() == pytest.approx(1)
        assert two[name].tolist() == score(measures).by_name[name].tolist()


@BOTH
@pytest.mark.parametrize("nodes", [0, 1, 2, 5])
def test_a_graph_without_edges_is_measured(library: str, nodes: int) -> None:
    scores = score(graph([], nodes), library=library)
    if not nodes:
        assert not scores.by_name
        return
    assert scores.by_name["pagerank"].tolist() == [1 / nodes] * nodes
    assert scores.by_name["hub"].tolist() == scores.by_name["betweenness"].tolist() == [0] * nodes
    assert scores.by_name["community"].tolist() == list(range(1, nodes + 1))


def test_the_random_numbers_of_the_program_are_left_as_they_were() -> None:
    random.seed(1)
    expected = random.random()
    random.seed(1)
    score(graph([(0, 1), (1, 2), (2, 0)], 5))
    assert random.random() == expected


@given(graphs)
@settings(max_examples=60, deadline=None)
def test_assortativity_reciprocity_and_modularity_are_networkx_s(measures: Measures) -> None:
    reference = as_networkx(measures)
    assert reciprocity(measures) == pytest.approx(nx.overall_reciprocity(reference) if reference.edges else 0)
    multi: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    multi.add_nodes_from(
        (url, {"site": site}) for url, site in zip(measures.urls, measures.sites, strict=True)
    )
    for a, b, weight in reference.edges(data="weight"):
        multi.add_edges_from([(a, b)] * weight)
    own = assortativity(measures)
    if own is not None:
        assert own == pytest.approx(nx.attribute_assortativity_coefficient(multi, "site"))
        leaving = [multi.nodes[a]["site"] != multi.nodes[b]["site"] for a, b in multi.edges()]
        assert leaving_share(measures) == pytest.approx(sum(leaving) / len(leaving))
    if reference.edges:
        community = score(measures).by_name["community"]
        groups = [
            {u for u, c in zip(measures.urls, community, strict=True) if c == k} for k in set(community)
        ]
        plain: nx.Graph[str] = nx.Graph()
        plain.add_nodes_from(measures.urls)
        for a, b, weight in reference.edges(data="weight"):
            before = plain.get_edge_data(a, b, {"weight": 0})["weight"]
            plain.add_edge(a, b, weight=before + weight)
        assert modularity(measures, community) == pytest.approx(nx.community.modularity(plain, groups))


def test_pairs_of_sites_tell_who_links_back() -> None:
    # a: 0, 3; b: 1, 4; c: 2, 5
    measures = graph([(0, 1), (0, 1), (1, 0), (3, 1), (4, 3), (0, 3), (5, 0)], 6)
    pair, other = site_pairs(measures)
    assert (pair.a, pair.b) == ("a.example", "b.example")
    assert (pair.there, pair.back, pair.links_there, pair.links_back, pair.mutual) == (2, 2, 3, 2, 1)
    assert pair.reciprocity == 0.5
    assert (other.a, other.b, other.there, other.back, other.reciprocity) == (
        "a.example",
        "c.example",
        0,
        1,
        0,
    )
