"""Size and parsing: bombs, monsters and lies in a body are bounded in time and memory, and named."""

import gzip
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from farm import article
from faults.crawled import Crawled, crawl, crawl_of, healthy_pages_are_exact
from faults.server import Faulty, Request, open_faulty, story

from crawler.extract.blocks import MAX_BLOCKS, MAX_LINKS
from crawler.extract.fields import MAX_FIELD

HTML = "text/html"
BOMB_BYTES = 500_000_000


def bomb(kind: str) -> bytes:
    """Return some hundred kilobytes or less that decode to `BOMB_BYTES`."""
    block = b"<p>" + b" " * 999_997
    count = BOMB_BYTES // len(block)
    if kind == "br":
        import brotli

        brotli_packer = brotli.Compressor(quality=1)
        return b"".join(brotli_packer.process(block) for _ in range(count)) + brotli_packer.finish()
    if kind == "zstd":
        import zstandard

        zstd_packer = zstandard.ZstdCompressor(level=1).compressobj()
        return b"".join(zstd_packer.compress(block) for _ in range(count)) + zstd_packer.flush()
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    return b"".join(packer.compress(block) for _ in range(count)) + packer.flush()


def serve(faulty: Faulty) -> None:
    gzipped = bomb("gzip")
    bodies: dict[str, tuple[bytes, str, dict[str, str]]] = {
        "gzip-bomb": (gzipped, HTML, {"Content_Encoding": "gzip"}),
        "br-bomb": (bomb("br"), HTML, {"Content_Encoding": "br"}),
        "zstd-bomb": (bomb("zstd"), HTML, {"Content_Encoding": "zstd"}),
        "gzip-cut": (gzip.compress(article("Cut", {}).encode() * 9)[:-40], HTML, {"Content_Encoding": "gzip"}),
        "x-gzip": (gzip.compress(article("Old name", {}).encode()), HTML, {"Content_Encoding": "x-gzip"}),
        "download": (b"MZ\x90\0" + bytes(range(256)) * 99, "application/octet-stream", {}),
        "double-gzip-bomb": (gzip.compress(gzipped), HTML, {"Content_Encoding": "gzip, gzip"}),
        "one-line": (article("One line", {}).encode() + b"<p>" + b"word " * 1_880_000, HTML, {}),
        "deep-nesting": (b"<title>Deep</title>" + b"<div>" * 100_000, HTML, {}),
        "attributes": (b"<title>Many</title><p " + b" ".join(b"a%d=1" % n for n in range(200_000)) + b">", HTML, {}),
        "unclosed": (b"<title>Open</title>" + b"<b><i><table><tr><td>" * 20_000, HTML, {}),
        "entities": (ENTITIES, "application/xhtml+xml", {}),
        "nul-bytes": (b"<title>NUL\0 in a title</title><h1>NUL\0 in a title</h1><p>a\0b", HTML, {}),
        "bad-charset": (CHINESE.encode("gb18030"), "text/html; charset=x-unknown-999", {}),
        "utf16-lie": ("\ufeff<title>A title in UTF-16</title>".encode("utf-16-le"), "text/html; charset=utf-8", {}),
        "image": (PNG, "image/png", {}),
        "pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", HTML, {}),
        "long-title": (b"<title>" + b"x" * 1_000_000 + b"</title><h1>" + b"x" * 1_000_000 + b"</h1>", HTML, {}),
        "many-links": (article("Many links", {"Related": LINKS}).encode(), HTML, {}),
        "many-blocks": (
            article("Many blocks", {}).encode()
            + b"".join(b"<div><h3>Related</h3><ul>%s</ul></div>" % _entries(n) for n in range(10_000)),
            HTML, {},
        ),
    }  # fmt: skip
    for number, (name, (body, kind, headers)) in enumerate(bodies.items()):
        host = f"size{number % 6}.example"
        faulty.says(story(host, name), body, kind=kind, **headers)
    for number in range(6):
        host = f"size{number}.example"
        faulty.site(host, *(story(host, name) for at, name in enumerate(bodies) if at % 6 == number))
    faulty.site("huge.example", story("huge.example", "body"))

    @faulty.fault(story("huge.example", "body"))
    async def huge(request: Request) -> None:
        await request.send(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2000000000\r\n\r\n"
        )
        for _ in range(2000):
            await request.send(b" " * 1_000_000)


def _entries(number: int) -> bytes:
    return b"".join(
        b"<li><a href=/b/story-%d-%d>A story of several words</a>" % (number, n) for n in range(2)
    )


LINKS = [f"/deep/story-{number}" for number in range(100_000)]
ENTITIES = b"""<?xml version="1.0"?><!DOCTYPE html [<!ENTITY file SYSTEM "file:///etc/passwd"><!ENTITY a "lollollol">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">
<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]><html xmlns="http://www.w3.org/1999/xhtml"><head><title>Entities</title>
</head><body><h1>Entities</h1><p>&file; &d;</p></body></html>"""
TITLE = "\u4e2d\u6587\u65b0\u95fb\u9555\u6807\u9898"  # with a sign that GB 2312 itself lacks
CHINESE = f"<html><head><meta charset=gb2312><title>{TITLE}</title></head><body></body></html>"
PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + bytes(17)


@pytest.fixture(scope="module")
def faulty() -> Iterator[Faulty]:
    with open_faulty() as opened:
        serve(opened)
        yield opened


@pytest.fixture(scope="module")
def crawled(faulty: Faulty, tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    return crawl_of(
        faulty, tmp_path_factory.mktemp("size") / "out", "--extract-timeout", "20", "--processes", "2"
    )


def url_of(crawled: Crawled, name: str) -> str:
    (found,) = [url for url in crawled.nodes if url.endswith(f"/story-9-{name}")]
    return found


def test_the_crawl_ends_and_all_healthy_pages_are_exact(faulty: Faulty, crawled: Crawled) -> None:
    assert crawled.code == 0
    assert "Traceback" not in crawled.stderr
    healthy_pages_are_exact(faulty, crawled)


@pytest.mark.parametrize("name", ["gzip-bomb", "br-bomb", "zstd-bomb"])
def test_a_compression_bomb_is_cut_at_the_body_limit(crawled: Crawled, name: str) -> None:
    assert crawled.fate(url_of(crawled, name)) == ("failed", "too_large")


def test_a_compressed_body_that_ends_early_is_no_page(crawled: Crawled) -> None:
    assert crawled.fate(url_of(crawled, "gzip-cut")) == ("failed", "bad_encoding")


def test_a_coding_by_its_old_name_is_decoded(crawled: Crawled) -> None:
    assert crawled.title(url_of(crawled, "x-gzip")) == "Old name"


def test_more_than_one_layer_of_compression_is_refused(crawled: Crawled) -> None:
    assert crawled.fate(url_of(crawled, "double-gzip-bomb")) == ("failed", "bad_encoding")


def test_no_process_of_the_crawl_grows_past_its_bound(crawled: Crawled) -> None:
    assert crawled.peak_rss_mb < 400


def test_a_body_too_large_by_its_own_header_is_not_read(faulty: Faulty, crawled: Crawled) -> None:
    url = story("huge.example", "body")
    assert crawled.fate(url) == ("failed", "too_large")
    # Less than the limit of a body: what was sent lay in the buffers of the sockets.
    assert [one.sent < 8_000_000 for one in faulty.asked(url)] == [True]


@pytest.mark.parametrize(
    ("name", "title"),
    [("one-line", "One line"), ("deep-nesting", "Deep"), ("attributes", "Many"), ("unclosed", "Open")],
)
def test_a_page_made_to_choke_parsers_is_read_within_the_time_of_one_page(
    crawled: Crawled, name: str, title: str
) -> None:
    assert crawled.fate(url_of(crawled, name)) == ("fetched", None)
    assert crawled.title(url_of(crawled, name)) == title


def test_entities_are_neither_expanded_nor_read_from_files(crawled: Crawled) -> None:
    url = url_of(crawled, "entities")
    assert crawled.title(url) == "Entities"
    ((text,),) = crawled.sql("SELECT text FROM articles JOIN pages ON id = page_id WHERE url = ?", url)
    assert "root:" not in (text or "")
    assert len(text or "") < 1000


def test_no_nul_reaches_an_export(crawled: Crawled) -> None:
    assert crawled.title(url_of(crawled, "nul-bytes")) == "NUL in a title"
    exported = crawled.directory.with_name("csv")
    done = crawl(["export", crawled.directory, "--format", "csv", "--output", exported], exported)
    assert done.code == 0
    assert not any(b"\0" in file.read_bytes() for file in Path(exported).iterdir())


def test_an_unknown_charset_falls_through_to_the_page_and_gb2312_means_gbk(crawled: Crawled) -> None:
    assert crawled.title(url_of(crawled, "bad-charset")) == TITLE


def test_a_byte_order_mark_wins_over_the_header(crawled: Crawled) -> None:
    assert crawled.title(url_of(crawled, "utf16-lie")) == "A title in UTF-16"


@pytest.mark.parametrize("name", ["image", "pdf"])
def test_what_is_no_html_is_named_by_its_type_and_by_its_first_bytes(crawled: Crawled, name: str) -> None:
    assert crawled.fate(url_of(crawled, name)) == ("failed", "not_html")


def test_titles_links_and_blocks_end_at_their_limits(crawled: Crawled) -> None:
    title = crawled.title(url_of(crawled, "long-title"))
    assert title is not None
    assert len(title) == MAX_FIELD
    count = "SELECT count(*) FROM {} JOIN pages ON id = {} WHERE url = ?"
    assert crawled.sql(count.format("links", "source_id"), url_of(crawled, "many-links")) == [(MAX_LINKS,)]
    assert crawled.sql(count.format("blocks", "page_id"), url_of(crawled, "many-blocks")) == [(MAX_BLOCKS,)]
