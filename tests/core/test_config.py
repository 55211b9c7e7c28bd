import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.config import changes, default_text, dump, keys, load
from crawler.errors import UsageError
from crawler.model import Kind


def test_default_toml_and_the_sections_have_the_same_keys() -> None:
    document = tomllib.loads(default_text())
    assert {key: section for section, entries in document.items() for key in entries} == keys()


def test_the_later_source_wins(tmp_path: Path) -> None:
    file = tmp_path / "crawl.toml"
    file.write_text("[crawl]\ndepth = 3\nmax_pages = 7\nmax_position = 2\n")
    found = load(
        files=[file],
        environment={"CRAWL_MAX_PAGES": "8", "CRAWL_DEPTH": "4", "HOME": "/"},
        flags={"depth": "5"},
    )
    assert (found.crawl.depth, found.crawl.max_pages, found.crawl.max_position) == (5, 8, 2)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[crawl]\ndepht = 3", r"crawl.toml: unknown key \[crawl\] `depht`; did you mean `depth`\?"),
        ("[crwal]\ndepth = 3", r"unknown section \[crwal\]; did you mean `crawl`\?"),
        ("depth = 3", r"`depth` stands outside a section; write it under \[crawl\]"),
        ("[fetch]\ndepth = 3", r"`depth` stands under \[fetch\]; it belongs under \[crawl\]"),
        ("[crawl]\ndepth = -1", r"depth = -1: "),
        ('[crawl]\ndepth = "3"', r"depth = 3: expected `int`"),
        ("[crawl]\ndepth = ", r"is not valid TOML"),
        ('[crawl]\nfollow = ["popular"]', r"follow = popular: "),
    ],
)
def test_a_mistake_names_file_key_and_remedy(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "crawl.toml"
    file.write_text(text)
    with pytest.raises(UsageError, match=message):
        load(files=[file], environment={}, flags={})


def test_an_unknown_environment_variable_names_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"CRAWL_DEEPTH: unknown key `deepth`; did you mean `depth`"):
        load(files=(), environment={"CRAWL_DEEPTH": "1"}, flags={})


def test_text_from_flags_is_parsed_and_none_means_no_limit() -> None:
    found = load(
        files=(),
        environment={"CRAWL_ALLOW_PRIVATE": "true"},
        flags={"follow": "ranking, related", "max_pages": "none"},
    )
    assert found.crawl.follow == (Kind.RANKING, Kind.RELATED)
    assert found.crawl.max_pages is None
    assert found.fetch.allow_private is True


def test_limits_and_manners_may_change_and_what_the_graph_means_may_not() -> None:
    old = load(files=(), environment={}, flags={"max_position": "3"})
    same = load(
        files=(),
        environment={},
        flags={
            "max_position": "none",
            "depth": "9",
            "delay": "0",
            "follow": "ranking,recommendation,related",
        },
    )
    assert changes(dump(old), same) == []
    other = load(files=(), environment={}, flags={"max_position": "2", "scope": "host", "follow": "related"})
    assert [text.split()[0] for text in changes(dump(old), other)] == ["scope", "follow", "max_position"]


def test_a_stored_configuration_is_the_base_of_the_next() -> None:
    old = load(files=(), environment={}, flags={"depth": "7", "contact": "me"})
    new = load(files=(), environment={}, flags={"depth": "8"}, base=dump(old))
    assert new == replace(old, crawl=replace(old.crawl, depth=8))
