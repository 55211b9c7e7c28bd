"""The report's parts, without a crawl: what is computed, what is said, and what hostile pages cannot do to it."""

import base64
import hashlib
import json
import random
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from made_up import hostile, link, node
from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.model import CrossLink, Facts, Kind, Membership, Node, Reason, Receipt, State
from crawler.report import find, render
from crawler.report.charts import COLOURS, draw_bars, draw_heat, draw_timeline
from crawler.report.counters import MIN_VALUES, Counter
from crawler.report.document import Appearance, Bars, Decimal, Heat, Share, Table, Timeline
from crawler.report.fates import REASONS, STATES, reason_said
from crawler.report.findings import Findings, Ledger, Run
from crawler.report.rendering import numeric, shade
from crawler.report.telling import tell
from crawler.report.words import clean, isolated, listed, percent, span, sql, when, why

LEDGER = Ledger((Run("2025-04-12T00:00:00Z", None, "done", "1"),), "ab" * 32, 2, "SELECT 1")
RECEIPT = Receipt(
    ("http://a.example/0",), "2025-04-12T00:00:00Z", None, "1",
    json.dumps({"crawl": {"depth": 2}, "fetch": {"proxy": "http://me:secret@proxy.example:8080"}}),
)  # fmt: skip


def facts(
    nodes: list[Node], links: list[CrossLink] | None = None, stories: list[Membership] | None = None
) -> Facts:
    nodes = sorted(nodes, key=lambda one: one.url)
    links = sorted(links or [], key=lambda one: one.source)
    return Facts(
        lambda: iter(nodes), lambda: iter(links), RECEIPT, None if stories is None else lambda: iter(stories)
    )


def found(
    nodes: list[Node], links: list[CrossLink] | None = None, stories: list[Membership] | None = None
) -> Findings:
    return find(facts(nodes, links, stories), LEDGER)


def changed(one: Node, **values: object) -> Node:
    return Node(*(values.get(name, getattr(one, name)) for name in one.__struct_fields__))


def page(site: str, number: int, **values: object) -> Node:
    return changed(node(f"http://{site}.example/{number}", f"Title {number}"), **values)


# -- times


def published(site: str, times: list[datetime]) -> list[Node]:
    return [page(site, number, published=at.isoformat()) for number, at in enumerate(times)]


def spread(seed: int, count: int = 200, days: int = 40) -> list[datetime]:
    chance = random.Random(seed)
    return [datetime(2025, 4, 1) + timedelta(minutes=chance.randrange(days * 1440)) for _ in range(count)]


def test_a_site_that_follows_another_within_minutes_is_above_chance() -> None:
    times = spread(1)
    nodes = published("a", times) + published("b", [at + timedelta(minutes=3) for at in times])
    for one in found(nodes).times.synchrony:
        assert one.share > 0.97
        assert one.high < 0.3


def test_sites_that_publish_at_random_are_within_chance() -> None:
    for one in found(published("a", spread(1)) + published("b", spread(2))).times.synchrony:
        assert one.low <= one.share <= one.high


def test_sites_that_share_office_hours_only_are_within_chance() -> None:
    chance = random.Random(3)

    def mornings() -> list[datetime]:
        return [datetime(2025, 4, 1, 9) + timedelta(days=d, minutes=chance.randrange(15)) for d in range(60)]

    for one in found(published("a", mornings()) + published("b", mornings())).times.synchrony:
        assert one.share > 0.5
        assert one.low <= one.share <= one.high


def test_offsets_from_utc_are_heeded_when_sites_are_compared() -> None:
    times = spread(1)
    east = [f"{(at + timedelta(hours=9)).isoformat()}+09:00" for at in times]
    nodes = [page("a", n, published=f"{at.isoformat()}Z") for n, at in enumerate(times)]
    nodes += [page("b", n, published=text) for n, text in enumerate(east)]
    assert {one.share for one in found(nodes).times.synchrony} == {1.0}


@pytest.mark.parametrize("text", ["2025-04-12", "yesterday", "", "2025-13-01T00:00:00"])
def test_what_gives_no_time_of_day_has_no_hour(text: str) -> None:
    times = found([page("a", number, published=text or None) for number in range(50)]).times
    assert (times.rhythms, times.synchrony) == ((), ())


# -- counters


def counted(values: list[int], name: str = "likes") -> Counter | None:
    nodes = [page("a", number, **{name: value}) for number, value in enumerate(values)]
    return next(iter(found(nodes).audit.counters), None)


def test_nothing_is_said_of_few_numbers() -> None:
    assert counted(list(range(10, 9 + MIN_VALUES))) is None
    assert counted(list(range(10, 10 + MIN_VALUES))) is not None


def test_numbers_drawn_evenly_are_not_told_from_even_ones_and_skewed_ones_are() -> None:
    chance = np.random.default_rng(5)
    even = [counted(chance.integers(3, 990, 200).tolist()) for _ in range(20)]
    skewed = [counted(np.exp(chance.normal(6, 1.2, 200)).astype(int).tolist()) for _ in range(20)]
    assert sum(one is not None and (one.uneven_p or 0) < 0.05 for one in even) <= 4
    assert all(one is not None and (one.uneven_p or 1) < 0.01 for one in skewed)


def test_rounded_numbers_show_in_their_last_digits() -> None:
    chance = np.random.default_rng(6)
    values = chance.integers(100, 9_000, 300)
    rounded, plain = counted((values // 10 * 10).tolist()), counted(values.tolist())
    assert rounded is not None and rounded.last is not None and rounded.last.p < 0.001
    assert plain is not None and plain.last is not None and plain.last.p > 0.01


def test_benford_is_asked_only_where_numbers_span_orders_of_magnitude() -> None:
    chance = np.random.default_rng(7)
    narrow = counted(chance.integers(100, 900, 300).tolist())
    wide = counted((10 ** chance.uniform(1, 6, 600)).astype(int).tolist())
    assert narrow is not None and narrow.first is None
    assert wide is not None and wide.first is not None and wide.first.p > 0.01


def test_views_that_grow_with_age_are_told_from_those_that_do_not() -> None:
    times = spread(8)
    last = max(times)
    grown = [
        page("a", n, published=at.isoformat(), views=10 + (last - at).days * 7) for n, at in enumerate(times)
    ]
    chance = random.Random(9)
    flat = [
        page("b", n, published=at.isoformat(), views=chance.randrange(10, 99_999))
        for n, at in enumerate(times)
    ]
    ages = {one.site: one.age for one in found(grown + flat).audit.counters}
    assert (ages["a.example"] or 0) > 0.95
    assert abs(ages["b.example"] or 1) < 0.25


def shared(count: int, views: Callable[[int, str], int]) -> Findings:
    nodes = [page(site, n, views=views(n, site)) for n in range(count) for site in "ab"]
    stories = [
        Membership(f"http://{site}.example/{n}", f"story-{n}", 1.0, "same text", site == "a")
        for n in range(count)
        for site in "ab"
    ]
    return found(nodes, [], stories)


def test_copies_that_show_the_same_number_are_counted_against_chance() -> None:
    (same,) = shared(40, lambda n, _: 1000 + 17 * n).audit.same
    assert (same.pairs, same.equal) == (40, 40)
    assert same.expected < 3
    assert shared(10, lambda n, _: 1000 + 17 * n).audit.same == ()


# -- links


def test_a_story_linked_from_its_own_copies_is_not_pushed_by_them() -> None:
    nodes = [page("a", 1), page("b", 1), page("a", 2)]
    links = [
        link("http://a.example/1", "http://b.example/1"),
        link("http://a.example/2", "http://b.example/1"),
    ]
    copies = [Membership(one, "story-1", 1.0, "same text", one.startswith("http://a")) for one in
              ("http://a.example/1", "http://b.example/1")]  # fmt: skip
    (by_kind,) = found(nodes, links, copies).pushed
    assert [(story.url, story.raw) for story in by_kind.by_raw] == [("http://a.example/1", 1)]


def test_a_page_that_names_a_story_twice_in_blocks_of_a_kind_pushes_it_once() -> None:
    nodes = [page("a", 1), page("a", 2)]
    links = [link("http://a.example/1", "http://a.example/2", position=n) for n in (4, 2, 3)]
    (by_kind,) = found(nodes, links).pushed
    assert [(story.raw, story.best_position) for story in by_kind.by_raw] == [(1, 2)]


def test_a_site_wide_list_is_said_as_one_and_its_stories_tie() -> None:
    # A page does not push itself: of a list's three stories one is pushed by one page more, for it is of another site.
    nodes = [page("a", n) for n in range(12)] + [page("b", 0)]
    listed = ["http://a.example/0", "http://a.example/1", "http://b.example/0"]
    links = [
        link(f"http://a.example/{n}", url, url, Kind.RANKING, position=place)
        for n in range(12)
        for place, url in enumerate(listed, 1)
    ]
    (one,) = found(nodes, links).site_lists
    assert (one.pages, one.different, one.steady, one.foreign) == (12, 3, 3, 1)
    assert [story.pages for story in one.stories] == [12, 12, 12]
    text = render(found(nodes, links), "md")
    assert "these 3 stories stand on all 12 pages that have it; 1 of them on another site" in text
    assert "most of all" not in text


def test_it_says_why_stories_that_tie_by_net_have_raw_numbers_of_their_own() -> None:
    nodes = [page("a", n) for n in range(12)] + [page("b", 0)]
    listed = [f"http://a.example/{n}" for n in range(3)]
    why_so = "raw differs a little between them, for a page's link to itself is not counted"

    def text(urls: list[str]) -> str:
        return render(
            found(
                nodes,
                [link(f"http://a.example/{n}", url, url, Kind.RANKING) for n in range(12) for url in urls],
            ),
            "md",
        )

    assert why_so in text([*listed, "http://b.example/0"])
    assert why_so not in text(listed), "all have as many"


def test_an_empty_crawl_has_a_report() -> None:
    for fmt in ("html", "md", "json"):
        assert "No links between pages were found." in render(find(facts([], [], []), LEDGER), fmt)


def test_the_matrices_show_the_sites_that_are_joined_most() -> None:
    sites = [f"s{number}" for number in range(20)]
    nodes = [page(site, n) for site in sites for n in range(3)] + [page("a", 1), page("b", 1)]
    links = [link(f"http://{site}.example/0", f"http://{site}.example/{n}") for site in sites for n in (1, 2)]
    links.append(link("http://a.example/1", "http://b.example/1"))
    assert found(nodes, links).interlinks.shown[:2] == ("a.example", "b.example")


def test_a_matrix_says_of_how_many_sites_and_links_it_shows_how_many() -> None:
    sites = [f"s{number:02}" for number in range(14)]
    nodes = [page(site, n) for site in sites for n in range(2)]
    links = [link(f"http://{a}.example/0", f"http://{b}.example/1") for a, b in pairwise(sites)]
    links += [link(f"http://{site}.example/0", f"http://{site}.example/0") for site in sites]
    text = render(found(nodes, links), "md")
    # The sites at both ends of the chain have one neighbour only.
    assert (
        "Related: 13 links from site to site, without 14 of a page to itself (27 with them). Shown are 12 of 14 sites, "
        "with 11 links between them; 0% stay within a site"
    ) in text


# -- words


def test_foreign_text_is_cut_stripped_and_isolated() -> None:
    assert clean("a\n\x00\u202eb\x1b[2J  c") == "a b[2J c"
    assert clean("x" * 10_000) == "x" * 139 + "…"
    assert isolated("שלום") == "\u2068שלום\u2069"
    assert isolated("plain") == "plain"


def test_numbers_and_lists_read_well() -> None:
    assert [percent(value) for value in (0, 0.004, 0.0996, 0.5, 1)] == ["0%", "0.4%", "10%", "50%", "100%"]
    assert [listed(things) for things in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "none",
        "a",
        "a and b",
        "a, b and c",
    ]


@pytest.mark.parametrize(
    ("iso", "said"),
    [
        ("2025-04-08T08:50:12", "8 April 2025, 08:50"),
        ("2025-04-08T08:50:12Z", "8 April 2025, 08:50 UTC"),
        ("2025-04-08T08:50:12+00:00", "8 April 2025, 08:50 UTC"),
        ("2025-04-08T08:50:12-03:30", "8 April 2025, 08:50 UTC-03:30"),
        ("2025-12-31", "31 December 2025"),
        ("yesterday\u202e", "yesterday"),
    ],
)
def test_dates_are_written_as_people_read_them(iso: str, said: str) -> None:
    assert when(iso) == said


def test_times_that_passed_are_as_exact_as_they_matter() -> None:
    said = {
        0: "0 min",
        59.6: "1 h",
        297: "4 h 57 min",
        2000: "33 h 20 min",
        2880: "2 days",
        2_000_000: "4 years",
    }
    assert {minutes: span(minutes) for minutes in said} == said


def test_every_state_and_reason_has_words_of_its_own() -> None:
    assert set(STATES) == set(State) and set(REASONS) == set(Reason)
    named = [text for text in REASONS.values() if text]
    assert len(named) == len(set(named)) == len(REASONS) - 1, "that a URL is too deep is said by its state"
    assert reason_said("of_a_newer_program") == "of_a_newer_program"


def test_sites_are_named_without_www_unless_another_is_called_so() -> None:
    assert found([page("www.a", 1)]).name("www.a.example") == "a.example"
    assert found([page("www.a", 1), page("a", 1)]).name("www.a.example") == "www.a.example"


# -- the summary


def summary(*args: list[Node] | list[CrossLink] | list[Membership]) -> list[str]:
    return [one.text for one in tell(found(*args)).summary]  # type: ignore[arg-type]


def test_where_nothing_passes_its_threshold_the_summary_says_so() -> None:
    assert summary([page("a", 1), page("a", 2)]) == [
        "No figure of this crawl passes the thresholds of this summary."
    ]


def test_links_to_other_sites_are_news_from_a_tenth_on() -> None:
    nodes = [page("a", n) for n in range(21)] + [page("b", 1)]
    links = [link("http://a.example/0", f"http://a.example/{n}", position=n) for n in range(1, 19)]
    few = [*links, link("http://a.example/0", "http://b.example/1", position=30)]
    assert not any("lead to another site" in text for text in summary(nodes, few))
    enough = [*few, link("http://a.example/1", "http://b.example/1", position=30)]
    assert any(text.startswith("10% of the links lead to another site") for text in summary(nodes, enough))


def test_a_story_that_a_quarter_of_the_pages_push_is_news_unless_a_list_of_the_whole_site_does() -> None:
    nodes = [page("a", n) for n in range(40)]
    chance = random.Random(4)
    links = [
        link(f"http://a.example/{n}", f"http://a.example/{m}", f"Title {m}", position=place)
        for n in range(40)
        for place, m in enumerate({*chance.sample(range(1, 40), 6), *([0] if n % 3 == 0 else [])} - {n}, 1)
    ]
    assert any(
        "is pushed by 13 of the 40 pages with related blocks" in text for text in summary(nodes, links)
    )
    # The same eight on every page: the list is news, not its first.
    fixed = [
        link(f"http://a.example/{n}", f"http://a.example/{m}", f"Title {m}", Kind.RANKING, position=m + 1)
        for n in range(40)
        for m in range(8)
    ]
    (said,) = summary(nodes, fixed)
    assert said == (
        "On a.example, the Ranking list is one and the same on every page: the same 8 stories on each of 40 pages."
    )


def test_copies_are_news_with_how_far_apart_they_are_dated() -> None:
    times = spread(1, 6)
    nodes = published("a", times) + published("b", [at + timedelta(hours=5) for at in times])
    stories = [
        Membership(f"http://{site}.example/{n}", f"story-{n}", 1.0, "same text", site == "a")
        for n in range(6)
        for site in "ab"
    ]
    assert summary(nodes, [], stories) == [
        "6 stories stand on more than one site. By the pages' own dates, the first and the last of these sites "
        "had a story 5 h apart. a.example tends to be dated first: in all 6 of these that it carries, where chance "
        "gives about 3."
    ]


def ahead(firsts: str) -> str:
    """Return what is said of stories on two sites, each dated first by the one that stands for it; none if both."""
    times = spread(1, len(firsts))
    nodes = published(
        "a", [at + timedelta(hours=5 * (who == "b")) for at, who in zip(times, firsts, strict=True)]
    )
    nodes += published(
        "b", [at + timedelta(hours=5 * (who == "a")) for at, who in zip(times, firsts, strict=True)]
    )
    stories = [
        Membership(f"http://{site}.example/{n}", f"story-{n}", 1.0, "same text", site == "a")
        for n in range(len(firsts))
        for site in "ab"
    ]
    (said,) = [one.text for one in tell(found(nodes, [], stories)).summary if one.section == "copies"]
    return said


def test_a_site_that_is_dated_first_in_most_stories_is_named_and_tends_to_it_above_chance_only() -> None:
    assert "a.example tends to be dated first: in 16 of the 20 of" in ahead("a" * 16 + "b" * 4)
    assert (
        "a.example is dated first in 11 of the 20 of these that it carries, which is not clearly more"
        in ahead("a" * 11 + "b" * 9)
    )
    assert "b.example is dated first in 4 of the 6" in ahead("bbbaba--"), "stories with one date tell nothing"
    assert "dated first" not in ahead("abab" * 5), "half is not most"
    assert "dated first" not in ahead("aaaa"), "four are too few"


def test_publishing_together_is_news_above_chance_only() -> None:
    times = spread(1)
    together = published("a", times) + published("b", [at + timedelta(minutes=3) for at in times])
    (said,) = summary(together)
    assert "within 10 minutes of one on another site more often than chance gives on a.example (" in said
    assert not any(
        "10 minutes" in one for one in summary(published("a", spread(1)) + published("b", spread(2)))
    )


def test_even_numbers_are_news_and_skewed_ones_are_not() -> None:
    chance = np.random.default_rng(5)
    even = [page("a", n, likes=int(value)) for n, value in enumerate(chance.integers(3, 990, 200))]
    skewed = [page("b", n, likes=int(value)) for n, value in enumerate(np.exp(chance.normal(6, 1.2, 200)))]
    (said,) = summary([*even, *skewed])
    assert said.startswith("Likes on a.example cannot be told from numbers drawn at random")
    assert "(1 of 2 sets of numbers tested; likes on b.example can)" in said


def test_pairs_of_few_pages_are_not_called_closely_tied() -> None:
    def pair(pages: int) -> str:
        nodes = [page(site, n) for site in "abc" for n in range(pages)]
        links = [
            link(f"http://{a}.example/{n}", f"http://{b}.example/{n}")
            for n in range(pages)
            for a in "abc"
            for b in "abc"
        ]
        stories = [
            Membership(f"http://{site}.example/{n}", f"story-{n}", 1.0, "same text", site == "a")
            for site in "abc"
            for n in range(pages)
        ]
        return render(found(nodes, links, stories), "md")

    assert "All 3 pairs of sites that links or stories join score 0.6 or more of 1" in pair(5)
    assert "is that of 3 pairs, which tie at the figures shown. Of these, a.example and b.example: " in pair(
        5
    )
    assert "none is called closely tied" in pair(4)


# -- the receipt


def test_settings_are_shown_that_differ_from_the_defaults() -> None:
    text = render(crawl_of(["Title"]), "md")
    assert "fetch.proxy" in text, "it is none by default"
    assert "crawl.depth" not in text, "2 is the default"
    assert hashlib.sha256(RECEIPT.config.replace("me:secret@", "…@").encode()).hexdigest() in text


def test_commands_quote_what_a_shell_would_take_apart() -> None:
    assert why("a.example/x?y=1&z", "b") == "crawl why DIR 'a.example/x?y=1&z' b"
    assert sql("SELECT 'a'") == "sqlite3 -header DIR/crawl.db \"SELECT 'a'\""
    assert sql("SELECT '$(rm)'") == "sqlite3 -header DIR/crawl.db 'SELECT '\"'\"'$(rm)'\"'\"''"


# -- charts


def test_a_heat_maps_cells_fill_its_width_and_the_greatest_is_the_strongest() -> None:
    drawn = draw_heat(Heat("t", "d", ("a", "b"), ("x", "y"), ((0, 4), (100, 25)), "ranking", "from ↓ to →"))
    assert round(max(rect.x + rect.width for rect in drawn.rects)) == 100
    shades = {rect.hint: rect.opacity for rect in drawn.rects if rect.css == "ranking"}
    assert sorted(shades, key=shades.__getitem__) == ["a, y: 4", "b, y: 25", "b, x: 100"]
    assert drawn.numbers.rows == (("a", 0, 4), ("b", 100, 25))


def test_bars_are_as_long_as_their_numbers() -> None:
    drawn = draw_bars(Bars("t", "d", (("a", 10, 5), ("b", 5, 0)), "other", "pages", "story", "net"))
    assert [rect.width / drawn.rects[0].width for rect in drawn.rects] == [1, 0.5, 0.5, 0]


def test_marks_of_a_lane_stand_with_their_names_beside_or_below_each_other() -> None:
    seen = tuple(Appearance(f"{n}.example", minutes, "2025") for n, minutes in enumerate((0, 0, 0.1, 5000)))
    drawn = draw_timeline(Timeline("t", "d", (("story", seen),)))
    places = {(mark.x, mark.y) for mark in drawn.marks}
    assert len(places) == 4
    assert all(abs(a[0] - b[0]) > 40 for a in places for b in places if a != b and a[1] == b[1])
    assert drawn.height > max(mark.y for mark in drawn.marks)
    names = {one.text: (one.x, one.anchor) for one in drawn.labels if one.css == "name"}
    assert set(names) == {one.site for one in seen}
    assert names["0.example"][1] == "start" and names["3.example"][1] == "end", "towards the side with room"


def colours() -> list[dict[str, str]]:
    """Return the colours that the style sheet gives on light, dark and paper, by name."""
    text = (files("crawler.report") / "templates" / "report.css").read_text("utf-8")
    blocks = re.findall(r":root \{(.*?)\}", text, re.DOTALL)
    return [dict(re.findall(r"--([a-z0-9]+): (#[0-9a-f]{6});", block)) for block in blocks]


def test_sites_have_the_maps_colours_and_none_of_a_kind() -> None:
    source = (Path(__file__).parents[2] / "web" / "src" / "colours.ts").read_text("utf-8")
    (listed,) = re.findall(r"HUES = \[(.*?)\]", source, re.DOTALL)
    hues = re.findall(r"#[0-9a-f]{6}", listed)
    light, dark, paper = colours()
    assert [light[f"s{place}"] for place in range(COLOURS)] == hues
    assert {name: paper[name] for name in light if name[0] == "s" and name[1:].isdigit()} == {
        f"s{place}": hue for place, hue in enumerate(hues)
    }
    # On a dark ground the map makes them lighter (`onGround`).
    assert [dark[f"s{place}"] for place in range(COLOURS)] == [
        "#" + "".join(f"{int(int(hue[at : at + 2], 16) * 0.78 + 255 * 0.22 + 0.5):02x}" for at in (1, 3, 5))
        for hue in hues
    ]
    for block in (light, dark, paper):
        sites = {block[f"s{place}"] for place in range(COLOURS)}
        assert len(sites) == COLOURS
        assert not sites & {block[kind] for kind in ("related", "ranking", "recommendation", "other")}
        assert block["time"] not in {
            block[kind] for kind in ("related", "ranking", "recommendation", "other")
        }


def test_sites_take_colours_in_the_maps_order() -> None:
    nodes = [page(site, n) for site, count in (("b", 3), ("a", 1), ("c", 3)) for n in range(count)]
    # On the map those with as many pages go by their names, whatever their links.
    links = [link("http://c.example/0", "http://a.example/0")]
    assert found(nodes, links).interlinks.coloured() == ["b.example", "c.example", "a.example"]
    seen = (Appearance("x", 0, "2025"), Appearance("c", 9, "2025"), Appearance("b", 99, "2025"))
    drawn = draw_timeline(Timeline("t", "d", (("story", seen),), ("b", "c")))
    assert [mark.css for mark in drawn.marks] == ["more", "s1", "s0"]


@pytest.mark.parametrize("longest", [0.5, 60, 61, 300, 1440, 9_000, 40_000, 600_000, 40_000_000])
def test_the_axis_of_a_timeline_reaches_beyond_its_last_mark_with_ticks_apart(longest: float) -> None:
    seen = (Appearance("a", 0, "2025"), Appearance("b", longest, "2025"))
    drawn = draw_timeline(Timeline("t", "d", (("story", seen),)))
    ticks = sorted(one.x for one in drawn.labels if one.css.startswith("axis") and one.text != "first")
    assert len(ticks) >= 4
    if longest < 40_000_000:
        assert ticks[-1] >= max(mark.x for mark in drawn.marks)
    assert all(b - a >= 8 for a, b in pairwise([0, *ticks]))
    on_a_phone = sorted(one.x for one in drawn.labels if one.css == "axis" and one.text != "first")
    assert all(b - a >= 15 for a, b in pairwise([0, *on_a_phone])), "36 pixels of 330 do not hold two names"
    assert "logarithmic" in drawn.caption


def test_columns_of_numbers_are_known_and_a_matrix_is_shaded_by_them() -> None:
    rows = (("a", 1, None, Share(0.5), "1"), ("b", 400, Decimal(2), None, "2"))
    table = Table("t", ("name", "n", "d", "share", "text"), rows)
    assert numeric(table) == [False, True, True, True, False]
    assert (shade(400, table), shade(100, table), shade(1, table), shade(0, table)) == (10, 5, 1, 0)


# -- hostile pages

_TITLES = [
    "</title></style></svg><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<!-- ]]> {{ 7*7 }} {% raw %} ${7*7}",
    "&lt;script&gt; &#60;script&#62;",
    "\u202eevil\u2066 שלום עולם",
    "😀" * 50,
    "x" * 10_000,
    "`code` | pipe **bold** [link](javascript:alert(1)) <b>",
    "\x00\x1b[2J\ud800\ufffe\r\n# heading",
    "'; DROP TABLE pages; --",
]


def crawl_of(titles: list[str]) -> Findings:
    """Return what is found on two sites that carry stories of these titles and link to each other's."""
    nodes = [page("a", n, title=title, likes=n * 7) for n, title in enumerate(titles)]
    for n, title in enumerate(titles):
        nodes.append(page("b", n, title=title, published=f"2025-04-0{n % 9 + 1}T0{n % 9}:00:00"))
    nodes.append(page("a", 99, state=State.FAILED, reason=Reason.HTTP_404))
    links = [
        link(f"http://{s}.example/{n}", f"http://{t}.example/{(n + 1) % len(titles)}", title, kind)
        for n, title in enumerate(titles)
        for s, t in ("ab", "ba")
        for kind in (Kind.RELATED, Kind.RANKING)
    ]
    stories = [
        Membership(f"http://{s}.example/{n}", f"story-{n}", 0.9, titles[0], s == "a")
        for n in range(len(titles))
        for s in "ab"
    ]
    return found(nodes, links, stories)


def elements(text: str) -> list[LexborNode]:
    return list(LexborHTMLParser(text).root.traverse()) if LexborHTMLParser(text).root else []


_KNOWN = {
    "html", "head", "meta", "title", "style", "body", "header", "main", "footer", "nav", "section", "h1", "h2", "p",
    "ol", "ul", "li", "a", "div", "code", "span", "bdi", "table", "caption", "thead", "tbody", "tr", "th", "td",
    "figure", "figcaption", "details", "summary", "svg", "desc", "rect", "circle", "text", "line", "time",
}  # fmt: skip
_ATTRIBUTES = {
    "lang", "charset", "http-equiv", "content", "name", "class", "id", "href", "rel", "role", "tabindex", "scope",
    "aria-label", "aria-labelledby", "aria-hidden", "width", "height", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy",
    "r", "dx", "text-anchor", "fill-opacity", "open", "datetime",
}  # fmt: skip


def check(text: str) -> None:
    """Check that a page holds what the templates write, and nothing else."""
    for one in elements(text):
        assert one.tag in _KNOWN | {"-doctype", "!doctype"}, one.tag
        assert set(one.attributes) <= _ATTRIBUTES, one.attributes
        href = one.attributes.get("href")
        assert href is None or href.startswith(("#", "http://", "https://"))


def test_hostile_titles_add_no_element_and_no_attribute() -> None:
    plain, bad = (render(crawl_of(titles), "html") for titles in (["Title"] * len(_TITLES), _TITLES))
    check(bad)
    # Marks and labels differ in number with the titles' lengths and dates; nothing else may.
    for tag in ("script", "img", "style", "b", "a", "h2", "table", "figure", "svg"):
        count = [sum(one.tag == tag for one in elements(text)) for text in (plain, bad)]
        assert count[0] == count[1], tag
    assert "{{ 7*7 }}" in bad
    assert not re.search("[\x00-\x08\x0e-\x1f\u202a-\u202e\ud800-\udfff\ufffe]", bad)
    assert "x" * 200 not in bad


@settings(max_examples=30, deadline=None)
@given(hostile)
def test_no_title_gets_out_of_its_place(title: str) -> None:
    findings = crawl_of([title] * 3)
    check(render(findings, "html"))
    document = json.loads(render(findings, "json"))
    assert document["figures"]["fetched"] == 6
    for line in render(findings, "md").splitlines():
        assert "<" not in re.sub(r"`[^`]*`", "", line).replace("\\<", "")


def test_hostile_titles_write_no_markup_into_markdown() -> None:
    text = render(crawl_of(_TITLES), "md")
    plain = re.sub(r"`[^`\n]*`", "", text)
    assert "<script" not in plain and "<img" not in plain and "<b>" not in plain
    assert not re.search(r"(?<!\\)\]\(", plain)
    heads = [line for line in text.splitlines() if line.startswith("#")]
    assert len(heads) == 1 + len(json.loads(render(crawl_of(_TITLES), "json"))["sections"])
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert all(line.endswith("|") for line in rows)


def test_the_policy_allows_the_style_sheet_by_its_hash_and_nothing_else() -> None:
    text = render(crawl_of(["Title"] * 3), "html")
    tree = LexborHTMLParser(text)
    (style,) = tree.css("style")
    digest = base64.b64encode(hashlib.sha256(style.text().encode()).digest()).decode()
    (policy,) = tree.css("meta[http-equiv=Content-Security-Policy]")
    assert policy.attributes["content"] == (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    assert tree.css("script, link, img, iframe, object, embed, form, base, [style], [src]") == []
    assert "url(" not in style.text() and "@import" not in style.text()


def test_links_to_pages_tell_them_nothing() -> None:
    for one in LexborHTMLParser(render(crawl_of(["Title"] * 3), "html")).css("a[href^=http]"):
        assert set(str(one.attributes["rel"]).split()) >= {"noreferrer", "noopener", "nofollow"}


def test_each_line_of_the_summary_leads_to_the_section_that_tells_the_rest() -> None:
    tree = LexborHTMLParser(render(crawl_of(["Title"] * 5), "html"))
    lines = tree.css(".summary li, .summary p:last-child")
    assert len(lines) > 1
    for line in lines:
        (link_,) = line.css("a")
        (section,) = tree.css(f"section[id='{str(link_.attributes['href']).removeprefix('#')}'] h2")
        assert section.text() in link_.text()


def test_each_chart_has_a_title_a_description_and_its_numbers_as_a_table() -> None:
    times = spread(1, 30)
    nodes = published("a", times) + published("b", [at + timedelta(hours=5) for at in times])
    stories = [
        Membership(one.url, one.url.split("/")[3], 1.0, "same text", one.host == "a.example") for one in nodes
    ]
    tree = LexborHTMLParser(render(found(nodes, [link(nodes[0].url, nodes[1].url)], stories), "html"))
    figures = tree.css("figure")
    assert len(figures) == 6
    for one in figures:
        (drawn,) = one.css("svg")
        assert drawn.attributes["role"] == "img"
        names = str(drawn.attributes["aria-labelledby"]).split()
        for name in names:
            (named,) = tree.css(f"#{name}")
            assert named.text().strip()
        assert one.css("details table td")
    ids = [one.attributes["id"] for one in tree.css("[id]")]
    assert len(ids) == len(set(ids))


def test_passwords_of_a_proxy_are_not_handed_over() -> None:
    for fmt in ("html", "md", "json"):
        text = render(crawl_of(["Title"]), fmt)
        assert "secret" not in text and "proxy.example:8080" in text


def test_what_was_not_asked_for_is_said_to_be_unknown() -> None:
    without = replace(facts([page("a", 1), page("b", 1)]), stories=None)
    assert "Copies were not looked for" in render(find(without, LEDGER), "html")
