"""Stories: pages that carry the same article, under other headlines, on other sites, reworded or cut. Pure.

Three readings of the texts: one makes a sketch of each page, one counts what stands on many pages of a site
(boilerplate: notices, author boxes, forms), and the last compares the pairs whose sketches share what is no boilerplate
(`likeness.compare`). Only sketches and the texts of one batch are in memory.

Confirmed pairs become stories by star clustering (J. Aslam, E. Pelekhov, D. Rus, "The star clustering algorithm for
static and dynamic information organization", 2004): each member matches the star's centre, so that no chain of
likenesses leads from one article to another. The result depends on the pages only, not on their order.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from crawler.extract.lexicon import folded
from crawler.graph.boilerplate import Boilerplate, Remembered, Sets
from crawler.graph.likeness import Likeness, Text, compare, read_signature, signature
from crawler.graph.merged import story_id
from crawler.graph.shingles import Marks, Places, Words, read
from crawler.model import ArticleText

SHARED = 2
"""Sampled shingles that two pages must share to be compared."""
SHARED_PART = 0.06
"""Part of the smaller sketch they must share; two versions reworded by 15 % each share 0.2."""
PAIRED = 16
"""Pages with one sampled shingle that are all compared with each other; more are compared with the EARLIEST of them and
their neighbours, so that a text on thousands of pages costs a multiple of them, not their square."""
EARLIEST, NEIGHBOURS = 4, 2
BATCH = 10_000
"""Pages whose words are in memory at once, some 4 KB each; one component larger than that is held whole."""
HELD = 1_000
"""Pages whose shingles and anchors are in memory at once, some 15 KB each."""
JURY = 5
"""Members of a story, the earliest, that decide whether a page that does not match its centre belongs to it."""
_SUFFIX = re.compile(r"(?:\s+[-–—|·»:]+\s*|\s*[|_｜»]+\s*|\s+-+)(?=[^-–—|·»:_｜]{1,40}\Z)")
"""What parts a headline from a site's name."""

SUFFIXED = 3
"""Different headlines of a site that must end alike for the ending to be the site's name."""

Pairs = NDArray[np.int64]
"""Rows of two pages' numbers, the lesser first."""
Packed = NDArray[np.uint64]
"""Two numbers in one: the upper and the lower 32 bits."""
_CHUNK = 1 << 20
_HALF, _LOW = np.uint64(32), np.uint64(2**32 - 1)
_Found = list[tuple[int, Likeness]]
"""A story: its pages' numbers, the earliest first, each with its likeness to that."""


@dataclass(frozen=True, slots=True)
class Member:
    """One page of a story."""

    url: str
    similarity: float
    """To the story's earliest page, 0 to 1; where the two do not match, to the page that `because` names."""
    because: str
    """What its membership rests on, for people to read."""


@dataclass(frozen=True, slots=True)
class Story:
    """Pages that carry one article, at least two."""

    id: str
    """Made from the URL of the earliest page: it stays while that page is the earliest."""
    earliest: str
    """The page published first; where no member gives a date, the one seen first. A lead, not proof."""
    members: tuple[Member, ...]
    """The earliest first."""
    headlines: tuple[str, ...]
    """Different headlines, without the sites' names, that of the earliest page first."""


def find_stories(
    texts: Callable[[], Iterable[ArticleText]],
    known: Mapping[str, bytes] | None = None,
) -> list[Story]:
    """Return the stories that several pages carry, in the order of their earliest pages.

    Args:
        texts: Reads all pages anew with each call, in any order; of several with one URL any may count.
        known: What `signature` returned for the text of a page, by URL; the others' are made. Signatures of
            another version are not used.
    """
    pages = _pages(texts, known or {})
    numbers = {page.url: n for n, page in enumerate(pages)}
    common = Boilerplate(pages, texts, numbers)
    found: list[_Found] = []
    for batch in _batches(_candidates(pages, common)):
        needed = {n for pairs in batch for n in np.unique(pairs).tolist()}
        words = {numbers[t.url]: read(t.text) for t in texts() if numbers[t.url] in needed}
        for pairs in batch:
            found += _Component(pages, words, common, pairs).stories()
    return [_story(members, pages) for members in sorted(found, key=lambda members: members[0][0])]


# -- the first reading: sketches and headlines


def _pages(texts: Callable[[], Iterable[ArticleText]], known: Mapping[str, bytes]) -> list[Remembered]:
    """Return what is remembered of each page, the earliest first."""
    rows: dict[str, tuple[tuple[bool, float, float, str], str, str, bytes]] = {}
    endings: dict[str, set[int]] = {}
    sites: dict[str, str] = {}
    for text in texts():
        stored = known.get(text.url, b"")
        if read_signature(stored) is None:
            stored = signature(text.text)
        title = " ".join((text.title or "").split())
        published, seen = _seconds(text.published), _seconds(text.first_seen)
        order = (published is None, published or 0.0, seen or 0.0, text.url)
        rows[text.url] = (order, sites.setdefault(text.site, text.site), title, stored)
        if parted := _SUFFIX.search(title):
            endings.setdefault(f"{text.site} {title[parted.end() :]}", set()).add(hash(title))
    pages = []
    for url in [order[-1] for order, *_ in sorted(rows.values(), reverse=True)]:
        _, site, title, stored = rows.pop(url)
        parted, known_as = _SUFFIX.search(title), read_signature(stored)
        if parted and len(endings[f"{site} {title[parted.end() :]}"]) >= SUFFIXED:
            title = title[: parted.start()]
        assert known_as is not None  # noqa: S101  # made above, where it was not
        pages.append(Remembered(url, site, title, known_as.size, known_as.whole, known_as.sketch.tobytes()))
    return pages[::-1]


def _seconds(stamp: str | None) -> float | None:
    """Return a date as seconds since the epoch; None if it is none."""
    try:
        moment = datetime.fromisoformat(stamp or "")
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


# -- candidates


def _candidates(pages: list[Remembered], common: Boilerplate) -> Pairs:
    """Return the pairs of pages to be compared: those that share SHARED sampled shingles, and equal texts."""
    entries, first, sizes = _entries(pages, common)
    numbers = (entries & _LOW).astype(np.uint32)
    del entries
    starts = np.flatnonzero(first).astype(np.int32)
    lengths = np.diff(starts, append=np.int32(numbers.size))
    place = np.arange(numbers.size, dtype=np.int32) - np.repeat(starts, lengths)
    left = np.repeat(lengths, lengths) - place
    found = [_same_texts(pages)]
    # In parts, by the pair's first page, for a text on many pages gives the same pairs many times.
    parts = np.linspace(0, len(pages), 2 + numbers.size // 200_000).astype(np.uint32)
    for low, high in pairwise(parts):
        here = np.flatnonzero((numbers >= low) & (numbers < high))
        pairs, shared = np.unique(_paired(numbers, here, place[here], left[here]), return_counts=True)
        smaller = np.minimum(sizes[pairs >> _HALF], sizes[pairs & _LOW])
        found.append(pairs[shared >= np.maximum(np.minimum(SHARED, smaller), SHARED_PART * smaller)])
    every = np.unique(np.concatenate(found))
    return np.stack([every >> _HALF, every & _LOW], axis=1).astype(np.int64)


def _paired(
    numbers: NDArray[np.uint32], here: Places, place: NDArray[np.int32], left: NDArray[np.int32]
) -> Packed:
    """Return the pairs with one sampled shingle, each as often as it shares one.

    Args:
        numbers: The pages, those with one shingle in a row, in their order.
        here: Where the pairs' first pages stand.
        place: How many pages with the same shingle stand before each of these.
        left: How many pages with the same shingle there are from it on.
    """
    found = []
    for step in range(1, PAIRED):
        wanted = (place + left <= PAIRED) | (step <= NEIGHBOURS) | (place < EARLIEST)
        one = here[wanted & (step < left)]
        found.append(numbers[one].astype(np.uint64) << _HALF | numbers[one + step])
    many = (left > PAIRED) & (place < EARLIEST)
    for one, rest in zip(here[many].tolist(), left[many].tolist(), strict=True):
        found.append(np.uint64(numbers[one]) << _HALF | numbers[one + PAIRED : one + rest])
    return np.concatenate(found)


def _entries(pages: list[Remembered], common: Boilerplate) -> tuple[Packed, Marks, NDArray[np.int64]]:
    """Return the sampled shingles that several pages share.

    Returns:
        Hash and page of each, sorted; which is the first of its hash; and the sizes of all pages' sketches.
    """
    sizes = np.zeros(len(pages), np.int64)
    entries, end = np.zeros(sum(page.sketch.size for page in pages), np.uint64), 0
    for n, page in enumerate(pages):
        own = page.sketch[~common.marks(page.site, page.sketch)].astype(np.uint64)
        sizes[n] = own.size
        entries[end : end + own.size] = own << _HALF | np.uint64(n)
        end += own.size
    entries = entries[:end]
    entries.sort()
    first = np.ones(end + 1, np.bool_)
    for at in range(1, end, _CHUNK):  # in parts, for memory
        some = entries[at - 1 : at + _CHUNK]
        first[at : at + some.size - 1] = (some[1:] ^ some[:-1]) > _LOW
    kept = ~(first[:-1] & first[1:])
    return entries[kept], first[:-1][kept], sizes


def _same_texts(pages: list[Remembered]) -> Packed:
    """Return the pairs of the earliest page with a text and each other one with the same, boilerplate or not."""
    first: dict[int, int] = {}
    found = [
        first[page.whole] << 32 | n
        for n, page in enumerate(pages)
        if page.size and first.setdefault(page.whole, n) != n
    ]
    return np.array(found, np.uint64)


def _batches(pairs: Pairs) -> Iterator[list[Pairs]]:
    """Yield the pairs by connected component, so many components at once as have BATCH pages."""
    if not pairs.size:
        return
    sets = Sets(int(pairs.max()) + 1)
    for a, b in pairs.tolist():
        sets.join(a, b)
    component = np.array([sets.of(a) for a in pairs[:, 0].tolist()])
    pairs = pairs[np.argsort(component, kind="stable")]
    starts = np.flatnonzero(np.diff(np.sort(component))) + 1
    batch: list[Pairs] = []
    held = 0
    for some in np.split(pairs, starts):
        number = np.unique(some).size
        if batch and held + number > BATCH:
            yield batch
            batch, held = [], 0
        batch.append(some)
        held += number
    yield batch


# -- confirmation and clustering


class _Component:
    """Pages that candidate pairs connect, and what comparing them shows."""

    def __init__(
        self, pages: list[Remembered], words: Mapping[int, Words], common: Boilerplate, pairs: Pairs
    ) -> None:
        self._pages = pages
        self._tokens = words
        self._boilerplate = common
        self._held: dict[int, Text] = {}
        self._seen: dict[tuple[int, int], Likeness | None] = {}
        self._matches: dict[int, dict[int, Likeness]] = {}
        for a, b in pairs.tolist():
            if likeness := self._likeness(a, b):
                self._matches.setdefault(a, {})[b] = likeness
                self._matches.setdefault(b, {})[a] = likeness

    def _likeness(self, a: int, b: int) -> Likeness | None:
        a, b = min(a, b), max(a, b)
        if (a, b) not in self._seen:
            self._seen[a, b] = self._compared(a, b)
        return self._seen[a, b]

    def _compared(self, a: int, b: int) -> Likeness | None:
        one, other = self._pages[a], self._pages[b]
        if one.whole == other.whole and one.address == other.address:
            return Likeness(1.0, "same address and text")
        headline = read(one.headline).words
        same_headline = headline.size > 0 and np.array_equal(headline, read(other.headline).words)
        return compare(self._text(a), self._text(b), same_headline=same_headline)

    def _text(self, n: int) -> Text:
        if n not in self._held:
            if len(self._held) >= HELD:
                self._held.clear()
            words, site = Words(self._tokens[n].tokens), self._pages[n].site
            marks = self._boilerplate.marks(site, words.shingles.astype(np.uint32))
            self._held[n] = Text(words, site, marks)
        return self._held[n]

    def stories(self) -> list[_Found]:
        """Return the stories, each as its pages, the earliest first, with their likeness to it."""
        home = {n: star for star in self._stars() for n in star}
        # A version that matches no centre, or a second star of the same article: by the majority of each's earliest.
        links = {(min(home[a]), min(home[b])) for a in self._matches for b in self._matches[a]}
        for first, second in sorted(links):
            one, other = home[first], home[second]
            if one is not other and self._is_majority(sorted(one)[:JURY], sorted(other)[:JURY]):
                one |= other
                home.update(dict.fromkeys(other, one))
        found = {min(star): sorted(star) for star in home.values() if len(star) > 1}
        return [[self._part(n, star) for n in star] for star in found.values()]

    def _stars(self) -> list[set[int]]:
        """Return disjoint stars: the page that matches most others, with these; then of the rest the same."""
        stars = []
        for free in self._connected():
            while free:
                centre = max(free, key=lambda n: (len(self._matches[n].keys() & free), -n))
                stars.append({centre, *(self._matches[centre].keys() & free)})
                free -= stars[-1]
        return stars

    def _connected(self) -> Iterator[set[int]]:
        """Yield the pages that matches connect: small sets, where candidate pairs may connect thousands."""
        left = set(self._matches)
        while left:
            found, ahead = set(), {left.pop()}
            while ahead:
                found |= ahead
                ahead = {m for n in ahead for m in self._matches[n]} - found
            left -= found
            yield found

    def _is_majority(self, some: list[int], others: list[int]) -> bool:
        matches = sum(self._likeness(a, b) is not None for a in some for b in others)
        return 2 * matches > len(some) * len(others)

    def _part(self, n: int, star: list[int]) -> tuple[int, Likeness]:
        if n == star[0]:
            return n, Likeness(1.0, "earliest")
        if likeness := self._likeness(n, star[0]):
            return n, likeness
        near = {m: found for m, found in self._matches[n].items() if m in set(star)}
        best = max(near, key=lambda m: (near[m].similarity, -m))
        return n, Likeness(near[best].similarity, f"{near[best].because}, to {self._pages[best].url}")


def _story(found: _Found, pages: list[Remembered]) -> Story:
    earliest = pages[found[0][0]].url
    headlines: dict[str, str] = {}
    for n, _ in found:
        if pages[n].headline:
            headlines.setdefault(folded(pages[n].headline), pages[n].headline)
    members = tuple(Member(pages[n].url, round(like.similarity, 4), like.because) for n, like in found)
    return Story(story_id(earliest), earliest, members, tuple(headlines.values()))
