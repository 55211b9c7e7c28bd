"""When sites publish, by hour and weekday, and whether they do so together. Pure.

Synchrony is measured against chance that keeps each site's own habits: its publications are shifted by whole days
(round the span that all sites have in common), so that shared office hours are no finding.
"""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from crawler.report.gathered import Pages

MIN_DATES = 20
"""With fewer times of day, nothing is said of a site."""
MIN_SYNCHRONY = 30
"""The same of synchrony, for a site's publications and for the others'."""
MIN_DAYS = 7
"""Days that the span in common must have: each is a way to shift."""
WITHIN_MINUTES = 10
_ROUNDS = 200

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Moment:
    """A date on a page."""

    minutes: float
    """Since 1970; in UTC if the page gives an offset, else as the page has it."""
    weekday: int
    """Monday is 0; as the page has it."""
    hour: int | None
    """As the page has it; None if it gives the day only."""
    is_absolute: bool
    """Whether the page gives the offset from UTC."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When a site publishes."""

    site: str
    dated: int
    timed: int
    """Of the dated pages, those with a time of day."""
    hours: tuple[tuple[int, ...], ...]
    """Publications by weekday, Monday first, and hour."""
    on_the_minute: int
    """Publications at the most used minute of the hour; an equal spread gives a sixtieth."""
    minute: int


@dataclass(frozen=True, slots=True)
class Synchrony:
    """How often a site publishes just when another does."""

    site: str
    publications: int
    others: int
    """Publications of all other sites in the same span."""
    share: float
    """Share of its publications within some minutes of another site's."""
    expected: float
    """The same when its publications are shifted by whole days: the mean."""
    low: float
    """Nineteen in twenty shifts give at least that."""
    high: float
    """Nineteen in twenty shifts give at most that."""


@dataclass(frozen=True, slots=True)
class Times:
    """Publication times of a crawl."""

    dated: int
    """Fetched pages with a date."""
    fetched: int
    with_offset: int
    rhythms: tuple[Rhythm, ...]
    synchrony: tuple[Synchrony, ...]
    first: str | None
    last: str | None


def moment_of(published: str | None) -> Moment | None:
    """Return the moment that a page's date names; None if there is none, or it names no day."""
    if not published:
        return None
    try:
        at = datetime.fromisoformat(published)
    except ValueError:
        return None
    offset = at.utcoffset()
    minutes = (at.replace(tzinfo=None) - datetime(1970, 1, 1)).total_seconds() / 60
    if offset is not None:
        minutes -= offset.total_seconds() / 60
    hour = at.hour if len(published) > 10 else None
    return Moment(minutes, at.weekday(), hour, offset is not None)


def times(pages: Pages, most: int) -> Times:
    """Return when sites publish; of the `most` sites with most dates."""
    rhythms, moments = [], {}
    dated = with_offset = 0
    for site in pages.sites:
        found = [moment for moment in map(moment_of, site.published) if moment is not None]
        dated += len(found)
        with_offset += sum(moment.is_absolute for moment in found)
        timed = [moment for moment in found if moment.hour is not None]
        if timed:
            moments[site.name] = np.sort(np.array([moment.minutes for moment in timed]))
        if len(timed) >= MIN_DATES:
            rhythms.append(_rhythm(site.name, len(found), timed))
    rhythms.sort(key=lambda one: (-one.timed, one.site))
    days = sorted(day for site in pages.sites for day in site.published)
    return Times(
        dated,
        sum(site.fetched for site in pages.sites),
        with_offset,
        tuple(rhythms[:most]),
        tuple(_synchrony(moments, [one.site for one in rhythms[:most]])),
        days[0] if days else None,
        days[-1] if days else None,
    )


def _rhythm(site: str, dated: int, timed: list[Moment]) -> Rhythm:
    hours = np.zeros((7, 24), dtype=int)
    minutes = np.zeros(60, dtype=int)
    for moment in timed:
        hours[moment.weekday, moment.hour or 0] += 1
        minutes[int(moment.minutes) % 60] += 1
    table = tuple(tuple(int(count) for count in row) for row in hours)
    return Rhythm(site, dated, len(timed), table, int(minutes.max()), int(minutes.argmax()))


def _synchrony(moments: dict[str, Floats], named: list[str]) -> list[Synchrony]:
    found = []
    for site in named:
        others = [times for other, times in moments.items() if other != site]
        if not others:
            continue
        one = _synchrony_of(site, moments[site], np.sort(np.concatenate(others)))
        if one is not None:
            found.append(one)
    return found


def _synchrony_of(site: str, own: Floats, others: Floats) -> Synchrony | None:
    """Compare a site's times with the others', in the whole days that both have."""
    begin = max(own[0], others[0])
    span = (min(own[-1], others[-1]) - begin) // 1440 * 1440
    if span < MIN_DAYS * 1440:
        return None
    own = own[(own >= begin) & (own < begin + span)] - begin
    others = others[(others >= begin) & (others < begin + span)] - begin
    if len(own) < MIN_SYNCHRONY or len(others) < MIN_SYNCHRONY:
        return None
    days = int(span // 1440)
    chance = np.random.default_rng(0)
    shifts = np.arange(1, days) if days <= _ROUNDS else chance.choice(days - 1, _ROUNDS, replace=False) + 1
    shares = np.array([_near(np.sort((own + 1440 * shift) % span), others) for shift in shifts])
    low, high = np.quantile(shares, (0.05, 0.95))
    return Synchrony(
        site,
        len(own),
        len(others),
        round(_near(own, others), 4),
        round(float(shares.mean()), 4),
        round(float(low), 4),
        round(float(high), 4),
    )


def _near(own: Floats, others: Floats) -> float:
    """Return the share of times that have another within some minutes; both are sorted."""
    after = np.searchsorted(others, own - WITHIN_MINUTES, "left")
    until = np.searchsorted(others, own + WITHIN_MINUTES, "right")
    return float((until > after).mean())
