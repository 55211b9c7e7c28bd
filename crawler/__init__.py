"""Crawl a content farm along its link blocks and map how it cross-links its stories.

The public API:

    import crawler

    with crawler.open("output/news.example") as crawl:
        graph = crawl.graph()          # networkx.DiGraph of edges, weighted and counted by kind
        links = crawl.links_graph()    # networkx.MultiDiGraph, one edge a link

`extract(body, url, headers)` reads one page; `crawler.crawl.crawl(...)` runs a crawl.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crawler.extract import extract
    from crawler.opened import Crawl, open

__version__ = "0.1.0"
__all__ = ["Crawl", "__version__", "extract", "open"]

_HOMES = {"Crawl": "crawler.opened", "open": "crawler.opened", "extract": "crawler.extract"}


def __getattr__(name: str) -> Any:
    """Import the public names on first use: the command line starts in a fraction of the time."""
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
