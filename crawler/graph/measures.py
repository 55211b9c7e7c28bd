"""Measures: numbers over the nodes of a view, counted from its links. Pure.

They are held as arrays, not objects: a million links are eight megabytes.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from crawler.model import CrossLink, Kind
from crawler.url import host_of

KINDS = tuple(Kind)
Ints = NDArray[np.int64]

TemplateBlock = tuple[str, Kind, str | None]
"""A host's block of one kind and label."""


@dataclass(frozen=True, slots=True)
class Measures:
    """Numbers by node, in the order of `urls`."""

    urls: tuple[str, ...]
    """The nodes' ids: of pages their canonical URLs, in the order that `Facts.nodes` yields them."""
    index: dict[str, int]
    sites: tuple[str, ...]
    """Site of each node."""
    fetched: NDArray[np.bool_]
    source: Ints
    """Of each edge: the index of its source; edges are sorted by source, then target."""
    target: Ints
    weight: Ints
    """Of each edge: the number of its links."""
    of_kind: dict[Kind, Ints]
    """By kind, the edges that have links of it, each as source times number of nodes plus target."""
    inlinks: dict[Kind, Ints]
    """Distinct nodes that link to a node, by kind."""
    outlinks: dict[Kind, Ints]
    """Distinct nodes that a node links to, by kind."""
    indegree_net: Ints
    """Nodes that link to a node, where a site-wide block counts once a site: it is the same on all its pages."""
    mutual: frozenset[int]
    """Edges whose target links back, each as source times number of nodes plus target."""

    def is_mutual(self, source: int, target: int) -> bool:
        """Say whether the target of an edge, both as indices, links back."""
        return source * len(self.urls) + target in self.mutual


def count(
    urls: Sequence[str],
    sites: Sequence[str],
    fetched: Sequence[bool],
    links: Iterable[CrossLink],
    group: Mapping[str, str] | None = None,
    site_wide: Collection[TemplateBlock] = frozenset(),
) -> Measures:
    """Count the links between nodes.

    Args:
        urls: The nodes' ids, each once.
        sites: Site of each.
        fetched: Whether each was fetched.
        links: Between pages, best those of one source together; those within a node do not count.
        group: Node of each page; None where pages are the nodes.
        site_wide: The blocks that are the same on nearly every page of a host.
    """
    index = {url: number for number, url in enumerate(urls)}
    size, kinds = max(len(urls), 1), {kind: number for number, kind in enumerate(KINDS)}
    # One number a link: source, target, kind, and whether its block is site-wide, as its digits.
    base = 2 * len(KINDS)

    def codes() -> Iterator[int]:
        page, source, host = "", 0, ""
        for link in links:
            if link.source != page:
                page = link.source
                source, host = index[page if group is None else group[page]], host_of(page)
            target = index[link.target if group is None else group[link.target]]
            if source != target:
                wide = (host, link.kind, link.label) in site_wide
                yield (source * size + target) * base + 2 * kinds[link.kind] + wide

    coded = np.sort(np.fromiter(codes(), dtype=np.int64))
    keys = coded // base
    first = np.flatnonzero(_changes(keys))
    keys, weight = keys[first], np.diff(first, append=len(keys))
    coded = _distinct(coded)
    site_of = np.unique(np.array(sites, dtype=object), return_inverse=True)[1] if urls else np.zeros(0, int)
    of_kind, inlinks, outlinks = {}, {}, {}
    for kind, number in kinds.items():
        edges = _distinct(coded[coded % base // 2 == number] // base)
        of_kind[kind] = edges
        inlinks[kind] = np.bincount(edges % size, minlength=len(urls))
        outlinks[kind] = np.bincount(edges // size, minlength=len(urls))
    wide = _distinct(coded[coded % 2 == 1] // base)
    plain = _distinct(coded[coded % 2 == 0] // base)
    by_site = _distinct(np.sort(site_of[wide // size] * size + wide % size))
    net = np.bincount(plain % size, minlength=len(urls)) + np.bincount(by_site % size, minlength=len(urls))
    back = np.sort(keys % size * size + keys // size)
    mutual = keys[back[np.minimum(np.searchsorted(back, keys), len(keys) - 1)] == keys] if len(keys) else keys
    return Measures(
        tuple(urls),
        index,
        tuple(sites),
        np.array(fetched, dtype=bool),
        keys // size,
        keys % size,
        weight,
        of_kind,
        inlinks,
        outlinks,
        net,
        frozenset(mutual.tolist()),
    )


def _changes(ordered: Ints) -> NDArray[np.bool_]:
    """Return where a value differs from the one before."""
    found = np.ones(len(ordered), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=found[1:])
    return found


def _distinct(ordered: Ints) -> Ints:
    """Return the distinct values of a sorted array; numpy's own way by hashes takes ten times as long."""
    return ordered[_changes(ordered)]
