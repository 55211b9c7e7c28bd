"""What headings, link texts, class names and paths say, by the shipped `lexicon.toml`."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache
from itertools import chain

from crawler.model import Kind

LONGEST_MORE = 30
"""Characters of the longest link text that only leads on, with its arrows."""
MOST = 0.5
"""Part of a heading's letters that a weak phrase ("top") must cover, with others of its kind and neutral words."""
SHORT = 8
"""Ideographs or the like up to which a text with a phrase in it is a heading; titles have 12 and more."""
MAX_HEADING = 80
"""Characters of a list's heading; the longest in the labelled set has 40."""

STEM = 3
"""Letters by which stems are looked up; no stem is shorter."""
MAX_SEEN = 20_000
"""Headings, names and places that are remembered; pages of one site share most of theirs."""

_WORD = re.compile(r"[^\W_]+")
_PARTS = re.compile(r"[-_]+|(?<=\D)(?=\d)")
_EDGES = " \t-–—_=+*·•・‧∙●○◆◇■□▪▶►▼▲»«›‹<>|/\\.,:;!?…()[]{}【】「」『』《》〈〉〔〕、。“”‘’\"'#~^°"
_LETTERS = str.maketrans(
    "ıłøđىیک\u200c’ʼ`´",
    "ilodييك ''''",
    "".join(map(chr, [*range(0x300, 0x370), *range(0x64B, 0x656), 0x640])),  # accents, Arabic marks, tatweel
)
_ASIDE = re.compile(r"\s*[(\[（【][^()\[\]（）【】]*[)\]）】]?\Z")
"""A remark in brackets at the end of a heading ("Related articles (by tag)")."""
_HAVING = frozenset(("has", "with", "no", "show", "open"))
"""What names of a whole page begin with that say something of its menu ("has-menu")."""
_TABS = re.compile(r"(?:\A|[\s_-])tabs?(?:\Z|[\s_-])")
_OWN_FOOTER = re.compile("article|entry|post|story|card|node|meta|byline|submitted")
_NO_SPACES = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")


class Place(IntEnum):
    """Where on the page an element stands, by its tag, role and names: bits of one number.

    Not an IntFlag, whose operators cost a third of the whole extraction.
    """

    MENU = 1
    FOOTER = 2
    TAGS = 4
    COMMENTS = 8
    SOCIAL = 16
    FRIENDS = 32
    AUTHOR = 64
    PART = 128
    """A part of a card that is not its title: category, author, date."""
    HEADING = 256
    """Named like a heading; only of the element itself."""
    ASIDE = 512
    """In a side column or the like."""
    CRUMBS = 1024
    """The way from the home page."""


OUTSIDE = (
    Place.MENU | Place.FOOTER | Place.TAGS | Place.COMMENTS | Place.SOCIAL | Place.FRIENDS | Place.AUTHOR
)
"""Places whose links are no article lists."""


INHERITED = int(OUTSIDE | Place.ASIDE)
"""Places that hold for all an element contains; the others are of the element itself."""


@dataclass(frozen=True, slots=True)
class Match:
    """What the lexicon makes of a heading."""

    kind: Kind | None
    """None: a list of something else than articles."""
    phrase: str
    share: float
    """Part of the heading's letters that the phrase covers."""


Signs = tuple[str, str | None, str | None, str | None]
"""Tag, class, id and role of an element."""


class Phrases:
    """Phrases, found through an index: a text costs microseconds, whatever their number.

    Scripts without spaces between words match anywhere and are looked up by two characters; all others begin with
    a word and are looked up by it, stems ("relacionad*") by its first letters.
    """

    def __init__(self, phrases: Mapping[str, bool]) -> None:
        """Index folded phrases, each with whether it is a stem."""
        self._dense: dict[str, list[str]] = {}
        self._words: dict[str, list[tuple[str, bool]]] = {}
        self._stems: dict[str, list[str]] = {}
        for phrase, stem in sorted(phrases.items(), reverse=True):
            first = _WORD.match(phrase)
            if _NO_SPACES.match(phrase) or first is None:
                self._dense.setdefault(phrase[:2], []).append(phrase)
            elif stem and first[0] == phrase:
                self._stems.setdefault(phrase[:STEM], []).append(phrase)
            else:
                self._words.setdefault(first[0], []).append((phrase, stem))

    def hits(self, text: str) -> list[tuple[int, int, str]]:
        """Return where phrases stand in a folded text: start, end (of the word, for a stem) and phrase."""
        found = []
        if self._dense and is_dense_script(text):
            for at in range(len(text)):
                for phrase in self._dense.get(text[at : at + 2], ()):
                    if text.startswith(phrase, at):
                        found.append((at, at + len(phrase), phrase))
        words = _WORD.findall(text)
        if self._words.keys().isdisjoint(words) and self._stems.keys().isdisjoint([w[:STEM] for w in words]):
            return found  # as with most texts: a third of the cost of looking each word up
        for word in _WORD.finditer(text):
            at, end = word.span()
            for phrase in self._stems.get(word[0][:STEM], ()):
                if text.startswith(phrase, at):
                    found.append((at, end, phrase))
            for phrase, stem in self._words.get(word[0], ()):
                if text.startswith(phrase, at):
                    last = _WORD.match(text, at + len(phrase))
                    if stem or last is None:
                        found.append((at, last.end() if last else at + len(phrase), phrase))
        return found


@dataclass(slots=True)
class Lexicon:
    """The vocabulary, ready for use."""

    kinds: dict[str, Kind | None]
    """Phrase → what it says of a list; None: that it is one of something else than articles."""
    weak: frozenset[str]
    """Phrases that say so only where they make up most of a heading."""
    phrases: Phrases
    neutral: Phrases
    more: frozenset[str]
    places: dict[str, int]
    paths: frozenset[str]
    _seen: dict[str, Match | None] = field(default_factory=dict)
    _named: dict[str, int] = field(default_factory=dict)
    placed: dict[Signs, tuple[str, int]] = field(default_factory=dict)
    """What `place` has answered; to be read where a call would cost more than the answer."""

    def match(self, heading: str) -> Match | None:
        """Return what a heading says, None if nothing the lexicon knows."""
        if len(heading) > MAX_HEADING:
            return None
        if heading not in self._seen:
            if len(self._seen) > MAX_SEEN:
                self._seen.clear()
            self._seen[heading] = self._match(folded(heading))
        return self._seen[heading]

    def place(self, signs: Signs) -> tuple[str, int]:
        """Return an element's class names and id in lower case, and the places they, tag and role speak for."""
        found = self.placed.get(signs)
        if found is None:
            if len(self.placed) > MAX_SEEN:
                self.placed.clear()
            tag, classes, key, role = signs
            names = f"{classes or ''} {key or ''}".lower()
            found = self.placed[signs] = (names, self._place(tag, names, role or ""))
        return found

    def is_more(self, text: str) -> bool:
        """Say whether a link's text only leads on ("Read more")."""
        return len(text) <= LONGEST_MORE and _folded(text) in self.more

    def _match(self, text: str) -> Match | None:
        text = _ASIDE.sub("", text).strip() or text
        hits = [(at, end, phrase, self.kinds[phrase]) for at, end, phrase in self.phrases.hits(text)]
        if not hits:
            return None
        letters = sum(1 for c in text if c.isalnum()) or 1
        neutral = [hit[:2] for hit in self.neutral.hits(text)]
        if any(hit[2] in self.weak for hit in hits):
            strong = {
                kind
                for kind in {hit[3] for hit in hits}
                if _covered(text, [h[:2] for h in hits if h[3] is kind] + neutral) >= MOST * letters
            }
            hits = [hit for hit in hits if hit[2] not in self.weak or hit[3] in strong]
        if not hits:
            return None
        # Equal lengths: the later one is the head of the phrase in Chinese, Japanese and Korean.
        ranked = sorted(hits, key=lambda h: (h[3] is not Kind.OTHER, h[1] - h[0], h[0]), reverse=True)
        best = next((h for h in ranked if h[3] is not None), ranked[0])
        # "Quiz" is no part of "quizás": a longer phrase takes the shorter ones in it.
        outside = any(
            hit[3] is None and not any(h[3] and h[0] <= hit[0] and hit[1] <= h[1] for h in hits)
            for hit in hits
        )
        kind = None if outside else best[3]
        share = _covered(text, [h[:2] for h in hits if h[3] is best[3]] + neutral) / letters
        if is_dense_script(text):
            # What a phrase is about stands at its end in Chinese, Japanese and Korean.
            ends = text.endswith(best[2]) and letters <= 2 * SHORT
            share = max(share, 0.7 if letters <= SHORT else 0.5 if ends else 0.0)
        return Match(kind, best[2], share)

    def _place(self, tag: str, names: str, role: str) -> int:
        found = 0
        if tag in ("html", "body", "main", "article"):
            return 0
        if tag == "nav" or role in ("navigation", "menu", "menubar"):
            found |= Place.MENU
        elif (tag == "footer" and not _OWN_FOOTER.search(names)) or role == "contentinfo":
            found |= Place.FOOTER
        elif tag == "aside" or role == "complementary":
            found |= Place.ASIDE
        by_name = 0
        for name in names.split():
            said = self._named.get(name)
            by_name |= self._name(name) if said is None else said
        if by_name & Place.MENU and _TABS.search(names):
            by_name &= ~Place.MENU  # "nav-tabs" switch the lists of a page
        return found | by_name

    def _name(self, name: str) -> int:
        """Return the places one class name speaks for."""
        if len(self._named) > MAX_SEEN:
            self._named.clear()
        found = self.places.get(name, 0)
        if not name.isalpha():
            parts = _PARTS.split(name)
            # "nav-item" and "mega-menu" stand in a menu; "article-footer" and "has-menu" need not.
            found |= self.places.get(parts[0], 0) & (Place.MENU | Place.FOOTER)
            if parts[-1] == "menu" and parts[0] not in _HAVING:
                found |= Place.MENU
            for part in parts:
                found |= self.places.get(part, 0) & (Place.HEADING | Place.PART)
        self._named[name] = found
        return found


def _covered(text: str, spans: list[tuple[int, int]]) -> int:
    """Return how many letters of a text lie in one of some spans."""
    return len({n for at, end in spans for n in range(at, end) if text[n].isalnum()})


def folded(text: str) -> str:
    """Return a text as phrases are compared: without case, width, accents and edges, white space collapsed."""
    if text.isascii():
        return " ".join(text.lower().split()).strip(_EDGES)
    # Capitals often go without accents (ΣΧΕΤΙΚΑ, LO MAS LEIDO), and Arabic without its marks.
    text = unicodedata.normalize("NFKD", text).casefold().translate(_LETTERS)
    return " ".join(unicodedata.normalize("NFC", text).split()).strip(_EDGES)


_folded = lru_cache(maxsize=16_384)(folded)
"""For the texts of links, which come again on page after page."""


@lru_cache(maxsize=1024)
def is_dense_script(text: str) -> bool:
    """Say whether a text is in a script without spaces between words."""
    return _NO_SPACES.search(text) is not None


def read_lexicon(table: dict[str, dict[str, list[str]]]) -> Lexicon:
    """Return the vocabulary that a parsed `lexicon.toml` holds."""
    kinds: dict[str, Kind | None] = {}
    stems: dict[str, bool] = {}
    weak: set[str] = set()
    # A phrase that stands under two kinds is the last one's: the more telling.
    for name, kind in [("negative", None), *((str(k), k) for k in reversed(Kind))]:
        for word in chain.from_iterable(table[name].values()):
            phrase = folded(word.rstrip("*?"))
            kinds[phrase], stems[phrase] = kind, word.rstrip("?").endswith("*")
            (weak.add if word.endswith("?") else weak.discard)(phrase)
    places: dict[str, int] = {}
    for name, words in table["places"].items():
        for word in words:
            places[word] = places.get(word, 0) | Place[name.upper()]
    return Lexicon(
        kinds=kinds,
        weak=frozenset(weak),
        phrases=Phrases(stems),
        neutral=Phrases({folded(word): False for word in table["neutral"]["all"]}),
        more=frozenset(folded(word) for word in table["more"]["all"]),
        places=places,
        paths=frozenset(table["paths"]["not_article"]),
    )
