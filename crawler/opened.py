"""A stored crawl for Python users: `crawler.open(DIR)`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from crawler.graph.views import link_graph, pair_graph
from crawler.model import CrossLink, Node, Receipt
from crawler.store import Reader, read

if TYPE_CHECKING:
    import networkx


class Crawl:
    """A stored crawl, read-only; use it as a context manager, or call `close`.

    A crawl may be running in the directory meanwhile: each call shows what is acknowledged by then.
    """

    def __init__(self, opened: AbstractContextManager[Reader]) -> None:
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

    def graph(self) -> networkx.DiGraph[str]:
        """Return the graph of edges: all links from one page to another together.

        Edge attributes: `weight` (number of links), `related`, `ranking`, `recommendation`, `other`
        (counts by kind), `best_position`, `anchor`, `first_seen`, `last_seen`.
        """
        return pair_graph(self._reader.facts())

    def links_graph(self) -> networkx.MultiDiGraph[str]:
        """Return the graph of links: one edge for each entry of each block.

        Edge attributes: `kind`, `label`, `position`, `anchor`, `rel`, `seen`.
        """
        return link_graph(self._reader.facts())

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
    return Crawl(read(Path(directory)))
