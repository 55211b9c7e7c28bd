"""Which links are article links: what an address and its visible text say, as a score a person can read."""

import re
from dataclasses import dataclass

from crawler.extract.lexicon import Lexicon, Place, folded, is_dense_script
from crawler.extract.outline import Outline
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
        self._urls: dict[int, tuple[str, Reason | None] | None] = {}
        self._resolved: dict[str, tuple[str, Reason | None] | None] = {}
        self._addresses: dict[str, float] = {}
        self._scores: dict[int, float] = {}
        self._own_shape = shape_of(url)

    def of(self, link: int) -> tuple[str, Reason | None] | None:
        """Return a link's target and refusal; None where it leads nowhere (mailto:, #top, empty)."""
        if link not in self._urls:
            href = self.page.links[link].href
            if href not in self._resolved:
                self._resolved[href] = self._resolve(href)
            self._urls[link] = self._resolved[href]
        return self._urls[link]

    def _resolve(self, href: str) -> tuple[str, Reason | None] | None:
        href = href.strip()
        if not href or href[0] == "#":
            return None
        target = canonicalise(href, self.base)
        if target is Reason.BAD_URL:
            return href[:MAX_LENGTH], Reason.BAD_URL
        return None if isinstance(target, Reason) else (target, None)

    def score(self, link: int) -> float:
        """Return how much a link looks like one to an article, from about -2 to 2."""
        if link not in self._scores:
            self._scores[link] = self._score(link)
        return self._scores[link]

    def _score(self, link: int) -> float:
        target = self.of(link)
        if target is None:
            return -2.0
        anchor = self.page.links[link]
        rel = (anchor.rel or "").lower()
        if "tag" in rel.split() or "author" in rel or "category" in rel:
            return -2.0
        text = anchor.text or anchor.alt or anchor.title
        score = min(title_units(text) / TITLE_UNITS, 1.0) - 0.3
        if not text or self.lexicon.is_more(text):
            score = 0.0 if not text else -0.5
        if target[1] is not None:
            return score + 0.3
        if target[0] == self.own:
            return score + 0.5
        if ("#comment" in anchor.href or "#respond" in anchor.href) and title_units(text) < 4:
            return -1.0
        address = self._addresses.get(target[0])
        if address is None:
            address = self._addresses[target[0]] = self._address(target[0])
        score += address
        return score - 0.6 if score < 1.2 and self._is_part(anchor.at) else score

    def _is_part(self, node: int) -> bool:
        """Say whether a link stands in a card's category, author or date rather than its title."""
        for _ in range(3):
            if self.page.places[node] & Place.PART:
                return True
            node = self.page.parents[node]
        return False

    def _address(self, url: str) -> float:
        """Return what an address says for an article (to 1) or against (to -1.5)."""
        path, _, query = url.partition("://")[2].partition("/")[2].partition("?")
        if not path and not query:
            return -1.5
        lowered = path.lower()
        score = 0.0
        shape = shape_of(url)
        if shape == self._own_shape:
            score += 0.5
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
        if any(s in self.lexicon.paths for s in segments[:-1]) or (
            segments and segments[-1] in self.lexicon.paths
        ):
            score -= 1.2
        elif not query and len(segments) <= 1 and not _DIGITS.search(lowered) and "-" not in lowered[:-1]:
            score -= 0.6
        elif lowered.endswith("/") and score == 0.0:
            score -= 0.3
        return score


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
    for link in range(first, last):
        target = targets.of(link)
        if target is None:
            continue
        anchor = page.links[link]
        score = targets.score(link)
        entry = entries.get(target[0])
        if entry is None:
            entry = entries[target[0]] = Entry(anchor.at, target[0], target[1], "", anchor.rel, score)
        entry.score = max(entry.score, score)
        entry.rel = entry.rel or anchor.rel
    texts: dict[str, tuple[int, float, str]] = {}
    for link in range(first, last):
        target = targets.of(link)
        if target is not None:
            choice = _text(targets, link, lexicon)
            if choice[:2] > texts.get(target[0], (0, 0.0, ""))[:2]:
                texts[target[0]] = choice
    for url, entry in entries.items():
        entry.anchor = texts.get(url, (0, 0.0, ""))[2]
    return list(entries.values())


def _text(targets: Targets, link: int, lexicon: Lexicon) -> tuple[int, float, str]:
    """Return what a link offers as its entry's text: how good a source, how long, and the text."""
    anchor = targets.page.links[link]
    shown = anchor.text
    if shown and not lexicon.is_more(shown) and any(c.isalpha() for c in folded(shown)):
        return 3, min(title_units(shown), TITLE_UNITS), shown
    if anchor.alt.strip():
        return 2, 0.0, " ".join(anchor.alt.split())
    if anchor.title.strip():
        return 1, 0.0, " ".join(anchor.title.split())
    return 0, 0.0, ""
