"""Exports: facts in, one file (for tables a folder) out, written beside its place and renamed.

To add one: a module with `write(view, file)` and a line in `FORMATS` and `_TEXTS`; or `write(view, folder)` and a line
in `FORMATS` and `_FOLDERS`.
"""

import gzip
import io
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from crawler.errors import UsageError
from crawler.export import gexf, graphml, graphology, map_page, nodelink, parquet, tables
from crawler.export.map_data import MAX_NODES
from crawler.graph.views import ALL, Selection, View, view
from crawler.model import Facts, Level
from crawler.store.file import full, is_full
from crawler.store.way import Arrival

FORMATS = {
    "graphml": "graph.graphml",
    "gexf": "graph.gexf",
    "gexf-dynamic": "graph.dynamic.gexf",
    "csv": "csv",
    "parquet": "parquet",
    "json": "graph.json",
    "graphology": "graph.graphology.json",
}
"""Formats, with the name each has in the output directory."""
MAP = "map.html"
"""The map's name in the output directory; it holds all levels, so it is made from facts, not from a view."""
_TEXTS: dict[str, Callable[[View, TextIO], None]] = {
    "graphml": graphml.write,
    "gexf": gexf.write,
    "gexf-dynamic": gexf.write_dynamic,
    "json": nodelink.write,
    "graphology": graphology.write,
}
"""Formats of one text file; a name that ends in .gz has it compressed."""
_FOLDERS: dict[str, Callable[[View, Path], None]] = {"csv": tables.write, "parquet": parquet.write}
"""Formats of a folder of tables."""


def export(
    facts: Facts,
    path: Path,
    fmt: str,
    *,
    level: Level = Level.PAGE,
    edges: str = "pairs",
    selection: Selection = ALL,
) -> Path:
    """Write one export.

    Args:
        facts: What the crawl knows.
        path: The file to write or replace, compressed if it ends in `.gz`; for CSV and Parquet a folder.
        fmt: One of `FORMATS`.
        level: What a node is.
        edges: `pairs` (one edge for two nodes) or `links` (one for each link).
        selection: Which pages and links are shown.

    Returns:
        The path.

    Raises:
        UsageError: The path cannot be written, or a library that the format needs is not installed.
        StoreError: The disk is full, or the crawl cannot be read.
    """
    # Tables have both edges and links, and no looks.
    folder = fmt in _FOLDERS
    if fmt == "parquet":
        parquet.check()
    shown = view(facts, level, "pairs" if folder else edges, selection, looks=not folder)
    with replacing(path) as temporary:
        if folder:
            _FOLDERS[fmt](shown, temporary)
        else:
            with _opened(temporary, packed=path.suffix == ".gz") as file:
                _TEXTS[fmt](shown, file)
    return path


def export_map(
    facts: Facts,
    path: Path,
    *,
    first: Level | None = None,
    selection: Selection = ALL,
    max_nodes: int = MAX_NODES,
    arrivals: Iterable[Arrival] | None = None,
) -> Path:
    """Write the map: one HTML file.

    Args:
        facts: What the crawl knows.
        path: The file to write or replace.
        first: The level shown first; None takes pages, or where they are too many, stories, else sites.
        selection: Which pages and links are shown.
        max_nodes: Nodes of a level drawn at most.
        arrivals: The last step of each page's way, as the store tells them; None takes them from the links.

    Returns:
        The path.

    Raises:
        UsageError: The path cannot be written.
        StoreError: The disk is full, or the crawl cannot be read.
    """
    with replacing(path) as temporary, _opened(temporary, packed=False) as file:
        map_page.write(facts, file, first=first, selection=selection, max_nodes=max_nodes, arrivals=arrivals)
    return path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a place beside the path, as `_beside`; what the system refuses becomes an error that says so."""
    try:
        with _beside(path) as temporary:
            yield temporary
    except (IsADirectoryError, NotADirectoryError, FileExistsError):
        raise UsageError(f"{path}: is in the way (a file where a folder goes, or the reverse)") from None
    except OSError as error:
        if is_full(error):
            raise full(path, str(error.strerror)) from None
        raise UsageError(f"{path}: cannot be written ({error.strerror})") from None


@contextmanager
def _opened(path: Path, *, packed: bool) -> Iterator[TextIO]:
    if not packed:
        with path.open("w", encoding="utf-8", newline="\n") as file:
            yield file
        return
    # Without name and time: the same crawl gives the same bytes.
    with (
        path.open("wb") as raw,
        gzip.GzipFile("", "wb", 6, raw, mtime=0) as inner,
        io.TextIOWrapper(inner, encoding="utf-8", newline="\n") as file,
    ):
        yield file


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """Yield a place beside the path, which takes its place at the end; an error leaves the path as it was."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield temporary
        if temporary.is_dir():
            path.mkdir(exist_ok=True)
            for part in sorted(temporary.iterdir()):
                _replace(part, path / part.name)
        else:
            if path.is_dir():
                raise IsADirectoryError(path)
            _replace(temporary, path)
    finally:
        if temporary.is_dir():
            shutil.rmtree(temporary)
        else:
            temporary.unlink(missing_ok=True)


def _replace(temporary: Path, path: Path) -> None:
    with temporary.open("rb+") as file:
        os.fsync(file.fileno())
    temporary.replace(path)
