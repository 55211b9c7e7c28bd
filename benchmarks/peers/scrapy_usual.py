"""Scrapy with the usual settings of a fast crawl, breadth first as its documentation says."""

import os

import scrapy
from records import BLOCKS, CONCURRENCY, TEXT, TITLE, Records, asked
from scrapy.crawler import CrawlerProcess

ASK = asked()


class Farm(scrapy.Spider):
    name = "farm"

    async def start(self):
        yield scrapy.Request(ASK.seed)

    def parse(self, response):
        edges = []
        for kind, selector in BLOCKS.items():
            for position, a in enumerate(response.css(selector), 1):
                target = response.urljoin(a.attrib["href"])
                edges.append((response.url, kind, position, target, a.css("::text").get()))
        yield {
            "url": response.url,
            "title": response.css(f"{TITLE}::text").get(),
            "text": "\n".join(p.xpath("string()").get() for p in response.css(TEXT)),
            "body": response.body,
            "edges": edges,
        }
        for edge in edges:
            yield scrapy.Request(edge[3])


class Store:
    def open_spider(self):
        self.records = Records(ASK.database)

    def process_item(self, item):
        self.records.add(item["url"], item["title"], item["text"], item["body"], item["edges"])
        return item

    def close_spider(self):
        self.records.close()


if __name__ == "__main__":
    os.environ["http_proxy"] = ASK.proxy
    process = CrawlerProcess(
        {
            "LOG_LEVEL": "ERROR",
            "ITEM_PIPELINES": {Store: 300},
            "CONCURRENT_REQUESTS": CONCURRENCY,
            "CONCURRENT_REQUESTS_PER_DOMAIN": CONCURRENCY,
            "DOWNLOAD_DELAY": 0,
            "COOKIES_ENABLED": False,
            "ROBOTSTXT_OBEY": True,
            "TELNETCONSOLE_ENABLED": False,
            "DEPTH_LIMIT": ASK.depth,
            "DEPTH_PRIORITY": 1,
            "SCHEDULER_DISK_QUEUE": "scrapy.squeues.PickleFifoDiskQueue",
            "SCHEDULER_MEMORY_QUEUE": "scrapy.squeues.FifoMemoryQueue",
        }
    )
    process.crawl(Farm)
    process.start()
