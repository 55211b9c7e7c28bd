"""Reading stored pages anew: the graph is then the one that clear pages would have given at once."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
from farm import Farm, open_farm
from truth import found, same

from crawler.config import load
from crawler.crawl import crawl, resumed
from crawler.errors import UsageError
from crawler.reextract import reextract

PAGES = 12
URL = "http://a.example/news/{}.html".format
SECTIONS = "".join(
    f'<li><a href="/{name}/">{name.replace("-", " ")} and much more</a></li>'
    for name in ("politics-and-society", "life-and-culture", "money-and-markets")
)


def related_of(number: int) -> list[str]:
    return [URL(n) for n in (number * 2 % PAGES, (number * 2 + 1) % PAGES, 100 + number) if n != number]


def body(number: int, *, clear: bool) -> bytes:
    """A page of a farm; unless it is clear, some have no heading, and all have a menu that looks like a block."""
    links = "".join(
        f'<li><a href="{u}">A story with number {u[-8:-5]} today</a></li>' for u in related_of(number)
    )
    heading = "<h3>Related</h3>" if clear or number % 4 != 2 else ""
    menu = "" if clear else f"<div class=more><h3>Popular</h3><ul>{SECTIONS}</ul></div>"
    return (
        f"<!doctype html><title>{number}</title><h1>Story {number} of the day</h1><p>Date:2025-04-12 21:23:12</p>"
        f"<p>The council met on Tuesday and agreed on the plans for the harbour after a long debate.</p>"
        f"<div class=rel>{heading}<ul>{links}</ul></div>{menu}"
    ).encode()


def fill(farm: Farm, *, clear: bool) -> None:
    for number in range(PAGES):
        farm.body(URL(number), body(number, clear=clear), "text/html; charset=utf-8")


async def run(directory: Path, farm: Farm) -> None:
    flags = {
        "delay": "0",
        "exports": "graphml",
        "processes": "1",
        "depth": "9",
        "connect_to": [farm.connect_to],
    }
    config = load(files=(), environment={}, flags=flags)
    await asyncio.to_thread(crawl, [URL(n) for n in range(PAGES)], config, directory)


def dump(directory: Path) -> list[str]:
    with sqlite3.connect(directory / "crawl.db") as sql:
        return list(sql.iterdump())


async def test_after_it_nodes_links_and_depths_are_those_of_clear_pages(tmp_path: Path) -> None:
    async with open_farm() as farm:
        fill(farm, clear=True)
        await run(tmp_path / "clear", farm)
        fill(farm, clear=False)
        await run(tmp_path / "unclear", farm)
        before = found(tmp_path / "unclear")
        done = await asyncio.to_thread(_again, tmp_path / "unclear")
        await run(tmp_path / "unclear", farm)
    clear, now = found(tmp_path / "clear"), found(tmp_path / "unclear")
    sections = {url for url in now.nodes if not url.startswith("http://a.example/news/")}
    assert any("politics" in url for url in before.nodes)
    assert len(before.links) != len(clear.links)
    assert (done.settled, done.menus) == (3, PAGES)
    # The sections were asked for while they passed for stories; that stays a fact, without a way to them.
    assert {now.nodes[url] for url in sections} == {("failed", "http_404", None)}
    for url in sections:
        del now.nodes[url]
    same(now, clear)


async def test_urls_that_only_a_menu_named_are_gone_and_new_ones_wait(tmp_path: Path) -> None:
    async with open_farm() as farm:
        fill(farm, clear=False)
        flags = {"delay": "0", "exports": "none", "follow": "related", "connect_to": [farm.connect_to]}
        config = load(files=(), environment={}, flags=flags)
        await asyncio.to_thread(crawl, [URL(n) for n in range(PAGES)], config, tmp_path)
        done = await asyncio.to_thread(_again, tmp_path)
    nodes = found(tmp_path).nodes
    assert not [url for url in nodes if "politics" in url]
    waiting = {url: depth for url, (state, _, depth) in nodes.items() if state == "pending"}
    assert waiting == {URL(102): 1, URL(106): 1, URL(110): 1}
    assert (done.queued, done.dropped) == (3, 3)


async def test_a_second_reading_changes_nothing(tmp_path: Path) -> None:
    async with open_farm() as farm:
        fill(farm, clear=False)
        await run(tmp_path, farm)
    await asyncio.to_thread(_again, tmp_path)
    once, graph = dump(tmp_path), (tmp_path / "graph.graphml").read_bytes()
    await asyncio.to_thread(_again, tmp_path)
    assert dump(tmp_path) == once
    assert (tmp_path / "graph.graphml").read_bytes() == graph


def test_a_directory_without_a_crawl_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no crawl"):
        _again(tmp_path)


def _again(directory: Path):  # type: ignore[no-untyped-def]
    return reextract(directory, *resumed(directory, {}, {}))
