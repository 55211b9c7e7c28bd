"""minet's crawler with 32 threads and no throttle; pages are read with lxml and precompiled XPath."""

import markups
import ural
from lxml import html
from minet.crawl import Crawler
from records import CONCURRENCY, Ask, Records, asked

_is_url = ural.is_url


def is_url_of_any_suffix(url, **options):
    """Check a URL as minet does, but let the farm's reserved top-level domain pass."""
    return _is_url(url, **{**options, "tld_aware": False})


ural.is_url = is_url_of_any_suffix


def read(job, response):
    """Return what a page says and where it leads."""
    root = html.document_fromstring(response.body, html.HTMLParser(encoding="utf-8"))
    title, text, edges = markups.read(job.url, root)
    return (job.url, title, text, response.body, edges), [edge[3] for edge in edges]


def crawl(ask: Ask) -> None:
    """Crawl; pages are stored by the main thread."""
    records = Records(ask.database)
    with Crawler(
        read,
        visit_urls_only_once=True,
        max_depth=ask.depth,
        throttle=0,
        domain_parallelism=CONCURRENCY,
        max_workers=CONCURRENCY,
        proxy=ask.proxy,
    ) as crawler:
        crawler.enqueue(ask.seed)
        for result in crawler:
            if result.error is not None:
                raise result.error
            records.add(*result.data)
    records.close()


if __name__ == "__main__":
    crawl(asked())
