"""Nodes, fates, depths, links, kinds and positions equal the network's own truth."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from aiohttp import web
from farm import Farm, article, open_farm
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from truth import found, same

from crawler.config import load
from crawler.crawl import crawl
from crawler.demo import generate, serve
from crawler.demo.network import Network, Truth


async def crawled(network: Network, directory: Path, **flags: str) -> Truth:
    async with serve(network) as server:
        given = {
            "delay": "0",
            "exports": "none",
            "processes": "2",
            "connect_to": list(server.connect_to),
        } | flags
        config = load(files=(), environment={}, flags=given)
        await asyncio.to_thread(crawl, [network.seed], config, directory)
        asked = Counter(request for request in server.requests if request[1] != "/robots.txt")
        assert not asked or max(asked.values()) == 1, "a page was asked for twice"
    return found(directory)


@pytest.mark.parametrize("depth", [0, 1, 2, 3])
async def test_a_crawl_finds_the_truth_at_each_depth(tmp_path: Path, depth: int) -> None:
    same(await crawled(generate(), tmp_path, depth=str(depth)), generate().truth([generate().seed], depth))


@pytest.mark.parametrize("concurrency", ["1", "7", "64"])
async def test_concurrency_changes_nothing(tmp_path: Path, concurrency: str) -> None:
    network = generate(5, sites=4, articles=300)
    same(
        await crawled(network, tmp_path, concurrency=concurrency, per_host=concurrency),
        network.truth([network.seed], 2),
    )


async def test_a_larger_network_is_exact_too(tmp_path: Path) -> None:
    network = generate(9, sites=6, articles=1500)
    same(await crawled(network, tmp_path, depth="4"), network.truth([network.seed], 4))


async def test_follow_and_max_position_decide_what_is_followed(tmp_path: Path) -> None:
    network = generate(3)
    crawl_of = await crawled(network, tmp_path, follow="ranking,recommendation", max_position="3")
    same(crawl_of, network.truth([network.seed], 2, ("ranking", "recommendation"), 3))


async def test_a_greater_depth_goes_on_to_the_same_result_without_asking_again(tmp_path: Path) -> None:
    network = generate()
    async with serve(network) as server:
        for depth in ("1", "2"):
            flags = {"delay": "0", "exports": "none", "depth": depth, "connect_to": list(server.connect_to)}
            await asyncio.to_thread(
                crawl, [network.seed], load(files=(), environment={}, flags=flags), tmp_path
            )
        assert max(Counter(server.requests).values()) == 1
    same(found(tmp_path), network.truth([network.seed], 2))


async def test_max_pages_stops_resumably_at_exactly_that_many(tmp_path: Path) -> None:
    network = generate()
    await crawled(network, tmp_path, max_pages="40")
    assert Counter(state for state, _, _ in found(tmp_path).nodes.values())["fetched"] == 40
    same(await crawled(network, tmp_path), network.truth([network.seed], 2))


graphs = st.integers(3, 9).flatmap(
    lambda n: st.tuples(
        st.just(n),
        st.lists(
            st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), min_size=n, max_size=4 * n, unique=True
        ),
    )
)


class _Shuffled:
    """Holds answers back, and lets them go in an order of its own, whenever the crawler has sent all it will."""

    def __init__(self, order: random.Random) -> None:
        self.order = order
        self.held: list[asyncio.Event] = []

    def answering(self, body: bytes) -> Callable[[web.Request], object]:
        async def answer(_: web.Request) -> web.StreamResponse:
            event = asyncio.Event()
            self.held.insert(self.order.randrange(len(self.held) + 1), event)
            asyncio.get_running_loop().call_soon(self._let_go)
            await event.wait()
            return web.Response(body=body, content_type="text/html", charset="utf-8")

        return answer

    def _let_go(self) -> None:
        # One of those that wait, at random: with several in flight, a later request may be answered first.
        if self.held and (len(self.held) > 1 or self.order.random() < 0.9):
            self.held.pop(self.order.randrange(len(self.held))).set()
        elif self.held:
            asyncio.get_running_loop().call_later(0.005, self._let_go)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(graphs, st.integers(1, 3), st.randoms(use_true_random=False))
def test_depths_are_exact_whatever_order_answers_arrive_in(
    tmp_path_factory: pytest.TempPathFactory,
    graph: tuple[int, list[tuple[int, int]]],
    limit: int,
    order: random.Random,
) -> None:
    size, edges = graph
    url = "http://a.example/story-{}".format
    distance, level = {0: 0}, [0]
    while level:
        beyond = [b for a, b in edges if a in level and b not in distance and distance[a] <= limit]
        distance.update(dict.fromkeys(beyond, distance[level[0]] + 1))
        level = list(dict.fromkeys(beyond))

    async def run(directory: Path) -> dict[str, tuple[str, str | None, int | None]]:
        async with open_farm() as farm:
            shuffled = _Shuffled(order)
            for node in range(size):
                body = article(f"Story {node}", {"Related": [url(b) for a, b in edges if a == node]}).encode()
                farm.answer(url(node), shuffled.answering(body))  # type: ignore[arg-type]
            await _crawl(farm, directory, limit)
        return found(directory).nodes

    nodes = asyncio.run(run(tmp_path_factory.mktemp("crawl")))
    assert {address: depth for address, (_, _, depth) in nodes.items()} == {
        url(n): d for n, d in distance.items()
    }
    assert {address for address, (state, _, _) in nodes.items() if state == "fetched"} == {
        url(n) for n, d in distance.items() if d <= limit
    }


async def _crawl(farm: Farm, directory: Path, limit: int) -> None:
    flags = {
        "delay": "0", "exports": "none", "processes": "1", "per_host": "8", "ignore_robots": "true",
        "depth": str(limit), "connect_to": [farm.connect_to],
    }  # fmt: skip
    config = load(files=(), environment={}, flags=flags)
    await asyncio.to_thread(crawl, ["http://a.example/story-0"], config, directory)
