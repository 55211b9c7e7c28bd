"""Sites that make up addresses without end: bounded with a reason, and no healthy page is hit."""

import asyncio
import itertools
from collections import Counter
from pathlib import Path

import pytest
from aiohttp import web
from farm import Farm, article, open_farm
from truth import found

from crawler.config import load
from crawler.crawl import crawl
from crawler.trap import MAX_HOSTS_PER_SITE

HOST = "http://a.example"
STORIES = [f"{HOST}/story/{n}.html" for n in range(30)]


class Endless(Farm):
    """Healthy stories, and beside them one trap of each make."""

    def __init__(self) -> None:
        super().__init__()
        self.count = itertools.count(1)
        for n, url in enumerate(STORIES):
            self.page(url, related=[STORIES[(n + step) % 30] for step in (1, 2, 7)])

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        answer = self._trap(request)
        if answer is None:
            return await super()._handle(request)
        self.requests.append((request.host, request.path_qs))
        return web.Response(body=answer, content_type="text/html", charset="utf-8")

    def _trap(self, request: web.Request) -> bytes | None:
        path, fresh = request.path, [next(self.count) for _ in range(8)]
        if path.startswith("/session/"):
            number = int(path.partition(";")[0].rpartition("/")[2])
            links = [f"{HOST}/session/{n % 6};jsessionid={n:016X}" for n in fresh]
            return article(f"Session story {number}", {"Related": links}).encode()
        if path == "/params":
            links = [f"{HOST}/params?p={n}&sort={n % 5}&view={n % 3}&ref={n}" for n in fresh]
            return article("All our stories", {"Related": links}).encode()
        if path.startswith("/lost/"):
            links = [f"{HOST}/lost/{n:x}" for n in fresh]
            return article("Page not found", {"Related": links}).encode()
        if path.startswith("/calendar/"):
            month = int(path.rpartition("/")[2])
            links = [f"{HOST}/calendar/{month + step}" for step in (-1, 1)]
            return article(f"Our stories of month {month}", {"Related": links}).encode()
        if path.startswith("/deep/"):
            links = [f"{HOST}{path}loop/100{n}/" for n in (1, 2)]
            return article(f"Deep {path}", {"Related": links}).encode()
        return None


async def crawled(
    directory: Path, start: str, **more: str
) -> tuple[Counter[tuple[str, str | None]], Endless]:
    farm = Endless()
    runner = web.ServerRunner(web.Server(farm._handle), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    farm.port = runner.addresses[0][1]
    flags = {
        "delay": "0",
        "exports": "none",
        "depth": "30",
        "connect_to": [farm.connect_to],
        "max_pages": "400",
        **more,
    }
    try:
        config = load(files=(), environment={}, flags=flags)
        await asyncio.to_thread(crawl, [STORIES[0], HOST + start], config, directory)
    finally:
        await runner.cleanup()
    nodes = found(directory).nodes
    assert {nodes[url][0] for url in STORIES} == {"fetched"}
    assert "pending" not in {state for state, *_ in nodes.values()}
    return Counter((state, reason) for state, reason, _ in nodes.values()), farm


async def test_new_sessions_of_known_pages_are_left_out(tmp_path: Path) -> None:
    fates, _ = await crawled(tmp_path, "/session/0;jsessionid=0000000000000000")
    assert fates["fetched", None] <= 30 + 7
    assert fates["excluded", "trap"] > 10


async def test_a_family_of_parameters_that_brings_the_same_page_is_left_out(tmp_path: Path) -> None:
    fates, _ = await crawled(tmp_path, "/params?p=0&sort=0&view=0&ref=0")
    assert fates["fetched", None] <= 30 + 40
    assert fates["excluded", "trap"] > 10


async def test_a_page_not_found_that_says_ok_is_not_expanded_for_ever(tmp_path: Path) -> None:
    fates, _ = await crawled(tmp_path, "/lost/0")
    assert fates["fetched", None] <= 30 + 40
    assert fates["excluded", "trap"] > 10


async def test_a_path_that_repeats_itself_ends(tmp_path: Path) -> None:
    fates, _ = await crawled(tmp_path, "/deep/")
    assert fates["excluded", "trap"] > 0
    assert fates["fetched", None] < 30 + 80


async def test_a_calendar_ends_at_the_depth_and_each_month_beyond_is_known(tmp_path: Path) -> None:
    fates, farm = await crawled(tmp_path, "/calendar/200001")
    assert fates["beyond", "depth"] == 2
    assert len([path for _, path in farm.requests if path.startswith("/calendar/")]) == 1 + 2 * 30


async def test_a_calendar_ends_at_the_pages_its_site_may_have(tmp_path: Path) -> None:
    fates, _ = await crawled(tmp_path, "/calendar/200001", max_pages_per_site="50")
    assert fates["fetched", None] == 50
    assert fates["excluded", "limit"] == 2


async def test_articles_that_differ_in_their_query_only_are_no_trap(tmp_path: Path) -> None:
    urls = [f"{HOST}/index.php?m=content&c=index&a=show&catid={n % 7}&id={n}" for n in range(60)]
    async with open_farm() as farm:
        for n, url in enumerate(urls):
            body = article(f"Story number {n}", {"Related": [urls[(n + step) % 60] for step in (1, 2, 5)]})
            farm.body(url, body.replace("council", f"council {n}").encode(), "text/html; charset=utf-8")
        flags = {"delay": "0", "exports": "none", "depth": "60", "connect_to": [farm.connect_to]}
        config = load(files=(), environment={}, flags=flags)
        await asyncio.to_thread(crawl, [urls[0]], config, tmp_path)
    assert {state for state, *_ in found(tmp_path).nodes.values()} == {"fetched"}


@pytest.mark.parametrize("domain", ["trap-farm.com", "trap-farm.example"])
async def test_endless_subdomains_are_bounded_by_their_domain(tmp_path: Path, domain: str) -> None:
    async with open_farm() as farm:
        seed = f"http://seed.{domain}/story/0"
        hosts = [f"http://s{n}.{domain}/story/{n}" for n in range(300)]
        farm.page(seed, related=[*hosts, "http://healthy.com/story/1"])
        for url in [*hosts, "http://healthy.com/story/1"]:
            farm.page(url)
        flags = {"delay": "0", "exports": "none", "depth": "1", "connect_to": [farm.connect_to]}
        config = load(files=(), environment={}, flags=flags)
        await asyncio.to_thread(crawl, [seed], config, tmp_path)
    nodes = found(tmp_path).nodes
    assert nodes["http://healthy.com/story/1"][0] == "fetched"
    fates = Counter((state, reason) for state, reason, _ in nodes.values())
    assert fates == {
        ("fetched", None): MAX_HOSTS_PER_SITE + 1,
        ("excluded", "trap"): 301 - MAX_HOSTS_PER_SITE,
    }
