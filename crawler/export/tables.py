"""CSV: a folder of three tables, as Gephi's spreadsheet import and spreadsheets read them.

A text cell that a spreadsheet would take for a formula gets one apostrophe in front (OWASP CSV Injection);
since a leading apostrophe counts as such a text itself, taking one off again gives the original back. A backslash
becomes its full-width likeness: Gephi takes it for an escape, and one before a quote hides the rows behind it.
"""

import csv
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from crawler.graph.attributes import LOOKS, PAIRS
from crawler.graph.views import View
from crawler.model import Kind, Level

_LINKS = ("source", "target", "kind", "label", "position", "anchor", "rel")

_FIRST = (
    "label", "url", "host", "site", "depth", "state", "reason", "status", "attempts", "redirected_to", "title",
    "published", "views", "likes", "bytes", "fetched_at",
)  # fmt: skip

_FORMULA = frozenset("=+-@\t\r\uff1d\uff0b\uff0d\uff20'")
_WORDS = {True: "true", False: "false"}
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def _guarded(value: str) -> str:
    """Return a cell that no spreadsheet runs and no terminal obeys."""
    if value.isprintable() and value[:1] not in _FORMULA and "\\" not in value:
        return value  # nearly all: remembering them takes longer
    text = _CONTROL.sub("", value).replace("\\", "\uff3c")
    return f"'{text}" if text[:1] in _FORMULA else text


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
    nodes, edges = node_columns(view.node_types), edge_columns(view.level)
    _table(
        folder / "nodes.csv",
        nodes,
        ((key, *map(values.get, nodes[1:])) for key, values in view.nodes()),
    )
    _table(
        folder / "edges.csv",
        edges,
        (
            (source, target, "Directed", int(values["weight"]), *map(values.get, edges[4:]))
            for source, target, values in view.rows()
        ),
    )
    _table(
        folder / "links.csv",
        _LINKS,
        (
            (link.source, link.target, str(link.kind), link.label, link.position, link.anchor, link.rel)
            for link in view.links()
        ),
    )


class _Line:
    """Where a csv writer writes to that shall return each line."""

    write = staticmethod(str)


def _table(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    line_of = csv.writer(_Line(), lineterminator="\n").writerow
    # The csv module does not quote a lone CR, which readers take for the end of a row.
    quoted_of = csv.writer(_Line(), lineterminator="\n", quoting=csv.QUOTE_ALL).writerow
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(line_of(columns))
        for row in rows:
            cells = [
                _guarded(value) if type(value) is str else _WORDS[value] if type(value) is bool else value
                for value in row
            ]
            line = line_of(cells)
            file.write(quoted_of(cells) if "\r" in line else line)
