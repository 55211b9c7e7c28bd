"""Debian's Chromium, driven by Playwright: map and report as a reader sees them, from a file, with no network."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from opened_map import Open, Opened

from crawler.demo import crawl_demo
from crawler.export import export_map
from crawler.model import Facts
from crawler.outputs import write_map

NEEDED = "Chromium is needed to open map and report (Debian: apt-get install chromium)"
ARGUMENTS = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
"""WebGL without a graphics card."""


@pytest.fixture(scope="module")
def chromium(demo: Path) -> Iterator[Any]:
    """Start the browser, after the crawl: its driver keeps an event loop that runs, and none can run beside it."""
    del demo
    path = shutil.which("chromium")
    if path is None:
        # Where every change is checked, nothing may be left out in silence.
        (pytest.fail if os.environ.get("CI") else pytest.skip)(NEEDED)
    from playwright.sync_api import sync_playwright

    arguments = [*ARGUMENTS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def open_file(chromium: Any) -> Iterator[Open]:
    """Return a function that opens a page from its file; at the end nothing may have gone wrong in it."""
    opened: list[tuple[Any, Opened, str]] = []

    def open_file(path: Path, hash_: str = "", **context: Any) -> Opened:
        inside = chromium.new_context(**{"viewport": {"width": 1280, "height": 800}, **context})
        inside.grant_permissions(["clipboard-read", "clipboard-write"])
        found = Opened(inside.new_page())
        found.page.on("console", lambda said: found.troubles.append(f"{said.type}: {said.text}"))
        found.page.on("pageerror", lambda error: found.troubles.append(str(error)))
        found.page.on("dialog", lambda dialog: (found.troubles.append("a dialog"), dialog.dismiss()))
        found.page.on("request", lambda request: found.requests.append(request.url))
        opened.append((inside, found, path.as_uri()))
        found.page.goto(path.as_uri() + hash_)
        return found

    yield open_file
    for inside, found, address in opened:
        assert found.troubles == []
        # The file itself, and what a reader saves from it.
        asked = {url.partition("#")[0] for url in found.requests}
        assert {url for url in asked if not url.startswith(("blob:", "data:"))} == {address}
        inside.close()


@pytest.fixture
def open_map(open_file: Open) -> Open:
    """Return a function that opens a map and waits until it is drawn."""

    def open_map(path: Path, hash_: str = "", **context: Any) -> Opened:
        found = open_file(path, hash_, **context)
        found.page.wait_for_selector("html[data-ready]", state="attached")
        return found

    return open_map


AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(scope="session")
def axe() -> str:
    """Return axe-core, installed from the lock file."""
    if not AXE.exists():
        if not shutil.which("npm"):
            (pytest.fail if os.environ.get("CI") else pytest.skip)("npm is needed to install axe-core")
        install = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run(install, cwd=AXE.parents[2], check=True, timeout=300)
    return AXE.read_text("utf-8")


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Crawl the sample network once; return its directory, with its map."""
    directory = tmp_path_factory.mktemp("demo") / "crawl"
    crawl_demo(directory, {"delay": "0", "exports": "map"}, {}, quiet=True)
    write_map(directory)
    return directory


@pytest.fixture
def map_of(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes the map of made-up facts."""

    def map_of(facts: Facts, **given: Any) -> Path:
        return export_map(facts, tmp_path / "map.html", **given)

    return map_of
