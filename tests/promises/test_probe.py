"""`crawl probe` tells blocks that change with the visit from fixed ones, and asks as politely as a crawl."""

import asyncio
import json
import random
import subprocess
import sys
import time
from itertools import pairwise

from aiohttp import web
from conftest import config_for
from farm import Farm, article
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract import extract, rules_with
from crawler.model import Block, Kind, Link
from crawler.probe import Probe, Variation, compare, probe

PAGE = "http://a.example/news/1.html"


def urls(*numbers: int) -> list[str]:
    return [f"http://a.example/news/harbour-{n:04}.html" for n in numbers]


def serve(farm: Farm, at: str = PAGE) -> None:
    """A page whose Related are fixed, whose Recommendation turns, and whose Ranking is drawn anew."""
    visits = 0

    async def answer(_: web.Request) -> web.StreamResponse:
        nonlocal visits
        visits += 1
        turned = [*range(20 + visits, 28), *range(20, 20 + visits)]
        drawn = random.Random(visits).sample(range(100, 400), 8)
        body = article(
            "A page",
            {
                "Related": urls(*range(2, 10)),
                "Recommendation": urls(*turned),
                "Ranking": urls(*range(50, 52), *drawn[2:]),
            },
        )
        return web.Response(text=body, content_type="text/html")

    farm.answer(at, answer)


async def cli(farm: Farm, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "crawler", "probe", *arguments, "--connect-to", farm.connect_to]
    return await asyncio.to_thread(
        subprocess.run, command, check=False, capture_output=True, text=True, timeout=60
    )


async def probed(farm: Farm, times: int = 3, url: str = PAGE, **flags: object) -> Probe:
    rules = rules_with([])
    return await asyncio.to_thread(
        probe,
        url,
        times,
        config_for(farm, **flags),
        lambda answer: extract(answer.body or b"", answer.url, dict(answer.headers), rules).blocks,
    )


async def test_fixed_turned_and_drawn_lists_are_told_apart(farm: Farm) -> None:
    serve(farm)
    done = await cli(farm, PAGE, "--times", "4", "--delay", "0", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["url"], found["visits"], found["trouble"], found["same_bytes"]) == (PAGE, 4, None, False)
    by_kind = {block["kind"]: block for block in found["blocks"]}
    assert {kind: block["variation"] for kind, block in by_kind.items()} == {
        "related": "fixed",
        "recommendation": "shuffled",
        "ranking": "rotating",
    }
    assert by_kind["related"]["overlap"] == by_kind["recommendation"]["overlap"] == 1
    assert by_kind["ranking"]["always"] == 2
    assert 2 / 14 <= by_kind["ranking"]["overlap"] < 0.4
    assert farm.asked(PAGE) == 4
    assert farm.asked("http://a.example/robots.txt") == 1
    assert farm.requests[0] == ("a.example", "/robots.txt")


async def test_the_table_says_it_in_words(farm: Farm) -> None:
    serve(farm)
    done = await cli(farm, PAGE, "--delay", "0")
    assert done.returncode == 0, done.stderr
    assert farm.asked(PAGE) == 3
    for word in ("3 visits", "fixed", "shuffled", "rotating", "Recommendation"):
        assert word in done.stdout


async def test_robots_txt_is_obeyed(farm: Farm) -> None:
    serve(farm)
    farm.body("http://a.example/robots.txt", b"User-agent: *\nDisallow: /news/\n", "text/plain")
    done = await cli(farm, PAGE, "--delay", "0")
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
    assert "robots" in done.stderr
    assert farm.asked(PAGE) == 0
    assert (await cli(farm, PAGE, "--delay", "0", "--ignore-robots")).returncode == 0


async def test_any_two_requests_are_the_delay_apart(farm: Farm) -> None:
    at: list[float] = []

    async def answer(_: web.Request) -> web.StreamResponse:
        at.append(time.monotonic())
        return web.Response(
            text=article("A page", {"Related": urls(*range(2, 10))}), content_type="text/html"
        )

    farm.answer(PAGE, answer)
    found = await probed(farm, delay="0.3")
    assert found.same_bytes
    assert [block.variation for block in found.blocks] == [Variation.FIXED]
    assert all(later - earlier > 0.25 for earlier, later in pairwise(at))


async def test_a_crawl_delay_in_robots_txt_holds(farm: Farm) -> None:
    serve(farm)
    farm.body("http://a.example/robots.txt", b"User-agent: *\nCrawl-delay: 0.4\n", "text/plain")
    start = time.monotonic()
    await probed(farm, times=2)
    assert time.monotonic() - start > 0.7


async def test_a_private_address_is_refused(farm: Farm) -> None:
    serve(farm)
    command = [sys.executable, "-m", "crawler", "probe", f"http://127.0.0.1:{farm.port}/news/1.html"]
    done = await asyncio.to_thread(
        subprocess.run, command, check=False, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 3
    assert "private_address" in done.stderr or "not a public address" in done.stderr
    assert farm.requests == []


async def test_redirects_lead_to_the_page_each_time_and_its_host_is_asked_for_robots_txt(farm: Farm) -> None:
    serve(farm, "http://b.example/2.html")
    farm.redirect(PAGE, "http://b.example/2.html")
    found = await probed(farm, times=2)
    assert (found.url, found.visits) == ("http://b.example/2.html", 2)
    assert farm.asked("http://b.example/robots.txt") == 1
    farm.body("http://b.example/robots.txt", b"User-agent: *\nDisallow: /\n", "text/plain")
    assert (await cli(farm, PAGE, "--delay", "0")).returncode == 3


async def test_visits_that_came_before_a_trouble_are_shown(farm: Farm) -> None:
    visits = 0

    async def answer(_: web.Request) -> web.StreamResponse:
        nonlocal visits
        visits += 1
        if visits > 2:
            return web.Response(status=404)
        return web.Response(
            text=article("A page", {"Related": urls(*range(2, 10))}), content_type="text/html"
        )

    farm.answer(PAGE, answer)
    found = await probed(farm, times=5)
    assert found.visits == 2
    assert found.trouble is not None and "404" in found.trouble
    assert farm.asked(PAGE) == 3


async def test_a_page_that_is_not_there_and_an_address_that_is_none(farm: Farm) -> None:
    done = await cli(farm, PAGE, "--delay", "0")
    assert (done.returncode, done.stderr.count("\n")) == (3, 1)
    assert (await cli(farm, "mailto:x", "--delay", "0")).returncode == 2


def block(*targets: int, kind: Kind = Kind.RELATED) -> Block:
    links = tuple(Link(url, "x", place) for place, url in enumerate(urls(*targets), 1))
    return Block(kind, "Related", "", links)


def test_a_block_that_is_there_once_only_is_unknown() -> None:
    one, other = compare([[block(1, 2), block(3, kind=Kind.RANKING)], [block(1, 2)]])
    assert (one.variation, one.seen) == (Variation.FIXED, 2)
    assert (other.variation, other.seen) == (Variation.UNKNOWN, 1)


def test_two_blocks_of_one_heading_are_compared_each_with_its_own() -> None:
    found = compare([[block(1, 2), block(3, 4)], [block(1, 2), block(4, 3)]])
    assert [one.variation for one in found] == [Variation.FIXED, Variation.SHUFFLED]


@given(st.lists(st.lists(st.integers(0, 9), unique=True, max_size=6), min_size=2, max_size=5))
def test_variations_are_what_lists_and_sets_say(lists: list[list[int]]) -> None:
    (found,) = compare([[block(*one)] for one in lists])
    assert (found.variation is Variation.FIXED) == all(one == lists[0] for one in lists)
    assert (found.variation is Variation.ROTATING) == any(set(one) != set(lists[0]) for one in lists)
    assert 0 <= found.least_overlap <= found.overlap <= 1
    assert found.always <= found.distinct == len(set().union(*map(set, lists)))
