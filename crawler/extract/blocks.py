"""Blocks of a page: each candidate list is weighed, and what stands gets a kind with its evidence."""

from bisect import bisect_left
from dataclasses import dataclass, replace
from statistics import median

from crawler.extract.candidates import HEADLESS, Area, Candidate, headless, under_heading
from crawler.extract.entries import ARTICLE, Entry, Targets, title_units
from crawler.extract.headings import Heading, find_headings
from crawler.extract.lexicon import OUTSIDE, Lexicon, Place
from crawler.extract.outline import Outline
from crawler.extract.tabs import with_panels
from crawler.model import Block, Kind, Link

MAX_LINKS = 5_000
"""Links of one block; the longest labelled has 35, and a list of thousands is an attack or an archive."""
MAX_BLOCKS = 500
"""Blocks of one page; the busiest labelled page has 14."""
MAX_ANCHOR = 1_000
"""Characters of an anchor text."""
MAX_STEPS, MAX_NAMES, MAX_PATH = 8, 3, 240
"""Elements, names an element and characters of a block's path: what tells the containers of a template apart."""
ONLY = 0.9
"""Score from which one link alone makes a block under a known heading."""
MOSTLY = 0.8
"""Part of a heading's letters from which it says just what the list is."""
_ITEMS = frozenset(("li", "dd", "tr", "article"))
GENERIC_TITLES = 3.0
"""Mean words of the entries under a heading the lexicon does not know, from which they are titles."""


@dataclass(slots=True)
class _Found:
    """A block and the nodes it takes, its heading with it."""

    block: Block
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Blocks:
    """The blocks of a page in reading order, and what else was weighed."""

    blocks: tuple[Block, ...]
    uncertain: tuple[tuple[int, Block], ...]
    """Lists under a heading that fell short of a block, each with the number of blocks before it."""
    taken: bytearray
    """For each node whether a block or its heading takes it."""


def find_blocks(page: Outline, lexicon: Lexicon, targets: Targets) -> Blocks:
    """Return the page's blocks."""
    area = Area(page, targets)
    headings = with_panels(area, lexicon, find_headings(page, lexicon))
    found, weak, used = _headed(area, headings)
    for candidate in headless(area, used | _shunned(area, headings)):
        at, end = page.links[candidate.first].at, page.links[candidate.last - 1].at + 1
        found.append(_Found(_block(page, candidate), at, end))
    found = sorted(found, key=lambda one: one.start)
    if len(found) > MAX_BLOCKS:
        more = len(found) - MAX_BLOCKS
        found = found[:MAX_BLOCKS]
        last = found[-1]
        note = f"{last.block.evidence}; {more} more lists on the page are left out"
        found[-1] = replace(last, block=replace(last.block, evidence=note))
    taken = bytearray(len(page.tags))
    for one in found:
        taken[one.start : one.end] = b"\1" * (one.end - one.start)
    starts = [one.start for one in found]
    uncertain = tuple(
        (bisect_left(starts, one.start), one.block)
        for one in sorted(weak, key=lambda one: one.start)[:MAX_BLOCKS]
        if not any(taken[one.start : one.end])
    )
    return Blocks(tuple(one.block for one in found), uncertain, taken)


def _headed(area: Area, headings: list[Heading]) -> tuple[list[_Found], list[_Found], set[int]]:
    """Return the blocks under headings, the lists that fall short of one, and the links the blocks use."""
    page = area.page
    used: set[int] = set()
    found: list[_Found] = []
    weak: list[_Found] = []
    # Known kinds first: a heading that says nothing must not take their links.
    for n, heading in sorted(enumerate(headings), key=lambda pair: (not pair[1].says_kind, pair[0])):
        if len(found) >= 2 * MAX_BLOCKS:
            break
        if not heading.label or (heading.match is not None and heading.match.kind is None):
            continue
        if page.places[heading.at] & (OUTSIDE & ~Place.FOOTER if heading.says_kind else OUTSIDE):
            continue
        candidate = under_heading(area, heading, _limit(heading, headings, n, len(page.tags)))
        if candidate is None:
            continue
        links = range(candidate.first, candidate.last)
        if not used.isdisjoint(links):
            continue
        one = _Found(_block(page, candidate), heading.at, page.links[candidate.last - 1].at + 1)
        if not _stands(candidate):
            weak.append(one)
            continue
        used.update(links)
        found.append(one)
    return found, weak, used


def _limit(heading: Heading, headings: list[Heading], n: int, end: int) -> int:
    """Return the node of the next heading that ends this one's list."""
    for later in headings[n + 1 :]:
        if later.at < heading.after:
            continue
        if later.match is not None:
            return later.at
        if later.sign == heading.sign:
            return later.at
        if later.in_item and not heading.in_item:
            continue
        if later.level and (not heading.level or later.level <= heading.level):
            return later.at
    return end


def _shunned(area: Area, headings: list[Heading]) -> set[int]:
    """Return the links right under headings of tags, categories, comments and the like."""
    links: set[int] = set()
    for n, heading in enumerate(headings):
        if heading.match is not None and heading.match.kind is None:
            candidate = under_heading(area, heading, _limit(heading, headings, n, len(area.page.tags)))
            if candidate is not None:
                links.update(range(candidate.first, candidate.last))
    return links


def _stands(candidate: Candidate) -> bool:
    """Say whether a list under a heading is one of articles."""
    heading, entries = candidate.heading, candidate.entries
    if heading is None:
        return len(entries) >= HEADLESS
    if median([e.score for e in entries]) < ARTICLE:
        return False
    units = _mean([title_units(e.anchor) for e in entries])
    if heading.match is None:
        return len(entries) >= 2 and units >= GENERIC_TITLES
    if len(entries) == 1:
        # One link is a list of one only under a heading that says nothing else.
        plain = heading.says_kind and heading.match.share >= MOSTLY
        return units >= 4.0 and entries[0].score >= (ARTICLE if plain else ONLY)
    return units >= 2.0 or _mean([e.score for e in entries]) >= 0.8


def _mean(values: list[float]) -> float:
    """Return the mean; the statistics module's exact one takes a hundred times as long."""
    return sum(values) / len(values)


def _block(page: Outline, candidate: Candidate) -> Block:
    heading, entries = candidate.heading, candidate.entries[:MAX_LINKS]
    kind, label = Kind.OTHER, None
    shape = f"{len(entries)} article links in <{page.tags[candidate.root]}>"
    if len(candidate.entries) > MAX_LINKS:
        shape = f"the first {len(entries)} of {len(candidate.entries)} article links in <{page.tags[candidate.root]}>"
    if heading is None:
        evidence = f"no heading; {shape}"
    else:
        label = heading.label
        if heading.match is None:
            evidence = f'heading "{label}" in <{heading.sign[0]}> says no kind; {shape}'
        else:
            kind = heading.match.kind or Kind.OTHER
            evidence = (
                f'heading "{label}" in <{heading.sign[0] or page.tags[page.parents[heading.at]]}> says '
                f'"{heading.match.phrase}" ({kind}, score {heading.score:.1f}); {shape}'
            )
    links = tuple(_link(entry, n) for n, entry in enumerate(entries, 1))
    return Block(
        kind, label, evidence, links, _path(page, _list_of(page, candidate)), _confidence(heading, entries)
    )


def _list_of(page: Outline, candidate: Candidate) -> int:
    """Return the element that holds the entries and nothing above them: the same with a heading and without."""
    first, last = (page.links[link].at for link in (candidate.first, candidate.last - 1))
    node = page.parents[first]
    while node and page.ends[node] <= last:
        node = page.parents[node]
    if first == last:
        # Of a single entry, its item's parent, if it has an item.
        item = node
        while item > candidate.root and page.tags[item] not in _ITEMS:
            item = page.parents[item]
        node = page.parents[item] if page.tags[item] in _ITEMS else candidate.root
    return node


def _path(page: Outline, node: int) -> str:
    """Return tags and class names from the body to a node, without names that hold a digit (ids, grid columns)."""
    steps: list[str] = []
    while node and page.tags[node] != "body" and len(steps) < MAX_STEPS:
        names = [name for name in page.names[node].split() if not any(map(str.isdigit, name))]
        steps.append(".".join([page.tags[node], *names[:MAX_NAMES]]))
        node = page.parents[node]
    return ">".join(reversed(steps))[-MAX_PATH:]


def _confidence(heading: Heading | None, entries: list[Entry]) -> float:
    """Return 0 to 1: half from what the heading says (6 is the best score seen), half from the entries."""
    said = min(heading.score / 6.0, 1.0) if heading is not None and heading.match is not None else 0.0
    shown = min(max(_mean([entry.score for entry in entries]), 0.0), 1.0)
    return round(0.5 * said + 0.5 * shown, 2)


def _link(entry: Entry, position: int) -> Link:
    return Link(entry.url, entry.anchor[:MAX_ANCHOR], position, entry.rel, entry.refused)
