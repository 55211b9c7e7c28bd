"""Take pictures of the sample network's map and report: two for the docs, and more in output/screenshots to look at."""

import shutil
import sys
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

from crawler.demo import crawl_demo
from crawler.outputs import write_map
from crawler.report import write_report

ROOT = Path(__file__).parents[1]
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 360, "height": 740}
ARGUMENTS = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--no-sandbox"]
SHOTS: dict[str, tuple[str, str | None, dict[str, Any]]] = {
    "map": ("", None, {}),
    "card": ("", "clock repairers postpone", {}),
    "sites-dark": ("#level=site", None, {"color_scheme": "dark"}),
    "stories-dates-dark": ("#level=story&colour=date", None, {"color_scheme": "dark"}),
    "communities": ("#colour=community&size=pagerank&fetched=1", None, {}),
    "table": ("#view=nodes", None, {}),
    "links-of-sites": ("#level=site&view=edges&sort=both_ways", None, {}),
    "phone": ("", None, {"viewport": PHONE, "is_mobile": True, "has_touch": True}),
    "phone-card": (
        "",
        "clock repairers postpone",
        {"viewport": PHONE, "is_mobile": True, "has_touch": True, "color_scheme": "dark"},
    ),
}
"""By name: the view's address, what is searched for, and the browser's window."""


def main() -> int:
    """Crawl, draw, take the pictures; return the exit code."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.stderr.write("Chromium is needed: apt-get install chromium\n")
        return 1
    folder = ROOT / "output" / "screenshots"
    shutil.rmtree(folder, ignore_errors=True)
    crawl_demo(folder / "crawl", {"delay": "0", "exports": "none"}, {}, quiet=True)
    path, _ = write_map(folder / "crawl", folder / "map.html")
    report, _ = write_report(folder / "crawl", folder / "report.html")
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        for name, (address, query, window) in SHOTS.items():
            context = browser.new_context(**{"viewport": DESK, **window})
            page = context.new_page()
            page.goto(path.as_uri() + address)
            page.wait_for_selector("html[data-ready]", state="attached")
            if query is not None:
                page.fill("#search", query)
                page.press("#search", "Enter")
            page.wait_for_timeout(1000)  # the camera moves
            page.screenshot(path=folder / f"{name}.png", full_page="phone" in name)
            context.close()
        page = browser.new_page(viewport={"width": 1100, "height": 2000})
        page.goto(report.as_uri())
        page.screenshot(path=folder / "report.png")
        browser.close()
    for name in ("map", "report"):
        with Image.open(folder / f"{name}.png") as image:
            # Octree: of a picture that is mostly white, the median cut leaves a legend's colours out.
            few = image.convert("RGB").quantize(256, method=Image.Quantize.FASTOCTREE)
            few.save(ROOT / "docs" / f"{name}.png", optimize=True)
    sys.stdout.write(f"docs/map.png docs/report.png\n{folder}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
