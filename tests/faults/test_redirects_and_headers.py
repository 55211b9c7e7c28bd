"""Redirects, cookies and headers: loops end, nothing is followed where it may not go, nothing leaks to another host."""

from collections.abc import Iterator

import pytest
from farm import article
from faults.crawled import Crawled, crawl_of, healthy_pages_are_exact
from faults.server import Faulty, Request, open_faulty, story

HOST, OTHER = "redirects.example", "other.example"
BAD = ("unparsable", "absent", "latin-1", "endless-label", "newline")
SCHEMES = ("file", "javascript", "data", "ftp")
LOCATIONS = {
    "unparsable": "http://[::1", "endless-label": f"http://{'x' * 300}.example/story-9", "file": "file:///etc/passwd",
    "javascript": "javascript:alert(1)", "data": "data:text/html,x", "ftp": "ftp://urls.example/x",
}  # fmt: skip


def serve(faulty: Faulty) -> None:
    names = ("alias", "self", "loop-a", "chain-0", "denied", "leak", "flood", *BAD, *SCHEMES)
    faulty.site(HOST, *(story(HOST, name) for name in names), healthy=6)
    faulty.site(OTHER, healthy=3)
    faulty.says(f"http://{HOST}/robots.txt", b"User-agent: *\nDisallow: /private/", kind="text/plain")

    def redirect(name: str, target: str, **headers: str) -> None:
        @faulty.fault(story(HOST, name))
        async def answer(request: Request) -> None:
            await request.redirect(target, **headers)

    redirect("alias", f"http://{OTHER}/story-number-3")
    redirect("self", story(HOST, "self"))
    redirect("loop-a", story(HOST, "loop-b"))
    redirect("loop-b", story(HOST, "loop-a"))
    redirect("denied", f"http://{HOST}/private/story-9")
    redirect("leak", story(OTHER, "landing"), Set_Cookie="id=1; Domain=other.example; Path=/")
    for number in range(40):
        redirect(f"chain-{number}", story(HOST, f"chain-{number + 1}"), Set_Cookie=f"hop={number}")
    for name, location in LOCATIONS.items():
        redirect(name, location)
    faulty.says(story(HOST, "absent"), b"", "302 Found")
    faulty.says(
        story(OTHER, "landing"), article("Landed", {}).encode(), Set_Cookie="id=2; Domain=redirects.example"
    )

    @faulty.fault(story(HOST, "latin-1"))
    async def latin_1(request: Request) -> None:
        await request.send(
            b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: http://redirects.example/story-9-caf\xe9\r\n\r\n"
        )

    @faulty.fault(story(HOST, "newline"))
    async def newline(request: Request) -> None:
        await request.send(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /story-9\x00-x\r\n\r\n")

    @faulty.fault(story(HOST, "flood"))
    async def flood(request: Request) -> None:
        cookies = b"".join(b"Set-Cookie: c%d=%s\r\n" % (number, b"x" * 40) for number in range(3000))
        body = article("Flooded", {}).encode()
        await request.send(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n%s\r\n"
            % (len(body), cookies)
            + body
        )


@pytest.fixture(scope="module")
def faulty() -> Iterator[Faulty]:
    with open_faulty() as opened:
        serve(opened)
        yield opened


@pytest.fixture(scope="module")
def crawled(faulty: Faulty, tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    return crawl_of(faulty, tmp_path_factory.mktemp("redirects") / "out", "--attempts", "1")


def test_the_crawl_ends_and_all_healthy_pages_are_exact(faulty: Faulty, crawled: Crawled) -> None:
    assert crawled.code == 0
    assert "Traceback" not in crawled.stderr
    healthy_pages_are_exact(faulty, crawled)


def test_an_edge_over_a_redirect_ends_at_the_final_page_which_is_asked_for_once(
    faulty: Faulty, crawled: Crawled
) -> None:
    target = f"http://{OTHER}/story-number-3"
    assert crawled.fate(story(HOST, "alias")) == ("redirected", "alias")
    final = crawled.sql("SELECT redirected_to FROM nodes WHERE url = ?", story(HOST, "alias"))
    assert final == [(target,)]
    assert target in crawled.targets(f"http://{HOST}/story-number-0")
    assert len(faulty.asked(target)) == 1


def test_a_redirect_adds_no_depth(crawled: Crawled) -> None:
    assert crawled.nodes[story(HOST, "leak")] == ("redirected", "alias", 1)
    assert crawled.nodes[story(OTHER, "landing")] == ("fetched", None, 1)


@pytest.mark.parametrize("name", ["self", "loop-a", "loop-b"])
def test_a_loop_is_seen_at_once(faulty: Faulty, crawled: Crawled, name: str) -> None:
    assert crawled.fate(story(HOST, name)) == ("failed", "redirect_loop")
    assert len(faulty.asked(story(HOST, name))) == 1


def test_a_chain_without_end_is_followed_ten_times(faulty: Faulty, crawled: Crawled) -> None:
    asked = [one for one in faulty.log if "chain-" in one.target]
    assert len(asked) == 11
    assert {crawled.fate(one.url) for one in asked} == {("failed", "too_many_redirects")}


@pytest.mark.parametrize("name", SCHEMES)
def test_a_redirect_to_another_scheme_is_refused(crawled: Crawled, name: str) -> None:
    assert crawled.fate(story(HOST, name)) == ("failed", "scheme")
    assert LOCATIONS[name] not in crawled.nodes


@pytest.mark.parametrize(
    ("name", "reason"), [("unparsable", "bad_url"), ("absent", "bad_url"), ("newline", "protocol")]
)
def test_a_redirect_that_names_no_address_is_a_failure(crawled: Crawled, name: str, reason: str) -> None:
    assert crawled.fate(story(HOST, name)) == ("failed", reason)


def test_raw_bytes_in_a_location_are_escaped_as_browsers_do(faulty: Faulty, crawled: Crawled) -> None:
    assert crawled.fate(story(HOST, "latin-1")) == ("redirected", "alias")
    assert len(faulty.asked(story(HOST, "caf%C3%A9"))) == 1


def test_a_redirect_to_a_name_that_cannot_be_fails_as_a_name(crawled: Crawled) -> None:
    assert crawled.fate(story(HOST, "endless-label")) == ("redirected", "alias")
    assert crawled.fate(LOCATIONS["endless-label"]) == ("failed", "dns")


def test_a_redirect_to_a_disallowed_address_is_not_followed(faulty: Faulty, crawled: Crawled) -> None:
    assert crawled.fate(f"http://{HOST}/private/story-9") == ("excluded", "robots")
    assert not [one for one in faulty.log if "private" in one.target]


def test_no_cookie_credential_or_referrer_is_ever_sent(faulty: Faulty, crawled: Crawled) -> None:
    assert len(faulty.asked(story(OTHER, "landing"))) == 1
    for one in faulty.log:
        assert not {"cookie", "authorization", "referer", "origin", "proxy-authorization"} & set(one.headers)


def test_a_flood_of_cookies_costs_at_most_its_page(crawled: Crawled) -> None:
    assert crawled.fate(story(HOST, "flood"))[0] in ("fetched", "failed")
