"""A report's findings told in sentences, tables and charts. Pure."""

from crawler.report.document import Document, Finding
from crawler.report.findings import Findings
from crawler.report.limits import on_limits
from crawler.report.on_crawl import on_receipt, on_spread, on_trouble
from crawler.report.on_links import on_pushed, on_sites
from crawler.report.on_networks import on_natures, on_schemes
from crawler.report.on_stories import on_copies, on_counters, on_times
from crawler.report.words import clean, many, number, percent, period, quoted


def tell(found: Findings) -> Document:
    """Return the report, what an investigator needs first at the top."""
    return Document(
        f"Cross-links around {_about(found)}",
        f"Crawled {period(found.receipt.started_at, found.receipt.ended_at)} with crosslink-crawler "
        f"{found.receipt.version}",
        _summary(found),
        (
            on_sites(found),
            on_pushed(found),
            on_natures(found),
            on_copies(found),
            on_schemes(found),
            on_times(found),
            on_counters(found),
            on_spread(found),
            on_trouble(found),
            on_limits(found),
            on_receipt(found),
        ),
    )


def _about(found: Findings) -> str:
    """Return the hosts of the seeds."""
    hosts = list(dict.fromkeys(seed.split("/")[2] for seed in found.receipt.seeds if seed.count("/") > 1))
    if not hosts:
        return "an empty crawl"
    return clean(hosts[0]) + (f" and {many(len(hosts) - 1, 'more host')}" if len(hosts) > 1 else "")


def _summary(found: Findings) -> tuple[Finding, ...]:
    """Return five lines."""
    return (
        Finding(_crawled(found)),
        Finding(_interlinked(found)),
        Finding(_pushed(found)),
        Finding(_copied(found)),
        Finding(_missing(found)),
    )


def _crawled(found: Findings) -> str:
    sites = sum(row.fetched > 0 for row in found.interlinks.sites)
    entries = sum(found.entries.values())
    kinds = ", ".join(f"{number(count)} {kind}" for kind, count in found.entries.items())
    return (
        f"{many(found.fetched, 'page')} of {many(sites, 'site')} fetched, {many(found.urls, 'URL')} known; "
        f"{many(entries, 'link')} in blocks ({kinds or 'none'})."
    )


def _interlinked(found: Findings) -> str:
    links = found.interlinks
    total = sum(row.links for row in links.sites)
    if not total:
        return "No links between pages were found."
    said = f"{percent(links.between / total)} of the links lead to another site"
    if not links.pairs:
        return f"{said}; no two sites link to each other."
    first = links.pairs[0]
    return (
        f"{said}; {many(links.mutual, 'pair')} of sites link to each other, most {clean(first.a)} and "
        f"{clean(first.b)} ({number(first.there)} links there, {number(first.back)} back)."
    )


def _pushed(found: Findings) -> str:
    stories = [(one.kind, one.by_raw[0]) for one in found.pushed if one.by_raw]
    if not stories:
        return "No block pushes a story."
    kind, top = max(stories, key=lambda one: one[1].raw)
    return (
        f"Pushed most is {quoted(top.title, top.url)} ({clean(top.site)}), by {kind} blocks on "
        f"{many(top.raw, 'page')} ({number(top.net)} net of site-wide blocks)."
    )


def _copied(found: Findings) -> str:
    copying = found.copying
    if not found.stories_known:
        return "Copies were not looked for."
    if not copying.stories:
        return "No story stands on two pages."
    top = copying.most[0]
    return (
        f"{many(copying.stories, 'story stands', 'stories stand')} on several pages, {number(copying.across)} on "
        f"several sites; most copied is {quoted(top.title, top.url)}: {many(len(top.pages), 'page')}, "
        f"{many(len(top.sites), 'site')}, {many(len(top.headlines), 'headline')}."
    )


def _missing(found: Findings) -> str:
    states: dict[str, int] = {}
    for state, _, count in found.fates:
        states[state] = states.get(state, 0) + count
    missing = [
        f"{number(states[state])} {word}"
        for state, word in (
            ("beyond", "deeper than the crawl went"),
            ("failed", "failed"),
            ("excluded", "excluded"),
            ("pending", "still waiting"),
        )
        if states.get(state)
    ]
    return (
        f"Not fetched: {', '.join(missing)}. " if missing else "Nothing known was left unfetched. "
    ) + "It says nothing of ownership or intent; see what this cannot show."
