"""A stored crawl for Python users: `crawler.open(DIR)`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, cast

from crawler.analysis import facts_of
from crawler.graph.views import ALL, Selection, graph_of
from crawler.model import CrossLink, Facts, Level, Node, Receipt
from crawler.store import Reader, one_moment, read
from crawler.store.evidence import Evidence, body, why
from crawler.store.way import Way, way_to

if TYPE_CHECKING:
    import networkx


class Crawl:
    """A stored crawl, read-only; use it as a context manager, or call `close`.

    A crawl may be running in the directory meanwhile: each call shows what is acknowledged by then.
    """

    def __init__(self, directory: Path, opened: AbstractContextManager[Reader]) -> None:
        self._directory = directory
        self._opened = opened
        self._reader = opened.__enter__()

    def nodes(self) -> Iterator[Node]:
        """Yield each URL of the crawl, in the order of the URLs."""
        return self._reader.nodes()

    def links(self) -> Iterator[CrossLink]:
        """Yield each link of each block, with redirects resolved."""
        return self._reader.links()

    def receipt(self) -> Receipt:
        """Return seeds, times, program version and configuration."""
        return self._reader.receipt()

    def facts(self) -> Facts:
        """Return the facts, stories with them, for `crawler.graph`."""
        return facts_of(self._directory, self._reader)

    def graph(
        self, level: str = "page", edges: str = "pairs", selection: Selection = ALL, *, looks: bool = False
    ) -> networkx.DiGraph[str]:
        """Return a view of the crawl as a NetworkX graph, with the attributes of the exports (docs/exports.md).

        Args:
            level: What a node is: `page`, `story` or `site`.
            edges: `pairs` (a DiGraph: all links from one node to another together) or `links` (a MultiDiGraph:
                one edge for each entry of each block).
            selection: Which pages and links it shows.
            looks: Whether to lay it out: `x`, `y`, `size` and colour.
        """
        with one_moment(self._reader):
            return graph_of(self.facts(), Level(level), edges, selection, looks=looks)

    def links_graph(self, level: str = "page", selection: Selection = ALL) -> networkx.MultiDiGraph[str]:
        """Return the graph of links: one edge for each entry of each block."""
        return cast("networkx.MultiDiGraph[str]", self.graph(level, "links", selection))

    def why(self, a: str, b: str) -> Evidence:
        """Return what the edge from A to B rests on: its links with block, position, anchor, time and stored bytes.

        Args:
            a: A URL in any spelling, the beginning of URLs, a host, a site, or a story's id.
            b: Another one.

        Raises:
            UsageError: Nothing is known under a name, or both name the same.
        """
        return why(self._reader, a, b)

    def path(self, url: str) -> Way:
        """Return the shortest followed way from a seed to a page.

        Args:
            url: The page's URL in any spelling, with or without scheme.

        Raises:
            UsageError: Nothing is known under that name, or it stands for several pages.
        """
        return way_to(self._reader, url)

    def body(self, digest: str) -> bytes | None:
        """Return the stored body of this SHA-256 (hexadecimal), as it came; None if there is none."""
        return body(self._reader, digest)

    def close(self) -> None:
        """Close the file."""
        self._opened.__exit__(None, None, None)

    def __enter__(self) -> Crawl:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open(directory: str | Path) -> Crawl:
    """Open a stored crawl.

    Args:
        directory: Its output directory.

    Raises:
        UsageError: The directory holds no crawl.
        StoreError: It is damaged, of a newer version, or another program's.
    """
    return Crawl(Path(directory), read(Path(directory)))
