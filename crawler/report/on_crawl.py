"""Sections on the crawl itself: its receipt, depths and degrees, and trouble. Pure."""

import hashlib
import json

import msgspec

from crawler.config import load
from crawler.report.document import Bars, Cell, Code, Finding, Part, Section, Share, Table
from crawler.report.fates import reason_said, state_said
from crawler.report.findings import Findings
from crawler.report.words import clean, many, number, percent, sql, stamp

_MOST_SEEDS = 20
_MOST_TROUBLES = 30
_TROUBLE = "What could not be fetched"


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
    rows.append(("addresses known", number(found.urls)))
    if ledger.sha256 is not None:
        rows.append(
            (f"SHA-256 of {many(ledger.hashed_pages, 'stored body', 'stored bodies')}", Code(ledger.sha256))
        )
        compute = f'sqlite3 -separator " " DIR/crawl.db "{ledger.query}" | sha256sum'
        rows.append(("compute it again", Code(compute)))
    rows.append(("SHA-256 of the configuration", Code(hashlib.sha256(receipt.config.encode()).hexdigest())))
    parts: list[Part] = [
        Table("Receipt", ("what", "value"), tuple(rows)),
        Table(
            "What became of the addresses",
            ("what became of them", "why", "in the program's words", "addresses", "share"),
            tuple(
                (
                    state_said(state),
                    reason_said(reason),
                    " ".join(filter(None, (state, reason))),
                    count,
                    Share(count / max(found.urls, 1)),
                )
                for state, reason, count in found.fates
            ),
        ),
    ]
    if settings := _unusual(config):
        parts.append(
            Table(
                "Settings that differ from the defaults", ("setting", "value"), tuple(settings), folded=True
            )
        )
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
        "The first hash, a fingerprint, covers each page's address with the hash of its body as stored: two copies of "
        "this crawl agree in it, and a changed page or body changes it. Links and dates are read from these bodies. "
        "The whole configuration stands in the report as JSON (crawl report DIR --format json), names and passwords "
        "left out; the second hash is of that text.",
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


def _unusual(config: dict[str, dict[str, object]]) -> list[tuple[Cell, ...]]:
    """Return the settings that are not the defaults."""
    usual = msgspec.json.decode(msgspec.json.encode(load(files=(), environment={}, flags={})))
    return [
        (f"{section}.{key}", _setting(value) if key not in _OF_THE_MACHINE else "set; see the JSON")
        for section, keys in config.items()
        for key, value in keys.items()
        if key not in usual.get(section, {}) or _setting(value) != _setting(usual[section][key])
    ]


_OF_THE_MACHINE = frozenset({"connect_to"})
"""Settings that say nothing to a reader but where a machine listens."""


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
            f"Half of the addresses known are linked from at most {many(round(spread.median_in), 'page')}; the one "
            f"linked most from {many(spread.greatest_in, 'page')}.{_without(spread.without_links)}",
            (
                sql(
                    "SELECT target, count(DISTINCT source) AS pages FROM edges GROUP BY target"
                    " ORDER BY pages DESC LIMIT 50"
                ),
            ),
        ),
        Bars(
            "Addresses by depth",
            "Clicks from the nearest page that the crawl began at. The inner bar is what was fetched of them.",
            tuple(
                ("unknown" if one.depth is None else f"depth {one.depth}", one.known, one.fetched)
                for one in spread.depths
            ),
            "other",
            "addresses",
            "depth",
            "fetched",
        ),
        Bars(
            "Known pages by the number of pages that link to them",
            "The steps double: such numbers spread over orders of magnitude.",
            tuple((label, count, None) for label, count in spread.indegrees),
            "related",
            "pages",
            "linked from",
        ),
        Bars(
            "Fetched pages by the number of pages they link to",
            "The steps double. Where all pages have the same blocks, they stand in one step.",
            tuple((label, count, None) for label, count in spread.outdegrees),
            "recommendation",
            "pages",
            "links to",
        ),
    ]
    return Section(
        "spread",
        "How far the crawl went",
        "Depth is the number of clicks from a page that the crawl began at (seed), by the shortest way over followed "
        "links. Here pages are counted, not links: a page that links to another twice counts once.",
        tuple(parts),
    )


def _without(pages: int) -> str:
    return f" {many(pages, 'fetched page has', 'fetched pages have')} no link in any block." if pages else ""


def on_trouble(found: Findings) -> Section:
    """Tell what could not be fetched."""
    troubles = found.troubles
    total = sum(one.urls for one in troubles)
    if not total:
        return Section("trouble", _TROUBLE, "", (Finding("Nothing failed, and nothing was kept away from."),))
    by_reason: dict[str, int] = {}
    for one in troubles:
        by_reason[one.reason] = by_reason.get(one.reason, 0) + one.urls
    ordered = sorted(by_reason.items(), key=lambda item: (-item[1], item[0]))
    said = "; ".join(f"{reason_said(reason)}: {number(count)}" for reason, count in ordered)
    shown = troubles[:_MOST_TROUBLES]
    of = f": the first {len(shown)} of {len(troubles)} rows" if len(troubles) > len(shown) else ""
    parts: list[Part] = [
        Finding(
            f"{number(total)} of {many(found.urls, 'address', 'addresses')} ({percent(total / found.urls)}) brought no "
            f"page or were not asked for. {said[:1].upper()}{said[1:]}.",
            (
                "crawl stats DIR",
                sql("SELECT host, reason, url FROM nodes WHERE state IN ('failed', 'excluded')"),
            ),
        ),
        Table(
            f"By host and reason{of}",
            ("host", "why", "in the program's words", "addresses"),
            tuple((found.name(one.host), reason_said(one.reason), one.reason, one.urls) for one in shown),
        ),
    ]
    return Section("trouble", _TROUBLE, "", tuple(parts))
