"""The bundled sample network: three invented farm sites, served on loopback and crawled for real."""

import asyncio
import threading
from pathlib import Path

from crawler.config import load
from crawler.crawl import crawl
from crawler.demo.network import Network, generate
from crawler.demo.server import serve
from crawler.summary import Summary

__all__ = ["Network", "crawl_demo", "generate", "serve"]


def crawl_demo(
    output: Path, flags: dict[str, object], environment: dict[str, str], *, quiet: bool
) -> Summary:
    """Serve the sample network from a thread of its own and crawl it, as any other site.

    Args:
        output: Where the crawl goes; one that is there goes on.
        flags: Configuration by key, over the defaults.
        environment: Environment variables; those named CRAWL_<KEY> count.
        quiet: Show no progress.
    """
    network = generate()
    started, ended = threading.Event(), threading.Event()
    routes: list[str] = []

    async def hold() -> None:
        async with serve(network) as server:
            routes.extend(server.connect_to)
            started.set()
            await asyncio.to_thread(ended.wait)

    thread = threading.Thread(target=lambda: asyncio.run(hold()), name="demo server", daemon=True)
    thread.start()
    try:
        started.wait()
        config = load(files=(), environment=environment, flags={**flags, "connect_to": routes})
        return crawl([network.seed], config, output, quiet=quiet)
    finally:
        ended.set()
        thread.join()
