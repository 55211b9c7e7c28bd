"""probe: one page asked for several times, to see which of its blocks change with the visit."""

import os
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from crawler.cli import show
from crawler.cli.options import configuration, flags
from crawler.config import load

if TYPE_CHECKING:
    from crawler.probe import Probe


@click.command()
@click.argument("url", metavar="URL")
@click.option(
    "--times",
    type=click.IntRange(2, 20),
    default=3,
    show_default=True,
    help="Visits, one after the other, at the host's delay.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@configuration
def probe(url: str, times: int, *, as_json: bool, **values: Any) -> None:
    """Ask for a page a few times and show, for each block, whether it is fixed, shuffled or rotating.

    A list that changes with each visit has links that no other reader may have seen: evidence of one visit only.
    """
    from crawler.cli.page import read_file
    from crawler.extract import extract, rules_with
    from crawler.probe import probe as visit

    config = load(files=(), environment=os.environ, flags=flags(values))
    path = config.extract.profile
    rules = rules_with([(read_file(path).decode("utf-8", "replace"), path)] if path else [])
    found = visit(
        url,
        times,
        config,
        lambda answer: extract(answer.body or b"", answer.url, dict(answer.headers), rules).blocks,
    )
    if as_json:
        show.emit(asdict(found))
    else:
        _print(found)


def _print(found: "Probe") -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    console.print(Text(f"{show.visible(found.url)}: {found.visits} visits", style="bold"))
    if found.trouble is not None:
        console.print(Text(f"Stopped: {show.visible(found.trouble)}"))
    if found.same_bytes and found.visits > 1:
        console.print("The same bytes each time: the page is fixed, or a cache answered.")
    if not found.blocks:
        console.print("No block found.")
        return
    table = Table(box=None, pad_edge=False)
    for name in ("kind", "label", "variation"):
        table.add_column(name, overflow="fold", no_wrap=name != "label")
    for name in ("seen", "entries", "kept", "overlap"):
        table.add_column(name, justify="right")
    for block in found.blocks:
        table.add_row(
            str(block.kind),
            Text(show.visible(block.label or "(no heading)")),
            str(block.variation),
            str(block.seen),
            f"{block.entries:g}",
            f"{block.always}/{block.distinct}",
            f"{block.overlap:.2f}",
        )
    console.print(table)
    console.print("seen: visits on which it was there; kept: entries there each time, of all different ones.")
