"""GraphML as Gephi reads it: laid out, coloured, labelled, typed. A stream of rows: no graph in memory.

Gephi looks keys up by their *id* first and takes `d3` for the label, so ids are names; `label`, `x`, `y`,
`size`, `r`, `g`, `b` and `weight` become appearance. Missing values are left out. XML 1.0 only.
"""

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TextIO
from xml.sax.saxutils import escape

from crawler.graph.layout import Layout, lay_out
from crawler.graph.views import Measures, edge_attributes, link_attributes, measure, node_attributes, pairs
from crawler.model import Facts, Kind

_KINDS = tuple(map(str, Kind))
NODE_KEYS = {
    **dict.fromkeys(("label", "url", "title", "host", "site", "state", "reason", "redirected_to"), "string"),
    **dict.fromkeys(("published", "first_seen", "fetched_at", "lang"), "string"),
    **dict.fromkeys(("depth", "status", "attempts", "indegree_net"), "int"),
    **dict.fromkeys([f"{way}_{kind}" for way in ("in", "out") for kind in _KINDS], "int"),
    **dict.fromkeys(("views", "likes", "bytes"), "long"),
    **dict.fromkeys(("x", "y", "size"), "float"),
    **dict.fromkeys(("r", "g", "b"), "int"),
}
PAIR_KEYS = {
    "weight": "double",
    **dict.fromkeys((*_KINDS, "best_position"), "int"),
    "anchor": "string",
    **dict.fromkeys(("same_site", "reciprocal"), "boolean"),
    **dict.fromkeys(("first_seen", "last_seen"), "string"),
}
# `label` would be drawn along each edge: the block's label goes by a name of its own.
LINK_KEYS = {
    "weight": "double",
    **dict.fromkeys(("kind", "block_label", "anchor", "rel", "seen"), "string"),
    "position": "int",
}
_GRAPH_KEYS = ("seeds", "started_at", "ended_at", "version", "config")

_INVALID = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_QUOTED = {'"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}


def text_of(value: object) -> str:
    """Return a value as XML text: escaped, and without the characters that XML 1.0 cannot hold."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    return _escaped(str(value))


@lru_cache(maxsize=16_384)
def _escaped(text: str) -> str:
    return escape(_INVALID.sub("", text), {"\r": "&#13;"})


@lru_cache(maxsize=16_384)
def attribute_of(value: str) -> str:
    """Return a string as the inside of a double-quoted XML attribute."""
    return escape(_INVALID.sub("", value), _QUOTED)


def write(facts: Facts, path: Path, edges: str) -> None:
    """Write a crawl's graph.

    Args:
        facts: What the crawl knows.
        path: The file to write.
        edges: `pairs` or `links`.
    """
    measures = measure(facts)
    layout = lay_out(measures)
    edge_keys = PAIR_KEYS if edges == "pairs" else LINK_KEYS
    with path.open("w", encoding="utf-8", newline="\n") as file:
        _write_head(facts, file, edge_keys)
        for number, node in enumerate(facts.nodes()):
            values = node_attributes(node, measures) | _appearance(layout, number)
            file.write(f' <node id="{attribute_of(node.url)}">{_data("n", values, NODE_KEYS)}</node>\n')
        for number, (source, target, values) in enumerate(_edges(facts, measures, edges)):
            file.write(
                f' <edge id="e{number}" source="{attribute_of(source)}" target="{attribute_of(target)}">'
                f"{_data('e', values, edge_keys)}</edge>\n"
            )
        file.write("</graph>\n</graphml>\n")


def _write_head(facts: Facts, file: TextIO, edge_keys: dict[str, str]) -> None:
    receipt = facts.receipt
    facts_of_crawl = {
        "seeds": json.dumps(receipt.seeds, ensure_ascii=False),
        "started_at": receipt.started_at,
        "ended_at": receipt.ended_at,
        "version": receipt.version,
        "config": receipt.config,
    }
    # Two hyphens would end a comment; a zero-width non-joiner behind each keeps it readable.
    said = f"crosslink-crawler {receipt.version}: {facts_of_crawl['seeds']}, {receipt.started_at} to {receipt.ended_at}"
    said = _INVALID.sub("", said).replace("-", "-\u200c")
    file.write(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<!-- {said} -->\n"
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        ' xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns'
        ' http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">\n'
    )
    for domain, letter, keys in (
        ("graph", "g", dict.fromkeys(_GRAPH_KEYS, "string")),
        ("node", "n", NODE_KEYS),
        ("edge", "e", edge_keys),
    ):
        for name, kind in keys.items():
            file.write(f'<key id="{letter}_{name}" for="{domain}" attr.name="{name}" attr.type="{kind}"/>\n')
    file.write('<graph id="crosslinks" edgedefault="directed">\n')
    for name, value in facts_of_crawl.items():
        if value:
            file.write(f'<data key="g_{name}">{text_of(value)}</data>\n')


def _data(letter: str, values: dict[str, str | int | float | bool], keys: dict[str, str]) -> str:
    return "".join(
        [
            f'<data key="{letter}_{name}">{text_of(values[name])}</data>'
            for name in keys
            if name in values and values[name] != ""
        ]
    )


def _appearance(layout: Layout, number: int) -> dict[str, float | int]:
    red, green, blue = layout.colour[number]
    return {
        "x": round(float(layout.x[number]), 2),
        "y": round(float(layout.y[number]), 2),
        "size": round(float(layout.size[number]), 2),
        "r": red,
        "g": green,
        "b": blue,
    }


def _edges(
    facts: Facts, measures: Measures, edges: str
) -> Iterator[tuple[str, str, dict[str, str | int | float | bool]]]:
    if edges == "pairs":
        for edge in pairs(facts.links()):
            yield edge.source, edge.target, edge_attributes(edge, measures)
        return
    for link in facts.links():
        values = link_attributes(link)
        if "label" in values:
            values["block_label"] = values.pop("label")
        yield link.source, link.target, values
