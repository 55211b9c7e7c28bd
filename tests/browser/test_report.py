"""The report in a browser: from a file, on a telephone, in the dark, on paper, and with hostile pages in it."""

import re
from pathlib import Path
from typing import Any

import pytest
from made_up import TITLES, link, node
from opened_map import Open, Opened

from crawler.model import Facts, Kind, Membership, Receipt
from crawler.report import write, write_report
from crawler.report.findings import Ledger
from crawler.report.words import clean

REFUSED = [
    "base-uri", "connect-src", "form-action", "frame-src", "img-src", "media-src", "object-src", "script-src-attr",
    "script-src-elem", "style-src-elem",
]  # fmt: skip
"""What a policy that allows nothing refuses."""
PAPER = 680
"""Pixels between the margins of an A4 page, as the style sheet sets them."""


@pytest.fixture(scope="module")
def report(demo: Path) -> Path:
    """Return the report of the sample network."""
    return write_report(demo)[0]


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """Return the report of two sites that carry stories of hostile titles, and push them all."""
    urls = [[f"http://{site}.example/{number}" for number in range(len(TITLES))] for site in "ab"]
    nodes = [node(url, title) for own in urls for url, title in zip(own, TITLES, strict=True)]
    # Each kind of block pushes half of them: the tables show ten.
    kinds = [Kind.RELATED if number % 2 else Kind.RANKING for number in range(len(TITLES))]
    links = [
        link(source[number - 1], target[number], title, kinds[number])
        for source, target in (urls, urls[::-1])
        for number, title in enumerate(TITLES)
    ]
    links.sort(key=lambda one: one.source)
    stories = [
        Membership(own[number], f"story-{number}", 0.9, title, earliest=own is urls[0])
        for own in urls
        for number, title in enumerate(TITLES)
    ]
    receipt = Receipt((urls[0][0],), "2025-04-12T00:00:00Z", None, "1", "{}")
    facts = Facts(lambda: iter(nodes), lambda: iter(links), receipt, lambda: iter(stories))
    return write(facts, Ledger((), None, 0, ""), tmp_path / "report.html")


def unfold(opened: Opened) -> None:
    opened.page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")


def hidden(opened: Opened) -> list[str]:
    """Return what of the report's sentences, cells, headings and charts cannot be seen."""
    return list(
        opened.page.evaluate(
            """() => [...document.querySelectorAll('h1, h2, p, li, code, caption, th, td, figcaption, svg, rect')]
            .filter((one) => !one.closest('nav, .numbers') && !(one.checkVisibility() && one.getClientRects().length))
            .map((one) => one.outerHTML.slice(0, 100))"""
        )
    )


def test_it_opens_from_a_file_without_a_word_on_the_console_or_a_request(
    report: Path, open_file: Open
) -> None:
    opened = open_file(report)
    assert opened.text("h1") == opened.page.title()
    assert opened.page.locator("section h2").count() > 8
    # Of a style sheet that its own policy refused, nothing would be seen but that.
    assert opened.page.evaluate("getComputedStyle(document.body).maxWidth") == "960px"
    assert opened.requests == [report.as_uri()]


def test_its_policy_lets_nothing_in_that_is_not_in_the_file(report: Path, open_file: Open) -> None:
    opened = open_file(report)
    opened.page.evaluate(
        """() => {
            window.refused = new Set();
            addEventListener('securitypolicyviolation', (event) => refused.add(event.effectiveDirective));
            for (const [tag, name, value] of [
                ['script', 'textContent', 'window.taken = true'], ['script', 'src', 'http://127.0.0.1:9/a.js'],
                ['style', 'textContent', 'h1 { display: none }'], ['img', 'src', 'http://127.0.0.1:9/a.png'],
                ['iframe', 'src', 'http://127.0.0.1:9/'], ['object', 'data', 'http://127.0.0.1:9/a.swf'],
                ['audio', 'src', 'http://127.0.0.1:9/a.mp3'], ['base', 'href', 'http://127.0.0.1:9/'],
            ]) document.body.append(Object.assign(document.createElement(tag), {[name]: value}));
            document.body.setAttribute('onclick', 'window.taken = true');
            document.body.click();
            const form = document.createElement('form');
            form.action = 'http://127.0.0.1:9/';
            document.body.append(form);
            form.submit();
            fetch('http://127.0.0.1:9/').catch(() => null);
        }"""
    )
    opened.page.wait_for_function(
        "wanted => wanted.every((one) => refused.has(one))", arg=REFUSED, timeout=5000
    )
    assert opened.page.evaluate("window.taken") is None
    assert opened.page.locator("h1").is_visible()
    # The browser names each refusal on the console, and the requests that it did not make.
    opened.troubles.clear()
    del opened.requests[1:]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("of", ["report", "hostile"])
def test_axe_finds_nothing_wrong(
    of: str, scheme: str, open_file: Open, axe: str, request: pytest.FixtureRequest
) -> None:
    opened = open_file(request.getfixturevalue(of), color_scheme=scheme)
    unfold(opened)
    opened.page.evaluate(axe)
    found = opened.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert [
        (wrong["id"], wrong["impact"], wrong["nodes"][0]["html"][:200]) for wrong in found["violations"]
    ] == []


def test_dark_follows_the_system(report: Path, open_file: Open) -> None:
    opened = open_file(report, color_scheme="dark")
    ground = "getComputedStyle(document.body).backgroundColor"
    assert opened.page.evaluate(ground) == "rgb(20, 24, 29)"
    opened.page.emulate_media(color_scheme="light")
    assert opened.page.evaluate(ground) == "rgb(255, 255, 255)"


@pytest.mark.parametrize("of", ["report", "hostile"])
def test_a_phone_needs_no_sideways_scroll(of: str, open_file: Open, request: pytest.FixtureRequest) -> None:
    phone: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
    opened = open_file(request.getfixturevalue(of), **phone)
    unfold(opened)
    assert opened.page.evaluate("document.documentElement.scrollWidth") == 360
    # Letters of a chart are cut off by nothing, and stand on nothing beside it.
    beyond = """() => [...document.querySelectorAll('svg text')]
        .filter((one) => one.getBoundingClientRect().right > 361 || one.getBoundingClientRect().left < 0)
        .map((one) => one.textContent)"""
    assert opened.page.evaluate(beyond) == []


@pytest.mark.parametrize("width", [360, 1280])
def test_letters_of_a_chart_and_of_a_tables_head_stand_apart(
    report: Path, open_file: Open, width: int
) -> None:
    opened = open_file(report, viewport={"width": width, "height": 900})
    unfold(opened)
    overlaps = """() => [...document.querySelectorAll('svg, thead tr')].flatMap((one) => {
        const boxes = [...one.querySelectorAll('text, th')].map((text) => {
            const range = document.createRange();
            range.selectNodeContents(text);
            return [text.textContent, range.getBoundingClientRect()];
        }).filter(([, box]) => box.width);
        return boxes.flatMap(([a, x], place) => boxes.slice(place + 1).filter(([, y]) =>
            x.left < y.right - 1 && y.left < x.right - 1 && x.top < y.bottom - 2 && y.top < x.bottom - 2
        ).map(([b]) => `${a} / ${b}`));
    })"""
    assert opened.page.evaluate(overlaps) == []


def test_on_a_wide_screen_no_table_is_cut_off(report: Path, open_file: Open) -> None:
    opened = open_file(report, viewport={"width": 1280, "height": 900})
    unfold(opened)
    cut = """() => [...document.querySelectorAll('.scroll:not(.numbers .scroll)')]
        .filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.querySelector('caption').textContent)"""
    assert opened.page.evaluate(cut) == []


def test_numbers_and_their_heads_stand_to_the_right_and_dates_on_one_line(
    report: Path, open_file: Open
) -> None:
    opened = open_file(report, viewport={"width": 1280, "height": 900})
    unfold(opened)
    # Of columns that hold numbers only.
    wrong = """() => [...document.querySelectorAll('table')].flatMap((table) => {
        const rows = [...table.tBodies[0].rows];
        const isNumber = (cell) => /^(-?[\\d,.]+%?|–)$/.test(cell.textContent.trim());
        return [...table.rows[0].cells].filter((head, place) => rows.every((row) => isNumber(row.cells[place]))
            && [head, ...rows.map((row) => row.cells[place])].some((one) => getComputedStyle(one).textAlign !== 'right')
        ).map((head) => `${table.caption.textContent}: ${head.textContent}`);
    })"""
    assert opened.page.evaluate(wrong) == []
    dates = opened.page.locator("td time")
    assert dates.count() > 16
    assert {round(one.bounding_box()["height"]) for one in dates.all() if one.is_visible()} == {
        round(dates.first.bounding_box()["height"])
    }


def test_each_chart_and_table_can_be_told_aloud(report: Path, open_file: Open) -> None:
    opened = open_file(report)
    unfold(opened)
    # As the browser hands them to a screen reader.
    charts = opened.page.get_by_role("img")
    assert charts.count() == opened.page.locator("svg").count() > 6
    for number in range(charts.count()):
        figure = opened.page.locator("figure").nth(number)
        title, said = figure.locator(".title").inner_text(), charts.nth(number).aria_snapshot()
        assert title in said and len(said) > len(title) + 40, said
        assert figure.locator("details.numbers td").count() > 1
    tables = opened.page.locator("table")
    assert tables.count() > 12
    for number in range(tables.count()):
        table = tables.nth(number)
        caption = (table.locator("caption").text_content() or "").strip()
        assert caption
        assert table.locator("th[scope=col]").count() == table.locator("tr").nth(0).locator("th").count() > 0
        scrolled = table.locator("xpath=..")
        assert scrolled.get_attribute("tabindex") == "0", "keys reach it, too"
        assert opened.page.get_by_role("region", name=caption, exact=True).count()


def test_its_contents_lead_to_each_section(report: Path, open_file: Open) -> None:
    opened = open_file(report)
    links = opened.page.locator("nav a")
    assert links.count() == opened.page.locator("main > section").count()
    for number in range(links.count()):
        name = links.nth(number).inner_text()
        links.nth(number).click()
        target = opened.page.locator(":target")
        assert target.count() == 1, name
        assert target.locator("h2").inner_text() == name
    ids = opened.page.evaluate("[...document.querySelectorAll('[id]')].map((one) => one.id)")
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(("scheme", "media"), [("light", "screen"), ("dark", "screen"), ("dark", "print")])
def test_no_line_of_a_chart_strikes_its_letters_out(
    report: Path, open_file: Open, scheme: str, media: str
) -> None:
    opened = open_file(report, color_scheme=scheme)
    opened.page.emulate_media(media=media)
    rims = opened.page.evaluate(
        """() => [...document.querySelectorAll('svg text')].map((one) => {
            const style = getComputedStyle(one);
            const after = [...one.parentNode.children].some((other) =>
                other.matches('line') && one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING);
            return [style.paintOrder.split(' ')[0], parseFloat(style.strokeWidth) >= 4, style.stroke, after].join();
        })"""
    )
    assert set(rims) == {
        f"stroke,true,{opened.page.evaluate('getComputedStyle(document.body).backgroundColor')},false"
    }


def test_it_prints_with_all_that_is_essential(report: Path, open_file: Open, tmp_path: Path) -> None:
    opened = open_file(report, viewport={"width": PAPER, "height": 1000}, color_scheme="dark")
    folded = hidden(opened)
    assert folded, "on the screen some tables are folded"
    opened.page.emulate_media(media="print")
    assert hidden(opened) == []
    assert opened.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    # What does not fit is cut off on paper, where nothing scrolls; the shade around commands hangs over a little.
    beyond = f"""() => [...document.querySelectorAll('td, th, p, code, svg text')]
        .filter((one) => one.getBoundingClientRect().right > {PAPER} + 8).map((one) => one.outerHTML.slice(0, 100))"""
    assert opened.page.evaluate(beyond) == []
    printed = opened.page.pdf(prefer_css_page_size=True)
    assert printed.startswith(b"%PDF-") and printed.rstrip().endswith(b"%%EOF")
    sheets = len(re.findall(rb"/Type\s*/Page\b", printed))
    assert 4 < sheets < 40
    assert re.search(rb"/MediaBox\s*\[0 0 59\d", printed), "A4"


def test_hostile_titles_do_nothing_and_are_shown_as_they_are(hostile: Path, open_file: Open) -> None:
    opened = open_file(hostile)
    assert opened.page.title() == opened.text("h1") != "taken"
    assert opened.page.locator("script, img, iframe, object, svg svg, svg [onload], [onerror]").count() == 0
    text = opened.page.locator("main").text_content()
    for title in TITLES:
        assert clean(title) in text
    for one in opened.page.locator("td bdi").all():
        box = one.bounding_box()
        assert box is None or box["height"] < 200, one.inner_text()
