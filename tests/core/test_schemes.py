"""Link schemes: each part by its definition, bounded, and the tied sites before those that chance links."""

import random
from dataclasses import astuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up import RECEIPT, node

from crawler.graph.schemes import WEIGHTS, PairScheme, SiteScheme, link_schemes
from crawler.model import CrossLink, Facts, Kind, Membership

Row = tuple[str, int, str, int, str | None]
"""Site and number of a page, site and number of its target, the block's label."""


def schemes(
    rows: list[Row], stories: dict[str, list[tuple[str, int]]] | None = None, most: int | None = None
) -> tuple[list[SiteScheme], list[PairScheme]]:
    def url(site: str, page: int) -> str:
        return f"http://www.{site}.com/{page:03}"

    links = sorted(
        (CrossLink(url(a, m), url(b, n), Kind.RELATED, label, 1, "", None, "") for a, m, b, n, label in rows),
        key=lambda link: link.source,
    )
    urls = sorted({end for link in links for end in (link.source, link.target)})
    nodes = []
    for one in urls:
        made = node(one)
        made = type(made)(made.url, made.host, made.host.removeprefix("www."), *_rest(made))
        nodes.append(made)
    members = [
        Membership(url(*page), story, 1.0, "", earliest=False)
        for story, pages in (stories or {}).items()
        for page in pages
    ]
    facts = Facts(
        lambda: iter(nodes),
        lambda: iter(links),
        RECEIPT,
        (lambda: iter(members)) if stories is not None else None,
    )
    return link_schemes(facts, most)


def _rest(one: object) -> tuple[object, ...]:
    return tuple(getattr(one, name) for name in one.__struct_fields__[3:])  # type: ignore[attr-defined]


def test_a_pair_shows_its_links_pages_and_what_chance_gives() -> None:
    rows: list[Row] = [
        ("a", 1, "b", 1, "Hot"), ("a", 1, "b", 2, "Hot"), ("a", 2, "b", 1, "Hot"), ("a", 3, "a", 1, "Hot"),
        ("b", 1, "a", 1, "hot "), ("b", 2, "c", 1, None), ("c", 1, "a", 1, "More"), ("c", 2, "d", 1, "More"),
    ]  # fmt: skip
    _, pairs = schemes(rows)
    pair = next(one for one in pairs if (one.a, one.b) == ("a.com", "b.com"))
    assert (pair.links_there, pair.links_back, pair.pages_there, pair.pages_back) == (3, 1, 2, 1)
    # Seven links leave: b gets 3, a 2, c 1, d 1. a's three are dealt to b, c, d, which get 5; b's two to a, c, d.
    assert pair.expected_there == pytest.approx(3 * 3 / 5)
    assert pair.expected_back == pytest.approx(2 * 2 / 4)
    # Two of a's three pages link to b, one of b's two to a.
    assert pair.parts.reciprocity == pytest.approx(2 * (1 / 2) / (2 / 3 + 1 / 2))
    assert pair.parts.linking == pytest.approx((2 / 3 * 1 / 2) ** 0.5)
    assert pair.parts.excess == pytest.approx((4 - 2.8) / (4 + 2.8))
    assert pair.parts.templates == 1
    assert pair.parts.copies is None
    assert pair.parts.shared_targets is None
    known = {"reciprocity": 6 / 7, "linking": (1 / 3) ** 0.5, "excess": 1.2 / 6.8, "templates": 1}
    assert pair.score == pytest.approx(sum(WEIGHTS[name] * value for name, value in known.items()))


def test_a_pair_does_not_rank_high_on_few_known_parts() -> None:
    # x and y link each other from their only pages, and nothing else is known; a and b do so, and share all else.
    rows: list[Row] = [("x", 1, "y", 1, None), ("y", 1, "x", 1, None)]
    for a, b in ("ab", "ba"):
        rows += [(a, n, b, n, "Hot") for n in range(4)] + [(a, n, "c", 1, "Hot") for n in range(3)]
    _, pairs = schemes(rows, {str(n): [("a", n), ("b", n)] for n in range(4)})
    scores = {(pair.a, pair.b): pair.score for pair in pairs}
    assert scores["a.com", "b.com"] > scores["x.com", "y.com"]
    assert scores["x.com", "y.com"] < 0.65


def test_links_both_ways_do_not_depend_on_how_much_of_a_site_was_crawled() -> None:
    rows: list[Row] = [("a", n, "b", 1, "Hot") for n in range(30)] + [
        ("b", n, "a", 1, "Hot") for n in range(3)
    ]
    _, (pair,) = schemes(rows)
    assert pair.parts.reciprocity == 1


def test_copies_tie_sites_without_a_link_between_them() -> None:
    rows: list[Row] = [("a", 1, "a", 2, None), ("b", 1, "b", 2, None)]
    _, pairs = schemes(rows, {"s": [("a", 1), ("b", 1), ("b", 2)]})
    (pair,) = pairs
    assert (pair.links_there, pair.parts.copies, pair.parts.reciprocity) == (0, 3 / 4, 0)


def test_a_farm_s_sites_come_before_sites_that_link_at_random_and_no_part_is_hidden() -> None:
    chance = random.Random(1)
    farm, others = ["f0", "f1", "f2", "f3"], [f"o{n}" for n in range(8)]
    rows: list[Row] = []
    for site in farm + others:
        for page in range(20):
            rows += [(site, page, site, chance.randrange(20), "Related")]
            if site in farm:
                other = chance.choice([one for one in farm if one != site])
                rows += [(site, page, other, chance.randrange(20), "Hot right now")]
            elif chance.random() < 0.5:
                rows += [
                    (site, page, chance.choice(farm + others), chance.randrange(20), f"More from {site}")
                ]
    sites, pairs = schemes(rows, {str(n): [("f0", n), ("f2", n)] for n in range(10)})
    assert {one.site for one in sites[:4]} == {f"{site}.com" for site in farm}
    assert {(one.a, one.b) for one in pairs[:6]} == {
        (f"{a}.com", f"{b}.com") for a in farm for b in farm if a < b
    }
    assert (pairs[0].a, pairs[0].b) == ("f0.com", "f2.com")
    assert sites[0].clique is not None and sites[0].clique > sites[0].clique_chance


@given(
    st.lists(
        st.tuples(st.sampled_from("abcde"), st.integers(0, 4), st.sampled_from("abcde"), st.integers(0, 4),
                  st.sampled_from(["x", "y", None])),
        max_size=40,
    ),
    st.none() | st.dictionaries(st.sampled_from("st"),
                                st.lists(st.tuples(st.sampled_from("abcde"), st.integers(0, 4)), max_size=5)),
)  # fmt: skip
@settings(max_examples=80, deadline=None)
def test_scores_and_parts_stay_within_bounds_and_are_sorted(
    rows: list[Row], stories: dict[str, list[tuple[str, int]]] | None
) -> None:
    sites, pairs = schemes(rows, stories)
    for pair in pairs:
        assert pair.a < pair.b
        assert all(part is None or 0 <= part <= 1 for part in astuple(pair.parts))
        assert (pair.parts.copies is None) == (stories is None)
    for scored in (sites, pairs):
        assert [one.score for one in scored] == sorted((one.score for one in scored), reverse=True)
        assert all(0 <= one.score <= 1 for one in scored)
    assert sum(pair.links_there + pair.links_back for pair in pairs) == sum(row[0] != row[2] for row in rows)
    # Those that are asked for are the first of all, and the sites are scored by all.
    assert schemes(rows, stories, most=2) == (sites, pairs[:2])
    assert sum(site.pairs for site in sites) == 2 * len(pairs)


def test_weights_are_a_whole() -> None:
    assert sum(WEIGHTS.values()) == pytest.approx(1)
