"""What is printed: tables and lines, with nothing from a page that a terminal would obey."""

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler.errors import DamagedError

if TYPE_CHECKING:
    from crawler.reextract import Reread
    from crawler.summary import Summary


def visible(text: str) -> str:
    """Return text on one line, with control characters (terminal escapes, both C0 and C1) made harmless."""
    return "".join(char if char.isprintable() else " " if char.isspace() else "\ufffd" for char in text)


def emit(value: Any) -> None:
    """Print one JSON value on one line of stdout."""
    # ASCII escapes: no terminal escape can pass, and no locale can fail to write it.
    sys.stdout.write(json.dumps(value, ensure_ascii=True, default=str) + "\n")


def written(path: Path, readable: int | None, directory: Path, done: str) -> None:
    """Print where something was written to.

    Args:
        path: Where.
        readable: URLs that could be read of a damaged crawl; None if it is not damaged.
        directory: The crawl's.
        done: What was done with these, such as "was exported".

    Raises:
        DamagedError: The crawl is damaged.
    """
    sys.stdout.write(f"{visible(str(path))}\n")
    if readable is not None:
        raise DamagedError(
            f"{directory}: the crawl is damaged; what can be read of it {done} ({readable} URLs). "
            "Restore a copy, or begin anew with --fresh or another --output"
        )


def summary(done: "Summary", *, as_json: bool) -> None:
    """Print a crawl's summary: JSON on stdout, or tables and the next step."""
    if as_json:
        emit(asdict(done))
        return
    from rich.console import Console

    console = Console(highlight=False, soft_wrap=True)
    for table in tables(done):
        console.print(table)
    console.print(_ended(done), markup=False)
    for path in done.files:
        console.print(f"  {visible(path)}", markup=False)
    for line in _next(done.files):
        console.print(line, markup=False)


def _next(files: Iterable[str]) -> Iterator[str]:
    """Yield what to open of an ended crawl's files: what any browser shows first."""

    def named(end: str) -> str | None:
        return next((visible(path) for path in files if path.endswith(end)), None)

    graph, pages = named(".graphml"), [path for path in (named("map.html"), named("report.html")) if path]
    if pages:
        yield f"Next: open {' or '.join(pages)} in a browser."
    if graph:
        yield f"{'Or' if pages else 'Next: open'} {graph} in Gephi (File > Open); it is already laid out."


def reread(done: "Reread", *, as_json: bool) -> None:
    """Print what a new reading changed."""
    if as_json:
        emit(asdict(done))
        return
    lines = [
        f"{done.pages} pages read anew in {done.elapsed_s:.1f} s"
        + (f", {done.failed} could not be" if done.failed else "")
        + f"; templates learnt on {done.hosts} hosts.",
        f"blocks: {done.blocks_before} before, {done.blocks_after} now; {done.settled} settled by other pages of"
        f" their host, {done.menus} dropped as menus.",
        f"frontier: {done.queued:+} URLs queued, {done.dropped} dropped because nothing names them any more.",
        *(f"  {visible(path)}" for path in done.files),
    ]
    if done.queued > 0:
        lines.append(f"Next: crawl resume {visible(done.directory)}")
    sys.stdout.write("\n".join(lines) + "\n")


def _ended(done: "Summary") -> str:
    known = sum(done.states.values())
    text = f"{done.states.get('fetched', 0)} pages fetched, {known} URLs known, {done.elapsed_s:.1f} s."
    waiting = done.states.get("pending", 0) + done.states.get("leased", 0)
    if done.outcome != "done":
        text += f" Stopped ({done.outcome}) with {waiting} queued; the same command goes on from here."
    return text + " Files:"


def tables(done: "Summary") -> list[Any]:
    """Return a summary as rich tables: pages per depth, links per kind, sites, troubles by reason."""
    from rich.table import Table

    depths = Table(title="Pages per depth", title_justify="left")
    columns = ("depth", "known", "fetched", "redirected", "failed", "excluded", "beyond", "queued")
    for name in columns:
        depths.add_column(name, justify="right")
    for row in done.depths:
        depths.add_row(*("–" if row[name] is None else str(row[name]) for name in columns))
    kinds = Table(title="Links per kind", title_justify="left")
    for name in ("kind", "blocks", "links", "targets"):
        kinds.add_column(name, justify="left" if name == "kind" else "right")
    for kind, counts in done.kinds.items():
        kinds.add_row(kind, *(str(counts[name]) for name in ("blocks", "links", "targets")))
    sites = Table(title="Sites", title_justify="left")
    for name in ("site", "hosts", "known", "fetched"):
        sites.add_column(name, justify="left" if name == "site" else "right")
    shown = 12
    for row in done.sites[:shown]:
        sites.add_row(visible(str(row["site"])), *(str(row[name]) for name in ("hosts", "known", "fetched")))
    if len(done.sites) > shown:
        sites.add_row(f"and {len(done.sites) - shown} more", "", "", "")
    found = [depths, kinds, sites]
    if done.reasons:
        reasons = Table(title="Failed and excluded, by reason", title_justify="left")
        reasons.add_column("reason")
        reasons.add_column("URLs", justify="right")
        for reason, count in sorted(done.reasons.items(), key=lambda item: -item[1]):
            reasons.add_row(reason, str(count))
        found.append(reasons)
    return found


def troubles(hosts: dict[str, dict[str, int]]) -> Any:
    """Return the hosts with most trouble, and why, as a table."""
    from rich.table import Table

    table = Table(title="Hosts with trouble", title_justify="left")
    table.add_column("host")
    table.add_column("URLs", justify="right")
    table.add_column("why")
    shown = 20
    for host, reasons in list(hosts.items())[:shown]:
        why = ", ".join(f"{count} {reason}" for reason, count in reasons.items())
        table.add_row(visible(host), str(sum(reasons.values())), why)
    if len(hosts) > shown:
        table.add_row(f"and {len(hosts) - shown} more", "", "")
    return table
