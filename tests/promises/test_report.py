"""The report of the sample network says what the network is, and each command it gives shows something."""

import hashlib
import json
import re
import shlex
import shutil
import sqlite3
import statistics
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from selectolax.lexbor import LexborHTMLParser

from crawler.demo.network import KINDS, Truth, generate
from crawler.report import FORMATS, write_report

NETWORK = generate()
Row = dict[str, Any]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the directory of a crawl of the sample network, with the report it writes at its end."""
    where = tmp_path_factory.mktemp("report") / "demo"
    subprocess.run(
        [sys.executable, "-m", "crawler", "demo", "--output", str(where), "--delay", "0", "--exports", "report"],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return where


@pytest.fixture(scope="module")
def told(demo: Path) -> Row:
    """Return the report as JSON."""
    path, readable = write_report(demo, demo.parent / "told.json", "json")
    assert readable is None
    document = json.loads(path.read_text("utf-8"))
    assert isinstance(document, dict)
    return document


@pytest.fixture(scope="module")
def figures(told: Row) -> Row:
    found = told["figures"]
    assert isinstance(found, dict)
    return found


TRUTH: Truth = NETWORK.truth([NETWORK.seed], 2)
FETCHED = {url for url, (state, _, _) in TRUTH.nodes.items() if state == "fetched"}
NUMBERS = {NETWORK.url_of(article): article for article in range(NETWORK.articles)}


def host_of(url: str) -> str:
    return url.split("/")[2]


def story_of(url: str) -> int | str:
    """Return what stands for a page's story: of a fetched copy, the article it copies; else the page."""
    return NETWORK.original_of(NUMBERS[url]) if url in FETCHED else url


def section(told: Row, key: str) -> Row:
    (found,) = (one for one in told["sections"] if one["key"] == key)
    assert isinstance(found, dict)
    return found


def groups() -> dict[int | str, list[str]]:
    found: dict[int | str, list[str]] = defaultdict(list)
    for url in FETCHED:
        found[story_of(url)].append(url)
    return {story: urls for story, urls in found.items() if len(urls) > 1}


def test_the_matrices_count_each_link_between_pages_by_its_sites_and_kind(figures: Row) -> None:
    expected = Counter(
        (host_of(source), host_of(target), kind)
        for source, target, kind, _, _ in TRUTH.links
        if source != target
    )
    links = figures["interlinks"]
    shown = links["shown"]
    found = {
        (a, b, kind): count
        for kind, matrix in links["matrices"].items()
        for a, row in zip(shown, matrix, strict=True)
        for b, count in zip(shown, row, strict=True)
        if count
    }
    assert found == dict(expected)
    assert links["between"] == sum(count for (a, b, _), count in expected.items() if a != b)


def test_links_of_a_page_to_itself_and_pairs_of_pages_are_counted_apart(figures: Row, told: Row) -> None:
    entries = Counter(kind for _, _, kind, _, _ in TRUTH.links)
    itself = Counter(kind for source, target, kind, _, _ in TRUTH.links if source == target)
    edges = {(source, target) for source, target, *_ in TRUTH.links if source != target}
    assert figures["entries"] == dict(entries)
    assert figures["to_itself"] == dict(itself) != {}
    assert figures["edges"] == len(edges)
    said = section(told, "sites")["findings"][0]["text"]
    for count in (len(TRUTH.links), itself.total(), len(TRUTH.links) - itself.total(), len(edges)):
        assert re.search(rf"(?<![\d,]){count:,}(?![\d,])", said), (
            "each with its word, where they can be compared"
        )


def test_pairs_of_sites_are_ranked_by_the_links_between_them(figures: Row) -> None:
    expected = Counter(
        frozenset((host_of(source), host_of(target)))
        for source, target, *_ in TRUTH.links
        if host_of(source) != host_of(target)
    )
    pairs = figures["interlinks"]["pairs"]
    assert [pair["there"] + pair["back"] for pair in pairs] == sorted(expected.values(), reverse=True)
    assert {frozenset((pair["a"], pair["b"])): pair["there"] + pair["back"] for pair in pairs} == dict(
        expected
    )


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_kind_pushes_is_counted_by_pages_raw_and_by_sites_where_a_block_is_site_wide(
    figures: Row, kind: str
) -> None:
    pushers: dict[int | str, set[str]] = defaultdict(set)
    foreign: dict[int | str, set[str]] = defaultdict(set)
    for source, target, of, _, _ in TRUTH.links:
        if of == kind and story_of(source) != story_of(target):
            pushers[story_of(target)].add(source)
            if host_of(source) != host_of(target):
                foreign[story_of(target)].add(source)
    sites = {story: {host_of(source) for source in found} for story, found in pushers.items()}
    # Of the sample, Ranking is the same on each page of a site; the other two never are.
    net = {s: len(sites[s] if kind == "ranking" else found) for s, found in pushers.items()}
    (one,) = (one for one in figures["pushed"] if one["kind"] == kind)
    assert (one["pages"], one["targets"]) == (len(FETCHED), len(pushers))
    assert one["site_wide"] == (len(pushers) if kind == "ranking" else 0)
    for by, counts in (("by_raw", {s: len(found) for s, found in pushers.items()}), ("by_net", net)):
        assert [story[by[3:]] for story in one[by]] == sorted(counts.values(), reverse=True)[:10]
    for story in (*one["by_raw"], *one["by_net"]):
        key = story_of(story["url"])
        assert (story["raw"], story["net"], story["foreign"]) == (
            len(pushers[key]),
            net[key],
            len(foreign[key]),
        )
        assert story["title"] is None or story["title"] == NETWORK.story(NUMBERS[story["url"]]).title
        assert story["rank_net"] == 1 + sum(count > net[key] for count in net.values())


def test_site_wide_lists_show_the_stories_that_stand_on_every_page(figures: Row, told: Row) -> None:
    shown: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    having: dict[tuple[str, str], set[str]] = defaultdict(set)
    for source, target, kind, _, _ in TRUTH.links:
        shown[host_of(source), kind][target].add(source)
        having[host_of(source), kind].add(source)
    lists = {(one["host"], one["kind"]): one for one in figures["site_lists"]}
    assert set(lists) == {(host, "ranking") for host in NETWORK.hosts}
    texts = [one["text"] for one in section(told, "pushed")["findings"]]
    for key, one in lists.items():
        pages = len(having[key])
        assert one["pages"] == pages
        assert {story["url"]: story["pages"] for story in one["stories"]} == {
            url: len(sources) for url, sources in shown[key].items()
        }
        # In the sample they stand on all of them: also on their own pages, so that none comes out first by one.
        assert {story["pages"] for story in one["stories"]} == {pages}
        assert one["steady"] == one["different"] == len(shown[key])
        assert one["foreign"] == sum(host_of(url) != key[0] for url in shown[key])
        name = key[0].removeprefix("www.")
        said = f"Site-wide Ranking list of {name}: these {len(shown[key])} stories stand on all {pages} pages"
        assert any(text.startswith(said) for text in texts)
    assert not any("Ranking" in text and "most of all" in text for text in texts), "what ties has no first"
    (table,) = (
        one for one in section(told, "pushed")["tables"] if one["caption"] == "Ranking: stories pushed most"
    )
    assert table["head"][0] == "rank" and {row[0] for row in table["rows"]} == {1}
    assert table["head"][3:5] == ["pages that push it: raw", "net"], "side by side"


def test_each_hosts_blocks_go_by_what_the_network_made_them_go_by(figures: Row) -> None:
    made = {"ranking": "site_wide", "related": "per_story", "recommendation": "rotating"}
    found = {(one["host"], one["kind"]): one["nature"] for one in figures["natures"]}
    assert found == {(host, kind): made[kind] for host in NETWORK.hosts for kind in KINDS}


def test_copies_are_those_that_the_network_made(figures: Row) -> None:
    copying, expected = figures["copying"], groups()
    across = [urls for urls in expected.values() if len({host_of(url) for url in urls}) > 1]
    assert (copying["stories"], copying["across"]) == (len(expected), len(across))
    assert copying["pages"] == sum(map(len, expected.values()))
    titles = [{NETWORK.story(NUMBERS[url]).title for url in urls} for urls in across]
    assert copying["reworded"] == sum(len(one) > 1 for one in titles)
    dates = [
        sorted(datetime.fromisoformat(NETWORK.story(NUMBERS[url]).published).timestamp() / 60 for url in urls)
        for urls in across
    ]
    gaps = [one[-1] - one[0] for one in dates]
    assert copying["gaps"] == pytest.approx([min(gaps), statistics.median(gaps), max(gaps)])
    for story in copying["most"]:
        urls = [page["url"] for page in story["pages"]]
        assert sorted(urls) == sorted(expected[story_of(story["url"])])
        titles = Counter(NETWORK.story(NUMBERS[url]).title for url in urls)
        assert {head["title"]: head["pages"] for head in story["headlines"]} == dict(titles)
        assert story["url"] == min(urls, key=lambda url: NETWORK.story(NUMBERS[url]).published)


def test_of_sites_that_share_stories_the_one_with_the_earlier_date_is_counted_as_earlier(
    figures: Row,
) -> None:
    first: Counter[tuple[str, str]] = Counter()
    for urls in groups().values():
        dates = sorted((NETWORK.story(NUMBERS[url]).published, host_of(url)) for url in urls)
        (_, a), (_, b) = dates  # the sample has two copies of a story at most
        if a != b:
            first[a, b] += 1
    found = {}
    for order in figures["copying"]["orders"]:
        found[order["a"], order["b"]] = order["a_first"]
        found[order["b"], order["a"]] = order["b_first"]
    assert {pair: count for pair, count in found.items() if count} == dict(first)


def test_publications_fall_on_the_hours_and_weekdays_of_the_network(figures: Row) -> None:
    expected: dict[str, Counter[tuple[int, int]]] = defaultdict(Counter)
    for url in FETCHED:
        at = datetime.fromisoformat(NETWORK.story(NUMBERS[url]).published)
        expected[host_of(url)][at.weekday(), at.hour] += 1
    found = {
        one["site"]: Counter(
            {
                (day, hour): count
                for day, row in enumerate(one["hours"])
                for hour, count in enumerate(row)
                if count
            }
        )
        for one in figures["times"]["rhythms"]
    }
    assert found == dict(expected)


def test_synchrony_is_the_share_of_publications_near_another_sites(figures: Row) -> None:
    times = defaultdict(list)
    for url in FETCHED:
        times[host_of(url)].append(
            datetime.fromisoformat(NETWORK.story(NUMBERS[url]).published).timestamp() / 60
        )
    assert {one["site"] for one in figures["times"]["synchrony"]} == set(times)
    for one in figures["times"]["synchrony"]:
        own = times[one["site"]]
        others = [at for site, found in times.items() if site != one["site"] for at in found]
        # Articles are 37 minutes apart, give or take 6: never within ten.
        assert min(abs(a - b) for a in own for b in others) > 10
        assert one["share"] == 0


def test_counters_are_those_of_the_network_and_look_as_evenly_drawn_as_they_are(figures: Row) -> None:
    found = {(one["site"], one["name"]): one for one in figures["audit"]["counters"]}
    for host in NETWORK.hosts:
        stories = [NETWORK.story(NUMBERS[url]) for url in FETCHED if host_of(url) == host]
        for name, values in (
            ("likes", [story.likes for story in stories]),
            ("views", [story.views for story in stories if story.views is not None]),
        ):
            if len(values) < 50:
                assert (host, name) not in found
                continue
            one = found[host, name]
            assert (one["values"], one["least"], one["greatest"]) == (len(values), min(values), max(values))
            assert one["median"] == statistics.median(values)
            digits = Counter(value % 10 for value in values if value >= 10)
            assert one["last"]["counts"] == [digits[digit] for digit in range(10)]
    assert found["www.harbourpost.example", "likes"]["uneven_p"] > 0.05
    assert found["www.harbourpost.example", "views"]["uneven_p"] > 0.05


def test_fates_depths_and_troubles_add_up_to_the_networks(figures: Row) -> None:
    fates = Counter((state, reason) for state, reason, _ in TRUTH.nodes.values())
    assert {(state, reason): count for state, reason, count in figures["fates"]} == dict(fates)
    known = Counter(depth for _, _, depth in TRUTH.nodes.values())
    fetched = Counter(depth for state, _, depth in TRUTH.nodes.values() if state == "fetched")
    depths = {one["depth"]: (one["known"], one["fetched"]) for one in figures["spread"]["depths"]}
    assert depths == {depth: (count, fetched[depth]) for depth, count in known.items()}
    troubles = Counter(
        (host_of(url), reason)
        for url, (state, reason, _) in TRUTH.nodes.items()
        if state == "failed" or reason == "robots"
    )
    assert {(one["host"], one["reason"]): one["urls"] for one in figures["troubles"]} == dict(troubles)


def test_degrees_are_those_of_the_networks_links(figures: Row) -> None:
    into: dict[str, set[str]] = defaultdict(set)
    out: dict[str, set[str]] = defaultdict(set)
    for source, target, *_ in TRUTH.links:
        if source != target:
            into[target].add(source)
            out[source].add(target)
    final = [url for url, (state, _, _) in TRUTH.nodes.items() if state != "redirected"]
    degrees = sorted(len(into[url]) for url in final)
    spread = figures["spread"]
    assert (spread["median_in"], spread["greatest_in"]) == (degrees[len(degrees) // 2], degrees[-1])
    assert sum(count for _, count in spread["indegrees"]) == len(final)
    assert dict(spread["indegrees"])["9–16"] == sum(9 <= degree <= 16 for degree in degrees)
    assert spread["outdegrees"] == [["17–32", sum(17 <= len(found) <= 32 for found in out.values())]]


def test_the_hash_is_that_of_the_bodies_the_network_serves(figures: Row) -> None:
    lines = "".join(
        f"{url} {hashlib.sha256(NETWORK.answer(url).body).hexdigest()}\n" for url in sorted(FETCHED)
    )
    assert figures["ledger"]["sha256"] == hashlib.sha256(lines.encode()).hexdigest()
    assert figures["ledger"]["hashed_pages"] == len(FETCHED)


def test_the_summary_says_what_was_crawled_then_what_is_news_then_what_is_missing(
    told: Row, figures: Row
) -> None:
    kinds = Counter(kind for _, _, kind, _, _ in TRUTH.links)
    assert told["crawled"].startswith(
        f"{len(FETCHED)} pages of 3 sites fetched, of {len(TRUTH.nodes)} addresses known."
    )
    assert f"{len(TRUTH.links):,} links ({kinds['related']:,} related, " in told["crawled"]
    lists, copies, counters, across = told["summary"]
    pages = Counter(host_of(url) for url in FETCHED).most_common()
    sizes = ", ".join(str(count) for _, count in pages[:-1]) + f" and {pages[-1][1]}"
    assert lists == (
        f"On all 3 sites, the Ranking list is one and the same on every page: the same 8 stories on each of {sizes} "
        "pages. Each list also holds stories of another site."
    )
    across_sites = [urls for urls in groups().values() if len({host_of(url) for url in urls}) > 1]
    assert copies.startswith(
        f"{len(across_sites)} stories stand on more than one site, all of them under different headlines."
    )
    firsts = Counter(
        host_of(min(urls, key=lambda url: NETWORK.story(NUMBERS[url]).published)) for urls in across_sites
    )
    ((site, first),) = firsts.most_common(1)
    carried = sum(site in {host_of(url) for url in urls} for urls in across_sites)
    assert first > len(across_sites) / 2
    assert f"{site.removeprefix('www.')} is dated first in {first} of the {carried} of these" in copies
    even = [one for one in figures["audit"]["counters"] if one["uneven_p"] >= 0.05]
    (uneven,) = [one for one in figures["audit"]["counters"] if one not in even]
    assert (
        f"({len(even)} of {len(figures['audit']['counters'])} sets of numbers tested; "
        f"{uneven['name']} on {uneven['site'].removeprefix('www.')} can)"
    ) in counters
    for one in even:
        assert re.search(
            rf"{one['name']} on [^,(]*{one['site'].removeprefix('www.')}", counters, re.IGNORECASE
        )
    leaving = sum(host_of(source) != host_of(target) for source, target, *_ in TRUTH.links)
    between = sum(source != target for source, target, *_ in TRUTH.links)
    assert across.startswith(f"{leaving / between:.0%} of the links lead to another site.")
    assert across.endswith(
        "all 3 pairs of sites reach 0.6 or more of 1; chance explains nearly all of the links between them."
    )
    states = Counter(state for state, _, _ in TRUTH.nodes.values())
    assert (
        f"{states['beyond']} deeper than the crawl went, {states['failed']} that brought no page"
        in told["missing"]
    )


def test_of_pairs_of_sites_those_that_share_most_come_first(figures: Row) -> None:
    pairs = figures["pair_schemes"]
    copied = [pair["parts"]["copies"] for pair in pairs]
    # Their pages all link to each other under the same headings: what is left to tell them apart is what they share.
    assert copied == sorted(copied, reverse=True)
    assert len(pairs) == 3 and pairs[0]["score"] - pairs[-1]["score"] < 0.1


def test_what_stands_on_the_map_beside_it_is_linked_there(demo: Path, tmp_path: Path) -> None:
    assert "map.html" not in (demo / "report.html").read_text("utf-8"), "there is none beside it"
    for name in ("crawl.db", "crawl.lock"):
        shutil.copy(demo / name, tmp_path / name)
    subprocess.run(
        [sys.executable, "-m", "crawler", "map", str(tmp_path)], check=True, capture_output=True, timeout=120
    )
    path, _ = write_report(tmp_path)
    page = LexborHTMLParser((tmp_path / "map.html").read_text("utf-8"))
    (data,) = (json.loads(one.text()) for one in page.css("script[type='application/json']"))
    nodes = {level: set(columns.get("id", ())) for level, columns in nodes_of(data).items()}
    nodes["page"] = set(data["pages"]["url"])
    places = [
        parse_qs(str(link.attributes["href"]).removeprefix("map.html#"), strict_parsing=True)
        for link in LexborHTMLParser(path.read_text("utf-8")).css("a[href^='map.html#']")
    ]
    assert len(places) > 40
    for place in places:
        (level,) = place["level"]
        for node in place.get("node", ()):
            assert node in nodes[level], place
        for kind in place.get("kinds", ()):
            assert kind in data["kinds"]
    assert {one["level"][0] for one in places if "node" in one} == {"page", "story", "site"}


def test_a_story_that_is_ranked_with_its_copies_opens_on_the_map_with_them(
    demo: Path, figures: Row, tmp_path: Path
) -> None:
    shutil.copy(demo / "crawl.db", tmp_path / "crawl.db")
    (tmp_path / "map.html").touch()
    path, _ = write_report(tmp_path)
    links = LexborHTMLParser(path.read_text("utf-8")).css("#pushed table:has(.bar) td a[href^='map.html#']")
    ranked = [story for one in figures["pushed"] for story in one["by_net"]]
    assert len(links) == len(ranked)
    told: dict[str, set[str]] = {"several": set(), "one": set()}
    for link, story in zip(links, ranked, strict=True):
        assert str(link.attributes["href"]).startswith("map.html#level=story&node=story-")
        if story["story"] is not None:
            assert str(link.attributes["href"]).endswith(story["story"])
        told["one" if story["story"] is None else "several"].add(story["url"])
    assert all(told.values()), "there are stories with copies and stories without"


def nodes_of(data: Row) -> dict[str, Row]:
    return {level: one["nodes"] for level, one in data["levels"].items()}


def commands(told: Row) -> Iterator[str]:
    for one in told["sections"]:
        for part in (*one["findings"], *one["tables"]):
            yield from part["evidence"]


def test_each_command_given_as_evidence_shows_something(demo: Path, told: Row) -> None:
    given = list(dict.fromkeys(commands(told)))
    assert len(given) > 20
    with closing(sqlite3.connect(f"file:{demo}/crawl.db?mode=ro", uri=True)) as database:
        for command in given:
            program, *arguments = shlex.split(command)
            if program == "sqlite3":
                assert arguments[:2] == ["-header", "DIR/crawl.db"]
                assert database.execute(arguments[2]).fetchone() is not None, command
                continue
            assert program == "crawl"
            done = subprocess.run(
                [sys.executable, "-m", "crawler", *(str(demo) if a == "DIR" else a for a in arguments)],
                check=False, capture_output=True, text=True, timeout=60,
            )  # fmt: skip
            assert (done.returncode, done.stderr) == (0, ""), command
            assert re.search(r"[1-9]\d* (links|URLs)", done.stdout), command


@pytest.mark.skipif(shutil.which("sqlite3") is None, reason="needs SQLite's own command")
def test_the_hash_can_be_computed_again_as_the_receipt_says(demo: Path, told: Row) -> None:
    (receipt,) = (one for one in section(told, "receipt")["tables"] if one["caption"] == "Receipt")
    command = dict(receipt["rows"])["compute it again"].replace("DIR", shlex.quote(str(demo)))
    done = subprocess.run(["bash", "-c", command], check=True, capture_output=True, text=True, timeout=60)
    assert done.stdout.split()[0] == told["figures"]["ledger"]["sha256"]


def test_a_crawl_ends_with_a_report_that_says_the_same_as_the_command(demo: Path) -> None:
    written = (demo / "report.html").read_bytes()
    path, _ = write_report(demo, demo.parent / "again.html")
    assert path.read_bytes() == written


def test_each_finding_stands_in_all_formats(demo: Path, told: Row) -> None:
    import html

    from crawler.report.rendering import marked

    page = html.unescape((demo / "report.html").read_text("utf-8"))
    path, _ = write_report(demo, demo.parent / "told.md", "md")
    text = path.read_text("utf-8")
    said = [
        told["crawled"],
        *told["summary"],
        told["missing"],
        *(part["text"] for one in told["sections"] for part in one["findings"]),
    ]
    assert len(said) > 30
    for sentence in said:
        assert sentence in page
        assert marked(sentence) in text


@pytest.mark.parametrize("fmt", FORMATS)
def test_the_command_writes_each_format_where_it_is_told(demo: Path, tmp_path: Path, fmt: str) -> None:
    path = tmp_path / "here" / f"report.{fmt}"
    done = subprocess.run(
        [sys.executable, "-m", "crawler", "report", str(demo), "--format", fmt, "--output", str(path)],
        check=True, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == (f"{path}\n", "")
    assert path.stat().st_size > 10_000


def test_the_report_leads_to_the_map_in_whatever_order_they_are_asked_for(tmp_path: Path) -> None:
    subprocess.run(
        [
            sys.executable,
            "-m",
            "crawler",
            "demo",
            "--output",
            str(tmp_path),
            "--delay",
            "0",
            "--exports",
            "report,map",
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    assert 'href="map.html#' in (tmp_path / "report.html").read_text("utf-8")
