"""Which stories stand on several pages and sites, under which headlines, and who had them when. Pure.

The earliest date is what a page says of itself, or when the crawl first saw it: a lead to who copied whom, not proof.
"""

from collections import Counter
from dataclasses import dataclass
from statistics import median

from crawler.report.gathered import Copy, Pages
from crawler.report.times import moment_of


@dataclass(frozen=True, slots=True)
class Headline:
    """A headline, and the pages that have it."""

    title: str
    pages: int


@dataclass(frozen=True, slots=True)
class Copied:
    """A story that several pages carry."""

    story: str
    url: str
    """Its earliest page."""
    title: str | None
    sites: tuple[str, ...]
    headlines: tuple[Headline, ...]
    """The most used first."""
    pages: tuple[Copy, ...]
    """By date."""
    days: float | None
    """From the first date to the last; None with fewer than two."""


@dataclass(frozen=True, slots=True)
class Order:
    """Two sites that carry the same stories, and whose page is dated first."""

    a: str
    b: str
    shared: int
    a_first: int
    """Stories that the first site dates earlier than the second."""
    b_first: int


@dataclass(frozen=True, slots=True)
class Copying:
    """Stories that several pages carry."""

    stories: int
    across: int
    """Of these, those on several sites."""
    pages: int
    """Pages that carry them."""
    most: tuple[Copied, ...]
    """Those on most sites, then pages, first."""
    orders: tuple[Order, ...]
    """Pairs of sites, those that share most stories first."""
    undated: int
    """Of the stories on several sites, those with no two dates that could be compared."""
    reworded: int
    """Of the stories on several sites, those under more than one headline."""
    gaps: tuple[float, float, float] | None
    """Minutes from the first site's date to the last's, of the stories on several sites: least, median, greatest."""


def copying(pages: Pages, most: int) -> Copying:
    """Return which stories are copied; `most` of them in full."""
    across, undated = 0, 0
    earlier: Counter[tuple[str, str]] = Counter()
    shared: Counter[tuple[str, str]] = Counter()
    ranked, gaps, reworded = [], list[float](), 0
    for story, copies in pages.stories:
        if len(copies) < 2:
            continue  # of a selection, or of a damaged crawl
        sites = sorted({copy.site for copy in copies})
        ranked.append((-len(sites), -len(copies), story, copies))
        if len(sites) < 2:
            continue
        across += 1
        first = _first_dates(copies)
        undated += len(first) < 2
        if len(first) > 1:
            gaps.append(max(first.values()) - min(first.values()))
        reworded += len({" ".join(copy.title.casefold().split()) for copy in copies if copy.title}) > 1
        for place, a in enumerate(sites):
            for b in sites[place + 1 :]:
                shared[a, b] += 1
                if a in first and b in first and first[a] != first[b]:
                    earlier[(a, b) if first[a] < first[b] else (b, a)] += 1
    ranked.sort(key=lambda one: one[:3])
    return Copying(
        len(ranked),
        across,
        sum(-one[1] for one in ranked),
        tuple(_copied(story, copies) for _, _, story, copies in ranked[:most]),
        tuple(
            Order(a, b, count, earlier[a, b], earlier[b, a])
            for (a, b), count in sorted(shared.items(), key=lambda one: (-one[1], one[0]))
        ),
        undated,
        reworded,
        (min(gaps), median(gaps), max(gaps)) if gaps else None,
    )


def _first_dates(copies: list[Copy]) -> dict[str, float]:
    """Return the first date of each site's pages, in minutes; of sites that give one."""
    first: dict[str, float] = {}
    for copy in copies:
        moment = moment_of(copy.published)
        if moment is not None:
            first[copy.site] = min(moment.minutes, first.get(copy.site, moment.minutes))
    return first


def _copied(story: str, copies: list[Copy]) -> Copied:
    earliest = next((copy for copy in copies if copy.earliest), copies[0])
    ordered = sorted(copies, key=lambda copy: (copy.published is None, copy.published or "", copy.url))
    headlines = Counter(" ".join(copy.title.split()) for copy in copies if copy.title)
    moments = sorted(m.minutes for m in map(moment_of, (copy.published for copy in copies)) if m is not None)
    return Copied(
        story,
        earliest.url,
        earliest.title,
        tuple(dict.fromkeys(copy.site for copy in ordered)),
        tuple(
            Headline(title, count)
            for title, count in sorted(headlines.items(), key=lambda one: (-one[1], one[0]))
        ),
        tuple(ordered),
        round((moments[-1] - moments[0]) / 1440, 4) if len(moments) > 1 else None,
    )
