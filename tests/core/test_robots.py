import pytest

from crawler.model import Fetched, Reason
from crawler.robots import ALLOW_ALL, MAX_BYTES, product_token, rules

URL = "http://a.example/robots.txt"


def answer(text: bytes | None, status: int | None = 200, reason: Reason | None = None) -> Fetched:
    return Fetched(URL, 0.0, 0.1, status, body=text, reason=reason)


def verdict(text: str, path: str) -> Reason | None:
    return rules(answer(text.encode()), "crosslink-crawler").verdict(
        f"http://a.example{path}", "crosslink-crawler"
    )


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        ("User-agent: *\nDisallow: /private/", "/private/x", False),
        ("User-agent: *\nDisallow: /private/", "/public", True),
        ("User-agent: *\nDisallow: /*?print=", "/a?print=1", False),
        ("User-agent: *\nDisallow: /deep/*/secret$", "/deep/x/secret", False),
        ("User-agent: *\nDisallow: /deep/*/secret$", "/deep/x/secrets", True),
        ("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", True),
        ("\ufeffUser-agent: *\r\nDisallow: /x # why\r\n", "/x", False),
        ("User-agent: crosslink-crawler\nDisallow: /\n\nUser-agent: *\nAllow: /", "/x", False),
        ("User-agent: other\nDisallow: /", "/x", True),
        ("<!doctype html><p>Disallow: /</p>", "/x", True),
    ],
)
def test_the_longest_matching_rule_of_our_group_decides(text: str, path: str, allowed: bool) -> None:
    assert verdict(text, path) is (None if allowed else Reason.ROBOTS)


def test_statuses_decide_as_rfc_9309_says() -> None:
    for status in (401, 403, 404, 410):
        assert rules(answer(None, status, Reason.HTTP_4XX), "x") == ALLOW_ALL
    for status, reason in ((429, Reason.HTTP_429), (503, Reason.HTTP_5XX), (None, Reason.TIMEOUT)):
        assert rules(answer(None, status, reason), "x").refused is Reason.ROBOTS_UNREACHABLE


def test_a_host_without_address_keeps_its_own_reason() -> None:
    assert rules(answer(None, None, Reason.DNS), "x").refused is Reason.DNS
    assert rules(answer(None, None, Reason.PRIVATE_ADDRESS), "x").refused is Reason.PRIVATE_ADDRESS


def test_rules_within_the_first_500_kib_are_obeyed() -> None:
    head = b"User-agent: *\nDisallow: /x\n"
    assert rules(answer(head + b"#" * 5_000_000), "x").verdict("http://a.example/x", "x") is Reason.ROBOTS
    late = b"User-agent: *\n" + b"#" * MAX_BYTES + b"\nDisallow: /x\n"
    assert rules(answer(late), "x").verdict("http://a.example/x", "x") is None


def test_the_crawl_delay_is_read() -> None:
    assert rules(answer(b"User-agent: *\nCrawl-delay: 2"), "x").crawl_delay_s == 2.0


def test_the_product_token_is_the_name_before_the_version() -> None:
    assert product_token("crosslink-crawler/0.1 (x)") == "crosslink-crawler"
