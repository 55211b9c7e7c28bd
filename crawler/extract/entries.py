"""Which links are article links: what an address and its visible text say, as a score a person can read."""

import re
from dataclasses import dataclass
from functools import lru_cache

from crawler.extract.lexicon import Lexicon, Place, folded, is_dense_script
from crawler.extract.outline import Anchor, Outline
from crawler.model import Reason
from crawler.url import MAX_LENGTH, canonicalise, shape_of

TITLE_UNITS = 5.0
"""Words (or three times as many ideographs) from which a text certainly reads like a title."""
ARTICLE = 0.35
"""Score from which a link counts as an article link: an id or slug in the path, or a title-like text."""

_IDS = re.compile(r"[0-9]{3,}")
_DATE = re.compile(r"/(?:19|20)[0-9]{2}[-/]?(?:0[1-9]|1[0-2])")
_SLUG = re.compile(r"[^/-]+(?:[-_][^/-]+){3,}")
_FILE = re.compile(r"\.(?:s?html?|aspx?|php|jsp)\Z")
_DIGITS = re.compile(r"[0-9]+")
_PART = int(Place.PART)


@dataclass(slots=True)
class Entry:
    """One target within one candidate list."""

    at: int
    """Node of its first link."""
    url: str
    refused: Reason | None
    anchor: str
    rel: str | None
    score: float


class Targets:
    """The links of one page, resolved once: address, refusal and score of each."""

    def __init__(self, page: Outline, lexicon: Lexicon, url: str) -> None:
        self.page = page
        self.lexicon = lexicon
        self.own = url
        base = canonicalise(page.base, url) if page.base else url
        self.base = url if isinstance(base, Reason) else base
        self._origin = self.base[: self.base.index("/", 8)] + "/"
        self._resolved: dict[str, tuple[str, Reason | None] | None] = {}
        self._scores: list[float | None] = [None] * len(page.links)
        self._own_shape = shape_of(url)

    def of(self, link: int) -> tuple[str, Reason | None] | None:
        """Return a link's target and refusal; None where it leads nowhere (mailto:, #top, empty)."""
        href = self.page.links[link].href
        try:
            return self._resolved[href]
        except KeyError:
            found = self._resolved[href] = self._resolve(href.strip())
            return found

    def _resolve(self, href: str) -> tuple[str, Reason | None] | None:
        if not href or href[0] == "#":
            return None
        # What a base adds to an absolute address or path is the same on all pages of a host.
        rooted = href.startswith(("http://", "https://")) or (href[0] == "/" and href[1:2] not in ("/", "\\"))
        target = _canonical(href, self._origin if rooted else self.base)
        if target is Reason.BAD_URL:
            return href[:MAX_LENGTH], Reason.BAD_URL
        return None if isinstance(target, Reason) else (target, None)

    def score(self, link: int) -> float:
        """Return how much a link looks like one to an article, from about -2 to 2."""
        score = self._scores[link]
        if score is None:
            score = self._scores[link] = self._score(link)
        return score

    def _score(self, link: int) -> float:
        target = self.of(link)
        if target is None:
            return -2.0
        anchor = self.page.links[link]
        if anchor.rel is not None:
            rel = anchor.rel.lower()
            if "tag" in rel.split() or "author" in rel or "category" in rel:
                return -2.0
        text = anchor.text or anchor.alt or anchor.title
        units = title_units(text)
        score = min(units / TITLE_UNITS, 1.0) - 0.3
        if not text or self.lexicon.is_more(text):
            score = 0.0 if not text else -0.5
        if target[1] is not None:
            return score + 0.3
        if target[0] == self.own:
            return score + 0.5
        if units < 4 and ("#comment" in anchor.href or "#respond" in anchor.href):
            return -1.0
        alike, unlike, shape = _address(target[0], self.lexicon.paths)
        score += alike if shape == self._own_shape else unlike
        return score - 0.6 if score < 1.2 and self._is_part(anchor.at) else score

    def _is_part(self, node: int) -> bool:
        """Say whether a link stands in a card's category, author or date rather than its title."""
        places, parents = self.page.places, self.page.parents
        above = parents[node]
        return bool((places[node] | places[above] | places[parents[above]]) & _PART)


@lru_cache(maxsize=16_384)
def _canonical(href: str, base: str) -> str | Reason:
    """Resolve an address; a farm's pages link the same few hundred over and over."""
    return canonicalise(href, base)


@lru_cache(maxsize=16_384)
def _address(url: str, paths: frozenset[str]) -> tuple[float, float, str]:
    """Return what an address says for an article (to 1) or against (to -1.5), and its shape.

    The first figure is for an address of the same shape as the page's own, the second for another.
    """
    path, _, query = url.partition("://")[2].partition("/")[2].partition("?")
    shape = shape_of(url)
    if not path and not query:
        return -1.5, -1.5, shape
    lowered = path.lower()
    score = 0.0
    if _IDS.search(lowered) or _IDS.search(query):
        score += 0.4
    if _DATE.search("/" + lowered):
        score += 0.3
    if _SLUG.search(lowered):
        score += 0.5
    elif lowered.rstrip("/").rpartition("/")[2].count("-") >= 2:
        score += 0.3
    if _FILE.search(lowered):
        score += 0.1
    segments = [s for s in lowered.split("/") if s]
    against = 0.0
    if any(s in paths for s in segments[:-1]) or (segments and segments[-1] in paths):
        against = 1.2
    elif not query and len(segments) <= 1 and not _DIGITS.search(lowered) and "-" not in lowered[:-1]:
        against = 0.6
    elif lowered.endswith("/") and score == 0.0:
        return 0.5, -0.3, shape
    return score - against + 0.5, score - against, shape


@lru_cache(maxsize=16_384)
def title_units(text: str) -> float:
    """Return the length of a text in words, or a third of the letters in scripts without spaces."""
    if is_dense_script(text):
        return len(text) / 3
    return float(len(text.split()))


def collect(targets: Targets, first: int, last: int) -> list[Entry]:
    """Return the targets of links `first` to `last` (exclusive), each once, in order of appearance.

    An entry's text is its longest title-like link text; "Read more" and counts give way to it.
    """
    page, lexicon = targets.page, targets.lexicon
    entries: dict[str, Entry] = {}
    texts: dict[str, tuple[int, float]] = {}
    for link in range(first, last):
        target = targets.of(link)
        if target is None:
            continue
        url, anchor, score = target[0], page.links[link], targets.score(link)
        quality, length, text = _text(anchor, lexicon)
        entry = entries.get(url)
        if entry is None:
            entries[url] = Entry(anchor.at, url, target[1], text, anchor.rel, score)
            texts[url] = (quality, length)
            continue
        if score > entry.score:
            entry.score = score
        entry.rel = entry.rel or anchor.rel
        if (quality, length) > texts[url]:
            texts[url], entry.anchor = (quality, length), text
    return list(entries.values())


def _text(anchor: Anchor, lexicon: Lexicon) -> tuple[int, float, str]:
    """Return what a link offers as its entry's text: how good a source, how long, and the text."""
    shown = anchor.text
    if shown and _says_something(shown) and not lexicon.is_more(shown):
        return 3, min(title_units(shown), TITLE_UNITS), shown
    if anchor.alt.strip():
        return 2, 0.0, " ".join(anchor.alt.split())
    if anchor.title.strip():
        return 1, 0.0, " ".join(anchor.title.split())
    return 0, 0.0, ""


@lru_cache(maxsize=16_384)
def _says_something(text: str) -> bool:
    """Say whether a text holds a letter."""
    return any(c.isalpha() for c in folded(text))
