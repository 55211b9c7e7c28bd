"""stats and export: what a stored crawl holds."""

from dataclasses import asdict
from pathlib import Path

import click

from crawler.cli import show
from crawler.errors import DamagedError, UsageError
from crawler.model import RETRIED, Reason

_directory = click.argument("directory", type=click.Path(path_type=Path))


@click.command()
@_directory
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def stats(directory: Path, *, as_json: bool) -> None:
    """Show where the URLs of a crawl ended: states and reasons, per depth, kind, site and host."""
    from crawler.crawl import summary_of
    from crawler.store import read

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
    "--format", "fmt", type=click.Choice(["graphml", "csv", "json"]), required=True, help="What to write."
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
@click.option("--output", type=click.Path(path_type=Path), help="Where to; in DIRECTORY unless named.")
def write(directory: Path, fmt: str, edges: str, nodes: str, output: Path | None) -> None:
    """Write the graph of a crawl as GraphML, CSV or JSON; of a damaged one, what can be read (exit code 4)."""
    from crawler.crawl import write_export

    path, readable = write_export(directory, output, fmt, edges=edges, nodes=nodes)
    click.echo(str(path))
    if readable is not None:
        raise DamagedError(
            f"{directory}: the crawl is damaged; what can be read of it was exported ({readable} URLs). "
            "Restore a copy, or begin anew with --fresh or another --output"
        )
