"""How sites link to each other: links by kind from each site to each, and who links back. Pure."""

from collections import Counter
from dataclasses import dataclass

from crawler.graph.measures import KINDS
from crawler.model import Kind
from crawler.report.gathered import Pages, Tally

MOST_PAIRS = 200
"""Pairs of sites that are kept: thousands of sites have millions."""


@dataclass(frozen=True, slots=True)
class SiteRow:
    """One site in numbers."""

    site: str
    hosts: int
    known: int
    fetched: int
    links: int
    """On its pages, to other pages."""
    leaving: int
    """Of these, to other sites."""
    links_to: int
    """Other sites it links to."""
    links_back: int
    """Of these, sites that link back."""


@dataclass(frozen=True, slots=True)
class SitePair:
    """Two sites that link to each other."""

    a: str
    b: str
    there: int
    back: int
    kinds: dict[str, tuple[int, int]]
    """By kind, links from the first to the second, and back."""


@dataclass(frozen=True, slots=True)
class Interlinks:
    """Sites, and the links between them."""

    sites: tuple[SiteRow, ...]
    """All, those with most fetched pages first."""
    shown: tuple[str, ...]
    """The sites of the matrices: those with most links to and from other sites."""
    matrices: dict[str, tuple[tuple[int, ...], ...]]
    """By kind: links from the site of the row to the site of the column."""
    between: int
    """Links from one site to another, of all sites."""
    pairs: tuple[SitePair, ...]
    """Pairs that link both ways, those with most links first; the first `MOST_PAIRS`."""
    mutual: int
    """Pairs that link both ways."""
    one_way: int
    """Pairs of sites with links in one direction only, where both were fetched."""

    def coloured(self) -> list[str]:
        """Return the sites in the order in which the map gives them colours (`coloursOfSites`)."""
        fetched = [row for row in self.sites if row.fetched]
        return [row.site for row in sorted(fetched, key=lambda row: (-row.fetched, row.site))]


def interlinks(pages: Pages, tally: Tally, most: int) -> Interlinks:
    """Return how sites interlink.

    Args:
        pages: The pages.
        tally: Their links.
        most: How many sites the matrices show at most.
    """
    names = [site.name for site in pages.sites]
    partners: dict[int, set[int]] = {number: set() for number in range(len(names))}
    leaving, touched, joined = Counter[int](), Counter[int](), Counter[int]()
    for key, count in tally.between.items():
        source, target = divmod(key // len(KINDS), len(names))
        touched[source] += count
        touched[target] += count
        if source != target:
            partners[source].add(target)
            leaving[source] += count
            joined[source] += count
            joined[target] += count
    order = sorted(range(len(names)), key=lambda n: (-pages.sites[n].fetched, -touched[n], names[n]))
    rows = tuple(
        SiteRow(
            names[n],
            len(pages.sites[n].hosts),
            pages.sites[n].known,
            pages.sites[n].fetched,
            pages.sites[n].links,
            leaving[n],
            len(partners[n]),
            sum(n in partners[other] for other in partners[n]),
        )
        for n in order
    )
    # Sites that are joined most come first: those with most pages may have links to themselves only.
    shown = sorted((n for n in order if touched[n]), key=lambda n: -joined[n])[:most]
    matrices = {
        str(kind): tuple(tuple(tally.between[pages.between(a, b, kind)] for b in shown) for a in shown)
        for kind in KINDS
        if tally.entries[kind]
    }
    mutual = [(a, b) for a in partners for b in partners[a] if a < b and a in partners[b]]
    sums = {
        (a, b): sum(tally.between[pages.between(*ends, kind)] for ends in ((a, b), (b, a)) for kind in KINDS)
        for a, b in mutual
    }
    mutual.sort(key=lambda ends: (-sums[ends], names[ends[0]], names[ends[1]]))
    one_way = sum(a not in partners[b] and pages.sites[b].fetched > 0 for a in partners for b in partners[a])
    return Interlinks(
        rows,
        tuple(names[n] for n in shown),
        matrices,
        sum(leaving.values()),
        tuple(_pair(pages, tally, names, a, b) for a, b in mutual[:MOST_PAIRS]),
        len(mutual),
        one_way,
    )


def _pair(pages: Pages, tally: Tally, names: list[str], a: int, b: int) -> SitePair:
    """Return two sites that link to each other, the one that links more first."""
    kinds: dict[Kind, tuple[int, int]] = {
        kind: (tally.between[pages.between(a, b, kind)], tally.between[pages.between(b, a, kind)])
        for kind in KINDS
    }
    there, back = (sum(count[side] for count in kinds.values()) for side in (0, 1))
    if back > there:
        return _pair(pages, tally, names, b, a)
    present = {str(kind): counts for kind, counts in kinds.items() if any(counts)}
    return SitePair(names[a], names[b], there, back, present)
