"""Block nature: whether a host's block is the same on every page, goes with the story, or rotates. Pure.

It is decided by statistics over the host's pages, never by a block's kind or heading: how far the lists of two
pages overlap, near and far in time; whether headlines in a list resemble the page's own more than those of other
pages' lists do; whether pages under similar headlines have similar lists; whether lists cluster. The last three are
permutation tests (Mantel 1967 for the likeness of two matrices), so that neither a language nor a host's habits
pass for a finding. Definitions, limits and what one crawl cannot tell: docs/measures.md.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from heapq import heappush, heapreplace
from itertools import combinations, groupby
from operator import attrgetter
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from crawler.graph.measures import TemplateBlock, once
from crawler.model import CrossLink, Facts, Kind, Node
from crawler.url import host_of

MIN_PAGES = 5
"""With fewer pages nothing is said of a block."""
MIN_ROTATING = 8
"""With fewer, a list that does not go with its story may do so yet: too few for a test to show it."""
SAME = 0.5
"""Mean overlap from which lists are the same list: 6 of 8 entries alike give 0.6, 8 picks of 20 give 0.25."""
_SAMPLE = 300
"""Pages of a block whose lists are compared: those whose URLs have the least hashes."""
_TESTED = 60
"""Of these, pages on which headlines and clusters are tested."""
_ALL_PAIRS = 30
"""Up to so many pages each is compared with each; above, with two others far off in time."""
_ROUNDS = 100
_LIKE = 3.5
"""Standard deviations above chance from which headlines tell of the story; random picks reach it once in 150 times."""
_LIKE_FEW = 2.5
"""The same with fewer than `_FEW` pages, where picks by topic often reach no more; random ones do once in 70 times."""
_FEW = 20
_CLUSTERED = 6.0
"""Standard deviations above chance from which lists cluster; random picks stay below 0."""

_WORD = re.compile(r"\w+")
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""Scripts without spaces between words: Thai, Lao, Burmese, Khmer, Japanese, Chinese."""

Floats = NDArray[np.floating[Any]]


class Nature(StrEnum):
    """How a host chooses a block's entries."""

    SITE_WIDE = "site_wide"
    """The same list on nearly every page; it may change by and by."""
    PER_STORY = "per_story"
    """It goes with the story: similar stories have similar lists, or the entries' headlines are like the page's."""
    ROTATING = "rotating"
    """Picks that have nothing to do with the story."""
    UNKNOWN = "unknown"
    """Too few pages, or nothing to tell by."""


@dataclass(frozen=True, slots=True)
class BlockNature:
    """What one host's block of one kind and heading is, and the numbers that this rests on."""

    host: str
    kind: Kind
    label: str | None
    nature: Nature
    pages: int
    """Pages that have it."""
    sampled: int
    """Of these, the pages compared."""
    overlap: float
    """Mean share of two pages' entries, taken together, that both have (Jaccard)."""
    overlap_near: float
    """The same of pages fetched one after the other: well above `overlap` where a list changes over time."""
    distinct: float
    """Distinct targets by entries."""
    common: float
    """Share of the pages that have the most common list, whatever its order."""
    leaving: float
    """Share of the entries that lead to other hosts."""
    title_similarity: float | None
    """Mean likeness (cosine of weighted words) of a page's headline and those in its list; None without headlines."""
    title_chance: float | None
    """The same with the lists of the host's other pages."""
    title_z: float | None
    """Standard deviations between the two, by permutation; or between sources' likeness and lists', if greater."""
    cluster_z: float | None
    """Standard deviations by which lists cluster more than by chance; None if they hardly overlap."""

    @property
    def block(self) -> TemplateBlock:
        """The block's key."""
        return self.host, self.kind, self.label


@dataclass(frozen=True, slots=True)
class _List:
    """One page's entries of a block."""

    url: str
    title: str | None
    seen: str
    targets: tuple[str, ...]
    anchors: tuple[str, ...]


class _Sample:
    """The lists of one block: those of the pages whose URLs have the least hashes."""

    def __init__(self) -> None:
        self.pages = 0
        self._heap: list[tuple[int, str, _List]] = []

    def wants(self, rank: int) -> bool:
        """Count a page, and say whether its list is to be kept."""
        self.pages += 1
        return len(self._heap) < _SAMPLE or -rank > self._heap[0][0]

    def keep(self, rank: int, found: _List) -> None:
        """Keep a list, in place of the one with the greatest hash if there are enough."""
        put = heappush if len(self._heap) < _SAMPLE else heapreplace
        put(self._heap, (-rank, found.url, found))

    def lists(self) -> list[_List]:
        """Return the lists, the least hash first."""
        return [found for _, _, found in sorted(self._heap, key=lambda kept: (-kept[0], kept[1]))]


def block_natures(facts: Facts) -> list[BlockNature]:
    """Return the nature of each host's blocks, by host, kind and label.

    Memory is bounded by one host's sample: links and nodes come in the order of URLs, so hosts come one by one. Of a
    host met under http and https, the scheme with more pages counts.
    """
    found: dict[TemplateBlock, BlockNature] = {}
    for block, sample in _samples(facts, facts.links()):
        nature = _nature_of(block, sample)
        if block not in found or found[block].pages < nature.pages:
            found[block] = nature
    return [found[block] for block in sorted(found, key=lambda block: (block[0], block[1], block[2] or ""))]


def site_wide_blocks(facts: Facts, links: Iterable[CrossLink] | None = None) -> frozenset[TemplateBlock]:
    """Return the blocks whose list is the same on nearly every page of their host.

    Args:
        facts: What the crawl knows.
        links: The facts' links, if somebody else reads them, too; they are left unread where the blocks are known.
    """
    return once(
        facts, "site-wide blocks", lambda: _site_wide_blocks(facts, facts.links() if links is None else links)
    )


def _site_wide_blocks(facts: Facts, links: Iterable[CrossLink]) -> frozenset[TemplateBlock]:
    found: dict[TemplateBlock, tuple[int, bool]] = {}
    for block, sample in _samples(facts, links):
        if sample.pages > found.get(block, (0, False))[0]:
            lists = sample.lists()
            found[block] = sample.pages, len(lists) >= MIN_PAGES and _is_site_wide(lists)
    return frozenset(block for block, (_, is_wide) in found.items() if is_wide)


# -- reading


def _samples(facts: Facts, every: Iterable[CrossLink]) -> Iterator[tuple[TemplateBlock, _Sample]]:
    """Yield the lists of each host's blocks, host by host."""
    nodes, node = facts.nodes(), None
    origin, host, blocks = "", "", dict[tuple[Kind, str | None], _Sample]()
    for source, links in groupby(every, attrgetter("source")):
        if not source.startswith(origin) or not origin:
            yield from _named(host, blocks)
            origin, host, blocks = "/".join((*source.split("/", 3)[:3], "")), host_of(source), {}
        rank = crc32(source.encode("utf-8", "surrogatepass"))
        entries: dict[tuple[Kind, str | None], list[CrossLink]] = {}
        kind: Kind | None = None
        label: str | None = None
        listed: list[CrossLink] = []
        for link in links:
            # Links of a block come together: one look-up for all of them.
            if link.kind is not kind or link.label != label:
                kind, label = link.kind, link.label
                listed = entries.setdefault((kind, label), [])
            listed.append(link)
        title: str | None = None
        is_named = False
        for key, listed in entries.items():
            sample = blocks.get(key)
            if sample is None:
                sample = blocks[key] = _Sample()
            if not sample.wants(rank):
                continue
            if not is_named:
                node = _node(nodes, node, source)
                title, is_named = (node.title if node is not None and node.url == source else None), True
            sample.keep(rank, _list_of(source, title, listed))
    yield from _named(host, blocks)


def _named(
    host: str, blocks: dict[tuple[Kind, str | None], _Sample]
) -> Iterator[tuple[TemplateBlock, _Sample]]:
    for (kind, label), sample in blocks.items():
        yield (host, kind, label), sample


def _node(nodes: Iterator[Node], node: Node | None, url: str) -> Node | None:
    """Return the node of a URL, or the first after it; both come in order."""
    while node is None or node.url < url:
        node = next(nodes, None)
        if node is None:
            return None
    return node


def _list_of(source: str, title: str | None, links: list[CrossLink]) -> _List:
    """Return a page's list: each target once, the page itself left out."""
    entries = {link.target: link.anchor for link in links if link.target != source}
    return _List(source, title, links[0].seen, tuple(entries), tuple(entries.values()))


# -- deciding


def _nature_of(block: TemplateBlock, sample: _Sample) -> BlockNature:
    lists = sample.lists()
    slots = [target for one in lists for target in one.targets]
    host = block[0]
    far, near = _overlaps(lists)
    similarity = chance = title_z = cluster_z = None
    if len(lists) >= MIN_PAGES:
        similarity, chance, title_z = _title_test(lists[:_TESTED])
    if len(lists) >= MIN_PAGES and far < SAME:
        cluster_z = _cluster_test(lists[:_TESTED])
    goes_with_title = _goes_with_title(title_z, len(lists))
    if len(lists) < MIN_PAGES:
        nature = Nature.UNKNOWN
    elif far >= SAME or (near >= SAME and not goes_with_title):
        nature = Nature.SITE_WIDE
    elif goes_with_title or (cluster_z is not None and cluster_z >= _CLUSTERED and not _is_one_of_few(lists)):
        nature = Nature.PER_STORY
    elif len(lists) >= MIN_ROTATING and not (title_z is None and cluster_z is None):
        nature = Nature.ROTATING
    else:
        nature = Nature.UNKNOWN
    most = max(Counter(frozenset(one.targets) for one in lists).values())
    return BlockNature(
        *block,
        nature,
        sample.pages,
        len(lists),
        round(far, 4),
        round(near, 4),
        round(len(set(slots)) / len(slots), 4) if slots else 0.0,
        round(most / len(lists), 4),
        round(sum(host_of(target) != host for target in slots) / len(slots), 4) if slots else 0.0,
        *(None if value is None else round(value, 4) for value in (similarity, chance, title_z, cluster_z)),
    )


def _is_site_wide(lists: Sequence[_List]) -> bool:
    """Say whether lists are one list, also where it changes over time.

    Stories that are crawled one topic after the other have lists alike in time, too; but these go with headlines.
    """
    far, near = _overlaps(lists)
    if far >= SAME or near < SAME:
        return far >= SAME
    return not _goes_with_title(_title_test(lists[:_TESTED])[2], len(lists))


def _goes_with_title(title_z: float | None, pages: int) -> bool:
    return title_z is not None and title_z >= (_LIKE_FEW if pages < _FEW else _LIKE)


def _is_one_of_few(lists: Sequence[_List]) -> bool:
    """Say whether each page has one of a few fixed lists: these cluster, whatever they are chosen by."""
    return len({frozenset(one.targets) for one in lists}) * 3 <= len(lists)


def _overlaps(lists: Sequence[_List]) -> tuple[float, float]:
    """Return the mean overlap of two pages' lists, and that of pages fetched one after the other."""
    ordered = sorted(lists, key=lambda one: one.seen)  # stable: of one time, the least hash first
    sets = [frozenset(one.targets) for one in ordered]
    count = len(sets)
    near = list(zip(range(count), range(1, count), strict=False))
    if count <= _ALL_PAIRS:
        far: Iterable[tuple[int, int]] = combinations(range(count), 2)
    else:
        far = [(n, (n + step) % count) for step in (count // 2, count // 3) for n in range(count)]
    return _mean_overlap(sets, far), _mean_overlap(sets, near)


def _mean_overlap(sets: Sequence[frozenset[str]], pairs: Iterable[tuple[int, int]]) -> float:
    total = number = 0.0
    for a, b in pairs:
        shared = len(sets[a] & sets[b])
        total += shared / max(len(sets[a]) + len(sets[b]) - shared, 1)
        number += 1
    return total / number if number else 0.0


# -- testing


def _title_test(lists: Sequence[_List]) -> tuple[float | None, float | None, float | None]:
    """Return how like headlines are to those in their own lists, to those in others', and the greater of two tests.

    The first test: are they more like than if the lists were dealt to the pages anew? The second (Mantel's): have
    pages of like headlines more like lists than if the headlines were dealt anew? It is asked of many pages only: of
    few, it hardly ever says yes. A page is left out of what its
    headline is compared with, or its own entry in others' lists would be the closest of all.
    """
    lists = [one for one in lists if words(one.title or "") and any(map(words, one.anchors))]
    if len(lists) < MIN_PAGES:
        return None, None, None
    targets = {t: a for one in lists for t, a in zip(one.targets, one.anchors, strict=True) if words(a)}
    place = {target: number for number, target in enumerate(targets)}
    vectors = _vectors([words(one.title or "") for one in lists] + [words(a) for a in targets.values()])
    sources, listed = vectors[: len(lists)], vectors[len(lists) :]
    holds = np.zeros((len(lists), len(place)), dtype=np.float32)
    for row, one in enumerate(lists):
        holds[row, [place[target] for target in one.targets if target in place]] = 1
    like = sources @ listed.T
    counted = np.ones_like(like)
    for row, one in enumerate(lists):
        if one.url in place:
            like[row, place[one.url]] = counted[row, place[one.url]] = 0
    mean = (like @ holds.T) / np.maximum(counted @ holds.T, 1)
    own = float(np.trace(mean)) / len(lists)
    others = (float(mean.sum()) - own * len(lists)) / (len(lists) * (len(lists) - 1))
    by_list = _deal(mean)
    by_source = _deal_both(sources @ sources.T, holds @ holds.T) if len(lists) >= _FEW else None
    found = [z for z in (by_list, by_source) if z is not None]
    return own, others, max(found, default=None)


def _deal(mean: Floats) -> float | None:
    """Return by how many standard deviations a matrix's diagonal is greater than diagonals after dealing."""
    chance, count = np.random.default_rng(0), len(mean)
    dealt = [float(mean[np.arange(count), chance.permutation(count)].mean()) for _ in range(_ROUNDS)]
    return _deviations(float(np.trace(mean)) / count, dealt)


def _deal_both(one: Floats, two: Floats) -> float | None:
    """Return Mantel's statistic of two symmetric matrices, without their diagonals, in standard deviations."""
    chance, count = np.random.default_rng(0), len(one)
    one, two = one - np.diag(np.diag(one)), two - np.diag(np.diag(two))
    dealt = []
    for _ in range(_ROUNDS):
        order = chance.permutation(count)
        dealt.append(float((one[np.ix_(order, order)] * two).sum()))
    return _deviations(float((one * two).sum()), dealt)


def _deviations(found: float, dealt: Sequence[float]) -> float | None:
    """Return how far a number is above those that chance gave; None if chance always gives the same."""
    spread = float(np.std(dealt))
    return (found - float(np.mean(dealt))) / spread if spread > 1e-6 else None


def _cluster_test(lists: Sequence[_List]) -> float | None:
    """Return by how many standard deviations lists cluster more than if each target were dealt to pages anew.

    Counted in squares of shared entries, of pages far apart in time only: a pool that changes over the crawl makes
    lists alike that are near. None where chance gives fewer than five pairs of pages a shared entry.
    """
    ordered = sorted(lists, key=lambda one: one.seen)
    times = Counter(target for one in ordered for target in one.targets)
    place = {target: number for number, target in enumerate(t for t, count in times.items() if count > 1)}
    holds = np.zeros((len(ordered), len(place)), dtype=np.float32)
    for row, one in enumerate(ordered):
        holds[row, [place[target] for target in one.targets if target in place]] = 1
    count = len(ordered)
    gap = count // 5 if ordered[0].seen != ordered[-1].seen else 1
    far = np.triu(np.ones((count, count), dtype=np.float32), max(gap, 1))
    chance, dealt = np.random.default_rng(0), []
    shared = 0.0
    for _ in range(_ROUNDS // 6):
        between = chance.permuted(holds, axis=0)
        between = between @ between.T * far
        shared += float(between.sum())
        dealt.append(float((between**2).sum()))
    if shared < 5 * len(dealt):
        return None
    return _deviations(float(((holds @ holds.T * far) ** 2).sum()), dealt)


def words(text: str) -> frozenset[str]:
    """Return the words of a headline, cut to six letters for their endings.

    Of scripts without spaces, pairs of characters that stand side by side.
    """
    found: set[str] = set()
    for word in _WORD.findall(text.casefold()):
        if _UNSPACED.search(word):
            found.update(word[place : place + 2] for place in range(max(len(word) - 1, 1)))
        elif len(word) > 1:
            found.add(word[:6])
    return frozenset(found)


def _vectors(texts: Sequence[frozenset[str]]) -> Floats:
    """Return a row of length 1 for each text: its words, the rarer the heavier (inverse document frequency)."""
    times = Counter(word for text in texts for word in text)
    # Sorted: sets yield their words in another order in each process, and sums of floats depend on it.
    shared = sorted(word for word, count in times.items() if count > 1)
    place = {word: number for number, word in enumerate(shared)}
    rows = np.zeros((len(texts), len(place)), dtype=np.float32)
    for row, text in enumerate(texts):
        for word in text:
            if word in place:
                rows[row, place[word]] = np.log(len(texts) / times[word])
    rows /= np.maximum(np.sqrt((rows**2).sum(axis=1, keepdims=True)), 1e-9)
    return rows
