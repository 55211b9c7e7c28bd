"""Exports: facts in, one file (for CSV a folder) out, written beside its place and renamed.

To add one: a module with `write(facts, …, edges, nodes)` and a line in `FORMATS` and `_WRITERS`.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from crawler.errors import UsageError
from crawler.export import graphml, nodelink, tables
from crawler.model import CrossLink, Facts, Node, State
from crawler.store.file import full, is_full

FORMATS = {"graphml": "graph.graphml", "csv": "csv", "json": "graph.json"}
"""Formats, with the name each has in the output directory."""

_WRITERS: dict[str, Callable[[Facts, Path, str], None]] = {
    "graphml": graphml.write,
    "csv": tables.write,
    "json": nodelink.write,
}


def export(facts: Facts, path: Path, fmt: str, *, edges: str = "pairs", nodes: str = "all") -> Path:
    """Write one export.

    Args:
        facts: What the crawl knows.
        path: The file to write or replace; for CSV a folder.
        fmt: One of `FORMATS`.
        edges: `pairs` (one edge for two pages) or `links` (one for each link).
        nodes: `all` URLs known, or `fetched` pages with the edges among them.

    Returns:
        The path.

    Raises:
        UsageError: The path cannot be written.
        StoreError: The disk is full, or the crawl cannot be read.
    """
    chosen = facts if nodes == "all" else _fetched(facts)
    try:
        with _beside(path) as temporary:
            _WRITERS[fmt](chosen, temporary, edges)
    except (IsADirectoryError, NotADirectoryError, FileExistsError):
        raise UsageError(f"{path}: is in the way (a file where a folder goes, or the reverse)") from None
    except OSError as error:
        if is_full(error):
            raise full(path, str(error.strerror)) from None
        raise UsageError(f"{path}: cannot be written ({error.strerror})") from None
    return path


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


def _fetched(facts: Facts) -> Facts:
    """Return the facts about fetched pages only."""
    urls = {node.url for node in facts.nodes() if node.state is State.FETCHED}

    def nodes() -> Iterator[Node]:
        return (node for node in facts.nodes() if node.url in urls)

    def links() -> Iterator[CrossLink]:
        return (link for link in facts.links() if link.target in urls)

    return Facts(nodes, links, facts.receipt)
