"""The day of publication: what a reader sees beside the headline, in many languages and calendars."""

import pytest

from crawler.extract import extract
from crawler.extract.dates import iso_of, written_dates

URL = "https://a.example/story"
TEXT = "<p>" + "The council met on Tuesday and agreed on the plans for the harbour. " * 4 + "</p>"


def published(html: str, url: str = URL) -> tuple[str | None, str | None]:
    article = extract(html.encode(), url, {"content-type": "text/html; charset=utf-8"}).article
    return article.published, article.published_raw


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("الأربعاء، 28 آب/اغسطس 2013", "2013-08-28"),
        ("12 تشرين الثاني 2023", "2023-11-12"),
        ("٢٨ أغسطس ٢٠١٣", "2013-08-28"),
        ("12 марта 2024, 10:20", "2024-03-12T10:20:00"),
        ("ngày 12 tháng 3 năm 2024", "2024-03-12"),
        ("12 मार्च 2024", "2024-03-12"),
        ("12 มี.ค. 2567 10:20 น.", "2024-03-12T10:20:00"),
        ("2024. március 12.", "2024-03-12"),
        ("令和6年3月12日", "2024-03-12"),
        ("民國113年3月12日", "2024-03-12"),
        ("2024. 3. 12. 오후 4:05", "2024-03-12T16:05:00"),
        ("2022 07/0516:33:08", "2022-07-05T16:33:08"),
        ("12 Μαρτίου 2024", "2024-03-12"),
        ("12-Mar-2024", "2024-03-12"),
        ("1er mars 2024", "2024-03-01"),
        ("03/25/2024", "2024-03-25"),
        ("call 12-34-2024", None),
    ],
)
def test_dates_are_read_in_many_languages_and_calendars(text: str, iso: str | None) -> None:
    assert iso_of(text) == iso


def test_dates_of_a_line_come_in_its_order_and_as_they_are_written() -> None:
    line = "Saved ٢٨ أغسطس ٢٠١٣, then 2024-03-12"
    assert [(raw, iso) for _, raw, iso in written_dates(line)] == [
        ("٢٨ أغسطس ٢٠١٣", "2013-08-28"),
        ("2024-03-12", "2024-03-12"),
    ]


def test_todays_date_at_the_top_is_not_the_articles() -> None:
    top = "<div>Thursday, 14 March 2024</div><div>Menu</div>"
    page = f"{top}<h1>Harbour tunnel to close</h1><p>12 March 2024</p>{TEXT}"
    assert published(page) == ("2024-03-12", "12 March 2024")


def test_the_date_of_a_change_counts_only_where_there_is_no_other() -> None:
    changed = "<span>Updated: 14 March 2024</span>"
    both = f"<h1>Harbour tunnel to close</h1>{changed} · <span>12 March 2024</span>{TEXT}"
    assert published(both)[0] == "2024-03-12"
    assert published(f"<h1>Harbour tunnel to close</h1>{changed}{TEXT}")[0] == "2024-03-14"


def test_what_a_reader_sees_beside_the_headline_outweighs_a_hidden_statement() -> None:
    meta = '<meta name="pubdate" content="2024-03-13">'
    assert published(f"{meta}<h1>Harbour tunnel to close</h1><p>12 March 2024</p>{TEXT}")[0] == "2024-03-12"


def test_a_day_and_month_that_may_be_either_way_are_read_as_the_page_states_them() -> None:
    meta = '<meta name="pubdate" content="2024-05-11">'
    assert published(f"{meta}<h1>Harbour tunnel to close</h1><p>05/11/2024</p>{TEXT}")[0] == "2024-05-11"


def test_dates_of_comments_are_not_the_articles() -> None:
    page = f"<h1>Harbour tunnel to close</h1>{TEXT}<div class=reply><b>Reader</b> 2024-03-12 14:33</div>"
    assert published(page) == (None, None)
