"""Which stories stand on several pages and sites, under which headlines, and who had them when. Pure.

The earliest date is what a page says of itself, or when the crawl first saw it: a lead to who copied whom, not proof.
"""

from collections import Counter
from dataclasses import dataclass
from math import sqrt
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
class Leader:
    """The site that is dated first in most stories."""

    site: str
    first: int
    """Stories that it dates before all other sites that carry them."""
    carried: int
    """Of the stories where one site is dated first, those that it carries with a date."""
    compared: int
    """Stories where one site is dated first."""
    by_chance: float
    """How many it would be first in, if each site that carries a story were as likely to be."""
    above: float
    """Standard deviations by which it is above that, half a story taken off (for counts are whole)."""


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
    leader: Leader | None
    """None if no story has a site that is dated first."""


def copying(pages: Pages, most: int) -> Copying:
    """Return which stories are copied; `most` of them in full."""
    across, undated = 0, 0
    earlier: Counter[tuple[str, str]] = Counter()
    shared: Counter[tuple[str, str]] = Counter()
    ranked, gaps, reworded = [], list[float](), 0
    lead = _Lead()
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
            lead.add(first)
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
        lead.leader(),
    )


class _Lead:
    """Counts which site is dated first, story by story."""

    def __init__(self) -> None:
        self.compared = 0
        self.first: Counter[str] = Counter()
        self.carried: dict[str, Counter[int]] = {}
        """Of each site, its stories by the number of sites that have them."""

    def add(self, dates: dict[str, float]) -> None:
        """Add a story, by its sites' first dates; one that two sites date first tells nothing."""
        earliest = min(dates.values())
        ahead = [site for site, date in dates.items() if date == earliest]
        if len(ahead) > 1:
            return
        self.compared += 1
        self.first[ahead[0]] += 1
        for site in dates:
            self.carried.setdefault(site, Counter())[len(dates)] += 1

    def leader(self) -> Leader | None:
        """Return the site that is first most often."""
        if not self.compared:
            return None
        site, count = min(self.first.items(), key=lambda one: (-one[1], one[0]))
        carried = sorted(self.carried[site].items())
        by_chance = sum(stories / sites for sites, stories in carried)
        deviation = sqrt(sum(stories / sites * (1 - 1 / sites) for sites, stories in carried))
        return Leader(
            site,
            count,
            self.carried[site].total(),
            self.compared,
            round(by_chance, 4),
            round((count - 0.5 - by_chance) / deviation, 4),
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
