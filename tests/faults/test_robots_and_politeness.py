"""robots.txt in every state, and politeness as the server's own log shows it."""

import shutil
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from farm import article
from faults.crawled import Crawled, command_of, crawl, crawl_of, healthy_pages_are_exact
from faults.server import Faulty, Request, open_faulty, story

DELAY_S = 0.2
DENIED = ("print?print=1", "deep/x/secret", "%7Ejoe/tilde", "lt%3Ca", "latin/%C3%A9", "lower/%c3%a9")
ALLOWED = ("deep/x/secrets", "closed/open/allowed", "end/page.html?x", "Print?a=1")
RULES = """\ufeffUser-agent: *   # everyone\r
Disallow: /story-9-*?print=\r
Disallow: /story-9-deep/*/secret$\r
Disallow: /~joe/ # a comment\r
Disallow: /story-9-~joe/\r
Disallow: /story-9-lt%3ca\r
Disallow: /story-9-latin/\u00e9\r
Disallow: /story-9-lower/%C3%A9\r
Disallow: /story-9-closed/\r
Allow: /story-9-closed/open\r
Disallow: /story-9-end/page.html$\r
\r
User-agent: another\r
Disallow: /\r
""".encode()


def serve(faulty: Faulty) -> None:
    faulty.site("rules.example", *(story("rules.example", path) for path in DENIED + ALLOWED), healthy=4)
    faulty.says("http://rules.example/robots.txt", RULES, kind="text/plain")
    for path in ALLOWED:
        faulty.says(story("rules.example", path), article(path, {}).encode())

    # Hosts whose robots.txt is no robots.txt; each has one page, which the hub names.
    hosts = {}
    for name, status in (
        ("s401", 401),
        ("s403", 403),
        ("s404", 404),
        ("s429", 429),
        ("s500", 500),
        ("s503", 503),
    ):
        faulty.says(f"http://{name}.example/robots.txt", b"", f"{status} Whatever", kind="text/plain")
        hosts[name] = story(f"{name}.example", "page")
    faulty.says("http://html.example/robots.txt", b"<!doctype html><pre>\nUser-agent: *\nDisallow: /\n</pre>")
    hosts["html"] = story("html.example", "page")
    noise = b"".join(b"Disallow: /no/*/%d$\n" % number for number in range(250_000))
    big = b"User-agent: *\nDisallow: /story-9-secret\n" + noise
    faulty.says("http://big.example/robots.txt", big, kind="text/plain")
    hosts["big"] = story("big.example", "page")
    links = [story("big.example", "secret"), story("big.example", "open")]
    faulty.says(hosts["big"], article("Big", {"Related": links}).encode())

    @faulty.fault("http://hang.example/robots.txt")
    async def hang(request: Request) -> None:
        await request.gone()

    hosts["hang"] = story("hang.example", "page")
    for hop in range(6):
        host = ("hops.example", "far.example")[hop % 2]
        at = "/robots.txt" if hop == 0 else f"/rules-{hop}"
        there = ("hops.example", "far.example")[(hop + 1) % 2]

        @faulty.fault(f"http://{host}{at}")
        async def redirect(request: Request, there: str = there, hop: int = hop) -> None:
            if hop == 5:
                await request.answer(b"User-agent: *\nDisallow: /story-9-secret", kind="text/plain")
            else:
                status = ("302 Found", "301 Moved Permanently")[hop % 2]
                await request.redirect(f"http://{there}/rules-{hop + 1}", status)

    faulty.site("hops.example", story("hops.example", "secret"))
    faulty.site("far.example", healthy=8)
    faulty.site("slow.example", healthy=2)
    faulty.says("http://slow.example/robots.txt", b"User-agent: *\nCrawl-delay: 1", kind="text/plain")
    faulty.site("late.example", healthy=2)
    faulty.says("http://late.example/robots.txt", b"User-agent: *\nCrawl-delay: 86400", kind="text/plain")
    faulty.site("hub.example", *hosts.values(), healthy=4)
    for url in hosts.values():
        if url not in faulty.faults:
            faulty.says(url, article(url, {}).encode())


@pytest.fixture(scope="module")
def faulty() -> Iterator[Faulty]:
    with open_faulty() as opened:
        serve(opened)
        yield opened


@pytest.fixture(scope="module")
def crawled(faulty: Faulty, tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    return crawl_of(
        faulty, tmp_path_factory.mktemp("robots") / "out", "--delay", str(DELAY_S), "--timeout", "2",
        "--attempts", "2", "--depth", "2", "--max-crawl-delay", "1.2",
    )  # fmt: skip


def test_the_crawl_ends_and_all_healthy_pages_are_exact(faulty: Faulty, crawled: Crawled) -> None:
    assert crawled.code == 0
    assert "Traceback" not in crawled.stderr
    healthy_pages_are_exact(faulty, crawled)


@pytest.mark.parametrize("path", DENIED)
def test_what_a_rule_matches_in_any_spelling_is_never_asked_for(
    faulty: Faulty, crawled: Crawled, path: str
) -> None:
    url = story("rules.example", path)
    assert crawled.fate(url) == ("excluded", "robots")
    assert faulty.asked(url) == []


@pytest.mark.parametrize("path", ALLOWED)
def test_the_longest_rule_decides_and_a_dollar_ends_the_address(crawled: Crawled, path: str) -> None:
    assert crawled.fate(story("rules.example", path)) == ("fetched", None)


@pytest.mark.parametrize("host", ["s401.example", "s403.example", "s404.example", "html.example"])
def test_no_rules_allow_everything(crawled: Crawled, host: str) -> None:
    assert crawled.fate(story(host, "page")) == ("fetched", None)


@pytest.mark.parametrize("host", ["s429.example", "s500.example", "s503.example", "hang.example"])
def test_rules_that_cannot_be_had_disallow_everything_for_now(
    faulty: Faulty, crawled: Crawled, host: str
) -> None:
    assert crawled.fate(story(host, "page")) == ("failed", "robots_unreachable")
    assert [one.target for one in faulty.of(host)] == ["/robots.txt"] * 2


def test_a_host_whose_rules_can_be_had_again_is_crawled_by_retry(tmp_path: Path) -> None:
    with open_faulty() as faulty:
        seed = faulty.site("back.example")
        faulty.says("http://back.example/robots.txt", b"", "503 Service Unavailable")
        down = crawl_of(faulty, tmp_path / "out", "--attempts", "1")
        assert (down.code, down.fate(seed)) == (3, ("failed", "robots_unreachable"))
        del faulty.faults["http://back.example/robots.txt"]
        assert (
            crawl(
                ["retry", tmp_path / "out", "--reason", "robots_unreachable,timeout"], tmp_path / "retry"
            ).code
            == 0
        )
        up = crawl(["resume", tmp_path / "out"], tmp_path / "out")
        assert up.code == 0
        healthy_pages_are_exact(faulty, up)


def test_five_megabytes_of_rules_are_read_as_far_as_must_be(faulty: Faulty, crawled: Crawled) -> None:
    assert crawled.fate(story("big.example", "secret")) == ("excluded", "robots")
    assert crawled.fate(story("big.example", "open")) == ("failed", "http_404")
    (asked,) = faulty.asked("http://big.example/robots.txt")
    assert asked.sent < 8_000_000


def test_rules_behind_five_redirects_are_obeyed(faulty: Faulty, crawled: Crawled) -> None:
    assert crawled.fate(story("hops.example", "secret")) == ("excluded", "robots")
    hops = [one.target for one in faulty.log if one.target.startswith("/rules-")]
    assert hops == [f"/rules-{number}" for number in range(1, 6)]


def test_a_crawl_delay_is_kept_up_to_its_cap(faulty: Faulty, crawled: Crawled) -> None:
    assert crawled.code == 0
    assert min(faulty.gaps("slow.example")) >= 0.8
    assert 0.9 <= min(faulty.gaps("late.example")) < 86_400


def test_each_host_sees_two_connections_at_most_and_the_delay_between_all_requests(
    faulty: Faulty, crawled: Crawled
) -> None:
    assert crawled.code == 0
    for host in {one.host for one in faulty.log}:
        assert faulty.most_at_once(host) <= 2
        # The server reads the clock a little after the client does: later for one request than for the next.
        assert min(faulty.gaps(host), default=1.0) >= DELAY_S / 2, host


def test_each_page_is_asked_for_once_and_robots_first_and_once(faulty: Faulty, crawled: Crawled) -> None:
    assert crawled.code == 0
    times = Counter(one.url for one in faulty.log if not one.url.endswith("/robots.txt"))
    assert max(times.values()) == 1
    for host in {one.host for one in faulty.log} - {"far.example"}:
        assert faulty.of(host)[0].target == "/robots.txt"
        tries = 2 if host in ("s429.example", "s500.example", "s503.example", "hang.example") else 1
        assert len(faulty.asked(f"http://{host}/robots.txt")) == tries


def test_stored_rules_hold_for_a_day_and_not_where_the_clock_was_set_back(tmp_path: Path) -> None:
    with open_faulty() as faulty:
        faulty.site("clock.example")
        assert crawl_of(faulty, tmp_path / "out", "--depth", "0").code == 0
        for age_s, more in ((3600, 0), (-3600, 1), (2 * 86_400, 1)):
            directory = shutil.copytree(tmp_path / "out", tmp_path / str(age_s) / "out")
            with closing(sqlite3.connect(directory / "crawl.db")) as connection, connection:
                connection.execute("UPDATE hosts SET robots_fetched_at = ?", (time.time() - age_s,))
            before = len(faulty.asked("http://clock.example/robots.txt"))
            healthy_pages_are_exact(faulty, crawl_of(faulty, directory), once=False)
            assert len(faulty.asked("http://clock.example/robots.txt")) - before == more


def test_a_host_that_loses_page_after_page_is_given_up_and_the_others_go_on(tmp_path: Path) -> None:
    # The pauses of a crawl for real take minutes; their growth is tested where they are computed.
    hasty = (
        "from crawler import politeness; politeness._BACKOFF_S = politeness._MAX_PAUSE_S = 0.01;"
        "from crawler.__main__ import main; main()"
    )
    with open_faulty() as faulty:
        lost = [story("dying.example", str(number)) for number in range(80)]
        faulty.site("living.example", *lost, healthy=8)

        async def die(request: Request) -> None:
            request.reset()

        for url in lost:
            faulty.faults[url] = die
        command = command_of(faulty, tmp_path / "out", "--delay", "0.01", "--attempts", "2")
        done = subprocess.run(
            [sys.executable, "-c", hasty, *command], capture_output=True, text=True, check=False
        )
    assert done.returncode == 0, done.stderr
    crawled = Crawled(tmp_path / "out", 0, "", "", 0.0, 0.0)
    healthy_pages_are_exact(faulty, crawled)
    assert {crawled.fate(url) for url in lost} == {("failed", "reset")}
    asked = [one for one in faulty.of("dying.example") if one.target != "/robots.txt"]
    assert 24 <= len(asked) <= 24 + 2
    assert "dying.example: given up" in done.stderr
