"""What the pages of one host settle between them."""

import random

import pytest

from crawler.model import Article, Block, Kind, Link, Page
from crawler.template import MIN_PAGES, learn, settle

HOST = "http://a.example"


def block(kind: Kind, label: str | None, urls: list[str], path: str) -> Block:
    links = tuple(Link(url, f"Story {url}", number) for number, url in enumerate(urls, 1))
    return Block(kind, label, "test", links, path, 0.5)


def page(number: int, *blocks: Block, uncertain: tuple[tuple[int, Block], ...] = ()) -> Page:
    return Page(f"{HOST}/news/{number}.html", Article(), blocks, "utf-8", uncertain)


def stories(number: int, count: int = 3) -> list[str]:
    return [f"{HOST}/news/{number * 7 + step + 1000}.html" for step in range(count)]


def related(number: int, label: str | None = "Related") -> Block:
    return block(Kind.OTHER if label is None else Kind.RELATED, label, stories(number), "div.rel")


SECTIONS = [f"{HOST}/{name}/" for name in ("politics-and-society", "life-and-culture", "money-and-markets")]
MENU = block(Kind.OTHER, "All our sections", SECTIONS, "div.more")
RANKING = block(Kind.RANKING, "Ranking", stories(0, 5), "div.rank")


def test_a_list_without_a_heading_is_named_as_on_the_other_pages() -> None:
    bare = page(99, related(99, None))
    template = learn([*(page(n, related(n)) for n in range(10)), bare])
    (named,) = settle(bare, template).blocks
    assert (named.kind, named.label, named.links) == (Kind.RELATED, "Related", bare.blocks[0].links)
    assert 'headed "Related" on 10 pages' in named.evidence


def test_a_container_shared_by_several_widgets_names_nothing() -> None:
    def both(n: int) -> Page:
        return page(n, related(n), block(Kind.RANKING, "Ranking", stories(0), "div.rel"))

    bare = page(99, related(99, None))
    assert settle(bare, learn([*map(both, range(10)), bare])).blocks == bare.blocks


def test_a_page_that_has_the_heading_elsewhere_does_not_get_it_twice() -> None:
    two = page(99, related(99), related(98, None))
    assert settle(two, learn([*(page(n, related(n)) for n in range(10)), two])).blocks == two.blocks


def test_a_list_too_weak_to_stand_alone_stands_with_its_likes_in_its_place() -> None:
    weak = page(99, RANKING, uncertain=((0, related(99)),))
    template = learn([*(page(n, related(n), RANKING) for n in range(10)), weak])
    settled = settle(weak, template)
    assert [one.label for one in settled.blocks] == ["Related", "Ranking"]
    assert "sure on 10 pages" in settled.blocks[0].evidence


def test_a_list_that_is_weak_everywhere_stays_out() -> None:
    weak = [page(n, RANKING, uncertain=((0, related(n)),)) for n in range(10)]
    assert settle(weak[0], learn(weak)).blocks == (RANKING,)


def test_a_menu_taken_for_a_block_is_dropped_and_a_ranking_is_not() -> None:
    pages = [page(n, related(n), MENU, RANKING) for n in range(10)]
    assert [one.label for one in settle(pages[0], learn(pages)).blocks] == ["Related", "Ranking"]


@pytest.mark.parametrize(
    "kept",
    [
        block(Kind.OTHER, "Latest", stories(1), "div.latest"),
        block(Kind.RANKING, "Friends", [f"http://b{n}.example/" for n in range(4)], "div.friends"),
        block(Kind.RANKING, "Ranking", [f"http://b.example/x/{n}" for n in range(4)], "div.r"),
    ],
    ids=["same addresses as articles", "other sites", "articles of another site"],
)
def test_a_site_wide_list_of_stories_or_other_sites_is_no_menu(kept: Block) -> None:
    pages = [page(n, related(n), kept) for n in range(10)]
    assert kept in settle(pages[0], learn(pages)).blocks


def test_a_target_that_other_lists_name_as_a_story_is_no_section() -> None:
    feature = f"{HOST}/special/"
    top = block(Kind.OTHER, "Our pick", [feature], "div.pick")
    pages = [
        page(n, block(Kind.RELATED, "Related", [*stories(n), feature], "div.rel"), top) for n in range(10)
    ]
    assert top in settle(pages[0], learn(pages)).blocks


def test_few_pages_teach_nothing() -> None:
    pages = [page(n, related(n), MENU) for n in range(MIN_PAGES - 1)]
    assert settle(pages[0], learn(pages)) == pages[0]


def test_the_order_of_the_pages_makes_no_difference() -> None:
    pages = [page(n, related(n, "Related" if n % 3 else None), MENU) for n in range(12)]
    pages += [page(n, uncertain=((0, related(n)),)) for n in range(20, 24)]
    shuffled = random.Random(1).sample(pages, len(pages))
    assert learn(pages) == learn(shuffled)
