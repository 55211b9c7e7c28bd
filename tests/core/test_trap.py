import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.model import Article
from crawler.trap import family_of, fingerprint, is_endless, is_trap, without_session

HOST = "http://a.example"


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        ("/n/1.html;jsessionid=0A1B2C3D4E5F", "/n/1.html"),
        ("/n/1.html;jsessionid=0A1B?x=1", "/n/1.html?x=1"),
        ("/n.php?id=7&PHPSESSID=0123456789abcdef", "/n.php?id=7"),
        ("/n.php?PHPSESSID=0123456789abcdef&id=7", "/n.php?id=7"),
        ("/n.php?sid=0123456789abcdef", "/n.php"),
        ("/(S(lit3py55t21z5v55vlm25s55))/n.aspx", "/n.aspx"),
    ],
)
def test_session_ids_are_recognised(url: str, plain: str) -> None:
    assert without_session(HOST + url) == HOST + plain


@pytest.mark.parametrize(
    "url", ["/n.php?id=7", "/n.php?sid=7", "/tag/;a", "/story-(2)/x", "/n?side=12345678", "/n?a=1;b=2"]
)
def test_other_addresses_hold_none(url: str) -> None:
    assert without_session(HOST + url) == HOST + url


def test_a_path_that_repeats_itself_is_endless_and_a_date_is_not() -> None:
    assert is_endless(HOST + "/a/b" * 5)
    assert is_endless(HOST + "/x/n" * 6 + "/1.html?q=/y/y")
    assert not is_endless(HOST + "/2005/05/05/05/story/a/b/c/d/e/f/g/h.html")
    assert not is_endless(HOST + "/n.html?path=/a/a/a/a/a/a/a/a/a")


def test_a_family_is_told_by_its_path_and_the_names_in_its_query() -> None:
    assert family_of(HOST + "/l?p=1&sort=up") == family_of(HOST + "/l?sort=down&p=9") == HOST + "/l?p&sort"
    assert family_of(HOST + "/n.html") is None


def test_it_takes_repeats_of_most_pages_to_make_a_trap() -> None:
    assert not is_trap(7, 7)
    assert is_trap(8, 8)
    assert not is_trap(1000, 20)


@given(st.text(max_size=40), st.text(max_size=40))
def test_fingerprints_tell_articles_apart(one: str, other: str) -> None:
    same = fingerprint(Article("T", text=one or "x")) == fingerprint(Article("T", text=other or "x"))
    assert same == ((one or "x") == (other or "x"))


def test_an_article_without_a_text_is_no_copy_of_another() -> None:
    assert fingerprint(Article("Gallery", published="2025-04-12")) is None
    assert fingerprint(Article("Page not found")) is not None
