"""Sections on the crawl itself: its receipt, depths and degrees, and trouble. Pure."""

import json

from crawler.report.document import Bars, Cell, Code, Finding, Part, Section, Share, Table
from crawler.report.findings import Findings
from crawler.report.words import clean, many, number, percent, sql, stamp

_MOST_SEEDS = 20
_MOST_TROUBLES = 30


def on_receipt(found: Findings) -> Section:
    """Tell what was crawled, how and when."""
    receipt, ledger = found.receipt, found.ledger
    config = json.loads(receipt.config)
    seeds = [clean(seed, 300) for seed in receipt.seeds]
    more = f" … and {len(seeds) - _MOST_SEEDS} more" if len(seeds) > _MOST_SEEDS else ""
    rows: list[tuple[Cell, ...]] = [
        (f"seed{'s' if len(seeds) > 1 else ''}", "\n".join(seeds[:_MOST_SEEDS]) + more),
        ("program", f"crosslink-crawler {receipt.version}"),
        ("first run began", stamp(receipt.started_at)),
        (
            "last run ended",
            stamp(receipt.ended_at) if receipt.ended_at else "not recorded: it runs, or was killed",
        ),
    ]
    if ledger.runs:
        ends = [run.outcome or "no end recorded" for run in ledger.runs]
        rows.append(("runs", f"{len(ends)}: {', '.join(ends)}"))
    for section, key in _MAIN:
        if config.get(section, {}).get(key) not in (None, [], False):
            rows.append((key.replace("_", " "), _setting(config[section][key])))
    rows.append(("URLs known", number(found.urls)))
    if ledger.sha256 is not None:
        rows.append(
            (f"SHA-256 of {many(ledger.hashed_pages, 'stored body', 'stored bodies')}", Code(ledger.sha256))
        )
        compute = f'sqlite3 -separator " " DIR/crawl.db "{ledger.query}" | sha256sum'
        rows.append(("compute it again", Code(compute)))
    settings: list[tuple[Cell, ...]] = [
        (f"[{section}]", key, _setting(value))
        for section, keys in config.items()
        for key, value in keys.items()
    ]
    parts: list[Part] = [
        Table("Receipt", ("what", "value"), tuple(rows)),
        Table(
            "Where the URLs ended",
            ("state", "reason", "URLs", "share"),
            tuple(
                (state, reason, count, Share(count / max(found.urls, 1)))
                for state, reason, count in found.fates
            ),
        ),
        Table("The whole configuration", ("section", "key", "value"), tuple(settings), folded=True),
    ]
    if len(ledger.runs) > 1:
        parts.append(
            Table(
                "Runs",
                ("began", "ended", "outcome", "version"),
                tuple(
                    (stamp(run.started_at), stamp(run.ended_at), run.outcome, run.version)
                    for run in ledger.runs
                ),
                folded=True,
            )
        )
    return Section(
        "receipt",
        "What was crawled, and how",
        "The hash covers each page's address with the hash of its body as stored: two copies of this crawl agree in "
        "it, and a changed page or body changes it. Links and fields are read from these bodies.",
        tuple(parts),
    )


_MAIN = (
    ("crawl", "depth"),
    ("crawl", "follow"),
    ("crawl", "max_position"),
    ("crawl", "max_pages"),
    ("crawl", "max_time"),
    ("crawl", "max_pages_per_site"),
    ("scope", "scope"),
    ("scope", "include"),
    ("scope", "exclude"),
    ("politeness", "ignore_robots"),
)


def _setting(value: object) -> str:
    """Return a value of the configuration."""
    if value is None or value == []:
        return "none"
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    if isinstance(value, bool):
        text = "yes" if value else "no"
    return clean(text, 500)


def on_spread(found: Findings) -> Section:
    """Tell how depths and degrees are distributed."""
    spread = found.spread
    parts: list[Part] = [
        Finding(
            f"Half of the URLs known are linked from at most {many(round(spread.median_in), 'page')}; the one linked "
            f"most from {number(spread.greatest_in)}.{_without(spread.without_links)}",
            (
                sql(
                    "SELECT target, count(DISTINCT source) AS pages FROM edges GROUP BY target"
                    " ORDER BY pages DESC LIMIT 50"
                ),
            ),
        ),
        Bars(
            "URLs by depth",
            "Clicks from the nearest seed. The inner bar is what was fetched of them.",
            tuple(
                ("no way known" if one.depth is None else f"depth {one.depth}", one.known, one.fetched)
                for one in spread.depths
            ),
            "other",
            "URLs",
            "depth",
            "fetched",
        ),
        Bars(
            "Known pages by the number of pages that link to them",
            "Classes double in width: such numbers spread over orders of magnitude.",
            tuple((label, count, None) for label, count in spread.indegrees),
            "related",
            "pages",
            "linked from",
        ),
        Bars(
            "Fetched pages by the number of pages they link to",
            "Classes double in width. Farms whose pages all have the same blocks stand in one class.",
            tuple((label, count, None) for label, count in spread.outdegrees),
            "recommendation",
            "pages",
            "links to",
        ),
    ]
    return Section(
        "spread",
        "Depth and degrees",
        "Depth is the shortest way from a seed over followed links. Degrees count distinct pages, not links.",
        tuple(parts),
    )


def _without(pages: int) -> str:
    return f" {many(pages, 'fetched page has', 'fetched pages have')} no link in any block." if pages else ""


def on_trouble(found: Findings) -> Section:
    """Tell what could not be fetched."""
    troubles = found.troubles
    total = sum(one.urls for one in troubles)
    if not total:
        return Section(
            "trouble", "Trouble", "", (Finding("Nothing failed, and nothing was kept away from."),)
        )
    by_reason: dict[str, int] = {}
    for one in troubles:
        by_reason[one.reason] = by_reason.get(one.reason, 0) + one.urls
    ordered = sorted(by_reason.items(), key=lambda item: (-item[1], item[0]))
    said = ", ".join(f"{reason} {number(count)}" for reason, count in ordered)
    shown = troubles[:_MOST_TROUBLES]
    of = f": the first {len(shown)} of {len(troubles)} rows" if len(troubles) > len(shown) else ""
    parts: list[Part] = [
        Finding(
            f"{many(total, 'URL')} of {number(found.urls)} ({percent(total / found.urls)}) failed or were kept away "
            f"from: {said}.",
            (
                "crawl stats DIR",
                sql("SELECT host, reason, url FROM nodes WHERE state IN ('failed', 'excluded')"),
            ),
        ),
        Table(
            f"By host and reason{of}",
            ("host", "reason", "URLs"),
            tuple((clean(one.host), one.reason, one.urls) for one in shown),
        ),
    ]
    return Section(
        "trouble", "Trouble", "What a reason means stands in the program's reference.", tuple(parts)
    )
