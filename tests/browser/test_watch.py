"""A running crawl watched in a browser: progress, the map as it grows, and the end of both."""

import http.client
import re
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from crawler.store import LOCK, read

CRAWL = str(Path(sys.executable).with_name("crawl"))


def began(directory: Path) -> subprocess.Popen[str]:
    """Begin a slow crawl of the sample network; it has a page when this returns."""
    crawl = subprocess.Popen(
        [
            CRAWL,
            "demo",
            "--output",
            str(directory),
            "--delay",
            "0.1",
            "--exports",
            "none",
            "--json",
            "--verbose",
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert crawl.stderr is not None
    assert any("200" in line for line in crawl.stderr)
    return crawl


def asked(address: str, path: str, host: str | None = None) -> int:
    """Return the status of an answer."""
    parts = urlsplit(address)
    with closing(http.client.HTTPConnection(parts.hostname or "", parts.port)) as connection:
        connection.request("GET", path, headers={"Host": host or parts.netloc})
        with connection.getresponse() as answer:
            return answer.status


def test_a_crawl_is_watched_from_beginning_to_end(tmp_path: Path, chromium: Any) -> None:
    directory = tmp_path / "crawl"
    crawl = began(directory)
    watch = subprocess.Popen([CRAWL, "watch", str(directory)], stdout=subprocess.PIPE, text=True)
    assert watch.stdout is not None
    address = watch.stdout.readline().strip()
    token = urlsplit(address).path
    assert asked(address, f"{token}state") == 200
    assert asked(address, "/state") == 404, "nobody reads it without the token"
    assert asked(address, f"{token}state", "evil.example") == 404, "nor by a name that leads here"
    context = chromium.new_context()
    page, said, elsewhere = context.new_page(), [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: elsewhere.append(request.url))
    page.goto(address)
    map_frame = page.frame_locator("#map")
    map_frame.locator("#counts").wait_for(timeout=60_000)
    first = map_frame.locator("#counts").inner_text()
    assert "edges" in first
    page.get_by_text(re.compile(r"Ended \(done\)")).wait_for(timeout=120_000)
    _, errors = crawl.communicate()
    assert crawl.returncode == 0, errors
    with read(directory) as reader:
        fetched = sum(node.state == "fetched" for node in reader.nodes())
    assert page.inner_text("#now") == f"Ended (done): {fetched} fetched, 0 queued."
    page.locator(f"#map[src$='pages={fetched}']").wait_for()
    watch.communicate(timeout=60)
    assert watch.returncode == 0, "it ends with the crawl"
    assert said == []
    assert {url for url in elsewhere if not url.startswith(address)} == set()
    context.close()


@pytest.mark.parametrize("ended", [True, False])
def test_no_crawl_is_watched_that_does_not_run(tmp_path: Path, demo: Path, ended: bool) -> None:
    directory = demo if ended else tmp_path
    done = subprocess.run([CRAWL, "watch", str(directory)], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert ("no crawl runs there" if ended else "holds no crawl") in done.stderr
    assert (directory / LOCK).exists() == ended
