"""The report: what a crawl shows, in sentences with figures and the way to their evidence; HTML, Markdown or JSON."""

from pathlib import Path

from crawler.analysis import written
from crawler.export import MAP, replacing
from crawler.model import Facts
from crawler.report.findings import Findings, Ledger, Run, find
from crawler.report.rendering import FORMATS, render
from crawler.store import Reader
from crawler.store.digest import digest_of

__all__ = ["FORMATS", "Findings", "find", "ledger_of", "render", "write", "write_report"]


def write_report(directory: Path, path: Path | None = None, fmt: str = "html") -> tuple[Path, int | None]:
    """Write the report of the crawl in a directory: of a damaged one, of what can be read.

    Args:
        directory: The crawl's.
        path: Where to; None means beside crawl.db, under the format's own name.
        fmt: One of `FORMATS`.

    Returns:
        The path, and how many URLs could be read; None if nothing is damaged.

    Raises:
        UsageError: The directory holds no crawl, or the path cannot be written.
        DamagedError: Nothing can be read.
        StoreError: The disk is full.
    """
    path = path or directory / FORMATS[fmt]
    return written(directory, lambda facts, reader: write(facts, ledger_of(reader), path, fmt))


def ledger_of(reader: Reader) -> Ledger:
    """Return what is known of a crawl besides its facts: its runs, and the hash of what is stored."""
    runs = tuple(Run(*(None if one is None else str(one) for one in row)) for row in reader.table("runs"))
    digest = digest_of(reader)
    if digest is None:
        return Ledger(runs, None, 0, "")
    return Ledger(runs, digest.sha256, digest.pages, digest.query)


def write(facts: Facts, ledger: Ledger, path: Path, fmt: str = "html") -> Path:
    """Write a report beside its place and rename it; a reader never sees half of one.

    Where the map stands in the same directory, what it shows of a finding is linked.

    Args:
        facts: What the crawl knows.
        ledger: What else is known of it (`ledger_of`).
        path: The file to write or replace.
        fmt: One of `FORMATS`.

    Raises:
        UsageError: The path cannot be written.
        StoreError: The disk is full, or the crawl cannot be read.
    """
    beside = MAP if (path.parent / MAP).is_file() else None
    text = render(find(facts, ledger), fmt, beside)
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", errors="replace", newline="\n")
    return path
