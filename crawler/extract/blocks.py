"""Blocks of a page: each candidate list is weighed, and what stands gets a kind with its evidence."""

from statistics import mean, median

from crawler.extract.candidates import HEADLESS, Area, Candidate, headless, under_heading
from crawler.extract.entries import ARTICLE, Entry, Targets, title_units
from crawler.extract.headings import Heading, find_headings
from crawler.extract.lexicon import OUTSIDE, Lexicon, Place
from crawler.extract.outline import Outline
from crawler.model import Block, Kind, Link

MAX_LINKS = 5_000
"""Links of one block; the longest labelled has 35, and a list of thousands is an attack or an archive."""
MAX_BLOCKS = 500
"""Blocks of one page; the busiest labelled page has 14."""
MAX_ANCHOR = 1_000
"""Characters of an anchor text."""
ONLY = 0.9
"""Score from which one link alone makes a block under a known heading."""
GENERIC_TITLES = 3.0
"""Mean words of the entries under a heading the lexicon does not know, from which they are titles."""


def find_blocks(page: Outline, lexicon: Lexicon, targets: Targets) -> tuple[list[Block], bytearray]:
    """Return the page's blocks in reading order, and for each node whether a block or its heading takes it."""
    area = Area(page, targets)
    headings = find_headings(page, lexicon)
    used: set[int] = set()
    found: list[tuple[int, Block, tuple[int, int]]] = []
    # Known kinds first: a heading that says nothing must not take their links.
    for n, heading in sorted(enumerate(headings), key=lambda h: (not _says_kind(h[1]), h[0])):
        if heading.match is not None and heading.match.kind is None:
            continue
        if page.places[heading.at] & (OUTSIDE & ~Place.FOOTER if _says_kind(heading) else OUTSIDE):
            continue
        candidate = under_heading(area, heading, _limit(heading, headings, n, len(page.tags)))
        if len(found) >= MAX_BLOCKS:
            break
        if candidate is None or any(link in used for link in range(candidate.first, candidate.last)):
            continue
        if not _stands(candidate):
            continue
        used.update(range(candidate.first, candidate.last))
        end = page.links[candidate.last - 1].at + 1
        found.append((heading.at, _block(page, candidate), (heading.at, end)))
    for candidate in headless(area, used | _shunned(area, headings)):
        at = page.links[candidate.first].at
        n = _carries_on(area, candidate, headings, found)
        if n is not None:
            start, block, (_, _) = found[n]
            known = {link.url for link in block.links}
            more = [entry for entry in candidate.entries if entry.url not in known]
            links = block.links + tuple(_link(e, k) for k, e in enumerate(more, len(block.links) + 1))
            evidence = f"{block.evidence}, {len(more)} more in a list of the same make"
            end = page.links[candidate.last - 1].at + 1
            found[n] = (start, Block(block.kind, block.label, evidence, links[:MAX_LINKS]), (start, end))
            continue
        found.append((at, _block(page, candidate), (at, page.links[candidate.last - 1].at + 1)))
    found.sort(key=lambda f: f[0])
    taken = bytearray(len(page.tags))
    for _, _, (start, end) in found[:MAX_BLOCKS]:
        taken[start:end] = b"\1" * (end - start)
    return [block for _, block, _ in found[:MAX_BLOCKS]], taken


def _carries_on(
    area: Area, candidate: Candidate, headings: list[Heading], found: list[tuple[int, Block, tuple[int, int]]]
) -> int | None:
    """Return which block a list without a heading carries on: the one before it, if both are made alike."""
    page, first = area.page, candidate.first
    at = page.links[first].at
    before = [(span[1], n) for n, (_, _, span) in enumerate(found) if span[1] <= at]
    if not before:
        return None
    end, n = max(before)
    if any(end <= heading.at < at for heading in headings) or area.text(end, at)[1] > 0:
        return None
    last = page.links[area.links(0, end)[1] - 1].at
    return n if _make(page, last) == _make(page, at) else None


def _make(page: Outline, node: int) -> list[tuple[str, str]]:
    """Return tags and names of a link's four nearest ancestors."""
    make = []
    for _ in range(4):
        node = page.parents[node]
        make.append((page.tags[node], page.names[node]))
    return make


def _says_kind(heading: Heading) -> bool:
    return heading.match is not None and heading.match.kind in (
        Kind.RELATED,
        Kind.RANKING,
        Kind.RECOMMENDATION,
    )


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
        if heading.level and later.level and later.level > heading.level:
            continue
        if later.level or not heading.level:
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
    if median(e.score for e in entries) < ARTICLE:
        return False
    units = mean(title_units(e.anchor) for e in entries)
    if heading.match is None:
        return len(entries) >= 2 and units >= GENERIC_TITLES
    if len(entries) == 1:
        return units >= 4.0 and entries[0].score >= ONLY
    return units >= 2.0 or mean(e.score for e in entries) >= 0.8


def _block(page: Outline, candidate: Candidate) -> Block:
    heading, entries = candidate.heading, candidate.entries[:MAX_LINKS]
    kind, label = Kind.OTHER, None
    shape = f"{len(entries)} article links in <{page.tags[candidate.root]}>"
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
    return Block(kind, label, evidence, tuple(_link(entry, n) for n, entry in enumerate(entries, 1)))


def _link(entry: Entry, position: int) -> Link:
    return Link(entry.url, entry.anchor[:MAX_ANCHOR], position, entry.rel, entry.refused)
