"""Link schemes: how much two sites behave like one network, as a number from 0 to 1 and the parts it is made of. Pure.

The parts are what Google's spam policies (link schemes), Gyöngyi and Garcia-Molina (Link Spam Alliances, 2005) and
studies of copied news look for: links both ways, from most pages, more than chance gives, on equal templates, with
the same stories, towards the same third sites. A number ranks what to look at first; it says nothing of intent.
Memory goes with the pairs of sites, and with the stories that several pages carry. Definitions: docs/measures.md.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import combinations, groupby
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
"""Weight of each part; of an unknown one it is dealt to the others. Set by judgement, not learnt."""

Label = tuple[Kind, str]


@dataclass(frozen=True, slots=True)
class Parts:
    """What a score is made of, each from 0 to 1; None is unknown."""

    reciprocity: float
    """Of the pages that link across, the part matched by pages that link back: 2 min / sum."""
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
        """Mean of the known parts by `WEIGHTS`."""
        known: dict[str, float] = {
            name: getattr(self, name) for name in WEIGHTS if getattr(self, name) is not None
        }
        return sum(WEIGHTS[name] * value for name, value in known.items()) / sum(
            map(WEIGHTS.__getitem__, known)
        )


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


@dataclass(slots=True)
class _Counts:
    """What one pass over the facts gathers."""

    links: Counter[tuple[str, str]] = field(default_factory=Counter)
    pages: Counter[tuple[str, str]] = field(default_factory=Counter)
    linking: Counter[str] = field(default_factory=Counter)
    """Pages with blocks, by site."""
    fetched: Counter[str] = field(default_factory=Counter)
    labels: defaultdict[str, set[Label]] = field(default_factory=lambda: defaultdict(set))
    shared: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Pages of the first site whose story the second carries, too."""
    copied: Counter[str] = field(default_factory=Counter)


def link_schemes(facts: Facts) -> tuple[list[SiteScheme], list[PairScheme]]:
    """Return the sites, and the pairs of sites that links or stories tie, the greatest score first."""
    counts = _counted(facts)
    has_stories = facts.stories is not None
    out, into = Counter[str](), Counter[str]()
    targets: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for (a, b), number in counts.links.items():
        if a != b:
            out[a] += number
            into[b] += number
            targets[a][b] = number
    total = sum(into.values())
    heading = Counter(label for labels in counts.labels.values() for label in labels)
    rarity = {label: log((len(counts.labels) + 1) / number) for label, number in heading.items()}
    tied = {(min(p), max(p)) for p in (*counts.links, *counts.shared) if p[0] != p[1]}

    def expected(a: str, b: str) -> float:
        others = total - into[a]
        return out[a] * into[b] / others if others else 0.0

    pairs = []
    for a, b in sorted(tied):
        parts = Parts(
            _both_ways(counts.pages[a, b], counts.pages[b, a]),
            sqrt(
                _ratio(counts.pages[a, b], counts.linking[a]) * _ratio(counts.pages[b, a], counts.linking[b])
            ),
            _excess(counts.links[a, b] + counts.links[b, a], expected(a, b) + expected(b, a)),
            _alike(counts.labels[a], counts.labels[b], rarity),
            _ratio(counts.shared[a, b] + counts.shared[b, a], counts.fetched[a] + counts.fetched[b])
            if has_stories
            else None,
            _cosine(targets[a], targets[b], {a, b}),
        )
        pairs.append(
            PairScheme(
                a,
                b,
                parts.score,
                parts,
                counts.links[a, b],
                counts.links[b, a],
                counts.pages[a, b],
                counts.pages[b, a],
                expected(a, b),
                expected(b, a),
            )
        )
    pairs.sort(key=lambda pair: (-pair.score, pair.a, pair.b))
    sites = _sites(counts, pairs, targets, has_stories=has_stories)
    return sites, pairs


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
        for other, number in others.items():
            counts.links[own, other] += number
            counts.pages[own, other] += 1
    if facts.stories is not None:
        carried: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for member in facts.stories():
            carried[member.story][site_of(host_of(member.url))] += 1
        for on in carried.values():
            for a, b in combinations(sorted(on), 2):
                counts.shared[a, b] += on[a]
                counts.shared[b, a] += on[b]
            if len(on) > 1:
                counts.copied.update(on)
    return counts


def _sites(
    counts: _Counts,
    pairs: list[PairScheme],
    targets: defaultdict[str, dict[str, int]],
    *,
    has_stories: bool,
) -> list[SiteScheme]:
    of: defaultdict[str, list[PairScheme]] = defaultdict(list)
    for pair in pairs:
        of[pair.a].append(pair)
        of[pair.b].append(pair)
    known = set(counts.fetched) | set(of) | set(counts.linking)
    linked = sum(map(len, targets.values()))
    chance = _ratio(linked, len(known) * (len(known) - 1))
    total = Counter[str]()
    for (a, _), number in counts.links.items():
        total[a] += number
    found = []
    for site in sorted(known):
        own = of[site]
        weight = [
            p.links_there + p.links_back + counts.shared[p.a, p.b] + counts.shared[p.b, p.a] for p in own
        ]
        near = {p.b if p.a == site else p.a for p in own if p.links_there or p.links_back}
        among = sum(len(near & targets[one].keys()) for one in near if one in targets)
        found.append(
            SiteScheme(
                site,
                _ratio(sum(p.score * w for p, w in zip(own, weight, strict=True)), sum(weight)),
                len(own),
                sum(p.links_there > 0 and p.links_back > 0 for p in own),
                counts.linking[site],
                total[site],
                _ratio(total[site] - counts.links[site, site], total[site]),
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


def _both_ways(there: int, back: int) -> float:
    return _ratio(2 * min(there, back), there + back)


def _excess(links: int, expected: float) -> float:
    return max(_ratio(links - expected, links + expected), 0.0)


def _alike(a: set[Label], b: set[Label], rarity: dict[Label, float]) -> float | None:
    """Return the weighted Jaccard index of two sets."""
    if not a or not b:
        return None
    # In order: a sum's last digit depends on it, and a set's order on the process.
    return _ratio(sum(rarity[one] for one in sorted(a & b)), sum(rarity[one] for one in sorted(a | b)))


def _cosine(a: dict[str, int], b: dict[str, int], but: set[str]) -> float | None:
    """Return the cosine of two sites' links to third sites."""
    one = {site: number for site, number in a.items() if site not in but}
    two = {site: number for site, number in b.items() if site not in but}
    if not one or not two:
        return None
    length = sqrt(sum(n * n for n in one.values()) * sum(n * n for n in two.values()))
    return _ratio(sum(number * two.get(site, 0) for site, number in one.items()), length)
