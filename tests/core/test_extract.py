"""Extraction's traps, one by one: encodings, headings, entries, profiles."""

import pytest

from crawler.errors import UsageError
from crawler.extract import Rules, extract, load_profile, shipped_rules
from crawler.extract.dates import iso_of
from crawler.model import Kind, Page

URL = "https://a.example/news/1001.html"
ITEMS = "".join(
    f"<li><a href='/news/{n}.html'>The story that carries number {n}</a></li>" for n in (1002, 1003, 1004)
)


def page_of(html: str, url: str = URL, rules: Rules | None = None) -> Page:
    return extract(html.encode(), url, {"content-type": "text/html; charset=utf-8"}, rules)


@pytest.mark.parametrize(
    ("body", "headers", "charset"),
    [
        (b"\xef\xbb\xbfx", {"Content-Type": "text/html; charset=gbk"}, "utf-8"),
        (b"<meta charset=utf-8>x", {"content-type": "text/html; charset=GB2312"}, "gbk"),
        (b"<meta charset='shift_jis'>\x93\xfa", {}, "shift_jis"),
        (b"<meta http-equiv=Content-Type content='text/html; charset=gb2312'>x", {}, "gbk"),
        (b"<meta charset=no-such-thing>\xe2\x80\x99", {}, "utf-8"),
        (b"<!-- <meta charset=koi8-r> --><meta charset=big5>x", {}, "big5"),
        (b"<meta charset=utf-16>x", {}, "utf-8"),
        ("нет объявления".encode(), {}, "utf-8"),
    ],
)
def test_the_encoding_is_the_one_browsers_find(body: bytes, headers: dict[str, str], charset: str) -> None:
    assert extract(body, URL, headers).charset == charset


def test_a_silent_page_in_a_legacy_encoding_is_guessed() -> None:
    text = "Совет города перенёс голосование о празднике фонарей на следующую неделю. " * 20
    assert (
        extract(f"<h1>{text[:70]}</h1><p>{text}".encode("cp1251"), URL, {}).article.title == text[:70].strip()
    )


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Related", Kind.RELATED),
        ("More on this topic", Kind.RELATED),
        ("相关文章", Kind.RELATED),
        ("関連記事", Kind.RELATED),
        ("관련기사", Kind.RELATED),
        ("Notas relacionadas", Kind.RELATED),
        ("Читайте также", Kind.RELATED),
        ("Baca juga", Kind.RELATED),
        ("Most read", Kind.RANKING),
        ("点击排行", Kind.RANKING),
        ("熱門文章", Kind.RANKING),
        ("人気記事ランキング", Kind.RANKING),
        ("EN ÇOK OKUNANLAR", Kind.RANKING),
        ("Les plus lus", Kind.RANKING),
        ("Meistgelesen", Kind.RANKING),
        ("الأكثر قراءة", Kind.RANKING),
        ("Most commented", Kind.RANKING),
        ("Top stories", Kind.RANKING),
        ("Najczęściej czytane", Kind.RANKING),
        ("Recommendation", Kind.RECOMMENDATION),
        ("Editor's picks", Kind.RECOMMENDATION),
        ("猜你喜欢", Kind.RECOMMENDATION),
        ("热门推荐", Kind.RECOMMENDATION),
        ("İlginizi Çekebilir", Kind.RECOMMENDATION),
        ("Te puede interesar", Kind.RECOMMENDATION),
        ("Вам будет интересно", Kind.RECOMMENDATION),
        ("Mohlo by vás zajímat", Kind.RECOMMENDATION),
        ("แนะนำ", Kind.RECOMMENDATION),
        ("Latest", Kind.OTHER),
        ("Travel in the upper valley", Kind.OTHER),
    ],
)
@pytest.mark.parametrize("markup", ["<h3>{}</h3>", "<div class='related recommended'><span>{}</span></div>"])
def test_the_visible_heading_decides_the_kind(heading: str, kind: Kind, markup: str) -> None:
    page = page_of(f"<div>{markup.format(heading)}<ul>{ITEMS}</ul></div>")
    assert [block.kind for block in page.blocks] == [kind]


@pytest.mark.parametrize(
    "heading", ["Tags", "Popular categories", "Recent comments", "友情链接", "热门标签", "Related topics"]
)
def test_lists_of_other_things_are_no_blocks(heading: str) -> None:
    assert page_of(f"<div><h3>{heading}</h3><ul>{ITEMS}</ul></div>").blocks == ()


@pytest.mark.parametrize(
    "place",
    ["nav", "div class=menu", "div class='nav-main'", "footer", "div class=comments", "div id=breadcrumb"],
)
def test_lists_in_menus_and_footers_are_no_blocks(place: str) -> None:
    assert page_of(f"<{place}><div><ul>{ITEMS}</ul></div></{place.split()[0]}>").blocks == ()


def test_a_list_without_a_heading_is_other_and_has_no_label() -> None:
    (block,) = page_of(f"<div class=related><ul>{ITEMS}</ul></div>").blocks
    assert (block.kind, block.label, len(block.links)) == (Kind.OTHER, None, 3)


def test_links_in_running_text_are_no_block() -> None:
    link = "<a href='/news/77001.html'>the keeper of the old inn</a>"
    links = "".join(
        f"<a href='/news/{n}.html'>the keeper of inn {n}</a>, so they said at the time, "
        for n in range(7701, 7705)
    )
    assert (
        page_of(
            f"<h1>The keeper</h1><div>Long before the road was open, {links * 2} as many old people in the valley "
            f"remember it, and as the book of the guests has it in so many words to this day.</div>"
        ).blocks
        == ()
    )
    text = f"<p>Long before the road was open, said {link}, many came on foot.</p>"
    assert page_of(f"<h1>The keeper</h1>{text * 6}").blocks == ()


def test_image_title_and_read_more_are_one_entry_with_the_visible_title() -> None:
    card = (
        "<div><a href='/n/{0}.html'><img alt='photo'></a><h4><a href='/n/{0}.html'>The title of card {0}</a></h4>"
        "<a href='/n/{0}.html#more'>Read more</a></div>"
    )
    (block,) = page_of(
        "<section><h2>Related</h2>" + card.format(2001) + card.format(2002) + "</section>"
    ).blocks
    assert [link.anchor for link in block.links] == ["The title of card 2001", "The title of card 2002"]


def test_a_link_to_the_page_itself_counts_in_a_list() -> None:
    own = f"<li><a href='{URL}#top'>The very page that the reader reads</a></li>"
    short = f"<li><a href='{URL}'>Home</a></li>"
    for entry in (own, short):
        (block,) = page_of(f"<h2>Ranking</h2><ul>{entry}{ITEMS}</ul>", URL).blocks
        assert block.links[0].url == URL


def test_a_target_may_stand_in_two_blocks() -> None:
    page = page_of(f"<div><h2>Related</h2><ul>{ITEMS}</ul></div><div><h2>Ranking</h2><ul>{ITEMS}</ul></div>")
    assert [len(block.links) for block in page.blocks] == [3, 3]


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("Date:2025-04-12 21:23:12", "2025-04-12T21:23:12"),
        ("2025-04-12T21:23:12+0800", "2025-04-12T21:23:12+08:00"),
        ("2017年03月10日 09:58", "2017-03-10T09:58:00"),
        ("March 3rd, 2021", "2021-03-03"),
        ("7 de diciembre de 2017", "2017-12-07"),
        ("12.4.2021", "2021-04-12"),
        ("March 3, 2021, 4:05 pm", "2021-03-03T16:05:00"),
        ("2025-13-45", None),
        ("12 Nonsense 2021", None),
    ],
)
def test_dates_are_read_as_written_or_not_at_all(text: str, iso: str | None) -> None:
    assert iso_of(text) == iso


def test_a_view_label_without_a_number_is_no_count() -> None:
    article = page_of(
        "<h1>A page of the family</h1><p>View</p><p>View 2025-04-12 21:23:12</p><p>veryGood! (872)</p>"
    ).article
    assert (article.views, article.likes) == (None, 872)


PROFILE = """
hosts = ["a.example"]
[[blocks]]
select = "#x"
label = "b"
links = "a"
[fields]
title = "//h6"
"""


def test_a_profile_comes_before_general_evidence() -> None:
    rules = Rules(shipped_rules().lexicon, (load_profile(PROFILE, "mine.toml"),))
    html = f"<h6>Told by the profile</h6><div id=x><b>Ranking</b><ul>{ITEMS}</ul></div>"
    page = page_of(html, rules=rules)
    assert page.article.title == "Told by the profile"
    assert [(block.kind, block.label, len(block.links)) for block in page.blocks] == [
        (Kind.RANKING, "Ranking", 3)
    ]
    assert "mine.toml" in page.blocks[0].evidence
    assert page_of(html, "https://b.example/1.html", rules).article.title != "Told by the profile"


def test_the_shipped_profile_knows_its_family_by_the_marker() -> None:
    ranking = f"<div class=paihang><h2 class=htitle>Ranking</h2><ul>{ITEMS}</ul></div>"
    html = f"<script src=/e/public/ViewClick/?id=1></script>{ranking}"
    (block,) = page_of(html).blocks
    assert "empirecms.toml" in block.evidence


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("hosts = [", "not a TOML file"),
        ("hots = []", "hots"),
        ("markers = 'x'", "markers"),
        ("[fields]\ntitle = 'h1'", "hosts"),
        ("hosts = ['a']\n[[blocks]]\nselect = 'div['", "blocks[0].select"),
        ("hosts = ['a']\n[[blocks]]\nselect = 'div'\nkind = 'best'", "blocks[0].kind"),
        ("hosts = ['a']\n[fields]\nheadline = 'h1'", "fields.headline"),
        ("hosts = ['a']\n[[blocks]]\nselect = '//a['", "blocks[0].select"),
    ],
)
def test_a_wrong_profile_names_file_and_key(text: str, key: str) -> None:
    with pytest.raises(UsageError) as error:
        load_profile(text, "mine.toml")
    assert str(error.value).startswith("mine.toml: ")
    assert key in str(error.value)


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Top stories", Kind.RANKING),
        ("TOP 10", Kind.RANKING),
        ("ΤΑ ΠΙΟ ΔΙΑΒΑΣΜΕΝΑ", Kind.RANKING),
        ("LO MAS LEIDO", Kind.RANKING),
        ("پربازدیدترین‌ها", Kind.RANKING),
        ("Articoli correlati (da tag)", Kind.RELATED),
        ("Quizás también te interese...", Kind.RECOMMENDATION),
        ("根据你的好奇心指数推荐", Kind.RECOMMENDATION),
        ("J’aime aussi : à lire", None),
        ("Top court strikes down the ban on boats", None),
        ("Trending topics", None),
        ("Die Themen des Tages", None),
    ],
)
def test_a_phrase_counts_by_what_stands_around_it(heading: str, kind: Kind | None) -> None:
    match = shipped_rules().lexicon.match(heading)
    assert (match.kind if match is not None else None) in (kind, Kind.OTHER if kind is None else kind)


@pytest.mark.parametrize(
    ("line", "likes"),
    [
        ("<p>veryGood! (872)</p>", 872),
        ("<p>Sehr gut! (128)</p>", 128),
        ("<p><a href='javascript:x()'>¡Muy bien!</a> (311)</p>", 311),
        ("<div class=digg_good><div>顶一下</div><div class=digg_num>(41)</div></div>", 41),
        ("<p>Very good until 2025-04-12</p>", None),
    ],
)
def test_likes_are_counted_in_the_words_of_the_family(line: str, likes: int | None) -> None:
    assert page_of(f"<h1>Harbour tunnel to close</h1>{line}").article.likes == likes


@pytest.mark.parametrize(
    ("line", "views"),
    [
        ("<p>Visualizações: 1204</p>", 1204),
        ("<p>Reads: 90 &nbsp;</p>", 90),
        ("<p>Visitas: 2.318 Fecha: 12-04-2025</p>", 2318),
    ],
)
def test_views_are_counted_in_many_languages(line: str, views: int) -> None:
    assert page_of(f"<h1>Harbour tunnel to close</h1>{line}").article.views == views


@pytest.mark.parametrize(
    "crumbs",
    [
        "<td>Current:<a href=/>Home</a> &gt; <a href=/news/>News</a><br>The text of the story</td>",
        "<td>Your position: <a href=/>Home</a> &gt;&gt; <a href=/news/>News</a> &gt;&gt; Text</td>",
        "<div><a href=/>Home</a> ＞ <a href=/news/>News</a></div>",
        "<p>Usted está aquí: <a href=/>Home</a> › <a href=/news/>News</a></p>",
    ],
)
def test_the_way_from_the_home_page_is_known_by_its_arrows(crumbs: str) -> None:
    assert page_of(f"<table>{crumbs}</table><h1>Harbour tunnel to close</h1>").article.breadcrumb == (
        "Home",
        "News",
    )


def test_where_the_h1_is_the_sites_name_the_line_that_og_title_repeats_is_the_headline() -> None:
    title = "Harbour tunnel to close"
    head = f'<title>Tide Chronicle: {title}</title><meta property="og:title" content="{title}">'
    page = page_of(f"{head}<h1><a href=/>Tide Chronicle</a></h1><h3>Harbour tunnel to close</h3><p>Text</p>")
    assert (page.article.title, page.article.site_name) == ("Harbour tunnel to close", "Tide Chronicle")


def test_gb2312_is_read_with_all_signs_of_gb_18030_and_big5_with_those_of_hong_kong() -> None:
    title = "\u9f98\u9555\u9fb4\u65b0\u653f\u7b56"  # the third is four bytes in GB 18030
    for charset, codec in (("gb2312", "gb18030"), ("big5", "big5hkscs")):
        shown = title if charset == "gb2312" else "\u5481\u65b0"
        body = f"<meta charset={charset}><title>{shown}</title>".encode(codec)
        assert extract(body, URL, {}).article.title == shown


def test_an_address_of_a_hundred_thousand_characters_is_a_bad_url_and_no_two_are_one() -> None:
    long = [f"/story?{'x' * size}={n}" for n, size in enumerate((9_000, 9_000, 100_000))]
    links = "".join(f'<li><a href="{href}">A story with a long address indeed</a></li>' for href in long)
    (block,) = page_of(f"<h3>Related</h3><ul>{links}{ITEMS}</ul>").blocks
    refused = [link.url for link in block.links if link.refused is not None]
    assert len(set(refused)) == 3
    assert all(len(url) <= 8_192 for url in refused)


def test_the_end_of_the_documents_title_is_the_sites_name_only_where_the_page_shows_it() -> None:
    title = "<title>Tunnel to close, say engineers - Tide Chronicle</title><h1>Harbour tunnel to close</h1>"
    assert page_of(title).article.site_name is None
    assert page_of(f"{title}<p>© Tide Chronicle</p>").article.site_name == "Tide Chronicle"
