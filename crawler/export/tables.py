"""CSV: a folder of three tables, as Gephi's spreadsheet import and spreadsheets read them.

A text cell that a spreadsheet would take for a formula gets one apostrophe in front (OWASP CSV Injection);
since a leading apostrophe counts as such a text itself, taking one off again gives the original back.
"""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from msgspec import structs

from crawler.graph.views import edge_attributes, measure, node_attributes, pairs
from crawler.model import Facts, Kind

NODES = (
    "id", "label", "url", "host", "site", "depth", "state", "reason", "status", "attempts", "redirected_to", "title",
    "published", "views", "likes", "bytes", "fetched_at", "first_seen", "lang",
    *(f"in_{kind}" for kind in Kind), *(f"out_{kind}" for kind in Kind), "indegree_net",
)  # fmt: skip
EDGES = (
    "source", "target", "type", "weight", *map(str, Kind), "best_position", "anchor", "same_site", "reciprocal",
    "first_seen", "last_seen",
)  # fmt: skip
LINKS = ("source", "target", "kind", "label", "position", "anchor", "rel")

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20", "'")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def guarded(value: object) -> object:
    """Return a cell that no spreadsheet runs and no terminal obeys; numbers are as they are."""
    if value is None:
        return ""
    return _guarded(value) if isinstance(value, str) else value


@lru_cache(maxsize=16_384)
def _guarded(value: str) -> str:
    text = _CONTROL.sub("", value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def write(facts: Facts, path: Path, edges: str) -> None:
    """Write nodes.csv, edges.csv and links.csv into a new folder; `edges` makes no difference: both are there."""
    del edges
    measures = measure(facts)
    path.mkdir()
    _table(
        path / "nodes.csv",
        NODES,
        ({"id": node.url, **node_attributes(node, measures)} for node in facts.nodes()),
    )
    _table(
        path / "edges.csv",
        EDGES,
        (
            {
                "source": edge.source,
                "target": edge.target,
                "type": "Directed",
                **edge_attributes(edge, measures),
                "weight": edge.weight,
            }
            for edge in pairs(facts.links())
        ),
    )
    _table(path / "links.csv", LINKS, (structs.asdict(link) for link in facts.links()))


def _table(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        plain = csv.writer(file, lineterminator="\n")
        # The csv module does not quote a lone CR, which readers take for the end of a row.
        quoted = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
        plain.writerow(columns)
        for row in rows:
            cells = [_cell(row.get(name)) for name in columns]
            broken = any("\r" in cell for cell in cells if isinstance(cell, str))
            (quoted if broken else plain).writerow(cells)


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    return guarded(value)
