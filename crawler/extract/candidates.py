"""Candidate lists: which links stand under which heading, and which lists have none."""

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from itertools import accumulate

from crawler.extract.entries import ARTICLE, Entry, Targets, collect, title_units
from crawler.extract.headings import Heading
from crawler.extract.lexicon import OUTSIDE, Place
from crawler.extract.outline import Outline, collapsed
from crawler.url import shape_of

MAX_CLIMB = 7
"""Levels from a heading to the element that also holds its list; the labelled set needs at most 5."""
SHORT_TITLE = 3.0
"""Words of a link up to which it may lead to the whole list ("All of the top")."""
MAX_GAP = 240
"""Characters of plain text between a heading and its first entry: a date or a summary, not a paragraph."""
STRAY = 0.2
"""Score under which a link in a list is none of its entries: a category, an author, a count."""
MAX_IN_CARD = 3
"""Targets of one card: its article, category and author; an item with more is a list of its own."""
CLEARLY = 0.6
"""What a card's title scores above its category."""
SPENT = 3
"""Links to other than articles right under a heading from which its list is one of those: tags, sections."""
HEADLESS = 3
"""Entries that make a list without a heading."""


_LISTS = frozenset(("ul", "ol", "dl", "table"))
_FILLED = frozenset(("div", "section", "ins"))
"""Elements that a script fills."""
_BARRED = int(OUTSIDE & ~Place.FOOTER)
"""Places whose links are no entries; a footer may hold a list under a heading."""


@dataclass(slots=True)
class Candidate:
    """Links that may be a block."""

    heading: Heading | None
    entries: list[Entry]
    first: int
    """Index of the first link."""
    last: int
    """Index after the last link."""
    root: int
    """The element that holds them."""


class Area:
    """The page as the search for lists sees it: positions of lines and links, text between them."""

    def __init__(self, page: Outline, targets: Targets) -> None:
        self.page = page
        self.targets = targets
        self.line_at = [line.at for line in page.lines]
        self.link_at = [link.at for link in page.links]
        # Sums up to each line, so that any stretch of the page is one subtraction.
        self.free = [0, *accumulate([line.free for line in page.lines])]
        self.linked = [0, *accumulate([line.linked for line in page.lines])]
        in_text = {
            link
            for line in page.lines
            if line.linked and line.free > 40 and line.free > line.linked
            for _, _, link in line.runs
        }
        places = page.places
        self.articles = [
            n
            for n, score in enumerate(targets.scores)
            if score >= ARTICLE and n not in in_text and not places[self.link_at[n]] & _BARRED
        ]
        """The links that may be entries of a list, in reading order."""
        self._article_at = [self.link_at[n] for n in self.articles]

        lists = [node for node, tag in enumerate(page.tags) if tag in _LISTS]
        named = [node for node in page.ids.values() if page.tags[node] in _FILLED]
        self.empty = [node for node in sorted({*lists, *named}) if self._is_empty(node)]
        """Lists, and containers that a script finds by their id, with nothing in them, in reading order."""

    def _is_empty(self, node: int) -> bool:
        inside = self.text(node, self.page.ends[node])
        return inside == (0, 0) or (self.page.tags[node] in _LISTS and sum(inside) <= 40)

    def links(self, start: int, end: int) -> tuple[int, int]:
        """Return the range of links from node `start` to node `end` (exclusive)."""
        return bisect_left(self.link_at, start), bisect_left(self.link_at, end)

    def text(self, start: int, end: int) -> tuple[int, int]:
        """Return the characters outside and inside links between two nodes."""
        low, high = bisect_left(self.line_at, start), bisect_left(self.line_at, end)
        return self.free[high] - self.free[low], self.linked[high] - self.linked[low]

    def first_article(self, start: int, end: int) -> int | None:
        """Return the first article link between two nodes."""
        n = bisect_left(self._article_at, start)
        return self.articles[n] if n < len(self.articles) and self._article_at[n] < end else None

    def next_text(self, start: int) -> int:
        """Return the first text from a node on; 0 if there is none."""
        # The line before may go on beyond the node.
        for line in self.page.lines[max(bisect_left(self.line_at, start) - 1, 0) :]:
            if line.last >= start:
                return next(at for at, _, _ in line.runs if at >= start)
        return 0

    def words(self, node: int) -> str:
        """Return the text in an element."""
        end = self.page.ends[node]
        # The line before may have begun above the element.
        first = max(bisect_left(self.line_at, node) - 1, 0)
        parts: list[str] = []
        for line in self.page.lines[first : bisect_left(self.line_at, end)]:
            parts += [text for at, text, _ in line.runs if node <= at < end]
            parts.append(" ")
        return collapsed("".join(parts))

    def children(self, node: int) -> list[int]:
        """Return the elements right in an element."""
        page = self.page
        found, child = [], node + 1
        while child < page.ends[node]:
            if page.tags[child]:
                found.append(child)
            child = page.ends[child]
        return found

    def child(self, root: int, node: int) -> int:
        """Return the child of `root` that holds a node."""
        parents = self.page.parents
        while node and parents[node] != root:
            node = parents[node]
        return node


def under_heading(area: Area, heading: Heading, limit: int) -> Candidate | None:
    """Return the list under a heading that ends before node `limit`; None if there is none."""
    page = area.page
    if heading.panel is not None:
        root, start, end = heading.panel, heading.panel, page.ends[heading.panel]
        first = area.first_article(start, end)
    else:
        root, start, first = page.parents[heading.box] if heading.box else 0, heading.after, None
        if page.ends[heading.box] > heading.after:
            root = heading.box
        for _ in range(MAX_CLIMB):
            first = area.first_article(start, min(page.ends[root], limit))
            if first is not None or not root:
                break
            if is_spent(area, start, min(page.ends[root], limit)):
                return None
            root = page.parents[root]
        end = min(page.ends[root], limit)
    if first is None:
        return None
    if heading.panel is None:
        if area.text(start, page.links[first].at)[0] > MAX_GAP:
            return None
        end = _end(area, root, page.links[first].at, end)
    low, high = area.links(start, end)
    entries = [e for e in collect(area.targets, low, high) if _belongs(area, e)]
    entries = _without_strays(_one_an_item(area, entries, low, high))
    free, linked = area.text(start, end)
    if not entries or (free > 2 * linked and not heading.match):
        return None
    return Candidate(heading, entries, low, high, root)


def is_spent(area: Area, start: int, end: int) -> bool:
    """Say whether what stands right under a heading is a list all the same: an empty one, or one of no articles.

    A list that a script fills, or a row of tags, leaves the next list on the page to another heading.
    """
    n = bisect_left(area.empty, start)
    if n < len(area.empty) and area.empty[n] < end:
        return True
    low, high = area.links(start, end)
    targets: set[str] = set()
    for n in range(low, high):
        if (target := area.targets.of[n]) is not None:
            targets.add(target[0])
            if len(targets) >= SPENT:
                return True
    return False


def _belongs(area: Area, entry: Entry) -> bool:
    places = area.page.places[entry.at]
    return (
        entry.score >= STRAY
        and not places & (OUTSIDE & ~Place.AUTHOR & ~Place.FOOTER)
        and (entry.anchor != "" or entry.score >= 0.5)
    )


def _one_an_item(area: Area, entries: list[Entry], low: int, high: int) -> list[Entry]:
    """Return the entries without the links to a category or an author that stand beside a title in its card.

    They look less like an article's than the title does, or come again in another card.
    """
    if len(entries) < 3:
        return entries
    page = area.page
    last = max(entry.at for entry in entries)
    root = page.parents[min(entry.at for entry in entries)]
    while root and page.ends[root] <= last:
        root = page.parents[root]
    items: dict[int, list[Entry]] = {}
    for entry in entries:
        items.setdefault(area.child(root, entry.at), []).append(entry)
    if len(items) < 2 or len(items) == len(entries):
        return entries
    cards: dict[str, set[int]] = {}
    for n in range(low, high):
        if (target := area.targets.of[n]) is not None:
            cards.setdefault(target[0], set()).add(area.child(root, page.links[n].at))
    dropped: set[str] = set()
    for within in items.values():
        best = max(within, key=lambda entry: entry.score)
        if 2 <= len(within) <= MAX_IN_CARD:
            dropped.update(
                entry.url
                for entry in within
                if entry is not best
                and (entry.score <= best.score - CLEARLY or len(cards[entry.url]) > len(cards[best.url]))
            )
    return [entry for entry in entries if entry.url not in dropped]


def _without_strays(entries: list[Entry]) -> list[Entry]:
    """Return the entries without a first or last one that leads to the whole list rather than to an article."""
    if len(entries) < 3:
        return entries
    for n in (-1, 0):
        others = entries[1:] if n == 0 else entries[:-1]
        if title_units(entries[n].anchor) > SHORT_TITLE or entries[n].score >= min(e.score for e in others):
            continue
        if shape_of(entries[n].url) not in {shape_of(entry.url) for entry in others}:
            entries = others
    return entries


def _end(area: Area, root: int, first: int, limit: int) -> int:
    """Return the node where a list ends that begins in a child of `root`: where siblings cease to be entries."""
    page = area.page
    child = area.child(root, first)
    sign = (page.tags[child], page.names[child])
    end = page.ends[child]
    gap = 0
    while end < limit:
        node = end
        stop = min(page.ends[node], limit)
        free, linked = area.text(node, stop)
        article = area.first_article(node, stop)
        if article is None:
            gap += free
            if gap > 120 or page.places[node] & OUTSIDE:
                break
        elif (page.tags[node], page.names[node]) != sign and free > 3 * linked and free > 200:
            break
        else:
            gap = 0
        end = stop
    return end


def headless(area: Area, used: set[int]) -> list[Candidate]:
    """Return lists without a heading: three or more title-like links that are each other's nearest company."""
    page = area.page
    good = [
        n
        for n in area.articles
        if area.targets.scores[n] >= 0.7
        and n not in used
        and not page.places[page.links[n].at] & Place.FOOTER
        and title_units(page.links[n].text) >= 3
    ]
    counts: Counter[int] = Counter()
    chains: dict[int, list[int]] = {}
    seen: set[tuple[int, str]] = set()
    for link in good:
        target = area.targets.of[link]
        node, chain = page.links[link].at, []
        for _ in range(MAX_CLIMB):
            node = page.parents[node]
            if page.tags[node] in ("body", "html", ""):
                break
            chain.append(node)
            if target is not None and (node, target[0]) not in seen:
                seen.add((node, target[0]))
                counts[node] += 1
        chains[link] = chain
    groups: dict[int, list[int]] = {}
    for link, chain in chains.items():
        root = next((node for node in chain if counts[node] >= HEADLESS), None)
        if root is not None:
            groups.setdefault(root, []).append(link)
    return [c for root, links in groups.items() if (c := _headless(area, root, links, used)) is not None]


def _headless(area: Area, root: int, links: list[int], used: set[int]) -> Candidate | None:
    page = area.page
    free, linked = area.text(root, page.ends[root])
    items = [area.child(root, page.links[link].at) for link in links]
    common = Counter(page.tags[item] for item in items).most_common(1)[0][1]
    low, high = links[0], links[-1] + 1
    if common < 0.7 * len(items) or free > 4 * linked or any(link in used for link in range(low, high)):
        return None
    entries = [e for e in collect(area.targets, low, high) if _belongs(area, e) and e.score >= 0.6]
    return Candidate(None, entries, low, high, root) if len(entries) >= HEADLESS else None
