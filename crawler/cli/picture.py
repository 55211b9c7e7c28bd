"""map: the crawl as a page that a browser opens."""

from pathlib import Path

import click

from crawler.cli import show
from crawler.model import Level


@click.command(name="map")
@click.argument("directory", type=click.Path(path_type=Path))
@click.option(
    "--level",
    type=click.Choice([str(level) for level in Level]),
    help="The level shown first; page unless there are too many. The reader switches between all three.",
)
@click.option(
    "--nodes",
    type=click.Choice(["all", "fetched"]),
    default="all",
    show_default=True,
    help="All URLs known, or fetched pages only.",
)
@click.option(
    "--max-nodes",
    type=click.IntRange(min=1),
    metavar="N",
    help="Draw at most N nodes of a level, those that most others link to (5000 unless named).",
)
@click.option("--output", type=click.Path(path_type=Path), help="Where to; DIRECTORY/map.html unless named.")
def draw_map(
    directory: Path, level: str | None, nodes: str, max_nodes: int | None, output: Path | None
) -> None:
    """Write the map of a crawl: one HTML file that any browser opens, without a network.

    It shows pages, stories and sites, laid out; searches, filters and tells how the crawl came to each page. Of a
    damaged crawl, what can be read (exit code 4).
    """
    from crawler.export.map_data import MAX_NODES
    from crawler.graph.views import Selection
    from crawler.outputs import write_map

    path, readable = write_map(
        directory,
        output,
        first=None if level is None else Level(level),
        selection=Selection(fetched=nodes == "fetched"),
        max_nodes=max_nodes or MAX_NODES,
    )
    show.written(path, readable, directory, "is on the map")
