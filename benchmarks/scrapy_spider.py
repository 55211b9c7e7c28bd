"""The same job as a Scrapy spider, as its documentation would write it: fields, blocks, bodies and edges to SQLite."""

import hashlib
import json
import sqlite3
import sys
import zlib
from urllib.parse import urldefrag, urljoin

import scrapy
from scrapy.crawler import CrawlerProcess

LABELS = {"Related": "related", "Ranking": "ranking", "Recommendation": "recommendation"}


class Farm(scrapy.Spider):
    name = "farm"

    def __init__(self, seed: str, port: int, depth: int) -> None:
        super().__init__()
        self.seed, self.port, self.depth = seed, port, depth

    async def start(self):
        yield self.to(self.seed, 0)

    def to(self, url: str, depth: int) -> scrapy.Request:
        host, _, path = url.removeprefix("http://").partition("/")
        return scrapy.Request(
            f"http://127.0.0.1:{self.port}/{path}#{host}",
            headers={"Host": host},
            meta={"url": url, "depth_of": depth, "host": host},
            dont_filter=True,
        )

    seen: set[str] = set()

    def parse(self, response):
        url, depth = response.meta["url"], response.meta["depth_of"]
        if not isinstance(response, scrapy.http.HtmlResponse):
            return
        item = {
            "url": url,
            "title": response.css("h1::text").get(),
            "published": response.xpath("//text()[contains(., 'Date:')]").re_first(r"Date:([\d: -]+)"),
            "likes": response.xpath("//text()[contains(., 'veryGood')]").re_first(r"\((\d+)\)"),
            "text": "\n".join(t.strip() for t in response.css("p::text").getall() if t.strip()),
            "body": response.body,
            "links": [],
        }
        for heading in response.xpath("//h3 | //div[@class='widget-title'] | //td/b"):
            kind = LABELS.get((heading.xpath("string()").get() or "").strip())
            if kind is None:
                continue
            anchors = heading.xpath(
                "(..|../../..)[last()]//a[@href]" if heading.root.tag == "b" else "..//a[@href]"
            )
            position, seen = 0, set()
            for a in anchors:
                target = urldefrag(urljoin(url, a.attrib["href"]))[0]
                text = (a.xpath("string()").get() or "").strip()
                if target in seen or not text:
                    continue
                seen.add(target)
                position += 1
                item["links"].append((kind, position, target, text))
                if depth < self.depth and target not in self.seen and target != url:
                    self.seen.add(target)
                    yield self.to(target, depth + 1)
        yield item


class Store:
    def open_spider(self):
        self.connection = sqlite3.connect(sys.argv[4])
        self.connection.execute("PRAGMA journal_mode=WAL")
        self.connection.execute(
            "CREATE TABLE pages (url PRIMARY KEY, title, published, likes, text, hash, body)"
        )
        self.connection.execute("CREATE TABLE links (source, kind, position, target, anchor)")
        self.count = 0

    def process_item(self, item):
        body = item["body"]
        self.connection.execute(
            "INSERT OR REPLACE INTO pages VALUES (?,?,?,?,?,?,?)",
            (
                item["url"],
                item["title"],
                item["published"],
                item["likes"],
                item["text"],
                hashlib.sha256(body).hexdigest(),
                zlib.compress(body),
            ),
        )
        self.connection.executemany(
            "INSERT INTO links VALUES (?,?,?,?,?)", [(item["url"], *link) for link in item["links"]]
        )
        self.count += 1
        if self.count % 32 == 0:
            self.connection.commit()
        return item

    def close_spider(self):
        self.connection.commit()
        sys.stdout.write(json.dumps({"pages": self.count}) + "\n")


if __name__ == "__main__":
    process = CrawlerProcess(
        {
            "LOG_LEVEL": "ERROR",
            "ITEM_PIPELINES": {Store: 1},
            "CONCURRENT_REQUESTS": 32,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 32,
            "DOWNLOAD_DELAY": 0,
            "ROBOTSTXT_OBEY": True,
            "TELNETCONSOLE_ENABLED": False,
        }
    )
    process.crawl(Farm, seed=sys.argv[1], port=int(sys.argv[2]), depth=int(sys.argv[3]))
    process.start()
