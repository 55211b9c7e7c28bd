"""The map: one HTML file that a browser opens without a network, with all three levels of a crawl in it.

The script and the style are built from `web/` (`make web`) and lie in `assets/` with the licences of what is bundled.
Nothing of the crawl is markup: its data is JSON in which no `<` stands, and the script writes text only. The page's
policy allows that very script and style, by their hashes, and no request at all.
"""

import base64
import hashlib
import json
from collections.abc import Iterable
from html import escape
from importlib.resources import files
from typing import TextIO

from crawler.export.map_data import MAX_NODES, document
from crawler.graph.views import ALL, Selection
from crawler.model import Facts, Level
from crawler.store.way import Arrival

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="icon" href="data:,">
<style>{style}</style>
</head>
<body>
<noscript>This map needs JavaScript. Nothing is loaded from elsewhere: the data is in this file.</noscript>
<script type="application/json" id="data">{data}</script>
<script>{script}</script>
</body>
</html>
"""


def write(
    facts: Facts,
    file: TextIO,
    *,
    first: Level | None = None,
    selection: Selection = ALL,
    max_nodes: int = MAX_NODES,
    arrivals: Iterable[Arrival] | None = None,
) -> None:
    """Write the map of a crawl.

    Args:
        facts: What the crawl knows.
        file: Where to.
        first: The level shown first; None takes pages, or where they are too many, stories, else sites.
        selection: Which pages and links are shown.
        max_nodes: Nodes of a level drawn at most.
        arrivals: The last step of each page's way, as the store tells them; None takes them from the links.
    """
    script, style = asset("map.js"), asset("map.css")
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )
    shown = document(facts, first=first, selection=selection, max_nodes=max_nodes, arrivals=arrivals)
    # JSON in ASCII: no character can end the element, and none is lost on the way.
    data = json.dumps(shown, ensure_ascii=True, separators=(",", ":")).replace("<", "\\u003c")
    file.write(
        _PAGE.format(
            policy=policy,
            title=escape(f"Map of {', '.join(facts.receipt.seeds[:1])}".encode("ascii", "replace").decode()),
            style=style,
            script=script,
            data=data,
        )
    )


def asset(name: str) -> str:
    """Return a built file of the map."""
    return (files("crawler.export") / "assets" / name).read_text("utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
