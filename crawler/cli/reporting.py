"""report: what a crawl shows, to be read and handed over."""

from pathlib import Path

import click

from crawler.cli import show


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
    show.written(path, readable, directory, "was reported on")
