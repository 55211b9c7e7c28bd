"""CSV: a folder of three tables, as Gephi's spreadsheet import and spreadsheets read them.

A text cell that a spreadsheet would take for a formula gets one apostrophe in front (OWASP CSV Injection);
since a leading apostrophe counts as such a text itself, taking one off again gives the original back. A backslash
becomes its full-width likeness: Gephi takes it for an escape, and one before a quote hides the rows behind it.
"""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from msgspec import structs

from crawler.graph.attributes import LOOKS, PAIRS
from crawler.graph.views import View
from crawler.model import Kind, Level

_LINKS = ("source", "target", "kind", "label", "position", "anchor", "rel")

_FIRST = (
    "label", "url", "host", "site", "depth", "state", "reason", "status", "attempts", "redirected_to", "title",
    "published", "views", "likes", "bytes", "fetched_at",
)  # fmt: skip

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20", "'")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def guarded(value: object) -> object:
    """Return a cell that no spreadsheet runs and no terminal obeys; numbers are as they are."""
    if value is None:
        return ""
    return _guarded(value) if isinstance(value, str) else value


@lru_cache(maxsize=16_384)
def _guarded(value: str) -> str:
    text = _CONTROL.sub("", value).replace("\\", "\uff3c")
    return f"'{text}" if text.startswith(_FORMULA) else text


def node_columns(names: Iterable[str]) -> list[str]:
    """Return the columns of nodes.csv for some attributes, in order; looks are none, for no reader takes them."""
    names = [name for name in names if name not in LOOKS]
    return [
        "id",
        *(name for name in _FIRST if name in names),
        *(name for name in names if name not in _FIRST),
    ]


def edge_columns(level: Level) -> list[str]:
    """Return the columns of edges.csv, in order."""
    first = ("weight", *map(str, Kind), "best_position", "anchor")
    return ["source", "target", "type", *first, *(name for name in PAIRS[level] if name not in first)]


def write(view: View, folder: Path) -> None:
    """Write nodes.csv, edges.csv and links.csv into a new folder."""
    folder.mkdir()
    _table(
        folder / "nodes.csv",
        node_columns(view.node_types),
        ({"id": key, **values} for key, values in view.nodes()),
    )
    _table(
        folder / "edges.csv",
        edge_columns(view.level),
        (
            {
                "source": source,
                "target": target,
                "type": "Directed",
                **values,
                "weight": int(values["weight"]),
            }
            for source, target, values in view.rows()
        ),
    )
    _table(folder / "links.csv", _LINKS, (structs.asdict(link) for link in view.links()))


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
