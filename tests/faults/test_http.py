"""HTTP and transport: each answer that is wrong costs its own page a reason, and no other page anything."""

import asyncio
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from email.utils import formatdate
from pathlib import Path

import pytest
from farm import article
from faults.crawled import Crawled, crawl_of, healthy_pages_are_exact
from faults.server import Faulty, Request, open_faulty, story

TIMEOUT_S = 2.0
TLS = ("plain", "signed", "closing")
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
FORGED = article("Forged", {}).encode()
FORGED = HEAD + b"Content-Length: %d\r\n\r\n" % len(FORGED) + FORGED


def serve(faulty: Faulty) -> None:
    """Add one host for each family of faults: a host's pauses then cost the others nothing."""
    _statuses(faulty)
    _bodies(faulty)
    _heads(faulty)
    _slow(faulty)
    faulty.site("tls.example", *(f"https://{name}.tls.example/story-number-4" for name in TLS))
    faulty.site(
        "unreachable.example", "http://closed.example/story-number-4", "http://nowhere.invalid/story-number-4"
    )


def _statuses(faulty: Faulty) -> None:
    faulty.site(
        "status.example", *(story("status.example", str(n)) for n in (404, 410, 403, 500, 206, 304, 204, 299))
    )
    for status in (404, 410, 403, 500, 206, 299):
        faulty.says(story("status.example", str(status)), b"<p>a body</p>", f"{status} Whatever")

    @faulty.fault(story("status.example", "304"))
    async def not_modified(request: Request) -> None:
        await request.send(b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n")

    @faulty.fault(story("status.example", "204"))
    async def no_content(request: Request) -> None:
        await request.send(b"HTTP/1.1 204 No Content\r\nContent-Length: %d\r\n\r\n" % len(FORGED) + FORGED)

    for name, wait in (("seconds", "3"), ("date", None), ("absurd", "86400"), ("once", "2")):
        host = f"{name}.example"
        faulty.site(host, story(host, "busy"))

        @faulty.fault(story(host, "busy"))
        async def busy(request: Request, name: str = name, wait: str | None = wait) -> None:
            if request.times > 1 and name != "absurd":
                return await request.page("Not busy any more")
            status = "503 Service Unavailable" if name == "once" else "429 Too Many Requests"
            # A date has whole seconds: three from the next one on are at least three from now.
            await request.answer(
                b"", status, Retry_After=wait or formatdate(int(time.time()) + 4, usegmt=True)
            )


def _bodies(faulty: Faulty) -> None:
    names = ("reset-mid-body", "reset-once", "cl-too-long", "cl-too-short", "chunked-bad", "chunked-endless",
             "chunked-cut", "trailers", "encoding-lie")  # fmt: skip
    for name in names:
        faulty.site(f"{name}.example", story(f"{name}.example", "fault"))

    @faulty.fault(story("reset-mid-body.example", "fault"))
    async def reset_mid_body(request: Request) -> None:
        await request.send(HEAD + b"Content-Length: 5000\r\n\r\n<p>half of")
        request.reset()

    @faulty.fault(story("reset-once.example", "fault"))
    async def reset_once(request: Request) -> None:
        if request.times > 1:
            return await request.page("Whole at last")
        await reset_mid_body(request)

    @faulty.fault(story("cl-too-long.example", "fault"))
    async def cl_too_long(request: Request) -> None:
        await request.send(HEAD + b"Content-Length: 5000\r\n\r\n" + b"<p>all there is</p>")
        request.writer.close()

    @faulty.fault(story("cl-too-short.example", "fault"))
    async def cl_too_short(request: Request) -> None:
        await request.send(HEAD + b"Content-Length: 13\r\n\r\n<p>a page</p>" + FORGED)

    @faulty.fault(story("chunked-bad.example", "fault"))
    async def chunked_bad(request: Request) -> None:
        await request.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n<p>ab\r\nZZZ\r\ncd\r\n0\r\n\r\n")

    @faulty.fault(story("chunked-cut.example", "fault"))
    async def chunked_cut(request: Request) -> None:
        await request.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n<p>ab\r\n")
        request.writer.close()

    @faulty.fault(story("chunked-endless.example", "fault"))
    async def chunked_endless(request: Request) -> None:
        await request.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        while True:
            await request.send(b"10000\r\n" + b" " * 65_536 + b"\r\n")

    @faulty.fault(story("trailers.example", "fault"))
    async def trailers(request: Request) -> None:
        body = article("With trailers", {}).encode()
        await request.send(
            HEAD + b"Transfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
            + b"%x\r\n%s\r\n0\r\nX-Sum: 1\r\n\r\n" % (len(body), body)
        )  # fmt: skip

    faulty.says(story("encoding-lie.example", "fault"), b"<p>not gzip</p>", Content_Encoding="gzip")
    # One request at a time, and a connection that is at rest while the next answer is forged on it.
    faulty.site("forged.example", story("forged.example", "late"))
    faulty.says("http://forged.example/robots.txt", b"User-agent: *\nCrawl-delay: 0.5", kind="text/plain")

    @faulty.fault(story("forged.example", "late"))
    async def late(request: Request) -> None:
        await request.page("A page")
        await asyncio.sleep(0.2)  # the answer is read, and the connection waits for its next use
        await request.send(FORGED)


def _heads(faulty: Faulty) -> None:
    names = ("bomb", "endless", "heavy", "empty", "garbage", "http09", "informed")
    for name in names:
        faulty.site(f"{name}.example", story(f"{name}.example", "fault"))

    @faulty.fault(story("bomb.example", "fault"))
    async def header_bomb(request: Request) -> None:
        await request.send(HEAD + b"X-Bomb: ")
        for _ in range(64):
            await request.send(b"a" * 1_000_000)

    @faulty.fault(story("endless.example", "fault"))
    async def header_endless(request: Request) -> None:
        await request.send(HEAD)
        for number in range(0, 200_000, 1000):
            await request.send(b"".join(b"X-%d: endless\r\n" % (number + n) for n in range(1000)))

    heavy = {f"X-{number}": "x" * 8000 for number in range(100)}
    faulty.says(story("heavy.example", "fault"), article("Heavy", {}).encode(), **heavy)

    @faulty.fault(story("empty.example", "fault"))
    async def empty_reply(request: Request) -> None:
        request.writer.close()

    @faulty.fault(story("garbage.example", "fault"))
    async def garbage_reply(request: Request) -> None:
        await request.send(bytes(range(256)) * 40)
        request.writer.close()

    @faulty.fault(story("http09.example", "fault"))
    async def http_0_9(request: Request) -> None:
        await request.send(b"<html><body>no header at all</body></html>")
        request.writer.close()

    @faulty.fault(story("informed.example", "fault"))
    async def informed_for_ever(request: Request) -> None:
        while True:
            await request.send(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 100)


def _slow(faulty: Faulty) -> None:
    for name in ("body", "header", "silent"):
        faulty.site(f"slow-{name}.example", story(f"slow-{name}.example", "fault"))

    async def drip(request: Request, text: bytes) -> None:
        for byte in text:
            await request.send(bytes([byte]))
            await asyncio.sleep(0.3)

    @faulty.fault(story("slow-body.example", "fault"))
    async def slow_body(request: Request) -> None:
        await request.send(HEAD + b"Content-Length: 5000\r\n\r\n")
        await drip(request, b"x" * 5000)

    @faulty.fault(story("slow-header.example", "fault"))
    async def slow_header(request: Request) -> None:
        await drip(request, HEAD + b"X-Slow: " + b"x" * 5000)

    @faulty.fault(story("slow-silent.example", "fault"))
    async def silent(request: Request) -> None:
        await request.gone()


@pytest.fixture(scope="module")
def faulty() -> Iterator[Faulty]:
    with open_faulty() as opened:
        serve(opened)
        yield opened


@pytest.fixture(scope="module")
def crawled(
    faulty: Faulty, tmp_path_factory: pytest.TempPathFactory, unused_tcp_port_factory: Callable[[], int]
) -> Crawled:
    with socket.create_server(("127.0.0.1", 0)) as closing:
        threading.Thread(target=close_all, args=(closing,), daemon=True).start()
        ports = {
            "signed.tls.example:443": faulty.tls_port,
            "plain.tls.example:443": faulty.port,
            "closing.tls.example:443": closing.getsockname()[1],
            "closed.example:80": unused_tcp_port_factory(),
        }
        routes = [
            part for name, port in ports.items() for part in ("--connect-to", f"{name}:127.0.0.1:{port}")
        ]
        flags = ("--timeout", str(TIMEOUT_S), "--attempts", "2")
        return crawl_of(faulty, tmp_path_factory.mktemp("http") / "out", *routes, *flags)


def close_all(server: socket.socket) -> None:
    """Take connections, wait for the first bytes, and end."""
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        with connection:
            connection.recv(1)


def test_the_crawl_ends_and_all_healthy_pages_are_exact(faulty: Faulty, crawled: Crawled) -> None:
    assert crawled.code == 0
    assert "Traceback" not in crawled.stderr
    healthy_pages_are_exact(faulty, crawled)


@pytest.mark.parametrize("status", [404, 410, 403])
def test_a_page_that_is_gone_or_forbidden_is_asked_for_once(
    faulty: Faulty, crawled: Crawled, status: int
) -> None:
    url = story("status.example", str(status))
    assert crawled.fate(url) == ("failed", f"http_{status}")
    assert crawled.attempts(url) == len(faulty.asked(url)) == 1


def test_a_server_error_is_tried_again_after_a_pause_and_then_final(faulty: Faulty, crawled: Crawled) -> None:
    url = story("status.example", "500")
    assert crawled.fate(url) == ("failed", "http_5xx")
    first, second = faulty.asked(url)
    assert second.at - first.at >= 0.5


def test_503_with_retry_after_is_waited_for(faulty: Faulty, crawled: Crawled) -> None:
    url = story("once.example", "busy")
    assert crawled.fate(url) == ("fetched", None)
    first, second = faulty.asked(url)
    assert second.at - first.at >= 1.9


@pytest.mark.parametrize("host", ["seconds.example", "date.example"])
def test_429_pauses_the_whole_host_for_its_retry_after_and_no_other_host(
    faulty: Faulty, crawled: Crawled, host: str
) -> None:
    url = story(host, "busy")
    assert crawled.fate(url) == ("fetched", None)
    refused = faulty.asked(url)[0]
    # Requests that were under way when the answer came cannot be taken back.
    assert not [one for one in faulty.of(host) if refused.at + 0.5 < one.at < refused.at + 2.9]
    assert [one for one in faulty.log if one.host != host and refused.at < one.at < refused.at + 2.9]


def test_an_absurd_retry_after_is_not_waited_for(faulty: Faulty, crawled: Crawled) -> None:
    url = story("absurd.example", "busy")
    assert crawled.fate(url) == ("failed", "http_429")
    assert len(faulty.asked(url)) == 1


@pytest.mark.parametrize("name", ["reset-mid-body", "cl-too-long", "chunked-cut"])
def test_a_body_that_ends_early_is_never_a_page(faulty: Faulty, crawled: Crawled, name: str) -> None:
    url = story(f"{name}.example", "fault")
    assert crawled.fate(url) == ("failed", "reset")
    assert crawled.attempts(url) == len(faulty.asked(url)) == 2


def test_a_connection_reset_once_costs_one_attempt(crawled: Crawled) -> None:
    url = story("reset-once.example", "fault")
    assert crawled.fate(url) == ("fetched", None)
    assert crawled.attempts(url) == 2
    assert crawled.title(url) == "Whole at last"


def test_what_is_behind_a_body_is_dropped_and_answers_no_other_request(crawled: Crawled) -> None:
    assert crawled.fate(story("cl-too-short.example", "fault")) == ("fetched", None)
    sizes = crawled.sql("SELECT bytes FROM nodes WHERE url = ?", story("cl-too-short.example", "fault"))
    assert sizes == [(13,)]
    assert crawled.sql("SELECT count(*) FROM articles WHERE title = 'Forged'") == [(0,)]


def test_an_answer_forged_on_a_connection_at_rest_is_nobodys(faulty: Faulty, crawled: Crawled) -> None:
    behind = [
        one
        for one in faulty.of("forged.example")
        if one.at > faulty.asked(story("forged.example", "late"))[0].at
    ]
    assert behind, "no page was asked for after the forged answer"
    assert {crawled.title(one.url) for one in behind} == {f"Healthy {one.url}" for one in behind}


def test_a_bad_chunk_size_is_a_protocol_error(crawled: Crawled) -> None:
    assert crawled.fate(story("chunked-bad.example", "fault")) == ("failed", "protocol")


def test_chunks_without_end_are_cut_at_the_body_limit(faulty: Faulty, crawled: Crawled) -> None:
    url = story("chunked-endless.example", "fault")
    assert crawled.fate(url) == ("failed", "too_large")
    assert [one.sent < 40_000_000 for one in faulty.asked(url)] == [True]


def test_trailers_belong_to_no_page(crawled: Crawled) -> None:
    assert crawled.title(story("trailers.example", "fault")) == "With trailers"


def test_a_lie_about_the_encoding_is_named(crawled: Crawled) -> None:
    assert crawled.fate(story("encoding-lie.example", "fault")) == ("failed", "bad_encoding")


@pytest.mark.parametrize("host", ["bomb.example", "endless.example", "heavy.example"])
def test_headers_are_read_up_to_their_limit(faulty: Faulty, crawled: Crawled, host: str) -> None:
    url = story(host, "fault")
    # One line of megabytes is not asked for again; too many lines may be another answer's fault.
    assert crawled.fate(url) in (("failed", "too_large"), ("failed", "protocol"))
    # What lies in the buffers of the two sockets was sent, and not read.
    assert sum(one.sent for one in faulty.asked(url)) < 8_000_000


def test_a_flood_of_interim_answers_is_not_read_to_its_end(faulty: Faulty, crawled: Crawled) -> None:
    url = story("informed.example", "fault")
    assert crawled.fate(url) == ("failed", "protocol")
    assert max(one.sent for one in faulty.asked(url)) < 20_000_000


def test_no_answer_at_all_is_a_reset_and_one_request_an_attempt(faulty: Faulty, crawled: Crawled) -> None:
    url = story("empty.example", "fault")
    assert crawled.fate(url) == ("failed", "reset")
    assert len(faulty.asked(url)) == crawled.attempts(url) == 2


@pytest.mark.parametrize("host", ["garbage.example", "http09.example"])
def test_what_is_no_http_1_answer_is_a_protocol_error(crawled: Crawled, host: str) -> None:
    assert crawled.fate(story(host, "fault")) == ("failed", "protocol")


@pytest.mark.parametrize("status", [204, 206, 304])
def test_a_status_that_brings_no_page_is_named(crawled: Crawled, status: int) -> None:
    assert crawled.fate(story("status.example", str(status))) == ("failed", "http_other")


@pytest.mark.parametrize("name", ["body", "header", "silent"])
def test_a_drip_is_held_no_longer_than_the_timeout_of_the_whole(
    faulty: Faulty, crawled: Crawled, name: str
) -> None:
    url = story(f"slow-{name}.example", "fault")
    assert crawled.fate(url) == ("failed", "timeout")
    held = [one.until - one.at for one in faulty.asked(url) if one.until is not None]
    assert len(held) == 2
    assert max(held) < 5 * TIMEOUT_S


def test_a_closed_port_and_an_unknown_name_are_told_apart(crawled: Crawled) -> None:
    assert crawled.fate("http://closed.example/story-number-4") == ("failed", "connect")
    assert crawled.fate("http://nowhere.invalid/story-number-4") == ("failed", "dns")


@pytest.mark.parametrize("name", TLS)
def test_without_trusted_tls_nothing_is_asked_for(faulty: Faulty, crawled: Crawled, name: str) -> None:
    assert crawled.fate(f"https://{name}.tls.example/story-number-4") == ("failed", "tls")
    assert faulty.of(f"{name}.tls.example") == []


def test_insecure_asks_where_the_certificate_is_not_trusted_and_is_recorded(tmp_path: Path) -> None:
    url = "https://insecure.example/story-number-4"
    with open_faulty() as faulty:
        faulty.says(url.replace("https", "http"), article("Behind TLS", {}).encode())
        route = f"insecure.example:443:127.0.0.1:{faulty.tls_port}"
        crawled = crawl_of(faulty, tmp_path / "out", "--connect-to", route, "--insecure", seeds=[url])
    assert crawled.title(url) == "Behind TLS"
    assert crawled.sql("SELECT json_extract(config, '$.fetch.insecure') FROM crawls") == [(1,)]


def test_each_failure_is_a_line_of_the_log_and_counted_in_the_summary(crawled: Crawled) -> None:
    failed = {url: reason for url, (state, reason, _) in crawled.nodes.items() if state == "failed"}
    for url, reason in failed.items():
        if crawled.attempts(url):
            assert f"{url}: {reason}" in crawled.stderr
    for reason in set(failed.values()):
        row = re.search(rf"\W{reason}\W+([0-9]+)\W", crawled.stdout)
        assert row is not None
        assert int(row[1]) == list(failed.values()).count(reason)


def test_each_host_sees_two_connections_at_most(faulty: Faulty, crawled: Crawled) -> None:
    assert crawled.code == 0
    assert max(faulty.most_at_once(one.host) for one in faulty.log) <= 2


def test_memory_stays_within_its_bound(crawled: Crawled) -> None:
    assert crawled.peak_rss_mb < 400
