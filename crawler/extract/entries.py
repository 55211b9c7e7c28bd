"""Which links are article links: what an address and its visible text say, as a score a person can read."""

import re
from functools import lru_cache
from hashlib import blake2b

from msgspec import Struct

from crawler.extract.lexicon import LONGEST_MORE, Lexicon, Place, is_dense_script
from crawler.extract.outline import Outline, collapsed
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
_LETTER = re.compile(r"[^\W\d_]")
_SILENT = (0, 0.0, "")


class Entry(Struct, gc=False):
    """One target within one candidate list."""

    at: int
    """Node of its first link."""
    url: str
    refused: Reason | None
    anchor: str
    rel: str | None
    score: float


class Targets:
    """The links of one page, each read once: where it leads, how much it looks like an article's, what it shows."""

    def __init__(self, page: Outline, lexicon: Lexicon, url: str) -> None:
        self.page = page
        base = canonicalise(page.base, url) if page.base else url
        self.base = url if isinstance(base, Reason) else base
        self.of: list[tuple[str, Reason | None] | None] = []
        """Each link's target and refusal; None where it leads nowhere (mailto:, #top, empty)."""
        self.scores: list[float] = []
        """How much each link looks like one to an article, from about -2 to 2."""
        self.texts: list[tuple[int, float, str]] = []
        """What each link offers as its entry's text: how good a source, how long, and the text."""
        origin = self.base[: self.base.index("/", 8)] + "/"
        own_shape, paths, is_more = shape_of(url), lexicon.paths, lexicon.is_more
        resolved: dict[str, tuple[str, Reason | None] | None] = {}
        for link in page.links:
            href = link.href
            if href in resolved:
                target = resolved[href]
            else:
                target = resolved[href] = _resolve(href.strip(), self.base, origin)
            shown = link.text
            text = shown or link.alt or link.title
            units = title_units(text) if text else 0.0
            more = 0 < len(text) <= LONGEST_MORE and is_more(text)
            if shown and not more and _LETTER.search(shown):
                self.texts.append((3, units if units < TITLE_UNITS else TITLE_UNITS, shown))
            elif alt := collapsed(link.alt):
                self.texts.append((2, 0.0, alt))
            else:
                self.texts.append((1, 0.0, title) if (title := collapsed(link.title)) else _SILENT)
            self.of.append(target)
            if target is None or (link.rel is not None and _is_other(link.rel)):
                self.scores.append(-2.0)
                continue
            if text and not more:
                score = (units / TITLE_UNITS if units < TITLE_UNITS else 1.0) - 0.3
            else:
                score = -0.5 if more else 0.0
            if target[1] is not None:
                score += 0.3
            elif target[0] == url:
                score += 0.5
            elif units < 4 and ("#comment" in href or "#respond" in href):
                score = -1.0
            else:
                alike, unlike, shape = _address(target[0], paths)
                score += alike if shape == own_shape else unlike
                if score < 1.2 and self._is_part(link.at):
                    score -= 0.6
            self.scores.append(score)

    def _is_part(self, node: int) -> bool:
        """Say whether a link stands in a card's category, author or date rather than its title."""
        places, parents = self.page.places, self.page.parents
        above = parents[node]
        return bool((places[node] | places[above] | places[parents[above]]) & _PART)


def _resolve(href: str, base: str, origin: str) -> tuple[str, Reason | None] | None:
    if not href or href[0] == "#":
        return None
    # What a base adds to an absolute address or path is the same on all pages of a host.
    rooted = href.startswith(("http://", "https://")) or (href[0] == "/" and href[1:2] not in ("/", "\\"))
    target = _canonical(href, origin if rooted else base)
    if target is Reason.BAD_URL:
        return bad_address(href), Reason.BAD_URL
    return None if isinstance(target, Reason) else (target, None)


def bad_address(href: str) -> str:
    """Return what an address that is no URL is known by: itself, or its beginning and a digest of it all."""
    if len(href) <= MAX_LENGTH:
        return href
    return f"{href[: MAX_LENGTH - 20]}~{blake2b(href.encode('utf-8', 'replace'), digest_size=8).hexdigest()}"


def _is_other(rel: str) -> bool:
    """Say whether a link's relation is that to a tag, an author or a category."""
    rel = rel.lower()
    return "tag" in rel.split() or "author" in rel or "category" in rel


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
    digits = _DIGITS.search(lowered) is not None
    if (digits and _IDS.search(lowered)) or (query and _IDS.search(query)):
        score += 0.4
    if digits and _DATE.search("/" + lowered):
        score += 0.3
    dashes = lowered.count("-")
    if dashes + lowered.count("_") >= 3 and _SLUG.search(lowered):
        score += 0.5
    elif dashes >= 2 and lowered.rstrip("/").rpartition("/")[2].count("-") >= 2:
        score += 0.3
    if _FILE.search(lowered):
        score += 0.1
    segments = [s for s in lowered.split("/") if s]
    against = 0.0
    if not paths.isdisjoint(segments):
        against = 1.2
    elif not query and len(segments) <= 1 and not digits and "-" not in lowered[:-1]:
        against = 0.3
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
    links, scores, texts = targets.page.links, targets.scores, targets.texts
    entries: dict[str, Entry] = {}
    best: dict[str, tuple[int, float, str]] = {}
    for n in range(first, last):
        target = targets.of[n]
        if target is None:
            continue
        url, text = target[0], texts[n]
        entry = entries.get(url)
        if entry is None:
            entries[url] = Entry(links[n].at, url, target[1], text[2], links[n].rel, scores[n])
            best[url] = text
            continue
        if scores[n] > entry.score:
            entry.score = scores[n]
        entry.rel = entry.rel or links[n].rel
        if text[:2] > best[url][:2]:
            best[url], entry.anchor = text, text[2]
    return list(entries.values())
