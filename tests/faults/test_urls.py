"""Addresses: read as browsers read them, sent byte for byte, and never opened where they are no web address."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from farm import article
from faults.crawled import Crawled, crawl_of, healthy_pages_are_exact
from faults.server import Faulty, open_faulty, story

HOST = "urls.example"
GOOD = f"http://{HOST}/story-number-1"
SCHEMES = (
    "javascript:alert(1)//story-9-a", "JaVaScRiPt:alert(1)//story-9-b", "java\nscript:alert(1)//story-9-c",
    "data:text/html,<h1>story-9-d</h1>", "mailto:story-9@urls.example", "file:///etc/story-9-passwd",
    "ftp://urls.example/story-9-f", "tel:+123456789",
)  # fmt: skip
INVALID = (
    "http://[::1/story-9-x",
    "http://urls.example:99999/story-9-y",
    "http://exa mple/story-9-z",
    "http://",
    "//",
)
LONG = [f"http://{HOST}/story-9-" + "x" * length for length in (20_000, 100_000)]
KEPT = f"http://{HOST}/story-9/a%2Fb%20c?q=%E4%B8%AD&r=a+b"
ADDED = f"http://{HOST}/story-9/\u00e9 \u00fc/\u4e2d \u6587"
ORDER = f"http://{HOST}/story-9-query?b=2&a=1&b=1"
SAME = (
    f"{GOOD}?utm_source=a&fbclid=b", f"{GOOD}#top", f"http://{HOST}/n/../n/./%2e%2e/story-number-1",
    f"http://{HOST}:80/story-number-1", f"http:\\\\{HOST}\\story-number-1", f"http://{HOST}/story-\tnumber\n-1",
    "  HTTP://URLS.EXAMPLE/story-number-1  ", f"http://user:pw@{HOST}/story-number-1",
)  # fmt: skip
HOMOGRAPH = "http://\u0430\u0440\u0440\u04cf\u0435.example/story-9-a"


def serve(faulty: Faulty) -> None:
    faulty.site(HOST, *SCHEMES, *INVALID, *LONG, KEPT, ADDED, ORDER, story(HOST, "bad%zzescape"), healthy=4)
    # Each on a page of its own: in one block, they would be one entry.
    for number, address in enumerate(SAME):
        page = story(HOST, f"same-{number}")
        links = [f"http://{HOST}/story-number-2", address, f"http://{HOST}/story-number-3"]
        faulty.says(page, article(page, {"Related": links}).encode())
        faulty.seeds.append(page)
    for number, address in enumerate(("", "?", "#")):
        page = story(HOST, f"self-{number}")
        links = [GOOD, address, f"http://{HOST}/story-number-3"]
        faulty.says(page, article(page, {"Related": links}).encode())
        faulty.seeds.append(page)
    faulty.site("other.example", HOMOGRAPH, "http://LOCAL.example/story-9", "http://local.example/story-9#a",
                "http://local.example./story-9", "http://user:pw@secret.example/story-9")  # fmt: skip
    escaped = f"http://{HOST}/story-9/%C3%A9%20%C3%BC/%E4%B8%AD%20%E6%96%87"
    for url in (KEPT, ORDER, escaped, story(HOST, "bad%zzescape"),
                "http://xn--80ak6aa92e.example/story-9-a", "http://local.example/story-9",
                "http://local.example./story-9", "http://secret.example/story-9"):  # fmt: skip
        faulty.says(url, article(f"Page {url}", {}).encode())


@pytest.fixture(scope="module")
def faulty() -> Iterator[Faulty]:
    with open_faulty() as opened:
        serve(opened)
        yield opened


@pytest.fixture(scope="module")
def crawled(faulty: Faulty, tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    return crawl_of(faulty, tmp_path_factory.mktemp("urls") / "out", "--delay", "0.1")


def test_the_crawl_ends_and_all_healthy_pages_are_exact(faulty: Faulty, crawled: Crawled) -> None:
    assert crawled.code == 0
    assert "Traceback" not in crawled.stderr
    healthy_pages_are_exact(faulty, crawled)


def test_no_other_scheme_becomes_a_page_or_is_opened(crawled: Crawled) -> None:
    for url, (state, reason, _) in crawled.nodes.items():
        assert url.startswith(("http://", "https://", "//")) or (state, reason) == ("excluded", "scheme")
        assert "passwd" not in url or state == "excluded"


def test_credentials_in_an_address_are_neither_sent_nor_kept(faulty: Faulty, crawled: Crawled) -> None:
    assert crawled.fate("http://secret.example/story-9") == ("fetched", None)
    assert not [one for one in faulty.log if "authorization" in one.headers]
    files = [file for file in crawled.directory.iterdir() if file.name.startswith("crawl.db")]
    (body,) = {page for url, page in faulty.pages.items() if b"user:pw@secret" in page}
    # The page's own bytes are evidence, and packed; nothing else holds the password.
    assert b"user:pw" in body
    assert not any(b"user:pw" in file.read_bytes() for file in files)


def test_addresses_of_kilobytes_too_many_are_excluded_each_with_a_row_of_its_own(
    faulty: Faulty, crawled: Crawled
) -> None:
    long = [url for url in crawled.nodes if len(url) > 4000]
    assert len(long) == len(LONG)
    assert {crawled.fate(url) for url in long} == {("excluded", "bad_url")}
    assert max(len(one.target) for one in faulty.log) < 4000


@pytest.mark.parametrize("address", INVALID)
def test_what_is_no_url_is_excluded_and_does_not_resolve_to_a_page(crawled: Crawled, address: str) -> None:
    assert crawled.fate(address) == ("excluded", "bad_url")
    # A position each: none of them was taken for the page itself or for a healthy one.
    healthy = [f"http://{HOST}/story-number-{n}" for n in range(1, 5)]
    assert [url for url in crawled.targets(f"http://{HOST}/story-number-0") if url in healthy] == healthy


def test_a_broken_percent_escape_is_sent_as_it_is(faulty: Faulty, crawled: Crawled) -> None:
    assert crawled.fate(story(HOST, "bad%zzescape")) == ("fetched", None)


def test_a_name_in_look_alike_letters_is_its_a_label(crawled: Crawled) -> None:
    assert crawled.fate("http://xn--80ak6aa92e.example/story-9-a") == ("fetched", None)
    assert not [url for url in crawled.nodes if not url.isascii()]


def test_spellings_of_a_host_are_one_page_and_one_request(faulty: Faulty, crawled: Crawled) -> None:
    spellings = [url for url in crawled.nodes if "local" in url.lower() and "example./" not in url]
    assert spellings == ["http://local.example/story-9"]
    assert crawled.fate("http://local.example/story-9") == ("fetched", None)


def test_a_host_with_a_dot_behind_it_shares_the_manners_of_the_one_without(
    faulty: Faulty, crawled: Crawled
) -> None:
    assert crawled.fate("http://local.example./story-9")[0] in ("fetched", "failed", "excluded")
    both = [one for one in faulty.log if one.host in ("local.example", "local.example.")]
    assert len(both) == 4
    assert min(after.at - before.at for before, after in pairwise(both)) >= 0.05


@pytest.mark.parametrize("url", [KEPT, ORDER])
def test_escapes_and_the_order_of_the_query_are_sent_byte_for_byte(
    faulty: Faulty, crawled: Crawled, url: str
) -> None:
    assert crawled.fate(url) == ("fetched", None)
    assert len(faulty.asked(url)) == 1


def test_what_needs_an_escape_gets_that_of_browsers(faulty: Faulty, crawled: Crawled) -> None:
    (asked,) = [one for one in faulty.log if "%C3%A9" in one.target.upper()]
    assert asked.target == "/story-9/%C3%A9%20%C3%BC/%E4%B8%AD%20%E6%96%87"


@pytest.mark.parametrize("number", range(len(SAME)))
def test_another_spelling_of_a_page_is_the_page(faulty: Faulty, crawled: Crawled, number: int) -> None:
    page = story(HOST, f"same-{number}")
    assert crawled.targets(page) == [f"http://{HOST}/story-number-2", GOOD, f"http://{HOST}/story-number-3"]
    assert len(faulty.asked(GOOD)) == 1


def test_an_empty_address_is_the_page_itself_or_none_and_never_another(crawled: Crawled) -> None:
    for number in range(3):
        page = story(HOST, f"self-{number}")
        others = [url for url in crawled.targets(page) if url.rstrip("?") != page]
        assert others == [GOOD, f"http://{HOST}/story-number-3"]
