"""What is made of a stored crawl: exports, map and report, at its end or when asked for."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from crawler import report
from crawler.analysis import keep_copies, written
from crawler.export import FORMATS, MAP, export, export_map
from crawler.export.map_data import MAX_NODES
from crawler.graph.views import ALL, Selection
from crawler.model import Facts, Level
from crawler.store import Reader, Store
from crawler.store.way import arrivals

EXPORTS: dict[str, Callable[[Facts, Reader, Path], Path]] = {
    "graphml": lambda facts, _, directory: export(facts, directory / FORMATS["graphml"], "graphml"),
    "map": lambda facts, reader, directory: export_map(facts, directory / MAP, arrivals=arrivals(reader)),
    "report": lambda facts, reader, directory: report.write(
        facts, report.ledger_of(reader), directory / report.FORMATS["html"]
    ),
}
"""What may be written at the end of a crawl."""


def write_exports(store: Store, reader: Reader, names: Iterable[str], directory: Path) -> list[str]:
    """Write what the configuration asks for at an end, with the stories found first; return the paths.

    Args:
        store: The crawl, held by this process.
        reader: The same, for reading.
        names: Of `EXPORTS`; others, such as `none`, are passed over.
        directory: The crawl's.
    """
    asked = set(names)
    # In their own order: the report links to the map that is there.
    wanted = [write for name, write in EXPORTS.items() if name in asked]
    if not wanted:
        return []
    keep_copies(store, reader)
    facts = replace(reader.facts(), memo={})  # graph, map and report share what they compute
    return [str(write(facts, reader, directory)) for write in wanted]


def write_export(
    directory: Path,
    path: Path | None,
    fmt: str,
    *,
    level: Level = Level.PAGE,
    edges: str = "pairs",
    selection: Selection = ALL,
) -> tuple[Path, int | None]:
    """Write one export of the crawl in a directory: of a damaged one, what can be read.

    Args:
        directory: The crawl's.
        path: Where to; None means beside crawl.db, under the format's own name.
        fmt: One of `crawler.export.FORMATS`.
        level: What a node is.
        edges: `pairs` or `links`.
        selection: Which pages and links are shown.

    Returns:
        The path, and how many URLs could be read; None if nothing is damaged.

    Raises:
        UsageError: The directory holds no crawl, or the path cannot be written.
        DamagedError: Nothing can be read.
        StoreError: The disk is full.
    """
    path = path or directory / FORMATS[fmt]
    return written(
        directory,
        lambda facts, _: export(facts, path, fmt, level=level, edges=edges, selection=selection),
    )


def write_map(
    directory: Path,
    path: Path | None = None,
    *,
    first: Level | None = None,
    selection: Selection = ALL,
    max_nodes: int = MAX_NODES,
) -> tuple[Path, int | None]:
    """Write the map of the crawl in a directory: of a damaged one, what can be read.

    Args:
        directory: The crawl's.
        path: Where to; None means map.html beside crawl.db.
        first: The level shown first; None takes pages, or where they are too many, stories, else sites.
        selection: Which pages and links are shown.
        max_nodes: Nodes of a level drawn at most.

    Returns:
        The path, and how many URLs could be read; None if nothing is damaged.

    Raises:
        UsageError: The directory holds no crawl, or the path cannot be written.
        DamagedError: Nothing can be read.
        StoreError: The disk is full.
    """
    path = path or directory / MAP
    return written(
        directory,
        lambda facts, reader: export_map(
            facts, path, first=first, selection=selection, max_nodes=max_nodes, arrivals=arrivals(reader)
        ),
    )
