"""How long the map takes to write, how large it is, how fast a browser opens and pans it.

python benchmarks/map.py [--sizes 1000,5000,20000] [--links 10]: prints a table in Markdown. Headless Chromium draws
WebGL in software here, on the cores that the crawler has, too: a graphics card is many times as fast.
"""

import argparse
import os
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from crawler.export import export_map
from crawler.model import CrossLink, Facts, Kind, Node, Receipt, State

SITES = 12
ARGUMENTS = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--no-sandbox"]
SEEN = "2025-04-12T00:00:00Z"
FRAMES = """async () => {
    const stage = document.getElementById('stage').getBoundingClientRect();
    let frames = 0;
    const start = performance.now();
    const span = 3000;
    while (performance.now() - start < span) {
        const turn = (performance.now() - start) / 400;
        document.dispatchEvent(new MouseEvent('mousemove', {
            bubbles: true,
            clientX: stage.left + stage.width / 2 + 150 * Math.sin(turn),
            clientY: stage.top + stage.height / 2 + 100 * Math.cos(turn),
        }));
        await new Promise(requestAnimationFrame);
        frames++;
    }
    return 1000 * frames / (performance.now() - start);
}"""
"""One movement of the pointer a frame, for three seconds, while its button is held."""


def farm(pages: int, links: int) -> Facts:
    """Return a made-up crawl: a tree of clicks within each of twelve sites, Ranking alike on all pages of a site."""
    at = random.Random(1)
    urls = [
        f"https://www.farm{number % SITES}.example/news/2025/{number:06d}.html" for number in range(pages)
    ]
    depth = [0] * pages
    pairs: list[CrossLink] = []
    for number in range(pages):
        own = [number * 2 + 1, number * 2 + 2]
        targets: list[tuple[int, Kind, int]] = []
        for position, target in enumerate(own, 1):
            if target < pages:
                depth[target] = depth[number] + 1
                targets.append((target, Kind.RELATED, position))
        ranking = [(number % SITES) + SITES * rank for rank in range(2)]
        targets += [(target, Kind.RANKING, rank) for rank, target in enumerate(ranking, 1) if target < pages]
        while len(targets) < links:
            near = at.random() < 0.8
            target = (number % SITES + SITES * at.randrange(pages // SITES)) if near else at.randrange(pages)
            kind = Kind.RELATED if near else Kind.RECOMMENDATION
            targets.append((min(target, pages - 1), kind, len(targets) + 1))
        pairs += [
            CrossLink(urls[number], urls[target], kind, str(kind), position, "A link", None, SEEN)
            for target, kind, position in targets
            if target != number
        ]
    nodes = []
    for number, url in enumerate(urls):
        host = url.split("/")[2]
        title = f"Officials rehearse plan {number} for the quiet season, in front of a full hall"
        day = f"2025-04-{1 + number % 28:02d}T09:00:00+00:00"
        nodes.append(
            Node(url, host, host, depth[number], State.FETCHED, None, 200, 1, None, title, day,
                 number, None, "en", 9000, SEEN, SEEN)
        )  # fmt: skip
    pairs.sort(key=lambda link: link.source)
    nodes.sort(key=lambda node: node.url)
    config = '{"crawl": {"follow": ["related", "ranking", "recommendation"], "max_position": null}}'
    receipt = Receipt((urls[0],), SEEN, SEEN, "0", config)
    return Facts(lambda: iter(nodes), lambda: iter(pairs), receipt)


def spent(pid: int) -> float:
    """Return the processor seconds that the processes below one have used."""
    ticks, below = 0, {pid}
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, rest = path.read_text().rsplit(") ", 1)
        except OSError:  # it has ended
            continue
        fields = rest.split()
        found.append((int(name.split()[0]), int(fields[1]), int(fields[11]) + int(fields[12])))
    for own, parent, used in sorted(found):
        if parent in below:
            below.add(own)
            ticks += used
    return ticks / os.sysconf("SC_CLK_TCK")


def opened(browser: Any, path: Path) -> tuple[float, float, float, float]:
    """Return what opening and panning take.

    Returns:
        Seconds until the map is drawn, processor seconds for it, frames a second while it is panned, and processor
        milliseconds a frame. The second and the last do not depend on what else the machine does.
    """
    before = spent(os.getpid())
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    start = time.perf_counter()
    page.goto(path.as_uri(), timeout=120_000)
    page.wait_for_selector("html[data-ready]", state="attached", timeout=120_000)
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    loaded, used = time.perf_counter() - start, spent(os.getpid()) - before
    page.wait_for_timeout(1000)
    before = spent(os.getpid())
    box = page.query_selector("#stage").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 6)
    page.mouse.down()
    rate = page.evaluate(FRAMES)
    panned = spent(os.getpid()) - before
    page.mouse.up()
    page.close()
    return loaded, used, float(rate), 1000 * panned / (3 * rate)


def main() -> int:
    """Measure each size; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1000,5000,20000")
    parser.add_argument("--links", type=int, default=10)
    given = parser.parse_args()
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.stderr.write("Chromium is needed: apt-get install chromium\n")
        return 1
    print(
        "| nodes | edges | written (s) | file (MB) | opened (s) | CPU (s) | frames a second | CPU (ms a frame) |"
    )
    print("|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        for size in map(int, given.sizes.split(",")):
            facts, path = farm(size, given.links), Path(folder) / f"{size}.html"
            start = time.perf_counter()
            export_map(facts, path, max_nodes=size)
            written = time.perf_counter() - start
            edges = len({(link.source, link.target) for link in facts.links()})
            runs = sorted(opened(browser, path) for _ in range(3))
            loaded, used, rate, each = (sorted(column)[1] for column in zip(*runs, strict=True))
            megabytes = path.stat().st_size / 1e6
            row = (
                size,
                edges,
                f"{written:.1f}",
                f"{megabytes:.1f}",
                f"{loaded:.2f}",
                f"{used:.2f}",
                round(rate),
                round(each),
            )
            print("|", " | ".join(map(str, row)), "|", flush=True)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
