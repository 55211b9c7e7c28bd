"""stats and export: what a stored crawl holds."""

from dataclasses import asdict
from datetime import date
from pathlib import Path

import click

from crawler.cli import show
from crawler.errors import UsageError
from crawler.model import RETRIED, Kind, Level, Reason

_SHOWN = 200
"""Blocks that are printed; JSON has all."""

_directory = click.argument("directory", type=click.Path(path_type=Path))


@click.command()
@_directory
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--natures", "of_blocks", is_flag=True, help="Show instead what each host's blocks are: docs/measures.md."
)
def stats(directory: Path, *, as_json: bool, of_blocks: bool) -> None:
    """Show where the URLs of a crawl ended: states and reasons, per depth, kind, site and host."""
    from crawler.store import read
    from crawler.summary import summary_of

    if of_blocks:
        _natures(directory, as_json=as_json)
        return

    with read(directory) as reader:
        found = summary_of(reader, directory, "", 0.0)
        hosts = [
            dict(zip(("host", "site", "known", "fetched", "failed", "excluded"), row, strict=True))
            for row in reader.table("hosts")
        ]
        troubles: dict[str, dict[str, int]] = {}
        for host, reason, count in reader.table("troubles"):
            troubles.setdefault(str(host), {})[str(reason)] = int(str(count))
        runs = [
            dict(zip(("started_at", "ended_at", "outcome", "version"), row, strict=True))
            for row in reader.table("runs")
        ]
    if as_json:
        document = asdict(found)
        for name in ("outcome", "elapsed_s", "files"):
            del document[name]
        show.emit({**document, "hosts": hosts, "troubles": troubles, "runs": runs})
        return
    from rich.console import Console

    console = Console(highlight=False)
    for table in show.tables(found):
        console.print(table)
    if troubles:
        console.print(show.troubles(troubles))
    console.print(
        f"{sum(found.states.values())} URLs known: "
        + ", ".join(f"{count} {state}" for state, count in sorted(found.states.items())),
        markup=False,
    )


def _natures(directory: Path, *, as_json: bool) -> None:
    from crawler.graph.natures import block_natures
    from crawler.store import one_moment, read

    with read(directory) as reader, one_moment(reader):
        found = block_natures(reader.facts())
    if as_json:
        show.emit({"directory": str(directory), "natures": [asdict(one) for one in found]})
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for name in ("host", "block", "nature"):
        table.add_column(name, overflow="fold", no_wrap=name == "nature")
    for name in ("pages", "overlap", "titles", "leaving"):
        table.add_column(name, justify="right")
    for one in found[:_SHOWN]:
        name = f"{one.kind}: {show.visible(one.label)}" if one.label else str(one.kind)
        table.add_row(
            Text(show.visible(one.host)),
            Text(name),
            str(one.nature),
            str(one.pages),
            f"{one.overlap:.2f}",
            "–" if one.title_z is None else f"{one.title_z:.1f}",
            f"{one.leaving:.0%}",
        )
    console = Console(highlight=False)
    console.print(table)
    if len(found) > _SHOWN:
        console.print(f"and {len(found) - _SHOWN} more: --json shows all")
    console.print(
        "overlap: share of two pages' entries that both have; titles: standard deviations by which headlines\n"
        "in a list are like the page's own; leaving: share of entries to other hosts. See docs/measures.md.",
        soft_wrap=True,
    )


@click.command()
@_directory
@click.option(
    "--reason",
    "reasons",
    required=True,
    help="Reasons, separated by commas, such as timeout,http_5xx; `crawl stats` shows which there are.",
)
def retry(directory: Path, reasons: str) -> None:
    """Put URLs that failed for these reasons back in the queue; `crawl resume` then asks for them again."""
    from crawler.store import hold, open_store, read

    names = [name.strip() for name in reasons.split(",") if name.strip()]
    unknown = [name for name in names if name not in RETRIED]
    if unknown or not names:
        raise UsageError(
            f"--reason {reasons}: {unknown[0] if unknown else 'nothing'} is no reason to try again; "
            f"it may be {', '.join(sorted(RETRIED))}"
        )
    with read(directory):
        pass  # a directory without a crawl is named, and not made
    with hold(directory), open_store(directory) as store:
        count = store.retry([Reason(name) for name in names])
    click.echo(f"{count} URLs put back. Next: crawl resume {show.visible(str(directory))}")


@click.command(name="export")
@_directory
@click.option(
    "--format",
    "fmt",
    type=click.Choice(["graphml", "gexf", "csv", "parquet", "json", "graphology"]),
    required=True,
    help="What to write.",
)
@click.option(
    "--level",
    type=click.Choice(["page", "story", "site"]),
    default="page",
    show_default=True,
    help="What a node is: a page, all pages of a story, or all pages of a site.",
)
@click.option(
    "--edges",
    type=click.Choice(["pairs", "links"]),
    default="pairs",
    show_default=True,
    help="One edge for each pair of pages, or one for each link.",
)
@click.option(
    "--nodes",
    type=click.Choice(["all", "fetched"]),
    default="all",
    show_default=True,
    help="All URLs known, or fetched pages only.",
)
@click.option(
    "--kind", "kinds", multiple=True, type=click.Choice([str(kind) for kind in Kind]), help="Only such links."
)
@click.option("--host", "hosts", multiple=True, help="Only pages of this host or site (repeatable).")
@click.option(
    "--max-depth", type=click.IntRange(min=0), help="Only pages at most so many clicks from a seed."
)
@click.option("--since", metavar="DAY", help="Only pages published on that day or later (2025-04-12).")
@click.option("--until", metavar="DAY", help="Only pages published on that day or before.")
@click.option("--dynamic", is_flag=True, help="GEXF with times, for Gephi's timeline.")
@click.option(
    "--output", type=click.Path(path_type=Path), help="Where to; in DIRECTORY unless named; .gz compresses."
)
def write(
    directory: Path,
    fmt: str,
    level: str,
    edges: str,
    nodes: str,
    kinds: tuple[str, ...],
    hosts: tuple[str, ...],
    max_depth: int | None,
    since: str | None,
    until: str | None,
    output: Path | None,
    *,
    dynamic: bool,
) -> None:
    """Write the graph of a crawl; of a damaged one, what can be read (exit code 4)."""
    from crawler.graph.views import Selection
    from crawler.outputs import write_export

    if dynamic and fmt != "gexf":
        raise UsageError(f"--dynamic: only GEXF holds times, not {fmt}; add --format gexf")
    selection = Selection(
        nodes == "fetched",
        frozenset(map(Kind, kinds)) or None,
        frozenset(hosts) or None,
        max_depth,
        _day("--since", since),
        _day("--until", until),
    )
    path, readable = write_export(
        directory,
        output,
        "gexf-dynamic" if dynamic else fmt,
        level=Level(level),
        edges=edges,
        selection=selection,
    )
    show.written(path, readable, directory, "was exported")


def _day(option: str, value: str | None) -> str | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise UsageError(f"{option} {value}: is no day; write it as 2025-04-12") from None
