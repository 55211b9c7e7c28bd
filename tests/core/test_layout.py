import random
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

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


def made_up(per_site: list[int]) -> Facts:
    """A crawl of sites with so many pages: each page links to eight of its site, to the site's first three, and out."""
    chance, nodes, links = random.Random(3), [], []
    pages = [[f"http://s{site}.example/{n}" for n in range(count)] for site, count in enumerate(per_site)]
    everything = [url for own in pages for url in own]
    for own in pages:
        for number, url in enumerate(own):
            state = State.FETCHED if number < 3 or chance.random() < 0.7 else State.BEYOND
            host = host_of(url)
            nodes.append(
                Node(url, host, host, 1, state, None, 200, 1, None, url, None, None, None, None, 1, "", "")
            )
            near = (own[(number + chance.randrange(1, 20)) % len(own)] for _ in range(8))
            for target in dict.fromkeys([*near, *own[:3], chance.choice(everything)]):
                links.append(CrossLink(url, target, Kind.RELATED, "", 1, "", None, ""))
    return Facts(lambda: iter(nodes), lambda: iter(links), Receipt((), "", None, "", "{}"))


@pytest.mark.parametrize(
    "facts",
    [
        demo(),
        made_up([900, 700, 400, 150, 40, 8, 3, 2, *[1] * 60]),  # islands of each way to compute repulsion
        made_up([1500, 10]),  # one site rules: communities
        made_up([1] * 2000),
        made_up([2] * 300),
    ],
    ids=["demo", "mixed", "one site rules", "one page a site", "two pages a site"],
)
def test_no_two_nodes_overlap(facts: Facts) -> None:
    gaps, size = distances(measure(facts))
    assert (gaps >= size[:, None] + size[None, :] - 1e-3).all()


def test_islands_do_not_overlap() -> None:
    measures = measure(made_up([300, 200, 100, 50, *[5] * 150]))
    layout = lay_out(measures)
    place, sites = np.stack([layout.x, layout.y], axis=1), np.array(measures.sites)
    names = sorted(set(measures.sites))
    middle = np.array([place[sites == name].mean(axis=0) for name in names])
    radius = np.array(
        [
            (np.hypot(*(place[sites == name] - own).T) + layout.size[sites == name]).max()
            for name, own in zip(names, middle, strict=True)
        ]
    )
    gaps = np.hypot(*(middle[:, None, :] - middle[None, :, :]).transpose(2, 0, 1))
    np.fill_diagonal(gaps, np.inf)
    assert (gaps > radius[:, None] + radius[None, :]).all()


def test_linked_pages_of_an_island_are_nearer_than_others() -> None:
    measures = measure(made_up([800, 700, 600]))  # large enough to be repelled by parts
    layout = lay_out(measures)
    place, sites = np.stack([layout.x, layout.y], axis=1), np.array(measures.sites)
    within = sites[measures.source] == sites[measures.target]
    source, target = measures.source[within], measures.target[within]
    shuffled = np.empty(len(place), int)
    for name in set(measures.sites):
        own = np.flatnonzero(sites == name)
        shuffled[own] = np.random.default_rng(1).permutation(own)

    def mean(nodes: np.ndarray) -> float:
        return float(np.hypot(*(place[nodes[source]] - place[nodes[target]]).T).mean())

    assert mean(np.arange(len(place))) < 0.6 * mean(shuffled)


def test_communities_of_a_ruling_site_are_islands() -> None:
    """Eight rings of pages, and a few links between them, are eight discs."""
    facts, ring = made_up([400]), 50
    measures = measure(facts)
    numbers = np.arange(400)
    source = np.concatenate([np.repeat(numbers, 6), numbers[::10]])
    near = (np.tile(np.arange(1, 7), 400) + np.repeat(numbers, 6)) % ring + np.repeat(
        numbers, 6
    ) // ring * ring
    target = np.concatenate([near, (numbers[::10] + 137) % 400])
    layout = lay_out(replace(measures, source=source, target=target))
    place = np.stack([layout.x, layout.y], axis=1)
    gaps = np.hypot(*(place[:, None, :] - place[None, :, :]).transpose(2, 0, 1))
    np.fill_diagonal(gaps, np.inf)
    nearest = np.argsort(gaps, axis=1)[:, :5]
    assert (nearest // ring == numbers[:, None] // ring).mean() > 0.95


def test_sites_are_islands() -> None:
    measures = measure(demo())
    gaps, _ = distances(measures)
    sites = np.array(measures.sites)
    nearest = np.argsort(gaps, axis=1)[:, :5]
    assert (sites[nearest] == sites[:, None]).mean() > 0.95


@pytest.mark.parametrize("make", [demo, lambda: made_up([2000, 300, *[1] * 150])], ids=["demo", "made up"])
def test_it_is_deterministic(make: Callable[[], Facts]) -> None:
    one, two = lay_out(measure(make())), lay_out(measure(make()))
    assert (one.x == two.x).all()
    assert (one.y == two.y).all()
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
    urls = [f"http://{host}.example/{n}" for host in "ab" for n in range(12)]
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
    assert measures.inlinks[Kind.RANKING][0] == 23


def test_an_empty_crawl_has_a_layout() -> None:
    facts = Facts(lambda: iter(()), lambda: iter(()), Receipt((), "", None, "", "{}"))
    assert len(lay_out(measure(facts)).x) == 0
