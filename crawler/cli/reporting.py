"""report: what a crawl shows, to be read and handed over."""

from pathlib import Path

import click

from crawler.cli import show
from crawler.errors import DamagedError


@click.command(name="report")
@click.argument("directory", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "fmt",
    type=click.Choice(["html", "md", "json"]),
    default="html",
    show_default=True,
    help="One HTML file without scripts that prints well, Markdown, or JSON.",
)
@click.option(
    "--output", type=click.Path(path_type=Path), help="Where to; DIRECTORY/report.<format> unless named."
)
def write_up(directory: Path, fmt: str, output: Path | None) -> None:
    """Write the report of a crawl: findings with figures, charts, and the way to their evidence."""
    from crawler.report import write_report

    path, readable = write_report(directory, output, fmt)
    click.echo(show.visible(str(path)))
    if readable is not None:
        raise DamagedError(
            f"{directory}: the crawl is damaged; what can be read of it was reported on ({readable} URLs). "
            "Restore a copy, or begin anew with --fresh or another --output"
        )
