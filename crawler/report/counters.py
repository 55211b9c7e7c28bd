"""Whether the views and likes that pages show look counted or invented: what their digits and spread say. Pure.

Four tests, none of which proves anything alone: last digits (counts end in each digit alike), first digits (Benford
1938; for numbers over several orders of magnitude only), whether values are spread evenly between the least and the
greatest, as drawn numbers are and counts of readers are not, and whether older pages have more. Chances come from
drawing, with a fixed seed, so that they hold for small numbers, too. With few values nothing is said.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crawler.report.gathered import Copy, Pages
from crawler.report.times import moment_of

MIN_VALUES = 50
"""For last digits, evenness and age: five of each digit are expected."""
MIN_FIRST = 100
"""For first digits: about five nines are expected."""
MIN_PAIRS = 20
"""Pairs of pages of one story, on two sites, that both show a number."""
MIN_DISTINCT = 40
"""With fewer different values, ties make a test of evenness worthless."""
_DRAWS = 10_000
_SAMPLE = 1_000
"""Values that are tested for evenness, at most: they are enough, and chances are drawn for as many."""

Ints = NDArray[np.int64]
Floats = NDArray[np.floating[Any]]

_BENFORD = np.log10(1 + 1 / np.arange(1, 10))


@dataclass(frozen=True, slots=True)
class Digits:
    """How often each digit stands in a place, against what is expected."""

    counts: tuple[int, ...]
    """From 0 (last digits) or 1 (first digits)."""
    p: float
    """How often chance departs as far from what is expected (chi-squared); 0.0001 is the least that is told."""


@dataclass(frozen=True, slots=True)
class Counter:
    """One kind of number on one site's pages."""

    site: str
    name: str
    """`views` or `likes`."""
    values: int
    distinct: int
    least: int
    median: float
    mean: float
    greatest: int
    last: Digits | None
    """Of values from 10 on; None with fewer than `MIN_VALUES`."""
    first: Digits | None
    """None with fewer than `MIN_FIRST`, or if nine in ten values span less than two orders of magnitude."""
    uneven: float | None
    """Greatest distance from an even spread between the least and the greatest (Kolmogorov), 0 to 1."""
    uneven_p: float | None
    """How often evenly drawn numbers are as far from it."""
    age: float | None
    """Rank correlation (Spearman) of age and views; counted views grow with age. None for likes."""


@dataclass(frozen=True, slots=True)
class SameStory:
    """Whether the same story shows the same number on two sites."""

    name: str
    pairs: int
    equal: int
    expected: float
    """Equal pairs when the numbers are dealt anew."""


@dataclass(frozen=True, slots=True)
class Audit:
    """What was tested."""

    counters: tuple[Counter, ...]
    same: tuple[SameStory, ...]
    too_few: int
    """Sites that show numbers, but too few for a test."""


def audit(pages: Pages, most: int) -> Audit:
    """Test the numbers that pages show; of the `most` sites that show most of them."""
    found, too_few = [], 0
    for site in pages.sites:
        tested = False
        for name, values in (("views", site.views), ("likes", site.likes)):
            if len(values) >= MIN_VALUES:
                tested = True
                dated = site.dated_views if name == "views" else []
                found.append(_counter(site.name, name, np.array(values, dtype=np.int64), dated))
        too_few += not tested and bool(len(site.views) or len(site.likes))
    found.sort(key=lambda one: (-one.values, one.site, one.name))
    named = list(dict.fromkeys(one.site for one in found))[:most]
    kept = sorted(
        (one for one in found if one.site in named), key=lambda one: (named.index(one.site), one.name)
    )
    same = [_same(name, pages.stories) for name in ("views", "likes")]
    return Audit(tuple(kept), tuple(one for one in same if one is not None), too_few)


def _counter(site: str, name: str, values: Ints, dated: list[tuple[str, int]]) -> Counter:
    uneven = _uneven(values)
    return Counter(
        site,
        name,
        len(values),
        len(np.unique(values)),
        int(values.min()),
        float(np.median(values)),
        round(float(values.mean()), 1),
        int(values.max()),
        _last_digits(values),
        _first_digits(values),
        uneven[0],
        uneven[1],
        _age(dated),
    )


def _last_digits(values: Ints) -> Digits | None:
    values = values[values >= 10]
    if len(values) < MIN_VALUES:
        return None
    return _digits(np.bincount(values % 10, minlength=10), np.full(10, 0.1))


def _first_digits(values: Ints) -> Digits | None:
    values = values[values > 0]
    if len(values) < MIN_FIRST:
        return None
    low, high = np.quantile(values, (0.05, 0.95))
    if high < 100 * low:
        return None
    first = values // 10 ** np.floor(np.log10(values) + 1e-12).astype(np.int64)
    return _digits(np.bincount(first, minlength=10)[1:10], _BENFORD)


def _digits(counts: Ints, shares: Floats) -> Digits:
    total = int(counts.sum())
    expected = total * shares
    found = float(((counts - expected) ** 2 / expected).sum())
    drawn = np.random.default_rng(0).multinomial(total, shares, _DRAWS)
    chance = ((drawn - expected) ** 2 / expected).sum(axis=1)
    return Digits(tuple(int(count) for count in counts), _p(chance, found))


def _p(chance: Floats, found: float) -> float:
    """Return how often chance gives at least as much; never nought (North, Curtis and Sham 2002)."""
    return round(float((np.count_nonzero(chance >= found - 1e-12) + 1) / (len(chance) + 1)), 4)


def _uneven(values: Ints) -> tuple[float | None, float | None]:
    if len(np.unique(values)) < MIN_DISTINCT:
        return None, None
    if len(values) > _SAMPLE:
        values = np.random.default_rng(0).choice(values, _SAMPLE, replace=False)
    ordered = np.sort(values).astype(float)
    distance = float(_distances(ordered[None, :])[0])
    return round(distance, 4), _p(_even_distances(len(ordered)), distance)


@lru_cache(maxsize=64)
def _even_distances(count: int) -> Floats:
    return _distances(np.sort(np.random.default_rng(0).random((1_000, count)), axis=1))


def _distances(ordered: Floats) -> Floats:
    """Return of each row of sorted numbers the distance from an even spread between its ends."""
    low, high = ordered[:, :1], ordered[:, -1:]
    inner = ((ordered - low) / (high - low))[:, 1:-1]
    count = inner.shape[1]
    steps = np.arange(count + 1) / count
    return np.asarray(np.maximum(np.abs(inner - steps[1:]), np.abs(inner - steps[:-1])).max(axis=1))


def _age(dated: list[tuple[str, int]]) -> float | None:
    pairs = [(-moment.minutes, views) for text, views in dated if (moment := moment_of(text)) is not None]
    if len(pairs) < MIN_VALUES or len({age for age, _ in pairs}) < MIN_DISTINCT:
        return None
    ages, views = (_ranks(np.array(column, dtype=float)) for column in zip(*pairs, strict=True))
    if ages.std() == 0 or views.std() == 0:
        return None
    return round(float(np.corrcoef(ages, views)[0, 1]), 3)


def _ranks(values: Floats) -> Floats:
    """Return the rank of each value; equal ones share the mean of theirs."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[place])


def _same(name: str, stories: Sequence[tuple[str, list[Copy]]]) -> SameStory | None:
    """Compare the numbers of each story's pages on one site and the next."""
    pairs = []
    for _, copies in stories:
        by_site = {copy.site: copy for copy in reversed(copies) if getattr(copy, name) is not None}
        numbers = [getattr(by_site[site], name) for site in sorted(by_site)]
        pairs += list(pairwise(numbers))
    if len(pairs) < MIN_PAIRS:
        return None
    one, other = (np.array(column) for column in zip(*pairs, strict=True))
    chance = np.random.default_rng(0)
    dealt = [int((one == chance.permutation(other)).sum()) for _ in range(200)]
    return SameStory(name, len(pairs), int((one == other).sum()), round(float(np.mean(dealt)), 2))
