"""Texts as words and shingles, hashed, so that numpy compares them. Pure.

A. Broder, "On the resemblance and containment of documents", 1997: a shingle is a run of words, and texts are alike as
far as they have the same shingles.
"""

import re
import unicodedata
from array import array
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
Marks = NDArray[np.bool_]
Places = NDArray[np.intp]

PER_WORD = 1.7
"""Characters of a word, in scripts without spaces."""
_DENSE = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0002ffff"
)
"""Thai, Lao, Burmese, Khmer, Japanese and Chinese: a character is a token. Korean has spaces between words."""
_MARKS = "\u0300-\u036f\u064b-\u065f\u0900-\u0dff\u200c\u200d"
"""What stands within words although Python counts it for none of their letters: accents, vowel signs, joiners."""
_TOKEN = re.compile(
    rf"[^\W\d_{_DENSE}]+(?:[{_MARKS}]+[^\W\d_{_DENSE}]*)*|\d+(?:[.,:]\d+)*|[{_DENSE}]"
    rf"|[{_MARKS}]+(?:[^\W\d_{_DENSE}]+|[{_MARKS}]+)*"
)
_IS_DENSE = re.compile(f"[{_DENSE}]")
_HAN_NUMERALS = frozenset("一二三四五六七八九十百千万亿零两")
NUMBER, NAME, _DENSE_TOKEN = 1, 2, 4
_LONG = 40
"""Characters of a stretch between spaces that is not remembered: scripts without spaces have whole sentences."""
_REMEMBERED = 1 << 16

_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)


class _Packed(dict[str, bytes]):
    """The tokens of each stretch between spaces, 8 bytes each: texts share most of them, so most are remembered."""

    def __missing__(self, stretch: str) -> bytes:
        packed = array("Q", map(_token, _TOKEN.findall(unicodedata.normalize("NFKC", stretch)))).tobytes()
        if len(stretch) <= _LONG:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[stretch] = packed
        return packed


_packed = _Packed()


@lru_cache(maxsize=_REMEMBERED)
def _token(word: str) -> int:
    """Return a token's hash (61 bits) and flags (3 bits)."""
    plain = unicodedata.normalize("NFKD", word.casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c)) or plain
    number = int.from_bytes(blake2b(plain.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")
    dense = _IS_DENSE.match(word) is not None
    flags = (
        NUMBER * (word[0].isdigit() or word in _HAN_NUMERALS)
        | NAME * word[0].isupper()
        | _DENSE_TOKEN * dense
    )
    return number & ~7 | flags


def _tokens(text: str) -> Hashes:
    return np.frombuffer(b"".join(map(_packed.__getitem__, text.split())), np.uint64)


def _shingles(tokens: Hashes, words: int, characters: int) -> tuple[Hashes, Places, Places]:
    """Return a hash of each run of so many words, where it begins and how many tokens it has, in their order.

    Where a run begins with a character of a script without spaces, it has so many characters. A text of fewer words is
    one run.
    """
    hashes = tokens >> np.uint64(3)
    dense = (tokens & np.uint64(_DENSE_TOKEN)) != 0
    found, starts, lengths = [], [], []
    for length, which in ((words, ~dense), (characters, dense)):
        count = tokens.size - length + 1
        if count > 0 and (at := np.flatnonzero(which[:count])).size:
            run = np.zeros(at.size, np.uint64)
            for step in range(length):
                run = run * _FACTOR + hashes[at + step]
            found.append(run)
            starts.append(at)
            lengths.append(np.full(at.size, length))
    if not found and tokens.size:
        run = np.zeros(1, np.uint64)
        for one in hashes:
            run = run * _FACTOR + one
        found, starts, lengths = [run], [np.zeros(1, np.intp)], [np.array([tokens.size])]
    if not found:
        return np.zeros(0, np.uint64), np.zeros(0, np.intp), np.zeros(0, np.intp)
    mixed, at, runs = np.concatenate(found), np.concatenate(starts), np.concatenate(lengths)
    if len(found) == 2:
        order = np.argsort(at)
        mixed, at, runs = mixed[order], at[order], runs[order]
    mixed ^= mixed >> np.uint64(30)
    mixed *= _MIX
    mixed ^= mixed >> np.uint64(31)
    return mixed, at, runs


@dataclass(frozen=True)
class Words:
    """A text as it is compared: a token is a word, or a character of a script without spaces."""

    tokens: Hashes

    @cached_property
    def per_word(self) -> float:
        """Tokens that are as long as a word."""
        dense = np.count_nonzero(self.tokens & np.uint64(_DENSE_TOKEN))
        return 1.0 + (PER_WORD - 1.0) * dense / max(self.tokens.size, 1)

    @cached_property
    def words(self) -> Hashes:
        """Hashes of the tokens, without case and accents."""
        return self.tokens >> np.uint64(3)

    @cached_property
    def shingled(self) -> tuple[Hashes, Places, Places]:
        """Hashes of the shingles in their order, their places and lengths: five words, or eight characters."""
        return _shingles(self.tokens, 5, 8)

    @property
    def shingles(self) -> Hashes:
        """Hashes of the shingles in their order."""
        return self.shingled[0]

    @cached_property
    def anchors(self) -> tuple[Hashes, Places, Places]:
        """Hashes of shorter shingles, sorted, where each stands first, and its length."""
        found, at, lengths = _shingles(self.tokens, 3, 5)
        once, first = np.unique(found, return_index=True)
        return once, at[first], lengths[first]

    def flagged(self, flags: int) -> Marks:
        """Say which tokens have one of some flags."""
        found: Marks = (self.tokens & np.uint64(flags)) != 0
        return found


def read(text: str) -> Words:
    """Return a text's words."""
    return Words(_tokens(text))
