"""Link schemes: how much two sites behave like one network, as a number from 0 to 1 and the parts it is made of. Pure.

The parts are what Google's spam policies (link schemes), Gyöngyi and Garcia-Molina (Link Spam Alliances, 2005) and
studies of copied news look for: links both ways, from most pages, more than chance gives, on equal templates, with
the same stories, towards the same third sites. A number ranks what to look at first; it says nothing of intent.
Memory goes with the pairs of sites, and with the stories that several pages carry. Definitions: docs/measures.md.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import groupby, permutations
from math import log, sqrt
from operator import attrgetter

from crawler.model import Facts, Kind, State
from crawler.url import host_of, site_of

WEIGHTS = {
    "reciprocity": 0.25,
    "linking": 0.2,
    "excess": 0.15,
    "templates": 0.1,
    "copies": 0.2,
    "shared_targets": 0.1,
}
"""Weight of each part; an unknown one adds nothing. Set by judgement, not learnt."""

Label = tuple[Kind, str]


@dataclass(frozen=True, slots=True)
class Parts:
    """What a score is made of, each from 0 to 1; None is unknown."""

    reciprocity: float
    """How even the shares of pages that link across are: 2 min / sum. Of shares, for a crawl sees more of one site."""
    linking: float
    """Share of a site's pages that link to the other: geometric mean of both ways."""
    excess: float
    """Links across against what chance gives: (links - expected) / (links + expected), 0 at chance and below."""
    templates: float | None
    """Kinds and headings of blocks that both have, the rarer the heavier; None if a site has no heading."""
    copies: float | None
    """Share of both sites' fetched pages whose story the other carries, too; None if stories were not looked for."""
    shared_targets: float | None
    """Likeness (cosine) of their links to third sites; None if one has none."""

    @property
    def score(self) -> float:
        """Sum of the parts by `WEIGHTS`: a pair of which little is known does not rank high on that little."""
        return sum(weight * (getattr(self, name) or 0.0) for name, weight in WEIGHTS.items())


@dataclass(frozen=True, slots=True)
class PairScheme:
    """Two sites, and what ties them."""

    a: str
    """The site that comes first by name."""
    b: str
    score: float
    parts: Parts
    links_there: int
    """Links from a to b."""
    links_back: int
    pages_there: int
    """Pages of a that link to b."""
    pages_back: int
    expected_there: float
    """Links from a to b by chance: a's leaving links dealt to the other sites by the leaving links they receive."""
    expected_back: float


@dataclass(frozen=True, slots=True)
class SiteScheme:
    """A site, and how it stands among the sites it is tied to."""

    site: str
    score: float
    """Mean score of its pairs, weighted by their links and shared pages."""
    pairs: int
    """Sites that it is linked with, or shares stories with."""
    mutual: int
    """Of these, sites with links both ways."""
    pages: int
    """Pages with blocks."""
    links: int
    leaving: float
    """Share of its links that lead to other sites."""
    clique: float | None
    """Share of the ordered pairs among the sites that it is linked with that are linked; None if fewer than two."""
    clique_chance: float
    """The same among all sites of the crawl."""
    copied: float | None
    """Share of its fetched pages whose story another site carries, too; None if stories were not looked for."""


class _By(dict[str, Counter[str]]):
    """Numbers by two sites, 0 if there is none: half the memory of a dictionary by pairs."""

    def add(self, a: str, b: str, number: int) -> None:
        self.setdefault(a, Counter())[b] += number

    def of(self, a: str, b: str) -> int:
        own = self.get(a)
        return 0 if own is None else own[b]


@dataclass(slots=True)
class _Counts:
    """What one pass over the facts gathers."""

    links: _By = field(default_factory=_By)
    """Links from the first site to the second, which is another."""
    pages: _By = field(default_factory=_By)
    """Pages of the first site that have such links."""
    within: Counter[str] = field(default_factory=Counter)
    """Links of a site to itself."""
    linking: Counter[str] = field(default_factory=Counter)
    """Pages with blocks, by site."""
    fetched: Counter[str] = field(default_factory=Counter)
    labels: defaultdict[str, set[Label]] = field(default_factory=lambda: defaultdict(set))
    shared: _By = field(default_factory=_By)
    """Pages of the first site whose story the second carries, too."""
    copied: Counter[str] = field(default_factory=Counter)


def link_schemes(facts: Facts, most: int | None = None) -> tuple[list[SiteScheme], list[PairScheme]]:
    """Return the sites, and the pairs of sites that links or stories tie, the greatest score first.

    Args:
        facts: What the crawl knows.
        most: Pairs returned at most; None returns all, which of thousands of sites take hundreds of megabytes.
    """
    counts = _counted(facts)
    links, pages, shared = counts.links, counts.pages, counts.shared
    has_stories = facts.stories is not None
    out = {site: own.total() for site, own in links.items()}
    into = Counter[str]()
    for own in links.values():
        into.update(own)
    total = sum(out.values())
    squares = {site: sum(number * number for number in own.values()) for site, own in links.items()}
    heading = Counter(label for labels in counts.labels.values() for label in labels)
    rarity = {label: log((len(counts.labels) + 1) / number) for label, number in heading.items()}
    tied = sorted({(min(a, b), max(a, b)) for by in (links, shared) for a, own in by.items() for b in own})

    def expected(a: str, b: str) -> float:
        others = total - into[a]
        return out.get(a, 0) * into[b] / others if others else 0.0

    def parts_of(a: str, b: str) -> Parts:
        there = _ratio(pages.of(a, b), counts.linking[a])
        back = _ratio(pages.of(b, a), counts.linking[b])
        return Parts(
            _both_ways(there, back),
            sqrt(there * back),
            _excess(links.of(a, b) + links.of(b, a), expected(a, b) + expected(b, a)),
            _alike(counts.labels[a], counts.labels[b], rarity),
            _ratio(shared.of(a, b) + shared.of(b, a), counts.fetched[a] + counts.fetched[b])
            if has_stories
            else None,
            _cosine(links, squares, a, b),
        )

    # Of all pairs the scores alone are kept: what a score is made of is worked out again of those that are returned.
    scores = array("d", (parts_of(a, b).score for a, b in tied))
    ranked = sorted(range(len(tied)), key=lambda place: -scores[place])
    pairs = [
        PairScheme(
            a,
            b,
            scores[place],
            parts_of(a, b),
            links.of(a, b),
            links.of(b, a),
            pages.of(a, b),
            pages.of(b, a),
            expected(a, b),
            expected(b, a),
        )
        for place in ranked[:most]
        for a, b in (tied[place],)
    ]
    return _sites(counts, tied, scores, ranked, has_stories=has_stories), pairs


def _counted(facts: Facts) -> _Counts:
    counts = _Counts()
    for node in facts.nodes():
        if node.state is State.FETCHED:
            counts.fetched[node.site] += 1
    for source, links in groupby(facts.links(), attrgetter("source")):
        own = site_of(host_of(source))
        others = Counter[str]()
        for link in links:
            others[site_of(host_of(link.target))] += 1
            if link.label:
                counts.labels[own].add((link.kind, " ".join(link.label.casefold().split())))
        counts.linking[own] += 1
        counts.within[own] += others.pop(own, 0)
        for other, number in others.items():
            counts.links.add(own, other, number)
            counts.pages.add(own, other, 1)
    if facts.stories is not None:
        carried: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for member in facts.stories():
            carried[member.story][site_of(host_of(member.url))] += 1
        for on in carried.values():
            for a, b in permutations(on, 2):
                counts.shared.add(a, b, on[a])
            if len(on) > 1:
                counts.copied.update(on)
    return counts


def _sites(
    counts: _Counts,
    tied: list[tuple[str, str]],
    scores: array[float],
    ranked: list[int],
    *,
    has_stories: bool,
) -> list[SiteScheme]:
    links, shared = counts.links, counts.shared
    of: defaultdict[str, array[int]] = defaultdict(lambda: array("q"))
    """The places of each site's pairs."""
    for place in ranked:
        for site in tied[place]:
            of[site].append(place)
    known = set(counts.fetched) | set(of) | set(counts.linking)
    chance = _ratio(sum(map(len, links.values())), len(known) * (len(known) - 1))
    found = []
    for site in sorted(known):
        own = of[site]
        others = [b if a == site else a for a, b in map(tied.__getitem__, own)]
        there, back = [links.of(site, one) for one in others], [links.of(one, site) for one in others]
        weight = [
            ours + theirs + shared.of(site, one) + shared.of(one, site)
            for one, ours, theirs in zip(others, there, back, strict=True)
        ]
        near = {one for one, ours, theirs in zip(others, there, back, strict=True) if ours or theirs}
        among = sum(len(near & links[one].keys()) for one in near if one in links)
        leaving = sum(there)
        found.append(
            SiteScheme(
                site,
                _ratio(sum(scores[place] * w for place, w in zip(own, weight, strict=True)), sum(weight)),
                len(own),
                sum(ours > 0 and theirs > 0 for ours, theirs in zip(there, back, strict=True)),
                counts.linking[site],
                leaving + counts.within[site],
                _ratio(leaving, leaving + counts.within[site]),
                _ratio(among, len(near) * (len(near) - 1)) if len(near) > 1 else None,
                chance,
                _ratio(counts.copied[site], counts.fetched[site]) if has_stories else None,
            )
        )
    found.sort(key=lambda one: (-one.score, one.site))
    return found


def _ratio(part: float, whole: float) -> float:
    """Return a share; 0 of nothing, and at most 1."""
    return min(part / whole, 1.0) if whole else 0.0


def _both_ways(there: float, back: float) -> float:
    return _ratio(2 * min(there, back), there + back)


def _excess(links: int, expected: float) -> float:
    return max(_ratio(links - expected, links + expected), 0.0)


def _alike(a: set[Label], b: set[Label], rarity: dict[Label, float]) -> float | None:
    """Return the weighted Jaccard index of two sets."""
    if not a or not b:
        return None
    # In order: a sum's last digit depends on it, and a set's order on the process.
    return _ratio(sum(rarity[one] for one in sorted(a & b)), sum(rarity[one] for one in sorted(a | b)))


def _cosine(links: _By, squares: dict[str, int], a: str, b: str) -> float | None:
    """Return the cosine of two sites' links to third sites."""
    one, two = links.get(a), links.get(b)
    # What the two say of each other is left out.
    if not one or not two or one.keys() == {b} or two.keys() == {a}:
        return None
    length = sqrt((squares[a] - one[b] ** 2) * (squares[b] - two[a] ** 2))
    # Neither links to itself here.
    return _ratio(sum(one[site] * two[site] for site in one.keys() & two.keys()), length)
