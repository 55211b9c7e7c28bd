"""What hosts see of a crawl: robots.txt obeyed, few connections, delays kept, no request where none may go."""

import asyncio
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from aiohttp import web
from farm import Farm, article
from truth import found

URLS = [f"http://a.example/story-number-{n}" for n in range(6)]


def serve(farm: Farm, seed: str = "http://a.example/seed-story-0", urls: list[str] = URLS) -> str:
    farm.page(seed, related=urls)
    for url in urls:
        farm.page(url)
    return seed


def are_apart(sent: list[float], delay: float) -> bool:
    """Say whether requests came no sooner one after the other than they may: a busy machine takes one in late."""
    return sent[-1] - sent[0] >= delay * (len(sent) - 1.5) and all(
        b - a >= delay / 2 for a, b in pairwise(sent)
    )


async def test_robots_is_asked_first_once_a_host_and_obeyed(
    farm: Farm, run: Callable, tmp_path: Path
) -> None:
    seed = serve(farm)
    farm.body("http://a.example/robots.txt", b"User-agent: *\nDisallow: /story-number-3", "text/plain")
    await run(seed)
    assert farm.requests[0] == ("a.example", "/robots.txt")
    assert farm.asked("http://a.example/robots.txt") == 1
    assert farm.asked(URLS[3]) == 0
    assert found(tmp_path / "out").nodes[URLS[3]] == ("excluded", "robots", 1)


async def test_ignore_robots_does_not_even_ask(farm: Farm, run: Callable) -> None:
    seed = serve(farm)
    farm.body("http://a.example/robots.txt", b"User-agent: *\nDisallow: /", "text/plain")
    await run(seed, ignore_robots="true")
    assert farm.asked("http://a.example/robots.txt") == 0
    assert farm.asked(URLS[3]) == 1


async def test_unreachable_robots_disallow_all_for_now(farm: Farm, run: Callable, tmp_path: Path) -> None:
    seed = serve(farm, urls=["http://b.example/story-number-1", *URLS])
    farm.body("http://b.example/robots.txt", b"", "text/plain", 503)
    await run(seed, attempts="2")
    assert farm.asked("http://b.example/robots.txt") == 2
    assert farm.asked("http://b.example/story-number-1") == 0
    assert found(tmp_path / "out").nodes["http://b.example/story-number-1"] == (
        "failed",
        "robots_unreachable",
        1,
    )


async def test_robots_redirects_are_followed_across_hosts(farm: Farm, run: Callable) -> None:
    seed = serve(farm)
    farm.redirect("http://a.example/robots.txt", "http://b.example/rules")
    farm.body("http://b.example/rules", b"User-agent: *\nDisallow: /story-number-1", "text/plain")
    await run(seed)
    assert farm.asked(URLS[1]) == 0
    assert farm.asked(URLS[2]) == 1


async def test_a_redirect_to_a_disallowed_page_is_not_followed(
    farm: Farm, run: Callable, tmp_path: Path
) -> None:
    farm.page("http://a.example/seed-story-0", related=["http://a.example/hop-to-a-story"])
    farm.redirect("http://a.example/hop-to-a-story", "/private/story")
    farm.body("http://a.example/robots.txt", b"User-agent: *\nDisallow: /private/", "text/plain")
    await run("http://a.example/seed-story-0")
    assert farm.asked("http://a.example/private/story") == 0
    assert found(tmp_path / "out").nodes["http://a.example/private/story"] == ("excluded", "robots", 1)


async def test_a_host_sees_no_more_connections_than_allowed_and_the_delay(farm: Farm, run: Callable) -> None:
    now, most, sent = 0, 0, []

    async def answer(request: web.Request) -> web.StreamResponse:
        nonlocal now, most
        now += 1
        most = max(most, now)
        sent.append(asyncio.get_running_loop().time())
        await asyncio.sleep(0.25)  # the host is slow: requests pile up, if they are let
        now -= 1
        return web.Response(text=article("A story", {}), content_type="text/html")

    seed = serve(farm)
    for url in URLS:
        farm.answer(url, answer)
    await run(seed, delay="0.1", per_host="2")
    assert most == 2
    # Not before its time; how much later is the machine's affair.
    assert are_apart(sent, 0.1)


async def test_hosts_at_one_address_share_its_connections_and_its_delay(farm: Farm, run: Callable) -> None:
    now, most, sent = 0, 0, []

    async def answer(request: web.Request) -> web.StreamResponse:
        nonlocal now, most
        now += 1
        most = max(most, now)
        sent.append(asyncio.get_running_loop().time())
        await asyncio.sleep(0.25)  # requests pile up, if they are let
        now -= 1
        return web.Response(text=article("A story", {}), content_type="text/html")

    hosts = [f"http://localhost:{farm.port}", f"http://127.0.0.1:{farm.port}"]
    urls = [f"{host}/story-number-{n}" for n in range(4) for host in hosts]
    for seed in (f"{hosts[0]}/seed-story-0", f"{hosts[1]}/seed-story-1"):
        serve(farm, seed, urls)
    for url in urls:
        farm.answer(url, answer)
    flags = {"connect_to": [], "allow_private": "true", "delay": "0.1", "per_host": "2"}
    done = await run(f"{hosts[0]}/seed-story-0", f"{hosts[1]}/seed-story-1", **flags)
    assert done.states == {"fetched": 10}
    assert most == 2
    assert are_apart(sent, 0.1)


async def test_hosts_at_one_address_share_its_delay_from_their_first_requests_on(
    farm: Farm, run: Callable
) -> None:
    sent: list[float] = []

    async def answer(_: web.Request) -> web.StreamResponse:
        sent.append(asyncio.get_running_loop().time())
        return web.Response(text=article("A story", {}), content_type="text/html")

    # Names that differ, of one address that is not known before they are resolved.
    hosts = [f"http://{name}:{farm.port}" for name in ("localhost", "LOCALHOST.", "127.0.0.1")]
    for host in ("localhost", "127.0.0.1"):
        for path in ("robots.txt", "story-number-0"):
            farm.answer(f"http://{host}:{farm.port}/{path}", answer)
    seeds = [f"{host}/story-number-0" for host in hosts]
    done = await run(*seeds, connect_to=[], allow_private="true", delay="0.3")
    assert done.states["fetched"] >= 2
    assert len(sent) >= 4
    assert all(after - before >= 0.2 for before, after in pairwise(sent))


async def test_one_slow_host_does_not_hold_up_the_others(farm: Farm, run: Callable) -> None:
    released = asyncio.Event()

    async def slow(_: web.Request) -> web.StreamResponse:
        await released.wait()
        return web.Response(text=article("A story", {}), content_type="text/html")

    async def last(_: web.Request) -> web.StreamResponse:
        released.set()  # only once the other host was crawled to its end
        return web.Response(text=article("A story", {}), content_type="text/html")

    chain = [f"http://b.example/story-number-{n}" for n in range(4)]
    serve(farm, urls=["http://slow.example/story-number-1", chain[0]])
    farm.answer("http://slow.example/story-number-1", slow)
    for here, after in pairwise(chain):
        farm.page(here, related=[after])
    farm.answer(chain[-1], last)
    done = await run("http://a.example/seed-story-0", depth="9", timeout="20")
    assert done.states == {"fetched": 6}


async def test_a_passing_trouble_is_tried_again_and_each_attempt_kept(
    farm: Farm, run: Callable, tmp_path: Path
) -> None:
    seed = serve(farm)
    answers = iter([503, 200])

    async def once(_: web.Request) -> web.StreamResponse:
        return web.Response(status=next(answers), text=article("A story", {}), content_type="text/html")

    farm.answer(URLS[0], once)
    done = await run(seed)
    assert farm.asked(URLS[0]) == 2
    assert done.states == {"fetched": 7}


async def test_nothing_is_left_when_a_crawl_has_ended(farm: Farm, run: Callable) -> None:
    seed = serve(farm)
    before = {task.get_name() for task in asyncio.all_tasks()}
    await run(seed)
    assert {task.get_name() for task in asyncio.all_tasks()} - before == set()
