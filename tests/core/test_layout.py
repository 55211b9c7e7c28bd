import numpy as np

from crawler.demo import generate
from crawler.graph.layout import PALETTE, lay_out
from crawler.graph.views import Measures, measure
from crawler.model import CrossLink, Facts, Kind, Node, Receipt, State
from crawler.url import host_of


def demo(sites: int = 3) -> Facts:
    network = generate(1, sites=sites, articles=400, faults=False)
    truth = network.truth([network.seed], 2)
    nodes = [
        Node(
            url,
            host_of(url),
            host_of(url),
            depth,
            State(state),
            None,
            200,
            1,
            None,
            url,
            None,
            None,
            None,
            None,
            1,
            "",
            "",
        )
        for url, (state, _, depth) in sorted(truth.nodes.items())
    ]
    links = [
        CrossLink(s, t, Kind(kind), kind, position, anchor, None, "")
        for s, t, kind, position, anchor in truth.links
    ]
    return Facts(lambda: iter(nodes), lambda: iter(links), Receipt((network.seed,), "", None, "", "{}"))


def distances(measures: Measures) -> tuple[np.ndarray, np.ndarray]:
    layout = lay_out(measures)
    place = np.stack([layout.x, layout.y], axis=1)
    gaps = np.hypot(*(place[:, None, :] - place[None, :, :]).transpose(2, 0, 1))
    np.fill_diagonal(gaps, np.inf)
    return gaps, layout.size


def test_no_two_nodes_overlap() -> None:
    gaps, size = distances(measure(demo()))
    assert (gaps >= (size[:, None] + size[None, :]) / 2 - 1e-3).all()


def test_sites_are_islands() -> None:
    measures = measure(demo())
    gaps, _ = distances(measures)
    sites = np.array(measures.sites)
    nearest = np.argsort(gaps, axis=1)[:, :5]
    assert (sites[nearest] == sites[:, None]).mean() > 0.95


def test_it_is_deterministic() -> None:
    one, two = lay_out(measure(demo())), lay_out(measure(demo()))
    assert (one.x == two.x).all()
    assert one.colour == two.colour


def test_sizes_grow_with_the_links_of_other_pages_and_unfetched_pages_are_small() -> None:
    measures = measure(demo())
    layout = lay_out(measures)
    assert layout.size[measures.fetched].max() == 40
    assert (layout.size[~measures.fetched] == 6).all()
    assert measures.fetched[int(np.argmax(layout.size))]


def test_sites_have_hues_of_their_own_and_the_thirteenth_is_grey() -> None:
    layout = lay_out(measure(demo(sites=14)))
    assert len(set(layout.colour)) == len(PALETTE) + 2


def test_ranking_counts_once_for_a_site() -> None:
    urls = [f"http://a.example/{n}" for n in range(4)] + ["http://b.example/x"]
    nodes = [
        Node(
            u,
            host_of(u),
            host_of(u),
            0,
            State.FETCHED,
            None,
            200,
            1,
            None,
            u,
            None,
            None,
            None,
            None,
            1,
            "",
            "",
        )
        for u in urls
    ]
    links = [CrossLink(u, urls[0], Kind.RANKING, "", 1, "", None, "") for u in urls[1:]]
    links += [CrossLink(urls[1], urls[0], Kind.RELATED, "", 1, "", None, "")]
    measures = measure(Facts(lambda: iter(nodes), lambda: iter(links), Receipt((), "", None, "", "{}")))
    assert measures.indegree_net[0] == 3  # a.example's Ranking, b.example's, and one related page
    assert measures.inlinks[Kind.RANKING][0] == 4


def test_an_empty_crawl_has_a_layout() -> None:
    facts = Facts(lambda: iter(()), lambda: iter(()), Receipt((), "", None, "", "{}"))
    assert len(lay_out(measure(facts)).x) == 0
