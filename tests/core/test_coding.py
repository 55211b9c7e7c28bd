"""Content codings: what was packed comes out, what is broken is named, and no bomb makes more than its limit."""

import gzip
import tracemalloc
import zlib

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from crawler.coding import CodingError, decoded


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


PACKERS = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "X-GZIP ": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.compress,
    "": bytes,
    "identity": bytes,
}


@pytest.mark.parametrize("coding", PACKERS)
@given(body=st.binary(max_size=300_000).map(lambda body: body * 3))
def test_what_was_packed_comes_out(coding: str, body: bytes) -> None:
    assert decoded(PACKERS[coding](body), coding, len(body)) == (body, False)


def test_bare_deflate_and_several_gzip_members_are_read_as_browsers_do() -> None:
    assert decoded(raw_deflate(b"story" * 99), "deflate", 1_000) == (b"story" * 99, False)
    assert decoded(gzip.compress(b"one ") + gzip.compress(b"two") + b"\0\0", "gzip", 99) == (
        b"one two",
        False,
    )


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_a_body_cut_short_or_of_another_kind_is_named(coding: str) -> None:
    whole = PACKERS[coding](bytes(range(256)) * 400)
    for broken in (whole[:-9], whole[: len(whole) // 2], b"<p>no such thing</p>"):
        with pytest.raises(CodingError):
            decoded(broken, coding, 10**6)


@pytest.mark.parametrize("coding", ["gzip, gzip", "compress", "aes128gcm", "utf-8"])
def test_two_layers_and_unknown_codings_are_named(coding: str) -> None:
    with pytest.raises(CodingError):
        decoded(gzip.compress(gzip.compress(b"x")), coding, 99)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_a_bomb_is_cut_at_the_limit_and_costs_no_more_memory(coding: str) -> None:
    bomb = PACKERS[coding](b" " * 60_000_000)
    tracemalloc.start()
    body, cut = decoded(bomb, coding, 1_000_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (len(body), cut) == (1_000_000, True)
    assert peak < 12_000_000  # zstd makes up to 8 MB of one slice
