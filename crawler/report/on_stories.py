"""Sections on stories, publication times and counters. Pure."""

from crawler.report.copied import Copied, Copying
from crawler.report.counters import MIN_FIRST, MIN_VALUES, Counter
from crawler.report.document import (
    Appearance,
    Cell,
    Finding,
    Heat,
    PageLink,
    Part,
    Section,
    Share,
    Table,
    Timeline,
)
from crawler.report.findings import Findings
from crawler.report.times import MIN_DATES, MIN_DAYS, MIN_SYNCHRONY, WITHIN_MINUTES, moment_of
from crawler.report.words import chance, clean, literal, many, number, percent, quoted, span, sql, why

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MOST_ORDERS = 10
_MOST_MARKS = 60
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
            f"{percent(copying.pages / max(found.fetched, 1))}), {number(copying.across)} of them on several sites.",
            (
                sql(
                    "SELECT story, url, similarity, because FROM stories JOIN pages ON pages.id = page_id ORDER BY 1, 2"
                ),
            ),
        )
    ]
    lanes = tuple((quoted(story.title, story.url), _appearances(story)) for story in copying.most)
    if any(seen for _, seen in lanes):
        parts.append(
            Timeline(
                "Which site had a story when",
                "Each mark is a page, by the date it gives itself, as time after the first of its story. "
                "Pages without a date are left out, and dates can be set at will.",
                tuple((name, seen) for name, seen in lanes if seen),
            )
        )
    parts.append(_overview(copying))
    parts += [_pages(story) for story in copying.most]
    if copying.orders:
        parts.append(
            Finding(
                f"{many(len(copying.orders), 'pair')} of sites share stories."
                + (
                    f" {many(copying.undated, 'story', 'stories')} on several sites have no two dates to compare."
                    if copying.undated
                    else ""
                ),
                (why(copying.orders[0].a, copying.orders[0].b),),
            )
        )
        parts.append(
            Table(
                "Sites that share stories, and whose page is dated first",
                ("site A", "site B", "stories of both", "A is earlier", "B is earlier"),
                tuple(
                    (clean(order.a), clean(order.b), order.shared, order.a_first, order.b_first)
                    for order in copying.orders[:_MOST_ORDERS]
                ),
            )
        )
    return Section("copies", "Copied stories", intro, tuple(parts))


def _appearances(story: Copied) -> tuple[Appearance, ...]:
    """Return when each page is dated, after the first; nothing with fewer than two dates."""
    dated = [(page, moment) for page in story.pages if (moment := moment_of(page.published)) is not None]
    if len(dated) < 2:
        return ()
    first = min(moment.minutes for _, moment in dated)
    return tuple(
        Appearance(clean(page.site, 60), moment.minutes - first, page.published or "")
        for page, moment in sorted(dated, key=lambda one: one[1].minutes)[:_MOST_MARKS]
    )


def _overview(copying: Copying) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            PageLink(story.title, story.url),
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
        "earliest page, as far as dates tell",
        "pages",
        "sites",
        "headlines",
        "dated within",
        "other headlines",
    )
    return Table(f"Stories on most sites and pages{of}", head, tuple(rows))


def _other_headlines(story: Copied) -> list[str]:
    """Return the headlines that the earliest page does not have, the most used first."""
    heads = [quoted(head.title, "") for head in story.headlines]
    others = [head for head in heads if head != quoted(story.title, story.url)]
    more = [f"and {len(others) - _MOST_HEADLINES} more"] if len(others) > _MOST_HEADLINES else []
    return others[:_MOST_HEADLINES] + more


def _pages(story: Copied) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            page.published or None,
            clean(page.site),
            PageLink(page.title, page.url),
            page.because if not page.earliest else "taken as the earliest",
            page.similarity,
        )
        for page in story.pages[:_MOST_PAGES]
    ]
    of = f": {_MOST_PAGES} of {len(story.pages)}" if len(story.pages) > _MOST_PAGES else ""
    return Table(
        f"Pages that carry {quoted(story.title, story.url)}{of}",
        ("published", "site", "headline", "why it counts as a copy", "likeness"),
        tuple(rows),
        folded=True,
        evidence=(
            sql(
                "SELECT url, published, first_seen, title, because"  # noqa: S608  # shown, not run
                " FROM stories JOIN nodes ON nodes.id = page_id"
                f" WHERE story = {literal(story.story)} ORDER BY published"
            ),
        ),
    )


def on_times(found: Findings) -> Section:
    """Tell when sites publish, and whether together."""
    times = found.times
    parts: list[Part] = []
    if times.dated:
        parts.append(
            Finding(
                f"{number(times.dated)} of {many(times.fetched, 'page')} fetched give a date, from "
                f"{(times.first or '')[:10]} to {(times.last or '')[:10]}; {number(times.with_offset)} of them with "
                "an offset from UTC. Without one, a time is taken as the page has it.",
                (
                    sql(
                        "SELECT host, published, url FROM nodes WHERE published IS NOT NULL ORDER BY published"
                    ),
                ),
            )
        )
    for rhythm in times.rhythms:
        parts.append(
            Finding(
                f"{clean(rhythm.site)} ({many(rhythm.timed, 'publication')} with a time of day) is busiest on "
                f"{rhythm.busiest}; {percent(rhythm.on_the_minute / rhythm.timed)} fall on minute "
                f"{rhythm.minute:02d} of the hour, where an equal spread gives 1.7%."
            )
        )
        parts.append(
            Heat(
                f"Publications of {clean(rhythm.site)} by hour and weekday",
                f"{many(rhythm.timed, 'publication')}, hours as the pages give them; busiest on {rhythm.busiest}.",
                _DAYS,
                tuple(f"{hour:02d}" for hour in range(24)),
                rhythm.hours,
                "time",
                "weekday ↓ hour →",
            )
        )
    if times.synchrony:
        for one in times.synchrony:
            relation = (
                "more than"
                if one.share > one.high
                else "fewer than"
                if one.share < one.low
                else "about as many as"
            )
            parts.append(
                Finding(
                    f"{clean(one.site)}: {percent(one.share)} of {many(one.publications, 'publication')} fall within "
                    f"{WITHIN_MINUTES} minutes of one on another site, {relation} chance gives "
                    f"({percent(one.expected)}; nine in ten shifts by whole days give {percent(one.low)} to "
                    f"{percent(one.high)})."
                )
            )
    else:
        parts.append(
            Finding(
                "Nothing is said of synchrony: no two sites have enough publications with a time of day "
                f"({MIN_SYNCHRONY} each) in the same {MIN_DAYS} days or more."
            )
        )
    return Section(
        "times",
        "Publication times",
        f"Of sites with at least {MIN_DATES} pages that give a time of day. Only crawled pages count: what a farm "
        "pushes is what is seen, and that may favour some days.",
        tuple(parts),
    )


def on_counters(found: Findings) -> Section:
    """Tell what the views and likes look like."""
    audit = found.audit
    parts: list[Part] = [Finding(_spoken(counter)) for counter in audit.counters]
    for same in audit.same:
        parts.append(
            Finding(
                f"The same story on two sites shows the same {same.name} in {number(same.equal)} of "
                f"{many(same.pairs, 'pair')} of pages; numbers dealt anew agree in {same.expected:.1f}."
            )
        )
    tests = sum(
        (one.last is not None) + (one.first is not None) + (one.uneven is not None) for one in audit.counters
    )
    if audit.counters:
        parts.append(
            Finding(
                f"{many(tests, 'test')} were made: one in twenty falls below p = 0.05 by chance alone. A low p says "
                "that numbers do not follow a pattern, not why: rounding, caps, imported counts and counting bots "
                "do that, too. A high p does not prove that numbers follow it.",
                (
                    sql(
                        "SELECT host, url, views, likes FROM nodes WHERE views IS NOT NULL OR likes IS NOT NULL"
                    ),
                ),
            )
        )
        parts += _tables(audit.counters)
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
        "some get very many, and older pages have had more time. Numbers drawn by a program are often spread evenly.",
        tuple(parts),
    )


def _spoken(one: Counter) -> str:
    said = [
        f"{clean(one.site)}, {one.name} on {many(one.values, 'page')}: {number(one.least)} to {number(one.greatest)}, "
        f"median {number(round(one.median))}, mean {number(round(one.mean))}"
    ]
    if one.uneven is not None and one.uneven_p is not None:
        if one.uneven_p >= 0.05:
            said.append(
                "they cannot be told from numbers drawn evenly between these two "
                f"(Kolmogorov distance {one.uneven:.2f}, {chance(one.uneven_p)}), which is unusual for counted readers"
            )
        else:
            said.append(
                f"they are not spread evenly (Kolmogorov distance {one.uneven:.2f}, {chance(one.uneven_p)})"
            )
    if one.age is not None:
        said.append(
            f"rank correlation with age {one.age:+.2f}, where counted views are expected to grow with age"
        )
    if one.last is not None:
        usual = "as of counts" if one.last.p >= 0.05 else "uneven"
        said.append(f"last digits are {usual} ({chance(one.last.p)})")
    if one.first is not None:
        usual = "follow" if one.first.p >= 0.05 else "depart from"
        said.append(f"first digits {usual} Benford's law ({chance(one.first.p)})")
    return "; ".join(said) + "."


def _tables(counters: tuple[Counter, ...]) -> list[Part]:
    last: list[tuple[Cell, ...]] = []
    first: list[tuple[Cell, ...]] = []
    for one in counters:
        if one.last is not None:
            total = sum(one.last.counts)
            shares = (Share(count / total) for count in one.last.counts)
            last.append((clean(one.site), one.name, total, *shares, one.last.p))
        if one.first is not None:
            total = sum(one.first.counts)
            first.append(
                (clean(one.site), one.name, total, *(Share(n / total) for n in one.first.counts), one.first.p)
            )
    parts: list[Part] = []
    if last:
        head = ("site", "number", "n", *map(str, range(10)), "p")
        parts.append(Table("Last digits: 10% each are expected", head, tuple(last), folded=True))
    if first:
        head = ("site", "number", "n", *map(str, range(1, 10)), "p")
        caption = (
            f"First digits, of at least {MIN_FIRST} numbers over two orders of magnitude: Benford's law expects "
            "30% ones, 17.6% twos … 4.6% nines"
        )
        parts.append(Table(caption, head, tuple(first), folded=True))
    return parts
