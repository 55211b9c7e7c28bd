"""Crawlee's ParselCrawler on its in-memory storage, with its default HTTP client and concurrency held at the limit.

Only addresses not seen before are handed to its queue: a request made to be found a duplicate costs it 50 µs.
"""

import asyncio
import logging
import os

from crawlee import ConcurrencySettings
from crawlee.crawlers import ParselCrawler, ParselCrawlingContext
from crawlee.storage_clients import MemoryStorageClient
from records import BLOCKS, CONCURRENCY, TEXT, TITLE, Ask, Records, asked
from yarl import URL


async def crawl(ask: Ask) -> None:
    """Crawl."""
    records, seen = Records(ask.database), {ask.seed}
    crawler = ParselCrawler(
        storage_client=MemoryStorageClient(),
        concurrency_settings=ConcurrencySettings(
            min_concurrency=CONCURRENCY, max_concurrency=CONCURRENCY, desired_concurrency=CONCURRENCY
        ),
        max_crawl_depth=ask.depth,
        respect_robots_txt_file=True,
        use_session_pool=False,
        configure_logging=False,
    )

    @crawler.router.default_handler
    async def handle(context: ParselCrawlingContext) -> None:
        url, edges = context.request.url, []
        base = URL(url)
        for kind, selector in BLOCKS.items():
            for position, a in enumerate(context.selector.css(selector), 1):
                target = str(base.join(URL(a.attrib["href"])))
                edges.append((url, kind, position, target, a.root.text))
        records.add(
            url,
            context.selector.css(f"{TITLE}::text").get(),
            "\n".join(p.xpath("string()").get() for p in context.selector.css(TEXT)),
            await context.http_response.read(),
            edges,
        )
        fresh = list(dict.fromkeys(edge[3] for edge in edges if edge[3] not in seen))
        seen.update(fresh)
        await context.add_requests(fresh)

    await crawler.run([ask.seed])
    records.close()


if __name__ == "__main__":
    given = asked()
    os.environ["http_proxy"] = given.proxy
    logging.disable(logging.INFO)
    asyncio.run(crawl(given))
