"""Scrapy tuned by hand: what is not needed is off, and what is slow is gone round.

Its own seen-set instead of fingerprints, pages stored in the callback instead of a pipeline, one selection a block
for the markup at hand, uvloop; of the middlewares those for robots, retries and redirects stay.
"""

import scrapy
from lxml import etree
from records import CONCURRENCY, Records, asked
from scrapy.crawler import CrawlerProcess

ASK = asked()
DEPTH = "depth_of"

_MARKUPS = {
    "harbourpost": (
        "//div[@class='otherlink']//a",
        "//ul[@class='rank']//a",
        "//p[@class='pick']/a",
        "//div[@id='text']/p",
    ),
    "dailylantern": (
        *(f"/html/body/main/section[{n}]//a[@class='t']" for n in (1, 2, 3)),
        "//div[@class='entry']/p",
    ),
    "metroledger": (*(f"//table[@class='box'][{n}]//a" for n in (1, 2, 3)), "//div[@class='body']/p"),
}
_MARKUPS = {name: [etree.XPath(path) for path in paths] for name, paths in _MARKUPS.items()}
_KINDS = ("related", "ranking", "recommendation")
_TITLE = etree.XPath("string(//h1)")
_STRING = etree.XPath("string()")


class Route:
    """Sends all requests to the farm."""

    def process_request(self, request):
        request.meta["proxy"] = ASK.proxy


class Farm(scrapy.Spider):
    name = "farm"

    async def start(self):
        self.records = Records(ASK.database)
        self.seen = {ASK.seed}
        yield self.to(ASK.seed, 0)

    def to(self, url, depth):
        return scrapy.Request(url, self.parse, meta={DEPTH: depth}, dont_filter=True)

    def parse(self, response):
        url, root, edges = response.url, response.selector.root, []
        host = url.split("/", 3)[2]
        origin = f"http://{host}"
        *blocks, text = next(paths for name, paths in _MARKUPS.items() if host.startswith(f"www.{name}"))
        for kind, block in zip(_KINDS, blocks, strict=True):
            for position, a in enumerate(block(root), 1):
                href = a.get("href")
                edges.append((url, kind, position, origin + href if href[0] == "/" else href, a.text))
        paragraphs = "\n".join(map(_STRING, text(root)))
        self.records.add(url, _TITLE(root), paragraphs, response.body, edges)
        depth = response.meta[DEPTH]
        if depth < ASK.depth:
            for edge in edges:
                if edge[3] not in self.seen:
                    self.seen.add(edge[3])
                    yield self.to(edge[3], depth + 1)

    def closed(self, reason):
        self.records.close()


def off(section, *names):
    """Return the setting that switches components off."""
    return dict.fromkeys(f"scrapy.{section}.{name}" for name in names)


if __name__ == "__main__":
    process = CrawlerProcess(
        {
            "LOG_LEVEL": "ERROR",
            "CONCURRENT_REQUESTS": CONCURRENCY,
            "CONCURRENT_REQUESTS_PER_DOMAIN": CONCURRENCY,
            "CONCURRENT_ITEMS": 1,
            "DOWNLOAD_DELAY": 0,
            "ROBOTSTXT_OBEY": True,
            "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",
            "SCHEDULER_MEMORY_QUEUE": "scrapy.squeues.FifoMemoryQueue",
            "STATS_CLASS": "scrapy.statscollectors.DummyStatsCollector",
            "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
            "ASYNCIO_EVENT_LOOP": "uvloop.Loop",
            "DOWNLOADER_MIDDLEWARES": {
                **off(
                    "downloadermiddlewares",
                    "offsite.OffsiteMiddleware",
                    "httpauth.HttpAuthMiddleware",
                    "downloadtimeout.DownloadTimeoutMiddleware",
                    "defaultheaders.DefaultHeadersMiddleware",
                    "redirect.MetaRefreshMiddleware",
                    "httpcompression.HttpCompressionMiddleware",
                    "cookies.CookiesMiddleware",
                    "httpproxy.HttpProxyMiddleware",
                    "stats.DownloaderStats",
                    "httpcache.HttpCacheMiddleware",
                ),
                Route: 750,
            },
            "SPIDER_MIDDLEWARES": off(
                "spidermiddlewares",
                "start.StartSpiderMiddleware",
                "referer.RefererMiddleware",
                "urllength.UrlLengthMiddleware",
                "depth.DepthMiddleware",
                "metacopy.MetaCopyDetectionMiddleware",
            ),
            "EXTENSIONS": off(
                "extensions",
                "corestats.CoreStats",
                "logcount.LogCount",
                "telnet.TelnetConsole",
                "memusage.MemoryUsage",
                "memdebug.MemoryDebugger",
                "closespider.CloseSpider",
                "feedexport.FeedExporter",
                "logstats.LogStats",
                "spiderstate.SpiderState",
                "throttle.AutoThrottle",
                "remote_control.RemoteControl",
            ),
        }
    )
    process.crawl(Farm)
    process.start()
