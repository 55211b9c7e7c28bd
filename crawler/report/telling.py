"""A report's findings told in sentences, tables and charts. Pure."""

from crawler.report.document import Document
from crawler.report.findings import Findings
from crawler.report.limits import on_limits
from crawler.report.on_crawl import on_receipt, on_spread, on_trouble
from crawler.report.on_links import on_pushed, on_sites
from crawler.report.on_networks import on_natures, on_schemes
from crawler.report.on_stories import on_copies, on_counters, on_times
from crawler.report.on_summary import crawled, missing, summary
from crawler.report.words import clean, many, period


def tell(found: Findings) -> Document:
    """Return the report, what an investigator needs first at the top."""
    return Document(
        f"Cross-links around {_about(found)}",
        f"Crawled {period(found.receipt.started_at, found.receipt.ended_at)}, with crosslink-crawler "
        f"{found.receipt.version}",
        crawled(found),
        summary(found),
        missing(found),
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
    return clean(hosts[0].removeprefix("www.")) + (
        f" and {many(len(hosts) - 1, 'more host')}" if len(hosts) > 1 else ""
    )
