"""Sections on stories, publication times and counters. Pure."""

from crawler.report.copied import Copied, Copying
from crawler.report.counters import MIN_FIRST, MIN_VALUES, Counter
from crawler.report.document import (
    Appearance,
    Cell,
    Decimal,
    Finding,
    Heat,
    OnMap,
    PageLink,
    Part,
    Section,
    Share,
    Table,
    Timeline,
    When,
)
from crawler.report.findings import Findings
from crawler.report.times import (
    MIN_DATES,
    MIN_DAYS,
    MIN_SYNCHRONY,
    WITHIN_MINUTES,
    Rhythm,
    Synchrony,
    moment_of,
)
from crawler.report.words import chance, literal, many, number, on_map, percent, quoted, span, sql, when, why

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_HOUR_STANDS_OUT, _DAY_STANDS_OUT, _MINUTE_STANDS_OUT = 3 / 24, 2 / 7, 6 / 60
"""Share of the publications from which an hour, a weekday or a minute is named: some is always the greatest."""
_STEADY, _ENOUGH_GAPS = 1.2, 5
"""The longest time between copies by the shortest, up to which it is called steady; and how many there must be."""
UNLIKELY = 0.05
"""Chance below which numbers are said not to follow a pattern."""
_LEADS, _CLEARLY = 0.5, 2
"""Share of the stories above which a site that is dated first in them is named; and how many standard deviations above
chance it must be to be said to tend to that. With fewer than `_ENOUGH_GAPS` stories, nothing is said."""
_MOST_ORDERS = 10
_MOST_MARKS = 24
_MOST_HEADLINES = 4
_MOST_PAGES = 50


def on_copies(found: Findings) -> Section:
    """Tell which stories are copied."""
    copying = found.copying
    intro = (
        "A story is all pages that carry the same article: the same text, or most of it, reworded or under another "
        "headline. Which page is earliest rests on the date it gives itself, or else on when the crawl met it: a lead, "
        "not proof of who copied whom."
    )
    if not found.stories_known:
        return Section(
            "copies", "Copied stories", intro, (Finding("Copies were not looked for in this crawl."),)
        )
    if not copying.stories:
        none = Finding(f"No story stands on two of the {many(found.fetched, 'page')} fetched.")
        return Section("copies", "Copied stories", intro, (none,))
    parts: list[Part] = [
        Finding(
            f"{many(copying.stories, 'story stands', 'stories stand')} on several pages "
            f"({number(copying.pages)} of {many(found.fetched, 'page')} fetched, "
            f"{percent(copying.pages / max(found.fetched, 1))}), {number(copying.across)} of them on several sites"
            + (apart(copying) + ahead(found) if copying.across else "."),
            (
                sql(
                    "SELECT story, url, similarity, because FROM stories JOIN pages ON pages.id = page_id ORDER BY 1, 2"
                ),
            ),
            (OnMap("the stories", on_map(level="story")),),
        )
    ]
    lanes = tuple((quoted(story.title, story.url), _appearances(found, story)) for story in copying.most)
    if any(seen for _, seen in lanes):
        parts.append(
            Timeline(
                "Which site had a story when",
                "Each mark is a page, by the date it gives itself, as time after the first of its story. "
                "Pages without a date are left out, and dates can be set at will.",
                tuple((name, seen) for name, seen in lanes if seen),
                tuple(map(found.name, found.interlinks.coloured())),
            )
        )
    parts.append(_overview(copying))
    parts += [_pages(found, story) for story in copying.most]
    if copying.orders:
        first = copying.orders[0]
        undated = (
            f" {many(copying.undated, 'story', 'stories')} on several sites have no two dates to compare."
            if copying.undated
            else ""
        )
        parts.append(
            Finding(
                f"{many(len(copying.orders), 'pair')} of sites {'shares' if len(copying.orders) == 1 else 'share'} "
                f"stories. {found.name(first.a)} and {found.name(first.b)} share most, {number(first.shared)}: of "
                f"these {found.name(first.a)} is dated first in {number(first.a_first)}, {found.name(first.b)} in "
                f"{number(first.b_first)}.{undated}",
                (why(first.a, first.b),),
            )
        )
        parts.append(
            Table(
                "Sites that share stories, and whose page is dated first",
                ("site", "other site", "stories of both", "the site is first", "the other is first"),
                tuple(
                    (found.name(order.a), found.name(order.b), order.shared, order.a_first, order.b_first)
                    for order in copying.orders[:_MOST_ORDERS]
                ),
            )
        )
    return Section("copies", "Copied stories", intro, tuple(parts))


def apart(copying: Copying) -> str:
    """Go on from the stories on several sites: how many have other headlines, and how far apart they are dated."""
    said = ""
    if copying.reworded:
        every = copying.reworded == copying.across > 1
        said = f", {'all' if every else number(copying.reworded)} of them under different headlines"
    if copying.gaps is None:
        return f"{said}."
    least, middle, most = copying.gaps
    said += ". By the pages' own dates, the first and the last of these sites had a story "
    if span(least) == span(most):
        return f"{said}{span(most)} apart."
    said += f"{span(least)} to {span(most)} apart"
    if most <= _STEADY * least and copying.across - copying.undated >= _ENOUGH_GAPS:
        return f"{said}, an interval that hardly varies."
    return f"{said}, half of them within {span(middle)}."


def ahead(found: Findings) -> str:
    """Go on from how far apart stories are dated: which site is dated first in most of them, if one is."""
    lead = found.copying.leader
    if lead is None or lead.compared < _ENOUGH_GAPS or lead.first <= _LEADS * lead.compared:
        return ""
    of = "all" if lead.first == lead.carried else f"{number(lead.first)} of the"
    if lead.above >= _CLEARLY:
        return (
            f" {found.name(lead.site)} tends to be dated first: in {of} {number(lead.carried)} of these that it "
            f"carries, where chance gives about {lead.by_chance:.0f}."
        )
    return (
        f" {found.name(lead.site)} is dated first in {of} {number(lead.carried)} of these that it carries, which is "
        "not clearly more than chance gives."
    )


def _appearances(found: Findings, story: Copied) -> tuple[Appearance, ...]:
    """Return when each page is dated, after the first; nothing with fewer than two dates."""
    dated = [(page, moment) for page in story.pages if (moment := moment_of(page.published)) is not None]
    if len(dated) < 2:
        return ()
    first = min(moment.minutes for _, moment in dated)
    return tuple(
        Appearance(found.name(page.site), moment.minutes - first, page.published or "")
        for page, moment in sorted(dated, key=lambda one: one[1].minutes)[:_MOST_MARKS]
    )


def _overview(copying: Copying) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            PageLink(story.title, story.url, story=story.story),
            len(story.pages),
            len(story.sites),
            len(story.headlines),
            None if story.days is None else span(story.days * 1440),
            " / ".join(_other_headlines(story)),
        )
        for story in copying.most
    ]
    of = f": {len(rows)} of {number(copying.stories)}" if copying.stories > len(rows) else ""
    head = (
        "earliest page, by its own date",
        "pages",
        "sites",
        "headlines",
        "all within",
        "other headlines",
    )
    return Table(f"Stories on most sites and pages{of}", head, tuple(rows))


def _other_headlines(story: Copied) -> list[str]:
    """Return the headlines that the earliest page does not have, the most used first."""
    heads = [quoted(head.title, "") for head in story.headlines]
    others = [head for head in heads if head != quoted(story.title, story.url)]
    more = [f"and {len(others) - _MOST_HEADLINES} more"] if len(others) > _MOST_HEADLINES else []
    return others[:_MOST_HEADLINES] + more


def _pages(found: Findings, story: Copied) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            When(page.published) if page.published else None,
            found.name(page.site),
            PageLink(page.title, page.url),
            page.because if not page.earliest else "taken as the earliest",
            Decimal(page.similarity),
        )
        for page in story.pages[:_MOST_PAGES]
    ]
    of = f": {_MOST_PAGES} of {len(story.pages)}" if len(story.pages) > _MOST_PAGES else ""
    return Table(
        f"Pages that carry {quoted(story.title, story.url)}{of}",
        ("published", "site", "headline", "why it counts as a copy", "likeness, 0 to 1"),
        tuple(rows),
        folded=True,
        evidence=(
            sql(
                "SELECT url, published, first_seen, title, because"  # noqa: S608  # shown, not run
                " FROM stories JOIN nodes ON nodes.id = page_id"
                f" WHERE story = {literal(story.story)} ORDER BY published"
            ),
        ),
        on_map=(OnMap("this story", on_map(level="story", node=story.story)),),
    )


def on_times(found: Findings) -> Section:
    """Tell when sites publish, and whether together."""
    times = found.times
    parts: list[Part] = []
    if times.dated:
        zones = (
            "none of them says in which time zone"
            if not times.with_offset
            else f"{number(times.with_offset)} of them say in which time zone"
        )
        parts.append(
            Finding(
                f"{number(times.dated)} of {many(times.fetched, 'page')} fetched give a date, from "
                f"{when((times.first or '')[:10])} to {when((times.last or '')[:10])}; {zones}. Without a zone, a time "
                "is taken as the page has it.",
                (
                    sql(
                        "SELECT host, published, url FROM nodes WHERE published IS NOT NULL ORDER BY published"
                    ),
                ),
            )
        )
    for rhythm in times.rhythms:
        name = found.name(rhythm.site)
        parts.append(
            Finding(f"{name}, {many(rhythm.timed, 'publication')} with a time of day: {_busiest(rhythm)}.")
        )
        parts.append(
            Heat(
                f"Publications of {name} by weekday and hour",
                f"{many(rhythm.timed, 'publication')}, hours as the pages give them; {_busiest(rhythm)}.",
                tuple(day[:3] for day in _DAYS),
                tuple(f"{hour:02d}" for hour in range(24)),
                rhythm.hours,
                "time",
                "weekday ↓ hour →",
            )
        )
    if times.synchrony:
        parts += [Finding(_together(found, one)) for one in times.synchrony]
        parts.append(
            Table(
                f"Publications within {WITHIN_MINUTES} minutes of one on another site, and what chance gives",
                ("site", "publications", "of other sites", "as close", "by chance: mean", "from", "to"),
                tuple(
                    (
                        found.name(one.site),
                        one.publications,
                        one.others,
                        Share(one.share),
                        Share(one.expected),
                        Share(one.low),
                        Share(one.high),
                    )
                    for one in times.synchrony
                ),
            )
        )
    else:
        parts.append(
            Finding(
                "Whether sites publish together cannot be said: no two have enough publications with a time of day "
                f"({MIN_SYNCHRONY} each) in the same {MIN_DAYS} days or more."
            )
        )
    return Section(
        "times",
        "Publication times",
        f"Of sites with at least {MIN_DATES} pages that give a time of day. Only crawled pages count: what blocks push "
        "is what is seen, and that may favour some days. What chance gives is found by moving a site's calendar by "
        "whole days, so that it keeps its hours: the range is what nine in ten of these trials give.",
        tuple(parts),
    )


def _busiest(rhythm: Rhythm) -> str:
    """Say which hour, weekday and minute stand out, if any do."""
    hours = [sum(day[hour] for day in rhythm.hours) / rhythm.timed for hour in range(24)]
    days = [sum(day) / rhythm.timed for day in rhythm.hours]
    hour, day, minute = max(hours), max(days), rhythm.on_the_minute / rhythm.timed
    quiet = sum(share == 0 for share in hours)
    said = [
        f"most in the hour from {hours.index(hour):02d}:00 ({percent(hour)})"
        if hour >= _HOUR_STANDS_OUT
        else f"spread over {24 - quiet} of 24 hours, and none stands out (at most {percent(hour)})",
        f"most on {_DAYS[days.index(day)]}s ({percent(day)})"
        if day >= _DAY_STANDS_OUT
        else f"no weekday stands out (at most {percent(day)})",
    ]
    if minute >= _MINUTE_STANDS_OUT:
        said.append(
            f"{percent(minute)} fall on minute {rhythm.minute:02d} of the hour, where an equal spread gives 1.7%"
        )
    return "; ".join(said)


def _together(found: Findings, one: Synchrony) -> str:
    relation = (
        "more than chance gives"
        if one.share > one.high
        else "fewer than chance gives"
        if one.share < one.low
        else "about what chance gives"
    )
    share = "none" if one.share == 0 else percent(one.share)
    return (
        f"{found.name(one.site)}: {share} of {many(one.publications, 'publication')} "
        f"{'falls' if one.share == 0 else 'fall'} within {WITHIN_MINUTES} minutes of one on another site, {relation} "
        f"({percent(one.low)} to {percent(one.high)})."
    )


def on_counters(found: Findings) -> Section:
    """Tell what the views and likes look like."""
    audit = found.audit
    parts: list[Part] = [Finding(_spoken(found, counter)) for counter in audit.counters]
    for same in audit.same:
        parts.append(
            Finding(
                f"The same story on two sites shows the same {same.name} in {number(same.equal)} of "
                f"{many(same.pairs, 'pair')} of pages; if the numbers were dealt anew, {same.expected:.1f} would agree."
            )
        )
    if audit.counters:
        parts.append(
            Finding(
                f"{many(tests_of(found), 'test')} were made. Of tests of numbers that are all right, one in twenty "
                "gives p below 0.05 by chance alone. Numbers that fail a test need not be invented: rounding, caps, "
                "imported counts and counting bots do that, too. And numbers that pass need not be real.",
                (
                    sql(
                        "SELECT host, url, views, likes FROM nodes WHERE views IS NOT NULL OR likes IS NOT NULL"
                    ),
                ),
            )
        )
        parts += _tables(found, audit.counters)
    if audit.too_few:
        parts.append(
            Finding(f"{many(audit.too_few, 'site shows', 'sites show')} views or likes on fewer than "
                    f"{MIN_VALUES} pages: nothing is said of these.")
        )  # fmt: skip
    if not parts:
        parts.append(Finding("No page shows views or likes."))
    return Section(
        "counters",
        "Views and likes",
        "Do the numbers that pages show look counted? Readers are spread very unequally over stories: most get few, "
        "some get very many, and older pages have had more time. Numbers drawn by a program are often spread evenly. p "
        "is how often chance alone gives what is seen, or more: the smaller, the less chance explains it.",
        tuple(parts),
    )


def tests_of(found: Findings) -> int:
    """Return how many tests were made of the numbers."""
    return sum(
        (one.last is not None) + (one.first is not None) + (one.uneven is not None)
        for one in found.audit.counters
    )


def _spoken(found: Findings, one: Counter) -> str:
    said = [
        f"{found.name(one.site)}, {one.name} on {many(one.values, 'page')}: {number(one.least)} to "
        f"{number(one.greatest)}, half of them up to {number(round(one.median))}"
    ]
    if one.uneven_p is not None:
        if one.uneven_p >= UNLIKELY:
            said.append(
                f"They cannot be told from numbers drawn at random, evenly between these two ({chance(one.uneven_p)}), "
                "which is unusual for counted readers"
            )
        else:
            said.append(f"They are not spread evenly between these two ({chance(one.uneven_p)})")
    if one.age is not None:
        said.append(
            f"{'Older pages show more' if one.age >= 0.3 else 'Older pages do not clearly show more'} (rank "
            f"correlation {one.age:+.2f}, where 1 is strictly more)"
        )
    if one.last is not None and one.last.p < UNLIKELY:
        said.append(f"Their last digits are not as even as those of counts ({chance(one.last.p)})")
    if one.first is not None and one.first.p < UNLIKELY:
        said.append(
            f"Their first digits are not spread as those of grown numbers (Benford's law, {chance(one.first.p)})"
        )
    return ". ".join(said) + "."


def _rounded(p: float | None) -> float | None:
    """Return a chance to the third decimal; a smaller one as it is."""
    return None if p is None else round(p, 3) or p


def _tables(found: Findings, counters: tuple[Counter, ...]) -> list[Part]:
    tested: list[tuple[Cell, ...]] = []
    last: list[tuple[Cell, ...]] = []
    first: list[tuple[Cell, ...]] = []
    for one in counters:
        name = f"{found.name(one.site)}, {one.name}"
        tested.append(
            (
                name,
                one.values,
                one.least,
                round(one.median),
                round(one.mean),
                one.greatest,
                None if one.uneven is None else Decimal(one.uneven),
                _rounded(one.uneven_p),
                _rounded(None if one.last is None else one.last.p),
                _rounded(None if one.first is None else one.first.p),
                None if one.age is None else Decimal(one.age),
            )
        )
        if one.last is not None:
            total = sum(one.last.counts)
            last.append((name, total, *(Share(count / total) for count in one.last.counts), one.last.p))
        if one.first is not None:
            total = sum(one.first.counts)
            first.append((name, total, *(Share(count / total) for count in one.first.counts), one.first.p))
    head: tuple[str, ...]
    head = ("numbers", "pages", "least", "median", "mean", "greatest", "distance from even", "p: even",
            "p: last digits", "p: first digits", "age")  # fmt: skip
    caption = "The tests: distance from an even spread (Kolmogorov, 0 to 1), p, rank correlation with age (Spearman)"
    parts: list[Part] = [Table(caption, head, tuple(tested))]
    if last:
        head = ("numbers", "pages", *map(str, range(10)), "p")
        parts.append(Table("Last digits: 10% each are expected", head, tuple(last), folded=True))
    if first:
        head = ("numbers", "pages", *map(str, range(1, 10)), "p")
        caption = (
            f"First digits, of at least {MIN_FIRST} numbers over two orders of magnitude: Benford's law expects "
            "30% ones, 17.6% twos … 4.6% nines"
        )
        parts.append(Table(caption, head, tuple(first), folded=True))
    return parts
