"""Scrapy tuned by hand: what is not needed is off, and what is slow is gone round.

Its own seen-set instead of fingerprints, pages stored in the callback instead of a pipeline, one selection a block
for the markup at hand, uvloop; of the middlewares those for robots, retries and redirects stay.
"""

import scrapy
from markups import read
from records import CONCURRENCY, Records, asked
from scrapy.crawler import CrawlerProcess

ASK = asked()
DEPTH = "depth_of"


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
        title, text, edges = read(response.url, response.selector.root)
        self.records.add(response.url, title, text, response.body, edges)
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
