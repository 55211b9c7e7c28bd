import random
from collections import Counter
from collections.abc import Iterable

import pytest
from copies import EDITS, Network, Page
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.demo import generate
from crawler.extract import extract
from crawler.graph.likeness import signature
from crawler.graph.shingles import read
from crawler.graph.stories import Story, find_stories
from crawler.model import ArticleText
from crawler.url import host_of


def text_of(page: Page) -> ArticleText:
    return ArticleText(page.url, page.title, page.text, page.site, page.published, page.first_seen)


def found_in(texts: Iterable[ArticleText]) -> list[Story]:
    kept = list(texts)
    return find_stories(lambda: iter(kept))


def scored(stories: list[Story], truth: dict[str, str]) -> tuple[float, float]:
    def pairs(sizes: Counter[str]) -> int:
        return sum(size * (size - 1) // 2 for size in sizes.values())

    claimed = sum(pairs(Counter({"": len(story.members)})) for story in stories)
    right = sum(pairs(Counter(truth[member.url] for member in story.members)) for story in stories)
    return right / max(claimed, 1), right / max(pairs(Counter(truth.values())), 1)


def score_of(network: Network) -> tuple[float, float]:
    pages = list(network.pages())
    return scored(found_in(map(text_of, pages)), {page.url: page.story for page in pages})


@pytest.mark.parametrize("seed", [3, 4])
def test_copies_are_found_among_lookalikes_in_eight_languages(seed: int) -> None:
    precision, recall = score_of(Network(seed, stories=500, most=2))
    assert precision >= 0.98
    assert recall >= 0.98


def test_three_edits_on_one_copy_leave_most_stories_known() -> None:
    # A third of an article between as much of the copyist's own is where it ends.
    precision, recall = score_of(Network(6, stories=400, most=3))
    assert precision >= 0.98
    assert recall >= 0.97


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("strength", [0.2, 0.7])
def test_each_edit_alone_leaves_the_story_known(edit: str, strength: float) -> None:
    precision, recall = score_of(Network(6, stories=90, strength=strength, edits=(edit,), most=1))
    assert precision >= 0.98
    assert recall >= 0.98


def test_pages_that_only_look_alike_are_no_story() -> None:
    pages = [page for page in Network(7, stories=200, copies=0).pages() if page.made != "report copied"]
    assert {"template, slots", "template, sentences", "template, both"} < {page.made for page in pages}
    assert {"follow-up", "same event", "translated", "notice", "teaser"} < {page.made for page in pages}
    assert found_in(map(text_of, pages)) == []


def test_the_sample_networks_copies_are_found_through_extraction() -> None:
    network, texts, truth = generate(1), [], {}
    for article in range(network.articles):
        url = network.url_of(article)
        answer = network.answer(url)
        if answer.status == 200:
            read = extract(answer.body, url, {"Content-Type": answer.content_type}).article
            texts.append(
                ArticleText(url, read.title, read.text or "", host_of(url), read.published, "2025-06-01")
            )
            truth[url] = str(network.original_of(article))
    assert scored(found_in(texts), truth) == (1.0, 1.0)


@given(st.randoms(use_true_random=False))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_order_of_pages_changes_nothing(chance: random.Random) -> None:
    texts = [text_of(page) for page in Network(8, stories=25, sites=3).pages()]
    in_order = found_in(texts)
    chance.shuffle(texts)
    assert found_in(texts) == in_order
    assert in_order


@given(st.integers(0, 10_000))
@settings(max_examples=8, deadline=None)
def test_an_unrelated_page_changes_nothing(number: int) -> None:
    texts = [text_of(page) for page in Network(9, stories=25, sites=3).pages()]
    other = next(Network(20_000 + number, stories=1, sites=1, copies=0).pages())
    unrelated = ArticleText(
        "http://other.example/", other.title, other.text, texts[0].site, None, "2025-01-01"
    )
    assert found_in([*texts, unrelated]) == found_in(texts)


WORDS = [
    f"{a}{b}" for a in ("ka", "lo", "mi", "nu", "re", "so", "ta") for b in ("bel", "dan", "for", "gil", "hem")
]


def prose(seed: int, words: int = 120) -> str:
    chance = random.Random(seed)
    return " ".join(chance.choice(WORDS) + chance.choice(WORDS) for _ in range(words))


def page(
    url: str, text: str, *, title: str = "A", published: str | None = None, seen: str = "2026-01-01"
) -> ArticleText:
    return ArticleText(url, title, text, host_of(url), published, seen)


def members(stories: list[Story]) -> list[set[str]]:
    return [{member.url for member in story.members} for story in stories]


def test_known_signatures_give_the_same_stories_as_new_ones() -> None:
    texts = [text_of(page) for page in Network(10, stories=40, sites=3).pages()]
    known = {text.url: signature(text.text) for text in texts[::2]}
    assert find_stories(lambda: iter(texts), known) == found_in(texts)


def test_a_signature_of_another_version_is_made_anew() -> None:
    texts = [page("http://a.example/", prose(1)), page("http://b.example/", prose(1))]
    known = {"http://a.example/": b"\xff" + signature(prose(2))[1:], "http://b.example/": b""}
    assert members(find_stories(lambda: iter(texts), known)) == [{"http://a.example/", "http://b.example/"}]


def test_the_earliest_is_the_first_published_by_instant_else_the_first_seen() -> None:
    early = page("http://a.example/", prose(1), published="2025-03-01T23:00:00+02:00")
    late = page("http://b.example/", prose(1), published="2025-03-01T22:00:00Z", seen="2025-12-01")
    undated = page("http://c.example/", prose(1), seen="2025-11-01")
    assert found_in([late, undated, early])[0].earliest == early.url
    assert found_in([page("http://d.example/", prose(1)), undated])[0].earliest == undated.url


def test_an_id_stays_when_a_later_member_comes() -> None:
    first = [page(f"http://{n}.example/", prose(1), published=f"2025-01-0{n}") for n in (1, 2)]
    later = page("http://3.example/", prose(1), published="2025-01-03")
    assert found_in(first)[0].id == found_in([*first, later])[0].id


def test_headlines_lose_the_names_of_their_sites() -> None:
    titles = ["Ferry delayed again | Harbour Post", "Council votes | Harbour Post", "Rain | Harbour Post"]
    texts = [page(f"http://h.example/{n}", prose(n), title=title) for n, title in enumerate(titles)]
    copied = page("http://l.example/", prose(0), title="Just in: Ferry delayed", seen="2026-02-02")
    assert found_in([*texts, copied])[0].headlines == ("Ferry delayed again", "Just in: Ferry delayed")


def test_two_schemes_or_a_slash_with_one_text_are_one_story_however_short() -> None:
    texts = [page("http://a.example/x", "Read on."), page("https://a.example/x/", "Read on.", title="B")]
    assert members(found_in(texts)) == [{"http://a.example/x", "https://a.example/x/"}]


def test_short_texts_are_one_story_only_with_one_headline() -> None:
    short = prose(1, 20)
    same = [
        page("http://a.example/", short, title="Fog, again"),
        page("http://b.example/", short, title="Fog again"),
    ]
    assert len(found_in(same)) == 1
    assert found_in([same[0], page("http://b.example/", short, title="Other")]) == []


def test_a_notice_on_many_pages_is_no_story() -> None:
    notice = prose(1, 90)
    assert found_in(page(f"http://a.example/{n}", notice, title=f"Title {n}") for n in range(8)) == []


def test_a_digest_does_not_join_the_stories_it_begins_with() -> None:
    stories = [prose(n, 160) for n in range(4)]
    texts = [page(f"http://{site}.example/{n}", text) for n, text in enumerate(stories) for site in "ab"]
    digest = page("http://c.example/", "\n".join(" ".join(text.split()[:60]) for text in stories))
    assert all(len(story) == 2 for story in members(found_in([*texts, digest])))


def test_a_result_says_what_it_rests_on() -> None:
    whole = prose(1, 200)
    third = " ".join(whole.split()[:66])
    story = found_in(
        [
            page("http://a.example/", whole, title="One", published="2025-01-01"),
            page("http://b.example/", third, title="Two"),
            page("http://c.example/", whole + " " + prose(2, 15), title="Three"),
        ]
    )[0]
    assert [member.because.split(" ")[0:2] for member in story.members[1:]] == [
        ["text", "contained"],
        ["text", "0.93"],
    ]
    assert story.members[0].similarity == 1.0


@pytest.mark.parametrize("text", ["", " \n", "!!!", "\ud800", "1", "的", "a" * 100_000, "字" * 5_000])
def test_no_text_makes_it_raise(text: str) -> None:
    found_in(
        [page("http://a.example/", text), page("http://b.example/", text), page("https://a.example/", text)]
    )


@given(st.text("aZ é0-9.,:_'\u0301中"), st.sampled_from("é中"))
def test_words_are_the_same_beside_others(text: str, other: str) -> None:
    beside = read(f"{text} {other}").tokens[:-1]
    assert read(text).tokens.tolist() == beside.tolist()


def test_no_pages_have_no_stories() -> None:
    assert found_in([]) == []
