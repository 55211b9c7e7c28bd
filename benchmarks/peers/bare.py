"""The limit: what a crawl costs that does nothing but the work, on the fastest parts there are.

GET, one parse, three selections, one compression, one insert a batch. Titles are read by a regular expression and no
main text is; no robots, retries, redirects, or safety against a crash.
"""

import asyncio
import re

import aiohttp
import uvloop
from aiohttp.abc import AbstractResolver
from records import BLOCKS, CONCURRENCY, Ask, Edge, Records, asked
from selectolax.lexbor import LexborHTMLParser

_TITLE = re.compile(r"<h1>([^<]*)")


class Farm(AbstractResolver):
    """Every host is the farm."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[dict]:
        return [
            {"hostname": host, "host": "127.0.0.1", "port": self._port, "family": 2, "proto": 0, "flags": 0}
        ]

    async def close(self) -> None:
        pass


def read(url: str, body: bytes) -> tuple[str | None, list[Edge]]:
    """Return a page's title and the edges of its blocks."""
    html = body.decode()
    tree, edges = LexborHTMLParser(html), []
    origin = url[: url.index("/", 7)]
    for kind, selector in BLOCKS.items():
        for position, a in enumerate(tree.css(selector), 1):
            href = a.attrs["href"]
            edges.append((url, kind, position, origin + href if href[0] == "/" else href, a.text()))
    found = _TITLE.search(html)
    return found[1] if found else None, edges


async def crawl(ask: Ask) -> None:
    """Crawl breadth first."""
    records, seen = Records(ask.database), {ask.seed}
    queue: asyncio.Queue[tuple[str, int]] = asyncio.Queue()
    queue.put_nowait((ask.seed, 0))
    connector = aiohttp.TCPConnector(limit=CONCURRENCY, resolver=Farm(ask.port))
    async with aiohttp.ClientSession(connector=connector) as session:

        async def work() -> None:
            while True:
                url, depth = await queue.get()
                async with session.get(url) as response:
                    body = await response.read()
                title, edges = read(url, body)
                records.add(url, title, None, body, edges)
                if depth < ask.depth:
                    for edge in edges:
                        if edge[3] not in seen:
                            seen.add(edge[3])
                            queue.put_nowait((edge[3], depth + 1))
                queue.task_done()

        workers = [asyncio.create_task(work()) for _ in range(CONCURRENCY)]
        # A worker ends only by an error.
        await asyncio.wait([asyncio.create_task(queue.join()), *workers], return_when=asyncio.FIRST_COMPLETED)
        for worker in workers:
            if worker.done():
                worker.result()
            worker.cancel()
    records.close()


if __name__ == "__main__":
    uvloop.run(crawl(asked()))
