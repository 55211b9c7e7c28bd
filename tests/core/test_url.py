import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.model import Reason
from crawler.url import MAX_LENGTH, canonicalise, domain_of, host_of, reversed_host, shown, site_of

BASE = "http://news.example/a/b?x=1"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("HTTP://News.Example:80/A%2fb?b=2&a=1#top", "http://news.example/A%2fb?b=2&a=1"),
        ("../c/./d/../e", "http://news.example/c/e"),
        ("//other.example/x", "http://other.example/x"),
        ("/n?utm_source=x&id=7&fbclid=q&UTM_Medium=y", "http://news.example/n?id=7"),
        ("/n?utm_source=x", "http://news.example/n"),
        ("?utmost=kept", "http://news.example/a/b?utmost=kept"),
        ("https://b\u00fccher.example/\u4e2d \u6587", "https://xn--bcher-kva.example/%E4%B8%AD%20%E6%96%87"),
        ("http://user:pw@news.example/x@y", "http://news.example/x@y"),
        ("http://2130706433/", "http://127.0.0.1/"),
        (" \n/tab\tbed ", "http://news.example/tabbed"),
        ("http:\\\\news.example\\x", "http://news.example/x"),
        ("https://news.example:443", "https://news.example/"),
        ("http://news.example:8080/", "http://news.example:8080/"),
    ],
)
def test_an_address_is_read_as_browsers_read_it(address: str, expected: str) -> None:
    assert canonicalise(address, BASE) == expected


@pytest.mark.parametrize("address", ["http://[::1", "http://a:99999/", "http://exa mple/", "http://", "//"])
def test_a_parse_failure_never_resolves_to_the_page_itself(address: str) -> None:
    assert canonicalise(address, BASE) is Reason.BAD_URL


@pytest.mark.parametrize(
    "address", ["javascript:void(0)", "JaVa\nScript:x", "mailto:a@b.example", "data:,x", "ftp://h/"]
)
def test_other_schemes_are_named(address: str) -> None:
    assert canonicalise(address, BASE) is Reason.SCHEME


def test_a_url_at_the_limit_is_kept_and_one_past_it_is_not() -> None:
    stem = "http://a.example/"
    assert isinstance(canonicalise(stem + "x" * (MAX_LENGTH - len(stem))), str)
    assert canonicalise(stem + "x" * (MAX_LENGTH - len(stem) + 1)) is Reason.BAD_URL
    assert canonicalise(stem + "x" * 1_000_000) is Reason.BAD_URL


def test_a_relative_address_without_a_base_is_no_url() -> None:
    assert canonicalise("/story") is Reason.BAD_URL


@given(st.text(max_size=60))
def test_any_text_has_a_verdict_and_canonical_urls_are_fixed_points(text: str) -> None:
    url = canonicalise(text, BASE)
    if not isinstance(url, Reason):
        assert canonicalise(url) == url
        assert canonicalise(url, "https://elsewhere.example/") == url
        assert "#" not in url
        assert host_of(url)


PATHS = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=8)


@given(PATHS, st.lists(st.tuples(PATHS, PATHS), max_size=4), st.text(max_size=5))
def test_tracking_parameters_and_fragments_never_change_identity(
    path: str, query: list[tuple[str, str]], frag: str
) -> None:
    plain = "&".join(f"q{key}={value}" for key, value in query)
    tracked = "&".join(filter(None, ["utm_campaign=z", plain, "gclid=1"]))
    url = f"http://a.example/{path}"
    assert canonicalise(f"{url}?{tracked}#{frag}") == canonicalise(f"{url}?{plain}" if plain else url)


@pytest.mark.parametrize(
    ("host", "site"),
    [
        ("www.news.co.uk", "news.co.uk"),
        ("a.b.github.io", "b.github.io"),
        ("deep.farm.example", "deep.farm.example"),
        ("127.0.0.1:8080", "127.0.0.1:8080"),
        ("localhost", "localhost"),
        ("[::1]:80", "[::1]:80"),
        ("www.news.com:8443", "news.com"),
    ],
)
def test_the_site_is_the_registrable_domain_and_else_the_host(host: str, site: str) -> None:
    assert site_of(host) == site


def test_reversed_hosts_keep_port_and_addresses() -> None:
    assert reversed_host("www.news.example:81") == "example.news.www:81"
    assert reversed_host("10.0.0.1") == "10.0.0.1"
    assert reversed_host("[::1]:80") == "[::1]:80"


def test_an_address_that_is_no_url_keeps_nothing_a_terminal_obeys_or_a_file_cannot_hold() -> None:
    assert shown("http://[\x1b]0;x\x07\x9b\ud800\ufffe") == "http://[\ufffd]0;x\ufffd\ufffd\ufffd\ufffd"
    assert shown("http://exa mple/\u4e2d") == "http://exa mple/\u4e2d"


@pytest.mark.parametrize("address", ["?", "http://a.example/story?", "http://a.example/story?#x"])
def test_an_empty_query_is_none(address: str) -> None:
    assert canonicalise(address, "http://a.example/story") == "http://a.example/story"


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("s1.trap-farm.example", "trap-farm.example"),
        ("s1.trap-farm.example:8080", "trap-farm.example"),
        ("news.bbc.co.uk", "bbc.co.uk"),
        ("a.example", "a.example"),
        ("localhost", "localhost"),
        ("127.0.0.1:80", "127.0.0.1:80"),
        ("[::1]", "[::1]"),
    ],
)
def test_hosts_under_an_unknown_suffix_are_counted_by_their_last_two_labels(host: str, domain: str) -> None:
    assert domain_of(host) == domain
