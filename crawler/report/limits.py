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
        f"The crawl begins at {many(len(found.receipt.seeds), 'page')} and goes "
        f"{config.get('crawl', {}).get('depth', '?')} clicks deep. "
        f"{many(states.get('beyond', 0), 'address', 'addresses')} known lie deeper and were not fetched: what they "
        "link to, and what else links to them, is not seen. Pages that no followed link reaches do not appear at all. "
        "Counts are of this neighbourhood, not of whole sites.",
        sql("SELECT url FROM nodes WHERE state = 'beyond'"),
    )
    waiting = states.get("pending", 0) + states.get("leased", 0)
    limited = fates.get(("excluded", "limit"), 0)
    if waiting or limited:
        say(
            f"The crawl is not finished: {many(waiting, 'address waits', 'addresses wait')}, and {number(limited)} "
            "were left out by a limit. Figures will grow when it goes on."
        )
    kept = fates.get(("excluded", "robots"), 0) + fates.get(("excluded", "robots_unreachable"), 0)
    if config.get("politeness", {}).get("ignore_robots"):
        say("robots.txt was not obeyed in the last run.")
    else:
        say(
            f"{many(kept, 'address was', 'addresses were')} not fetched because the site asks crawlers to stay away, "
            "or because whether it does could not be read (robots.txt)."
        )
    outside = sum(fates.get(("excluded", reason), 0) for reason in ("out_of_scope", "not_followed"))
    if outside:
        say(
            f"{many(outside, 'address was', 'addresses were')} out of scope or stood in blocks that were not followed."
        )
    if states.get("failed"):
        say(
            f"{many(states['failed'], 'address', 'addresses')} brought no page; what they held, links among it, is "
            "missing."
        )
    say(
        f"Each page was seen once ({period(found.receipt.started_at, found.receipt.ended_at)}). "
        "Blocks change: another day, they may show other links. What was removed before is not known, nor what was "
        "added since."
    )
    say(
        "Pages were read as an unknown visitor sees them, without cookies, from one place, and scripts were not run. "
        "Lists that a script fills in are missing. Where a site shows each reader other links, these are the ones that "
        "this visitor was shown."
    )
    unnamed = (
        f" {many(found.no_label, 'link stands', 'links stand')} in blocks without a heading."
        if found.no_label
        else ""
    )
    say(
        f"Blocks are told from menus by their headings and their shape, and both can mislead.{unnamed} With each block "
        "stands what it was recognised by.",
        sql("SELECT kind, label, evidence, count(*) FROM blocks GROUP BY 1, 2 ORDER BY 4 DESC"),
    )
    say(
        "Copies are found by their texts: not translations, pictures or videos. Which page is the original is "
        "not known: dates are what a page says of itself, can be set at will, and the first page of a story may lie "
        "outside the crawl."
    )
    naive = found.times.dated - found.times.with_offset
    if naive:
        say(
            f"{many(naive, 'date does', 'dates do')} not say in which time zone: of sites in different zones, such "
            "times are off by hours."
        )
    say(
        "That sites link to each other, share stories or publish at the same time does not show who owns them, nor "
        "what they intend. Shared widgets, syndication and news agencies have the same effect."
    )
    return Section("limits", "What this cannot show", "", tuple(said))
