"""What the data of a crawl cannot show: said with its own figures. Pure."""

import json

from crawler.report.document import Finding, Section
from crawler.report.findings import Findings
from crawler.report.words import many, number, period, sql


def on_limits(found: Findings) -> Section:
    """Tell what this crawl cannot show."""
    fates: dict[tuple[str, str | None], int] = {
        (state, reason): count for state, reason, count in found.fates
    }
    states: dict[str, int] = {}
    for (state, _), count in fates.items():
        states[state] = states.get(state, 0) + count
    config = json.loads(found.receipt.config)
    said: list[Finding] = []

    def say(text: str, *evidence: str) -> None:
        said.append(Finding(text, evidence))

    say(
        f"It begins at {many(len(found.receipt.seeds), 'page')} and follows links to depth "
        f"{config.get('crawl', {}).get('depth', '?')}. {many(states.get('beyond', 0), 'URL')} known lie deeper and "
        "were not fetched: what they link to, and what else links to them, is not seen. Pages that no followed link "
        "reaches do not appear at all. Counts are of this neighbourhood, not of whole sites.",
        sql("SELECT url FROM nodes WHERE state = 'beyond'"),
    )
    waiting = states.get("pending", 0) + states.get("leased", 0)
    limited = fates.get(("excluded", "limit"), 0)
    if waiting or limited:
        say(
            f"It is not finished: {many(waiting, 'URL waits', 'URLs wait')}, and {number(limited)} were left out by a "
            "limit. Figures will grow when it goes on."
        )
    kept = fates.get(("excluded", "robots"), 0) + fates.get(("excluded", "robots_unreachable"), 0)
    if config.get("politeness", {}).get("ignore_robots"):
        say("robots.txt was not obeyed in the last run.")
    else:
        say(
            f"{many(kept, 'URL was', 'URLs were')} not fetched because robots.txt disallows it or could not be read."
        )
    outside = sum(fates.get(("excluded", reason), 0) for reason in ("out_of_scope", "not_followed"))
    if outside:
        say(
            f"{many(outside, 'URL was', 'URLs were')} out of scope or stand in blocks that were not followed."
        )
    if states.get("failed"):
        say(f"{many(states['failed'], 'URL')} could not be fetched; they may have links like the others.")
    say(
        f"Each page was seen once ({period(found.receipt.started_at, found.receipt.ended_at)}). "
        "Blocks change: another day, they may show other links. What was removed before is not known, nor what was "
        "added since."
    )
    say(
        "Pages were fetched as one reader without cookies, from one address, without running scripts. Blocks that are "
        "filled by scripts, or that show each reader something else, are not seen, or as that reader sees them."
    )
    unnamed = (
        f" {many(found.no_label, 'link stands', 'links stand')} in blocks without a heading."
        if found.no_label
        else ""
    )
    say(
        f"Blocks are found by headings and by shape, and both can mislead.{unnamed} Each block keeps what it was "
        "recognised by (column evidence).",
        sql("SELECT kind, label, evidence, count(*) FROM blocks GROUP BY 1, 2 ORDER BY 4 DESC"),
    )
    say(
        "Copies are found by their texts: translations, pictures and videos are not. Which page is the original is "
        "not known: dates are what a page says of itself, can be set at will, and the first page of a story may lie "
        "outside the crawl."
    )
    naive = found.times.dated - found.times.with_offset
    if naive:
        say(
            f"{many(naive, 'date gives', 'dates give')} no offset from UTC: across time zones they are hours apart."
        )
    say(
        "That sites link to each other, share stories or publish at the same time does not say who owns them, nor what "
        "they intend. Widgets, syndication and news agencies do the same."
    )
    return Section("limits", "What this cannot show", "", tuple(said))
