"""Natures of blocks: told right of made-up farms and of the sample network, and unknown where nothing tells."""

import os
import random
import subprocess
import sys
from dataclasses import replace

import pytest
from made_up import RECEIPT
from made_up_farms import Picks, crawled, facts_of, farms, host, of_topic, pool, ranking

from crawler.demo.network import LABELS, generate
from crawler.graph.natures import BlockNature, Nature, block_natures, site_wide_blocks, words
from crawler.model import CrossLink, Facts, Kind, Node, State


def nature_of(
    pick: Picks, pages: int = 60, articles: int = 600, seed: int = 1, **options: bool
) -> BlockNature:
    farm = host("h.example", random.Random(seed), articles)
    (found,) = block_natures(facts_of([crawled(farm, pages, {(Kind.OTHER, "Ranking"): pick}, **options)]))
    return found


@pytest.mark.parametrize("seed", [21, 22, 23, 24])
def test_of_a_hundred_blocks_of_all_natures_ninety_eight_are_told_right(seed: int) -> None:
    facts, truth = farms(seed, 80)
    found = {one.block: one.nature for one in block_natures(facts)}
    wrong = {key: (way, found[key]) for key, (way, nature) in truth.items() if found[key] is not nature}
    assert len(wrong) <= 0.02 * len(truth), wrong
    assert site_wide_blocks(facts) == {key for key, nature in found.items() if nature is Nature.SITE_WIDE}


@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize(("sites", "articles"), [(3, 400), (5, 1200)])
def test_of_the_sample_network_each_block_of_each_host_is_told_right(
    number: int, sites: int, articles: int
) -> None:
    """Its Related are of the story's topic, its Ranking the site's, its Recommendation drawn at random."""
    network = generate(number, sites=sites, articles=articles)
    truth = network.truth([network.seed], 2)
    titles = {network.url_of(article): network.story(article).title for article in range(articles)}
    nodes = [
        Node(url, url.split("/")[2], url.split("/")[2], depth, State(state), None, 200, 1, None,
             titles.get(url) if state == "fetched" else None, None, None, None, None, 9, "2025", "2025")
        for url, (state, _, depth) in sorted(truth.nodes.items())
    ]  # fmt: skip
    links = sorted(
        (CrossLink(a, b, Kind(kind), LABELS[kind], place, anchor, None, "2025")
         for a, b, kind, place, anchor in truth.links),
        key=lambda link: link.source,
    )  # fmt: skip
    found = block_natures(Facts(lambda: iter(nodes), lambda: iter(links), RECEIPT))
    assert {one.host for one in found} == set(network.hosts)
    assert len(found) == 3 * sites
    right = {
        Kind.RELATED: Nature.PER_STORY,
        Kind.RANKING: Nature.SITE_WIDE,
        Kind.RECOMMENDATION: Nature.ROTATING,
    }
    assert [one for one in found if one.nature is not right[one.kind]] == []


def test_with_four_pages_nothing_is_said_and_with_five_a_ranking_is_known() -> None:
    assert nature_of(ranking(), 4).nature is Nature.UNKNOWN
    assert nature_of(ranking(), 5).nature is Nature.SITE_WIDE
    assert nature_of(pool(200), 7).nature is Nature.UNKNOWN
    assert nature_of(pool(200), 8).nature is Nature.ROTATING


def test_the_numbers_say_what_a_nature_rests_on() -> None:
    same, related, picked = (nature_of(pick) for pick in (ranking(left_out=False), of_topic(), pool(20)))
    assert (same.pages, same.sampled, same.overlap, same.common, same.leaving) == (60, 60, 1, 1, 0)
    assert same.distinct == pytest.approx(8 / 480, abs=1e-4)
    assert related.title_similarity is not None and related.title_chance is not None
    assert related.title_similarity > 2 * related.title_chance
    assert picked.overlap == pytest.approx(8 * 8 / 20 / (16 - 8 * 8 / 20), abs=0.05)
    assert picked.title_z is not None and abs(picked.title_z) < 3


def test_a_ranking_that_is_renewed_over_the_crawl_is_one_list_still() -> None:
    found = nature_of(ranking(every=4), 500)
    assert found.nature is Nature.SITE_WIDE
    assert found.overlap < 0.1 < 0.5 < found.overlap_near


def test_stories_crawled_topic_by_topic_are_no_ranking_in_drift() -> None:
    farm = host("h.example", random.Random(4), 90)
    nodes, links = crawled(farm, 90, {(Kind.RANKING, "Ranking"): of_topic(10)})
    at = {farm.url(n): f"2025-04-12T{farm.topics[n]:02}:00:00Z" for n in range(90)}
    links = [
        CrossLink(x.source, x.target, x.kind, x.label, x.position, x.anchor, x.rel, at[x.source])
        for x in links
    ]
    (found,) = block_natures(facts_of([(nodes, links)]))
    assert found.overlap_near > 0.5 > found.overlap
    assert found.nature is Nature.PER_STORY
    assert site_wide_blocks(facts_of([(nodes, links)])) == frozenset()


def test_without_headlines_lists_that_cluster_go_with_the_story_and_others_are_unknown_or_rotate() -> None:
    assert nature_of(of_topic(), 60, 150, titles=False).nature is Nature.PER_STORY
    assert nature_of(pool(50), 60, titles=False).nature is Nature.ROTATING
    assert nature_of(pool(50, drifts=True), 200, titles=False).nature is Nature.ROTATING
    assert nature_of(pool(2000), 10, 2500, titles=False).nature is Nature.UNKNOWN


def test_a_few_fixed_lists_dealt_at_random_rotate_though_they_cluster() -> None:
    def pick(farm: object, article: int, time: int) -> list[int]:
        first = 8 * random.Random(time).randrange(4)
        return list(range(first, first + 8))

    found = nature_of(pick, 100)
    assert found.cluster_z is not None and found.cluster_z > 6
    assert found.nature is Nature.ROTATING


def test_rankings_by_section_go_with_the_story() -> None:
    def pick(farm: object, article: int, time: int) -> list[int]:
        return farm.of_topic[farm.topics[article]][:8]  # type: ignore[attr-defined]

    assert nature_of(pick, 100).nature is Nature.PER_STORY


def test_a_list_half_of_which_is_fixed_is_called_by_the_half_that_changes() -> None:
    assert nature_of(ranking(8, rotated=4), 100).nature is Nature.ROTATING


def test_blocks_of_one_kind_are_told_apart_by_label_and_kinds_and_labels_decide_nothing() -> None:
    farm = host("h.example", random.Random(2), 300)
    blocks: dict[tuple[Kind, str | None], Picks] = {
        (Kind.RELATED, "Ranking"): pool(30),
        (Kind.RELATED, None): ranking(),
        (Kind.RANKING, "Ranking"): of_topic(),
    }
    found = {one.block: one.nature for one in block_natures(facts_of([crawled(farm, 60, blocks)]))}
    assert found == {
        ("h.example", Kind.RANKING, "Ranking"): Nature.PER_STORY,
        ("h.example", Kind.RELATED, "Ranking"): Nature.ROTATING,
        ("h.example", Kind.RELATED, None): Nature.SITE_WIDE,
    }


def test_a_host_of_many_pages_is_known_by_a_sample_that_is_the_same_each_time() -> None:
    found = nature_of(of_topic(), 2000, 2500)
    assert (found.pages, found.sampled, found.nature) == (2000, 300, Nature.PER_STORY)
    assert found == nature_of(of_topic(), 2000, 2500)


def test_of_a_host_under_both_schemes_the_one_with_more_pages_counts() -> None:
    few = crawled(host("h.example", random.Random(1), 100), 10, {(Kind.RANKING, None): pool(50)})
    _, links = crawled(host("h.example", random.Random(2), 100), 30, {(Kind.RANKING, None): ranking()})

    def secure(url: str) -> str:
        return url.replace("http:", "https:")

    links = [CrossLink(secure(x.source), secure(x.target), x.kind, *_rest(x)) for x in links]
    facts = facts_of([few, ([], links)])
    (found,) = block_natures(facts)
    assert (found.pages, found.nature) == (30, Nature.SITE_WIDE)
    assert site_wide_blocks(facts) == {("h.example", Kind.RANKING, None)}


def _rest(link: CrossLink) -> tuple[str | None, int, str, str | None, str]:
    return link.label, link.position, link.anchor, link.rel, link.seen


def test_a_page_that_lists_only_itself_is_a_page_with_an_empty_list() -> None:
    url = [f"http://h.example/{n}" for n in range(6)]
    links = [CrossLink(one, one, Kind.OTHER, None, 1, "x", None, "2025") for one in url]
    (found,) = block_natures(Facts(lambda: iter(()), lambda: iter(links), RECEIPT))
    assert (found.nature, found.overlap, found.distinct) == (Nature.UNKNOWN, 0, 0)
    assert replace(found, pages=6) == found


def test_words_are_cut_for_their_endings_and_characters_pair_where_no_space_parts_words() -> None:
    assert words("Harbour, HARBOURS a") == {"harbou"}
    assert words("渡り鳥が来る") == {"渡り", "り鳥", "鳥が", "が来", "来る"}
    assert words("!") == frozenset()


def test_sums_do_not_depend_on_the_order_in_which_a_process_keeps_words() -> None:
    code = (
        "import hashlib, random\n"
        "from crawler.graph.natures import _vectors, words\n"
        "chance = random.Random(1)\n"
        "texts = [words(' '.join(f'w{chance.randrange(60)}' for _ in range(9))) for _ in range(40)]\n"
        "print(hashlib.sha256(_vectors(texts).tobytes()).hexdigest())\n"
    )
    made = {
        subprocess.run(
            [sys.executable, "-c", code],
            check=True,
            capture_output=True,
            env=os.environ | {"PYTHONHASHSEED": seed},
            timeout=60,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(made) == 1
