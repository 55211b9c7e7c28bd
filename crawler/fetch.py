"""One GET: the only aiohttp client, and the only table from its exceptions to our reasons.

A fetch never raises for what the web does: it returns a `Fetched` with a reason. Redirects are not
followed here; their target is a URL like any other and goes through the frontier, so that scope, robots.txt
and the address guard see each hop.
"""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from email.utils import parsedate_to_datetime
from functools import partial
from types import SimpleNamespace
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver
from aiohttp.client_proto import ResponseHandler
from aiohttp.http import RawResponseMessage
from aiohttp.http_exceptions import LineTooLong
from yarl import URL

from crawler import __version__
from crawler.coding import OFFERED, CodingError, decoded
from crawler.config import FetchSection
from crawler.guard import Guard, RefusedAddressError, routes_of
from crawler.model import Fetched, Reason
from crawler.url import canonicalise

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_STATUSES = {status: Reason(f"http_{status}") for status in (400, 401, 403, 404, 410, 429, 451)}
_MAX_HEADER = 32_768
"""Bytes of one header line; browsers and servers stop between 8 and 256 KiB."""
_MAX_HEADERS = 65_536
"""Bytes of all header lines of an answer: what is stored of them with each fetch is no more."""
_MAX_INTERIM = 16
"""Interim answers (status 1xx) before the final one; servers send one or two."""
_HTML = ("text/html", "application/xhtml+xml")
_UNTYPED = ("", "text/plain", "application/octet-stream", "text/xml", "application/xml")
"""Content types that say nothing reliable; the first bytes decide."""
_BINARY = (
    b"%PDF-",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"PK\x03\x04",
    b"RIFF",
    b"\x1f\x8b",
    b"Rar!",
    b"\x00\x00\x00",
)
"""Openings of bodies that are no HTML whatever the header says (MIME Sniffing standard, section 7)."""
_KEPT_HEADERS = 100
"""Headers stored of one answer; the rest is the page's noise or malice."""


Sent = Callable[[], None]


def user_agent(section: FetchSection) -> str:
    """Return the User-Agent header in full."""
    return section.user_agent.replace("{version}", __version__).replace("{contact}", section.contact)


class Fetcher:
    """GETs under one configuration; made by `open_fetcher`."""

    def __init__(
        self, session: aiohttp.ClientSession, section: FetchSection, guard: Guard, resolver: AbstractResolver
    ) -> None:
        self._session = session
        self._section = section
        self._guard = guard
        self._resolver = resolver

    async def get(self, url: str, sent: Sent | None = None) -> Fetched:
        """Fetch one HTML page.

        Args:
            url: Canonical URL.
            sent: Called when the request leaves, once there is a connection; None if nobody cares.

        Returns:
            The answer: with a body, or a location, or a reason.
        """
        return await self._get(url, self._section.max_bytes, sent, page=True)

    async def get_text(self, url: str, max_bytes: int, sent: Sent | None = None) -> Fetched:
        """Fetch any text, such as /robots.txt; a longer one is cut at `max_bytes`, not refused."""
        return await self._get(url, max_bytes, sent, page=False)

    async def _get(self, url: str, max_bytes: int, sent: Sent | None, *, page: bool) -> Fetched:
        at, start, address = time.time(), time.perf_counter(), URL(url, encoded=True)
        reason: Reason | None = None
        error: str | None = None
        try:
            if self._section.proxy is not None and self._guard.refuses_unresolved(
                address.raw_host or "", address.port or 0
            ):
                raise RefusedAddressError(f"{address.raw_host} is not a public address")
            async with (
                asyncio.timeout(self._section.timeout),
                self._session.get(
                    address, allow_redirects=False, proxy=self._section.proxy, trace_request_ctx=sent
                ) as response,
            ):
                headers = tuple(
                    (name.decode("latin-1"), value.decode("latin-1"))
                    for name, value in response.raw_headers[:_KEPT_HEADERS]
                )
                status, peer = response.status, self.peer_of(url)
                if status in _REDIRECTS:
                    target = _location(response.headers.get("Location"), url)
                    return Fetched(
                        url,
                        at,
                        time.perf_counter() - start,
                        status,
                        headers,
                        location=None if isinstance(target, Reason) else target,
                        reason=target if isinstance(target, Reason) else None,
                        peer=peer,
                    )
                body: bytes | None = None
                reason = _status_reason(status)
                if reason is None and page:
                    reason = _refusal(response.headers, max_bytes)
                if reason is None:
                    packed, cut = await _read(response.content, max_bytes)
                    coding = ",".join(response.headers.getall("Content-Encoding", ()))
                    body, cut = (packed, cut) if cut else decoded(packed, coding, max_bytes)
                    if page:
                        reason = Reason.TOO_LARGE if cut else _sniff(body, response.headers)
                return Fetched(
                    url,
                    at,
                    time.perf_counter() - start,
                    status,
                    headers,
                    body=body if reason is None else None,
                    reason=reason,
                    retry_after_s=_retry_after(response.headers.get("Retry-After"), at),
                    peer=peer,
                )
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as trouble:
            reason, error = _reason(trouble, url), _words(trouble)
        return Fetched(url, at, time.perf_counter() - start, reason=reason, error=error)

    def peer_of(self, url: str) -> tuple[str, int]:
        """Return what the host of a URL answers from, as far as it is known: an address or a name, and a port."""
        address = URL(url, encoded=True)
        host, port = address.raw_host or "", address.port or 0
        return (host, port) if self._section.proxy is not None else self._guard.peer_of(host, port)

    async def locate(self, url: str) -> tuple[str, int]:
        """Return what the host of a URL answers from, once its name is resolved; if it cannot be, the name."""
        address = URL(url, encoded=True)
        host, port = address.raw_host or "", address.port or 0
        if self._section.proxy is None and not self._guard.is_located(host, port):
            try:
                async with asyncio.timeout(self._section.timeout):
                    await self._resolver.resolve(host, port)
            except (OSError, UnicodeError):
                pass  # the request itself will meet it, and name it
        return self.peer_of(url)


def _reason(trouble: Exception, url: str) -> Reason:
    """Return the reason an exception stands for: the one table from foreign errors to ours."""
    if (
        url.startswith("https:")
        and isinstance(trouble, aiohttp.ClientConnectorError)
        # There was a connection, and it ended while TLS was to begin on it.
        and isinstance(trouble.os_error, ConnectionResetError | ConnectionAbortedError)
    ):
        return Reason.TLS
    cause: BaseException | None = trouble
    while cause is not None:
        if isinstance(cause, RefusedAddressError):
            return Reason.PRIVATE_ADDRESS
        if isinstance(cause, CodingError):
            return Reason.BAD_ENCODING
        if isinstance(cause, LineTooLong):
            return Reason.TOO_LARGE
        cause = getattr(cause, "os_error", None) or cause.__cause__
    for kinds, reason in (
        (TimeoutError, Reason.TIMEOUT),
        ((aiohttp.ClientConnectorDNSError, UnicodeError), Reason.DNS),  # a name that DNS cannot hold
        ((aiohttp.ClientSSLError, ssl.SSLError, ssl.CertificateError), Reason.TLS),
        (aiohttp.ClientConnectorError, Reason.CONNECT),
        (aiohttp.ContentTypeError, Reason.NOT_HTML),
        (aiohttp.InvalidURL, Reason.BAD_URL),
        (aiohttp.ServerDisconnectedError, Reason.RESET),
        (aiohttp.ClientOSError, Reason.RESET),
        (aiohttp.ClientPayloadError, Reason.RESET),
        (aiohttp.ClientError, Reason.PROTOCOL),
        (OSError, Reason.RESET),
    ):
        if isinstance(trouble, kinds):
            return reason
    return Reason.PROTOCOL


def _words(trouble: Exception) -> str:
    text = " ".join(str(trouble).split()) or type(trouble).__name__
    return text[:300]


def _status_reason(status: int) -> Reason | None:
    if 200 <= status < 300 and status not in (204, 205, 206):
        return None
    if status in _STATUSES:
        return _STATUSES[status]
    if 400 <= status < 500:
        return Reason.HTTP_4XX
    return Reason.HTTP_5XX if status >= 500 else Reason.HTTP_OTHER


def _refusal(headers: Mapping[str, str], max_bytes: int) -> Reason | None:
    """Return what is wrong with a page before its body is read."""
    kind = _content_type(headers)
    if kind not in _HTML and kind not in _UNTYPED:
        return Reason.NOT_HTML
    length = headers.get("Content-Length", "")
    return Reason.TOO_LARGE if length.isdecimal() and int(length[:20]) > max_bytes else None


def _content_type(headers: Mapping[str, str]) -> str:
    return headers.get("Content-Type", "").partition(";")[0].strip().lower()


def _sniff(body: bytes, headers: Mapping[str, str]) -> Reason | None:
    if body.startswith(_BINARY):
        return Reason.NOT_HTML
    if _content_type(headers) in _UNTYPED and not body.startswith((b"\xff\xfe", b"\xfe\xff")):
        opening = body[:1024].removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n\f")
        return None if opening.startswith(b"<") else Reason.NOT_HTML
    return None


async def _read(content: aiohttp.StreamReader, max_bytes: int) -> tuple[bytes, bool]:
    """Return the body as it is sent, and whether it was longer than `max_bytes` and cut there."""
    chunks: list[bytes] = []
    size = 0
    async for chunk in content.iter_any():
        chunks.append(chunk)
        size += len(chunk)
        if size > max_bytes:
            return b"".join(chunks)[:max_bytes], True
    return b"".join(chunks), False


def _location(value: str | None, url: str) -> str | Reason:
    """Return the canonical target of a Location header; raw bytes in it are read as UTF-8, else Latin-1."""
    if not value:
        return Reason.BAD_URL
    raw = value.encode("utf-8", "surrogateescape")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    return canonicalise(text, url)


def _retry_after(value: str | None, now: float) -> float | None:
    """Return what a Retry-After header asks for, in seconds from `now`; None if it says nothing."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return float(value.strip()[:9])
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - now)
    except (ValueError, OverflowError):
        return None


class _Connection(ResponseHandler):
    """Our end of one connection, which takes an answer only where one was asked for.

    aiohttp would hand an answer that came unasked, behind a body longer than announced, to the next page that is
    asked for on the connection; and it would read interim answers for as long as they come.
    """

    _awaited = False
    _interim = 0

    def set_response_params(self, **params: Any) -> None:
        self._awaited, self._interim = True, 0
        super().set_response_params(**params)

    def feed_data(self, data: tuple[RawResponseMessage, aiohttp.StreamReader], size: int = 0) -> None:
        trouble = self._trouble_with(data[0])
        if trouble is None:
            super().feed_data(data, size)
        elif trouble:
            self.set_exception(aiohttp.ClientConnectionError(trouble))
            if self.transport is not None:
                self.transport.close()

    def _trouble_with(self, message: RawResponseMessage) -> str | None:
        """Return what is wrong with an answer; "" if it is to be passed over."""
        if 100 <= message.code < 200 and message.code != 101:
            self._interim += 1
            return "" if self._interim <= _MAX_INTERIM else f"more than {_MAX_INTERIM} interim answers"
        if not self._awaited:
            return "an answer that nobody asked for"
        self._awaited = False
        if sum(len(name) + len(value) for name, value in message.raw_headers) > _MAX_HEADERS:
            return f"more than {_MAX_HEADERS} bytes of headers"
        return None


class _Connector(aiohttp.TCPConnector):
    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._factory = partial(_Connection, loop=asyncio.get_running_loop())  # type: ignore[assignment]  # invariant


def _tracing() -> aiohttp.TraceConfig:
    """Return what has each request tell its caller when it leaves."""

    async def tell(_: object, context: SimpleNamespace, __: object) -> None:  # aiohttp awaits it
        if context.trace_request_ctx is not None:
            context.trace_request_ctx()

    config = aiohttp.TraceConfig()
    config.on_request_headers_sent.append(tell)
    return config


@asynccontextmanager
async def open_fetcher(section: FetchSection, per_host: int) -> AsyncIterator[Fetcher]:
    """Open the client; all sockets are closed when the block ends.

    Args:
        section: How URLs are asked for.
        per_host: Connections to one host that are kept for reuse.

    Raises:
        UsageError: A `--connect-to` entry has the wrong form.
    """
    proxy = None if section.proxy is None else URL(section.proxy)
    named = None if proxy is None else (proxy.raw_host or "", proxy.port or 0)
    guard = Guard(routes_of(section.connect_to), section.allow_private, named)
    resolver = guard.resolver()
    connector = _Connector(
        limit=0,  # the engine bounds what is in flight
        limit_per_host=per_host + 1,  # and one for /robots.txt
        ssl=not section.insecure,
        resolver=resolver,
        socket_factory=guard.socket_factory,
        use_dns_cache=False,  # the resolver keeps its answers itself
        enable_cleanup_closed=True,
    )
    async with aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={
            "User-Agent": user_agent(section),
            "Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1",
            "Accept-Language": "*",
            "Accept-Encoding": OFFERED,
        },
        timeout=aiohttp.ClientTimeout(),
        max_line_size=_MAX_HEADER,
        max_field_size=_MAX_HEADER,
        read_bufsize=65_536,
        auto_decompress=False,
        trace_configs=[_tracing()],
    ) as session:
        # A second request at once for a connection that was closed would be one more than the host's delay
        # allows; what passes is tried again in its turn.
        session._retry_connection = False
        yield Fetcher(session, section, guard, resolver)
