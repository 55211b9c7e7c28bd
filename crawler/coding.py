"""Content codings: a body as it was sent, decoded up to a limit (RFC 9110, section 8.4.1). Pure; libraries decode.

A body of kilobytes may decode to gigabytes, so no step makes more than a piece at a time. One layer of coding
is decoded: browsers meet no more, and a second one is how bombs get past limits.
"""

import zlib
from collections.abc import Callable, Iterator

import brotli
import zstandard

OFFERED = "gzip, deflate, br, zstd"
"""What the Accept-Encoding header says."""
PIECE = 65_536
"""Bytes decoded at a time, about."""
_SLICE = 256
"""Bytes of a zstd body taken at a time: a block of four may make 128 KiB, and the library has no other bound."""
_MAX_WINDOW = 8 * 2**20
"""Bytes of history a zstd body may ask for: the most that browsers give (RFC 9659)."""


class CodingError(ValueError):
    """The body is not what its Content-Encoding says, ends early, or is in a coding that is not known."""


def decoded(body: bytes, coding: str, limit: int) -> tuple[bytes, bool]:
    """Return a body without its coding, and whether it was longer than a limit and cut there.

    Args:
        body: As it was sent.
        coding: The Content-Encoding header; empty for none.
        limit: Bytes that are decoded at most.

    Raises:
        CodingError: It cannot be decoded to its end.
    """
    name = coding.strip().lower()
    if name in ("", "identity") or not body:
        return body[:limit], len(body) > limit
    pieces_of = _DECODERS.get(name)
    if pieces_of is None:
        raise CodingError(f"Content-Encoding {coding[:60]!r} is not known")
    pieces: list[bytes] = []
    size = 0
    try:
        for piece in pieces_of(body):
            pieces.append(piece)
            size += len(piece)
            if size > limit:
                return b"".join(pieces)[:limit], True
    except (zlib.error, brotli.error, zstandard.ZstdError) as error:
        raise CodingError(f"not {name}: {error}") from error
    return b"".join(pieces), False


def _gzip(body: bytes) -> Iterator[bytes]:
    """Yield what one or more gzip members hold; what stands behind the last one is dropped, as browsers do."""
    more = True
    while more:
        unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
        yield from _inflated(unpacker, body)
        body = unpacker.unused_data
        more = body[:2] == b"\x1f\x8b"


def _deflate(body: bytes) -> Iterator[bytes]:
    """Yield what a zlib stream holds, or a bare deflate stream, which some servers send under the same name."""
    try:
        zlib.decompressobj().decompress(body[:PIECE], PIECE)
        window = zlib.MAX_WBITS
    except zlib.error:
        window = -zlib.MAX_WBITS
    yield from _inflated(zlib.decompressobj(window), body)


def _inflated(unpacker: "zlib._Decompress", body: bytes) -> Iterator[bytes]:
    while True:
        piece = unpacker.decompress(body, PIECE)
        yield piece
        if unpacker.eof:
            return
        body = unpacker.unconsumed_tail
        if not body and not piece:
            raise CodingError("the compressed body ends early")


def _brotli(body: bytes) -> Iterator[bytes]:
    unpacker = brotli.Decompressor()
    yield unpacker.process(body, output_buffer_limit=PIECE)
    while not unpacker.is_finished():
        if unpacker.can_accept_more_data():
            raise CodingError("the compressed body ends early")
        yield unpacker.process(b"", output_buffer_limit=PIECE)


def _zstd(body: bytes) -> Iterator[bytes]:
    """Yield what one or more zstd frames hold."""
    more = True
    while more:
        unpacker = zstandard.ZstdDecompressor(max_window_size=_MAX_WINDOW).decompressobj()
        at = 0
        while not unpacker.eof:
            if at >= len(body):
                raise CodingError("the compressed body ends early")
            yield unpacker.decompress(body[at : at + _SLICE])
            at += _SLICE
        body = unpacker.unused_data + body[at:]
        more = body.startswith(zstandard.FRAME_HEADER)


_DECODERS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
