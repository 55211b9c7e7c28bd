"""Whether two texts are versions of one article: signatures of texts, and a comparison of two. Pure.

A copy keeps the facts and changes words; a story from the same template keeps the words and changes facts. So two
texts are aligned, and what differs between them decides, not only how much.

Sources: A. Broder, "On the resemblance and containment of documents", 1997 (resemblance, containment, and the sketch
"modulo m", which serves both); J. Leskovec, A. Rajaraman, J. Ullman, "Mining of Massive Datasets", chapter 3;
B. Cohen's patience diff, 2003 (anchors that stand only once).
"""

import struct
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from crawler.graph.shingles import NAME, NUMBER, Hashes, Marks, Places, Words, read

VERSION = 1
"""Of the signatures; those of another version are made anew."""
SAMPLED = 4
"""One shingle of so many is in a sketch: of a third of a 250-word article, reworded by 15 %, some nine are shared, and
a page's sketch stays at 400 bytes. MinHash finds such cuts (Jaccard 0.15) only with bands that pair up everything."""
FEWEST, MOST = 16, 256
"""Shingles in a sketch, if the text has so many: short texts need some, long ones are not compared better by more."""

SHORT = 40
"""Words of a text that can be told from others by its words; teasers and notices are shorter."""
REACH = 10
"""Words from one anchor to the next over which an edit reaches; at 15 % replaced on both sides, 98 % are nearer."""
STRETCH = 8
"""Words of an aligned stretch; shorter ones are idioms that any two texts share."""

SOLID = 50
"""Words of a stretch that no template has: its sentences that come again stand by ones and twos."""
FRAME = 60
"""Words that a copyist puts before the article."""
ALIGNED = 0.8
"""Part of one text that stands in the other, in however small pieces; templates share half, and some three quarters."""
MOSTLY = 0.72
"""The same, where half of HALF is in long stretches."""
HALF = 0.6
"""The same, all in long stretches, if the headline is the same or both begin with it; follow-ups end with it."""
RUN = 0.5
"""The same, in one stretch, if both begin with it: an article that was cut, between words of one's own."""
PART = 0.2
"""Part of the longer text that must stand in the shorter: a third of an article is a copy, an item of a digest not."""
UNCHANGED = 0.6
"""Part of the aligned words that must be the same; two versions reworded by 15 % each keep 0.72."""

CHANGED = 3
"""Facts that must differ for a text to tell others; an outlet's name and a date differ between copies."""
NEARLY = 0.9
"""Part that two texts must share of all their words, and of their own, if little is their own."""
OWN = 4
"""Shingles that are no boilerplate in a text that equals another: less is a notice."""

_HEAD = struct.Struct("<BBIQ")


@dataclass(frozen=True, slots=True)
class Signature:
    """What is remembered of a text."""

    size: int
    """Tokens."""
    whole: int
    """Hash of all words in their order, 64 bits."""
    sketch: NDArray[np.uint32]
    """Hashes of the sampled shingles, the smallest first."""


def signature(text: str) -> bytes:
    """Return what `find_stories` remembers of a page's main text, to be stored with the page: some 400 bytes."""
    read_text = read(text)
    found = np.unique(read_text.shingles)
    count = int(np.searchsorted(found, np.uint64(2**64 // SAMPLED)))
    sketch = found[: min(max(count, FEWEST), MOST)].astype("<u4")
    whole = int.from_bytes(blake2b(read_text.words.astype("<u8").tobytes(), digest_size=8).digest(), "little")
    return _HEAD.pack(VERSION, 0, read_text.tokens.size, whole) + sketch.tobytes()


def read_signature(stored: bytes) -> Signature | None:
    """Return a signature; None if it is none, or of another version."""
    if len(stored) < _HEAD.size or stored[0] != VERSION or (len(stored) - _HEAD.size) % 4:
        return None
    _, _, size, whole = _HEAD.unpack_from(stored)
    return Signature(size, whole, np.frombuffer(stored, "<u4", offset=_HEAD.size))


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two versions of one article are."""

    similarity: float
    """0 to 1."""
    because: str
    """What it rests on, for people to read."""


@dataclass(frozen=True, slots=True)
class _Side:
    """One of two texts beside the other."""

    words: Words
    own: Marks
    """Tokens that are no boilerplate."""
    aligned: Marks
    """Tokens in stretches that stand in the other text, too, single changed words included."""
    solid: Marks
    """Aligned tokens in stretches of SOLID words or more."""
    longest: float
    """Part of all words that the longest stretch has."""
    kept: Marks
    """Aligned tokens that are the same in the other text's stretches."""

    @property
    def size(self) -> int:
        return int(self.own.sum())

    @property
    def share(self) -> float:
        """Part of the own words that is aligned."""
        return float((self.aligned & self.own).sum()) / max(self.size, 1)

    @property
    def solid_share(self) -> float:
        """Part of the own words that is aligned in long stretches."""
        return float((self.solid & self.own).sum()) / max(self.size, 1)

    @property
    def lead(self) -> float:
        """Own words before the first long stretch."""
        return float(self.own[: int(np.argmax(self.solid))].sum()) / self.words.per_word

    @property
    def unchanged(self) -> float:
        """Part of the aligned words that is the same."""
        both = self.aligned & self.own
        return float((self.kept & both).sum()) / max(float(both.sum()), 1.0)

    def changed(self, which: Marks) -> int:
        """Count the different facts of some kind that the other text does not have in that place."""
        return self._different(self.aligned & ~self.kept & which)

    def agreed(self, which: Marks) -> int:
        """Count the different facts of some kind that both have."""
        return self._different(self.kept & which)

    def _different(self, marked: Marks) -> int:
        """Count runs by their first words: a name of three words is one name, wherever it comes again."""
        marked[1:] &= ~marked[:-1]
        return len(set(self.words.words[marked].tolist()))


@dataclass(frozen=True)
class Text:
    """A text of a site."""

    words: Words
    site: str
    common: Marks
    """Which of its shingles are boilerplate of the site."""

    @cached_property
    def notices(self) -> Hashes:
        """The shingles that are boilerplate, sorted."""
        return np.unique(self.words.shingles[self.common])

    def common_beside(self, other: "Text") -> Marks:
        """Return which of its shingles are boilerplate of its site, or of another text's."""
        notices = other.notices
        if other.site == self.site or not notices.size:
            return self.common
        common, rest = self.common.copy(), np.flatnonzero(~self.common)
        own = self.words.shingles[rest]
        common[rest] = notices[np.searchsorted(notices, own) % notices.size] == own
        return common


def compare(one: Text, other: Text, *, same_headline: bool) -> Likeness | None:
    """Return how alike two texts are if they are versions of one article, else None.

    Args:
        one: One text.
        other: The other; the order does not matter.
        same_headline: Whether both go under the same headline.
    """
    a, b = one.words, other.words
    if not a.tokens.size or not b.tokens.size:
        return None
    common_a, common_b = one.common_beside(other), other.common_beside(one)
    own_a, own_b = _own(a, common_a), _own(b, common_b)
    if min(int(own_a.sum()), int(own_b.sum())) < SHORT * a.per_word:
        if (
            min(np.unique(text.shingles[~common]).size for text, common in ((a, common_a), (b, common_b)))
            < OWN
        ):
            return None
        return _short(a, b, own_a, own_b, same_headline=same_headline)
    from_a, from_b = _sides(a, b, own_a, own_b)
    jaccard, contained = _overlap(a.shingles[~common_a], b.shingles[~common_b])
    unit = "8-character" if a.per_word > 1.35 else "5-word"
    share = max(from_a.share, from_b.share)
    if other_facts(from_a, from_b) or not is_same(from_a, from_b, same_headline=same_headline):
        return None
    if jaccard >= 0.5:
        return Likeness(jaccard, f"text {jaccard:.2f} (jaccard of {unit} shingles)")
    if contained >= 0.8:
        return Likeness(contained, f"text contained {contained:.2f} ({unit} shingles)")
    if share < MOSTLY:
        return Likeness(share, f"same headline and text {share:.2f} (words aligned)")
    return Likeness(share, f"text reworded {share:.2f} (words aligned)")


def is_same(one: _Side, other: _Side, *, same_headline: bool) -> bool:
    """Say whether two aligned texts have enough in common, other facts apart."""
    share, solid = max(one.share, other.share), max(one.solid_share, other.solid_share)
    if min(one.share, other.share) < PART or max(one.unchanged, other.unchanged) < UNCHANGED:
        return False
    if share >= ALIGNED or (share >= MOSTLY and solid >= HALF / 2):
        return True
    begins = all(side.lead <= max(FRAME, side.size / side.words.per_word / 5) for side in (one, other))
    longest = max(one.longest, other.longest)
    return (solid >= HALF and (same_headline or begins)) or (longest >= RUN and begins)


def other_facts(one: _Side, other: _Side) -> bool:
    """Say whether two aligned texts tell other facts: most numbers, or most numbers and names, were changed."""
    every = max(int((side.aligned & ~side.kept).sum()) for side in (one, other))
    for flags in (NUMBER, NUMBER | NAME):
        sides = [(side, side.words.flagged(flags)) for side in (one, other)]
        changed = max(side.changed(which) for side, which in sides)
        agreed = min(side.agreed(which) for side, which in sides)
        # Where nouns have capitals, replaced words are names, too, but not most of the changes.
        most = flags == NUMBER or changed >= 0.3 * every
        if changed >= CHANGED and changed >= agreed and most:
            return True
    return False


def _short(a: Words, b: Words, own_a: Marks, own_b: Marks, *, same_headline: bool) -> Likeness | None:
    """Compare texts of which little is their own: only what is as good as equal is one article.

    What is cheap is asked first: pages of one template are paired up in thousands.
    """
    long = min(a.tokens.size, b.tokens.size) >= SHORT * a.per_word
    if np.array_equal(a.words, b.words):
        return Likeness(1.0, "same text") if long or same_headline else None
    if not long or min(int(own_a.sum()), int(own_b.sum())) < STRETCH * a.per_word:
        return None
    raw, _ = _overlap(a.shingles, b.shingles)
    if raw < NEARLY or min(side.share for side in _sides(a, b, own_a, own_b)) < NEARLY:
        return None
    return Likeness(raw, f"text {raw:.2f} (jaccard, most of it boilerplate)")


def _own(text: Words, common: Marks) -> Marks:
    """Return which tokens stand in no shingle that is boilerplate."""
    if not common.any():
        return np.ones(text.tokens.size, np.bool_)
    _, at, lengths = text.shingled
    return ~_within(at[common], at[common] + lengths[common], text.tokens.size)


def _sides(a: Words, b: Words, own_a: Marks, own_b: Marks) -> tuple[_Side, _Side]:
    """Align two texts."""
    from_a, from_b = _Aligned.of(a, b)
    return from_a.side(a, b, own_a), from_b.side(b, a, own_b)


@dataclass(frozen=True, slots=True)
class _Aligned:
    """What two texts have in common: anchors in the order of one, and the stretches they make up."""

    at: Places
    """Where each anchor begins in the one text."""
    to: Places
    """Where it begins in the other."""
    starts: Places
    """Where each stretch begins in the one text."""
    ends: Places
    """Where it ends."""

    @classmethod
    def of(cls, a: Words, b: Words) -> tuple["_Aligned", "_Aligned"]:
        """Return the alignment seen from each of two texts.

        Anchors are short shingles, each at its first place. They are one stretch as long as the next stands at most
        REACH words on in both texts: so a replaced word does not end it, and moved paragraphs are their own.
        """
        (ours, at_a, lengths), (theirs, at_b, _) = a.anchors, b.anchors
        per_word = (a.per_word + b.per_word) / 2
        _, i, j = np.intersect1d(ours, theirs, assume_unique=True, return_indices=True)
        order = np.argsort(at_a[i])
        in_a, in_b, size = at_a[i][order], at_b[j][order], lengths[i][order]
        if not in_a.size:
            none = np.zeros(0, np.intp)
            return cls(none, none, none, none), cls(none, none, none, none)
        ahead = np.diff(in_b)
        parted = (
            np.flatnonzero((np.diff(in_a) > REACH * per_word) | (ahead <= 0) | (ahead > REACH * per_word)) + 1
        )
        first, last = np.concatenate([[0], parted]), np.concatenate([parted, [in_a.size]]) - 1
        kept = (
            np.minimum(in_a[last] - in_a[first], in_b[last] - in_b[first]) + size[last] >= STRETCH * per_word
        )
        inside = np.repeat(kept, last - first + 1)
        first, last = first[kept], last[kept]
        starts_a, ends_a = in_a[first], in_a[last] + size[last]
        starts_b, ends_b = in_b[first], in_b[last] + size[last]
        in_a, in_b = in_a[inside], in_b[inside]
        order = np.argsort(in_b)
        return cls(in_a, in_b, starts_a, ends_a), cls(in_b[order], in_a[order], starts_b, ends_b)

    def side(self, text: Words, other: Words, own: Marks) -> _Side:
        """Return the one text beside the other."""
        aligned = _within(self.starts, self.ends, text.words.size)
        long = self.ends - self.starts >= SOLID * text.per_word
        solid = _within(self.starts[long], self.ends[long], text.words.size)
        kept = np.zeros_like(aligned)
        places = np.flatnonzero(aligned)
        if places.size:
            before = np.searchsorted(self.at, places, "right") - 1
            after = np.minimum(before + 1, self.at.size - 1)
            for anchor in (before, after):  # a replaced word may be two, so from both ends
                there = np.clip(self.to[anchor] + places - self.at[anchor], 0, other.words.size - 1)
                kept[places] |= text.words[places] == other.words[there]
        longest = int((self.ends - self.starts).max(initial=0)) / text.tokens.size
        return _Side(text, own, aligned, solid, longest, kept)


def _within(starts: Places, ends: Places, size: int) -> Marks:
    """Return which of so many tokens stand in one of some stretches."""
    steps = np.bincount(starts, minlength=size + 1) - np.bincount(ends, minlength=size + 1)
    found: Marks = np.cumsum(steps[:size]) > 0
    return found


def _overlap(a: Hashes, b: Hashes) -> tuple[float, float]:
    """Return resemblance and containment (Broder 1997) of two texts' shingles."""
    ours, theirs = np.unique(a), np.unique(b)
    both = np.intersect1d(ours, theirs, assume_unique=True).size
    return both / max(ours.size + theirs.size - both, 1), both / max(min(ours.size, theirs.size), 1)
