"""GEXF 1.3 as Gephi reads it: laid out, coloured, labelled, typed; over time, if asked. A stream of rows.

What GraphML cannot give Gephi: `kind` on an edge is its type there, so that parallel edges of different kinds live
side by side. Label, weight, position, size and colour are no columns. Missing values are left out. XML 1.0 only.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import TextIO

from crawler.export.xml_text import Column, attribute_of, text_of, writer_of
from crawler.graph.attributes import LOOKS, Attributes
from crawler.graph.views import View
from crawler.model import Level

_TYPES = {"int": "integer"}
"""GEXF's names of types, where they are not GraphML's."""
_NODE_PARTS = {"label", *LOOKS}
_EDGE_PARTS = {"weight", "r", "g", "b"}
"""Attributes that GEXF has a place of its own for."""
_WEB_BEGAN = "1991-08-06"

Times = Callable[[Attributes], str]
"""Makes start and end of a node or an edge, as XML attributes."""


def write(view: View, file: TextIO) -> None:
    """Write a view as it stands at the crawl's end."""
    _write(view, file, "", _timeless, _timeless)


def write_dynamic(view: View, file: TextIO) -> None:
    """Write a view over time, in UTC.

    A node begins when its page was published, if that is known and lies before it was first seen; else when it was
    first seen. An edge begins when the first page it stands on was fetched. All last until the crawl's end: no page
    is fetched again to see whether a link has gone, and an interval of no length would never show.
    """
    published = "first_published" if view.level is Level.SITE else "published"
    began = "seen" if view.edges == "links" else "first_seen"
    end = _end(view)

    def of_node(values: Attributes) -> str:
        seen = _utc(str(values.get("first_seen", end))) or end
        start = _utc(str(values.get(published, ""))) or seen
        return _interval(start if _WEB_BEGAN <= start < seen else seen, end)

    def of_edge(values: Attributes) -> str:
        return _interval(_utc(str(values.get(began, end))) or end, end)

    mode = ' timeformat="datetime" timerepresentation="interval" timezone="UTC"'
    _write(view, file, mode, of_node, of_edge)


def _write(view: View, file: TextIO, mode: str, of_node: Times, of_edge: Times) -> None:
    _write_head(view, file, mode)
    columns = _columns(view.node_types, _NODE_PARTS)
    file.write("<nodes>\n")
    for key, values in view.nodes():
        label = attribute_of(str(values.get("label", key)))
        file.write(
            f'<node id="{attribute_of(key)}" label="{label}"{of_node(values)}>'
            f"{_looks(values)}{_values(values, columns)}</node>\n"
        )
    file.write("</nodes>\n<edges>\n")
    columns, multi = _columns(view.edge_types, _EDGE_PARTS), view.edges == "links"
    for number, (source, target, values) in enumerate(view.rows()):
        kind = f' kind="{values["kind"]}"' if multi else ""
        file.write(
            f'<edge id="e{number}" source="{attribute_of(source)}" target="{attribute_of(target)}"'
            f' weight="{values["weight"]}"{kind}{of_edge(values)}>'
            f"{_colour(values)}{_values(values, columns)}</edge>\n"
        )
    file.write("</edges>\n</graph>\n</gexf>\n")


def _write_head(view: View, file: TextIO, mode: str) -> None:
    receipt = view.receipt
    seeds = json.dumps(receipt.seeds, ensure_ascii=False)
    said = (
        f"{view.legend} Level: {view.level}. Seeds: {seeds}. "
        f"Crawled from {receipt.started_at} to {receipt.ended_at or 'no end yet'}; all times are UTC."
    )
    day = (receipt.ended_at or receipt.started_at)[:10]
    modified = f' lastmodifieddate="{attribute_of(day)}"' if day else ""
    file.write(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" version="1.3">\n'
        f"<meta{modified}>\n<creator>crosslink-crawler {text_of(receipt.version)}</creator>\n"
        f"<description>{text_of(said)}</description>\n</meta>\n"
        f'<graph defaultedgetype="directed" mode="{"dynamic" if mode else "static"}" idtype="string"{mode}>\n'
    )
    for domain, types, parts in (
        ("node", view.node_types, _NODE_PARTS),
        ("edge", view.edge_types, _EDGE_PARTS),
    ):
        file.write(f'<attributes class="{domain}" mode="static">\n')
        for name, kind in types.items():
            if name not in parts:
                # Readers take id or title for the name: both are it.
                kind = _TYPES.get(kind, kind)
                file.write(f'<attribute id="{name}" title="{name}" type="{kind}"/>\n')
        file.write("</attributes>\n")


def _columns(types: Mapping[str, str], parts: set[str]) -> list[Column]:
    """Return each attribute that is a column, with what opens its value and what writes it."""
    return [
        (name, f'<attvalue for="{name}" value="', writer_of(kind, attribute_of))
        for name, kind in types.items()
        if name not in parts
    ]


def _values(values: Attributes, columns: list[Column]) -> str:
    found = "".join([f'{tag}{write(values[name])}"/>' for name, tag, write in columns if name in values])
    return f"<attvalues>{found}</attvalues>"


def _looks(values: Attributes) -> str:
    if "x" not in values:
        return ""
    return (
        f"{_colour(values)}"
        f'<viz:position x="{values["x"]}" y="{values["y"]}" z="0.0"/><viz:size value="{values["size"]}"/>'
    )


def _colour(values: Attributes) -> str:
    if "r" not in values:
        return ""
    return f'<viz:color r="{values["r"]}" g="{values["g"]}" b="{values["b"]}"/>'


def _timeless(_: Attributes) -> str:
    return ""


def _interval(start: str, end: str) -> str:
    # Whatever the clocks said: an interval that ends before it begins is an error to Gephi.
    return f' start="{start}" end="{max(start, end)}"' if start else ""


def _end(view: View) -> str:
    """Return the crawl's end; of one that has none yet, when a page was last seen or asked for."""
    ended = _utc(view.receipt.ended_at or "")
    if ended:
        return ended
    times = (
        _utc(str(values.get(name, ""))) for _, values in view.nodes() for name in ("first_seen", "fetched_at")
    )
    return max(times, default="")


@lru_cache(maxsize=16_384)
def _utc(text: str) -> str:
    """Return a time in one form, such as 2025-04-12T21:23:12.000Z; without an offset it is taken for UTC.

    Returns:
        The time, or an empty string for what is none.
    """
    try:
        given = datetime.fromisoformat(text)
        moment = given.replace(tzinfo=UTC) if given.tzinfo is None else given.astimezone(UTC)
    except (ValueError, OverflowError):
        return ""
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
