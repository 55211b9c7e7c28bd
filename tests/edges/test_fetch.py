"""The fetcher against a real server, and against one that speaks raw bytes."""

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from conftest import config_for
from farm import Farm, article

from crawler.config import load
from crawler.fetch import open_fetcher
from crawler.model import Fetched, Reason

PAGE = article("T", {}).encode()


async def get(farm: Farm, url: str, **flags: object) -> Fetched:
    async with open_fetcher(config_for(farm, **flags).fetch, 2) as fetcher:
        return await fetcher.get(url)


async def test_a_page_comes_with_status_headers_and_body(farm: Farm) -> None:
    farm.page("http://a.example/1")
    fetched = await get(farm, "http://a.example/1")
    assert (fetched.status, fetched.reason) == (200, None)
    assert b"Article http://a.example/1" in (fetched.body or b"")
    assert ("Content-Type", "text/html; charset=utf-8") in fetched.headers


async def test_the_request_target_is_sent_byte_for_byte(farm: Farm) -> None:
    farm.page("http://a.example/pct/a%2Fb%20c?q=%E4%B8%AD&r=a+b")
    assert (await get(farm, "http://a.example/pct/a%2Fb%20c?q=%E4%B8%AD&r=a+b")).status == 200


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (404, Reason.HTTP_404),
        (410, Reason.HTTP_410),
        (418, Reason.HTTP_4XX),
        (503, Reason.HTTP_5XX),
        (204, Reason.HTTP_OTHER),
    ],
)
async def test_a_status_becomes_its_reason(farm: Farm, status: int, reason: Reason) -> None:
    farm.body("http://a.example/x", b"" if status == 204 else PAGE, "text/html", status)
    fetched = await get(farm, "http://a.example/x")
    assert (fetched.status, fetched.reason, fetched.body) == (status, reason, None)


@pytest.mark.parametrize(
    ("location", "target", "reason"),
    [
        ("/next?utm_source=x", "http://a.example/next", None),
        ("http://b.example", "http://b.example/", None),
        ("file:///etc/passwd", None, Reason.SCHEME),
        ("http://[::1", None, Reason.BAD_URL),
        ("", None, Reason.BAD_URL),
    ],
)
async def test_a_redirect_is_returned_and_not_followed(
    farm: Farm, location: str, target: str | None, reason: Reason | None
) -> None:
    farm.redirect("http://a.example/r", location)
    fetched = await get(farm, "http://a.example/r")
    assert (fetched.location, fetched.reason) == (target, reason)
    assert len(farm.requests) == 1


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"%PDF-1.7 ...", "text/html"),
        (b"\x89PNG\r\n", "image/png"),
        (b"plain words", "text/plain"),
        (b"{}", "application/json"),
    ],
)
async def test_what_is_no_html_is_named_by_type_or_by_its_first_bytes(
    farm: Farm, body: bytes, content_type: str
) -> None:
    farm.body("http://a.example/x", body, content_type)
    assert (await get(farm, "http://a.example/x")).reason is Reason.NOT_HTML


async def test_a_body_past_the_limit_is_refused_and_one_at_it_is_not(farm: Farm) -> None:
    farm.body("http://a.example/x", PAGE, "text/html")
    assert (await get(farm, "http://a.example/x", max_bytes=str(len(PAGE)))).body == PAGE
    assert (await get(farm, "http://a.example/x", max_bytes=str(len(PAGE) - 1))).reason is Reason.TOO_LARGE


async def test_a_compression_bomb_is_cut_off(farm: Farm) -> None:
    bomb = gzip.compress(b"<p>" + b"a" * 50_000_000)
    farm.body("http://a.example/x", bomb, "text/html", 200, **{"Content-Encoding": "gzip"})
    assert (await get(farm, "http://a.example/x", max_bytes="1000000")).reason is Reason.TOO_LARGE


async def test_a_lie_about_the_encoding_is_named(farm: Farm) -> None:
    farm.body("http://a.example/x", PAGE, "text/html", 200, **{"Content-Encoding": "gzip"})
    assert (await get(farm, "http://a.example/x")).reason is Reason.BAD_ENCODING


async def test_deflate_is_decoded(farm: Farm) -> None:
    farm.body("http://a.example/x", zlib.compress(PAGE), "text/html", 200, **{"Content-Encoding": "deflate"})
    assert (await get(farm, "http://a.example/x")).body == PAGE


async def test_retry_after_is_read_in_seconds_and_as_a_date(farm: Farm) -> None:
    farm.body("http://a.example/s", b"", "text/html", 429, **{"Retry-After": "7"})
    farm.body("http://a.example/d", b"", "text/html", 503, **{"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"})
    farm.body("http://a.example/n", b"", "text/html", 503, **{"Retry-After": "soon"})
    assert (await get(farm, "http://a.example/s")).retry_after_s == 7
    assert (await get(farm, "http://a.example/d")).retry_after_s == 0
    assert (await get(farm, "http://a.example/n")).retry_after_s is None


async def test_no_cookie_is_ever_sent_back(farm: Farm) -> None:
    farm.body("http://a.example/x", PAGE, "text/html", 200, **{"Set-Cookie": "id=1"})
    seen: list[str | None] = []

    async def answer(request):  # type: ignore[no-untyped-def]
        from aiohttp import web

        seen.append(request.headers.get("Cookie"))
        return web.Response(body=PAGE, content_type="text/html")

    farm.answer("http://a.example/y", answer)
    async with open_fetcher(config_for(farm).fetch, 2) as fetcher:
        await fetcher.get("http://a.example/x")
        await fetcher.get("http://a.example/y")
    assert seen == [None]


@asynccontextmanager
async def raw(answer: bytes, *, hang: bool = False) -> AsyncIterator[str]:
    """Serve fixed bytes; yields the `--connect-to` entry."""

    served: list[asyncio.Task[None]] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        served.append(task)
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        if hang:
            await reader.read()  # until the client gives up
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"::127.0.0.1:{server.sockets[0].getsockname()[1]}"
    await asyncio.wait(served)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"", Reason.RESET),
        (b"\x00\x01garbage\r\n\r\n", Reason.PROTOCOL),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9999\r\n\r\n<p>", Reason.RESET),
        (
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\nZZZ\r\n",
            Reason.PROTOCOL,
        ),
        (b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100_000 + b"\r\n\r\n", Reason.TOO_LARGE),
    ],
)
async def test_broken_http_becomes_a_reason(answer: bytes, reason: Reason) -> None:
    async with raw(answer) as route:
        section = load(files=(), environment={}, flags={"connect_to": [route]}).fetch
        async with open_fetcher(section, 2) as fetcher:
            assert (await fetcher.get("http://a.example/")).reason is reason


async def test_the_timeout_covers_the_whole_answer() -> None:
    async with raw(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 99\r\n\r\n<p>", hang=True
    ) as route:
        section = load(files=(), environment={}, flags={"connect_to": [route], "timeout": "0.2"}).fetch
        async with open_fetcher(section, 2) as fetcher:
            assert (await fetcher.get("http://a.example/")).reason is Reason.TIMEOUT


async def test_tls_to_a_plain_port_is_named(farm: Farm) -> None:
    assert (await get(farm, "https://a.example/")).reason is Reason.TLS


async def test_a_closed_port_and_an_unknown_name_are_told_apart(unused_tcp_port: int) -> None:
    section = load(files=(), environment={}, flags={"allow_private": "true"}).fetch
    async with open_fetcher(section, 2) as fetcher:
        assert (await fetcher.get(f"http://127.0.0.1:{unused_tcp_port}/")).reason is Reason.CONNECT
        assert (await fetcher.get("http://nowhere.invalid/")).reason is Reason.DNS


async def test_private_addresses_are_refused_by_name_and_by_number(farm: Farm) -> None:
    section = load(files=(), environment={}, flags={}).fetch
    async with open_fetcher(section, 2) as fetcher:
        for host in ("127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]"):
            assert (await fetcher.get(f"http://{host}:{farm.port}/")).reason is Reason.PRIVATE_ADDRESS
    assert farm.requests == []
