"""Parquet: a folder of three typed tables, for pandas, Polars, DuckDB and R; written in groups of rows.

What is not known is null. Times of our own clock are timestamps; dates on pages stay as the page gives them. Text is
as stored, but for halves of surrogate pairs, which UTF-8 cannot hold.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from crawler.errors import UsageError
from crawler.export.nodelink import head_of, json_of
from crawler.graph.attributes import LINKS
from crawler.graph.views import View

_GROUP = 8_192
"""Rows in a group, which is what is held in memory."""
_CLOCK = {"first_seen", "last_seen", "fetched_at", "seen"}
"""Times that this program wrote: ISO 8601 in UTC."""
_ENDS = {"source": "string", "target": "string"}
_LINK_TYPES = {name: kind for name, (kind, _) in LINKS.items() if name not in ("weight", "r", "g", "b")}


def check() -> None:
    """Check that tables can be written.

    Raises:
        UsageError: pyarrow is not installed.
    """
    try:
        import pyarrow  # noqa: F401
    except ImportError:
        raise UsageError(
            "parquet needs pyarrow, which is not installed: pip install 'crosslink-crawler[parquet]'"
        ) from None


def write(view: View, folder: Path) -> None:
    """Write nodes.parquet, edges.parquet and links.parquet into a new folder."""
    folder.mkdir()
    node_names, edge_names = list(view.node_types), list(view.edge_types)
    _table(
        folder / "nodes.parquet",
        {"id": "string", **view.node_types},
        # Tuples: a group of dictionaries takes ten times the memory.
        ((key, *map(values.get, node_names)) for key, values in view.nodes()),
        view,
    )
    _table(
        folder / "edges.parquet",
        {**_ENDS, **view.edge_types},
        ((source, target, *map(values.get, edge_names)) for source, target, values in view.rows()),
        view,
    )
    _table(folder / "links.parquet", {**_ENDS, **_LINK_TYPES}, _links(view), view)


def _links(view: View) -> Iterator[tuple[object, ...]]:
    for link in view.links():
        yield (
            link.source, link.target, str(link.kind), link.label, link.position, link.anchor or None, link.rel,
            link.seen,
        )  # fmt: skip


def _table(path: Path, types: Mapping[str, str], rows: Iterator[tuple[object, ...]], view: View) -> None:
    import pyarrow
    from pyarrow.parquet import ParquetWriter

    arrow = {
        "string": pyarrow.string(),
        "int": pyarrow.int32(),
        "long": pyarrow.int64(),
        "float": pyarrow.float32(),
        "double": pyarrow.float64(),
        "boolean": pyarrow.bool_(),
    }
    clock = pyarrow.timestamp("ms", tz="UTC")
    said = {name: _sound(json_of(value)) for name, value in head_of(view).items()}
    schema = pyarrow.schema(
        [(name, clock if name in _CLOCK else arrow[kind]) for name, kind in types.items()], said
    )
    with ParquetWriter(path, schema, compression="zstd") as file:
        while group := list(islice(rows, _GROUP)):
            columns = [
                _column(column, field.type)
                for column, field in zip(zip(*group, strict=True), schema, strict=True)
            ]
            file.write_table(pyarrow.Table.from_arrays(columns, schema=schema))


def _column(values: tuple[Any, ...], kind: Any) -> Any:
    """Return an Arrow array of a type."""
    import pyarrow

    if pyarrow.types.is_timestamp(kind):
        try:
            return pyarrow.array(values, pyarrow.string()).cast(kind)
        except (pyarrow.ArrowInvalid, UnicodeEncodeError):
            return pyarrow.array([_moment(value) for value in values], kind)
    try:
        return pyarrow.array(values, kind)
    except UnicodeEncodeError:
        return pyarrow.array([None if value is None else _sound(value) for value in values], kind)


def _moment(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _sound(text: str) -> str:
    return text.encode("utf-8", "ignore").decode("utf-8")
