"""What is boilerplate of a site: notices, author boxes, forms, and the sentences of its templates. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from crawler.graph.shingles import read
from crawler.model import ArticleText

COMMON = 6
"""Different articles of one site that a shingle must stand in to be boilerplate; or, if that is more, COMMON_SHARE."""
COMMON_SHARE = 0.02


@dataclass(frozen=True, slots=True)
class Remembered:
    """What is remembered of a page between the readings."""

    url: str
    site: str
    headline: str
    size: int
    """Tokens of its text."""
    whole: int
    """Hash of all of them."""
    packed: bytes
    """The sketch's bytes, for an array has a hundred more."""

    @property
    def sketch(self) -> NDArray[np.uint32]:
        """Hashes of its sampled shingles, the smallest first."""
        return np.frombuffer(self.packed, "<u4")

    @property
    def address(self) -> str:
        """The URL without its scheme and the last slash."""
        return self.url.partition("://")[2].rstrip("/")


class Sets:
    """Disjoint sets of numbers, each named by its least."""

    def __init__(self, size: int) -> None:
        self._up = list(range(size))

    def of(self, n: int) -> int:
        """Return the least number of a number's set."""
        while self._up[n] != n:
            self._up[n] = self._up[self._up[n]]
            n = self._up[n]
        return n

    def join(self, a: int, b: int) -> None:
        """Make two sets one."""
        a, b = sorted((self.of(a), self.of(b)))
        self._up[b] = a


class Boilerplate:
    """What is boilerplate of each site: shingles that stand in many different articles of it.

    Counted in two readings, for there are some 400 shingles a page: a table of a byte a shingle, addressed by a hash,
    says which may be boilerplate, and only these are counted one by one (as in the PCY algorithm, MMDS, section 6.3).
    """

    def __init__(
        self, pages: list[Remembered], texts: Callable[[], Iterable[ArticleText]], numbers: Mapping[str, int]
    ) -> None:
        self._salts = {
            page.site: int.from_bytes(blake2b(page.site.encode(), digest_size=8).digest(), "little")
            for page in pages
        }
        self._keys = np.zeros(0, np.uint64)
        groups = _versions_on_a_site(pages)
        articles = Counter(pages[n].site for n in groups)
        counted = {n for n in groups if articles[pages[n].site] >= COMMON}
        if counted:
            size = sum(pages[n].size for n in counted)
            self._count(lambda: (t for t in texts() if numbers[t.url] in counted), articles, size)

    def _count(
        self, texts: Callable[[], Iterable[ArticleText]], articles: Mapping[str, int], size: int
    ) -> None:
        table = np.zeros(1 << size.bit_length(), np.uint8)
        cell = np.uint64(table.size - 1)
        for text in texts():
            cells = self._shingles_of(text) & cell
            # A page counts once: of a cell that it names twice, one assignment adds one.
            table[cells] += table[cells] < 255
        sites: dict[str, list[NDArray[np.uint64]]] = {}
        for text in texts():
            found = self._shingles_of(text)
            sites.setdefault(text.site, []).append(np.unique(found[table[found & cell] >= COMMON]))
        del table
        kept = [self._keys]
        for site, lists in sites.items():
            keys, counts = np.unique(np.concatenate(lists), return_counts=True)
            kept.append(keys[counts >= max(COMMON, int(COMMON_SHARE * articles[site]))])
        self._keys = np.unique(np.concatenate(kept))

    def _shingles_of(self, text: ArticleText) -> NDArray[np.uint64]:
        return self._keys_of(text.site, read(text.text).shingles.astype(np.uint32))

    def marks(self, site: str, shingles: NDArray[np.uint32]) -> NDArray[np.bool_]:
        """Say which shingles are boilerplate of a site."""
        if not self._keys.size:
            return np.zeros(shingles.size, np.bool_)
        keys = self._keys_of(site, shingles)
        found: NDArray[np.bool_] = self._keys[np.searchsorted(self._keys, keys) % self._keys.size] == keys
        return found

    def _keys_of(self, site: str, shingles: NDArray[np.uint32]) -> NDArray[np.uint64]:
        mixed = (shingles.astype(np.uint64) ^ np.uint64(self._salts[site])) * np.uint64(0x9E3779B97F4A7C15)
        return mixed ^ mixed >> np.uint64(32)


def _versions_on_a_site(pages: list[Remembered]) -> list[int]:
    """Return one page, the earliest, of each article of each site, as far as sketches tell.

    An article under ten addresses of a site must not count as ten articles, or its own text were boilerplate.
    """
    sets = Sets(len(pages))
    first: dict[tuple[str, str, int], int] = {}
    for n, page in enumerate(pages):
        alike = page.sketch[:4].tolist() if page.headline else [page.whole]
        for one in alike:
            sets.join(first.setdefault((page.site, page.headline, one), n), n)
    return [n for n in range(len(pages)) if sets.of(n) == n]
