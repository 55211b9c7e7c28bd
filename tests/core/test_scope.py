import pytest

from crawler.errors import UsageError
from crawler.model import Reason
from crawler.scope import scope_of

SEEDS = ["https://www.farm.com/a"]


@pytest.mark.parametrize(
    ("reach", "url", "inside"),
    [
        ("any", "http://other.org/x", True),
        ("site", "http://m.farm.com/x", True),
        ("site", "http://other.org/x", False),
        ("host", "http://m.farm.com/x", False),
        ("host", "http://www.farm.com/x", True),
    ],
)
def test_the_scope_is_any_site_or_host(reach: str, url: str, inside: bool) -> None:
    scope = scope_of(SEEDS, reach=reach, include=(), exclude=())  # type: ignore[arg-type]  # a literal
    assert scope.verdict(url) is (None if inside else Reason.OUT_OF_SCOPE)


def test_include_and_exclude_narrow_it() -> None:
    scope = scope_of(SEEDS, reach="any", include=[r"/news/", r"/sport/"], exclude=[r"print=1$"])
    assert scope.verdict("http://a.example/news/1") is None
    assert scope.verdict("http://a.example/blog/1") is Reason.OUT_OF_SCOPE
    assert scope.verdict("http://a.example/news/1?print=1") is Reason.OUT_OF_SCOPE


def test_a_bad_pattern_names_its_option() -> None:
    with pytest.raises(UsageError, match=r"--include \*\.html: not a regular expression"):
        scope_of(SEEDS, reach="any", include=["*.html"], exclude=())
