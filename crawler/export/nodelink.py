"""JSON in NetworkX's node-link form (`networkx.node_link_graph(document, edges="edges")`), as a stream."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TextIO

from crawler.graph.layout import lay_out
from crawler.graph.views import edge_attributes, link_attributes, measure, node_attributes, pairs
from crawler.model import Facts


def write(facts: Facts, path: Path, edges: str) -> None:
    """Write a crawl's graph.

    Args:
        facts: What the crawl knows.
        path: The file to write.
        edges: `pairs` or `links`.
    """
    measures = measure(facts)
    layout = lay_out(measures)
    receipt = facts.receipt
    head = {
        "seeds": receipt.seeds,
        "started_at": receipt.started_at,
        "ended_at": receipt.ended_at,
        "version": receipt.version,
        "config": json.loads(receipt.config),
    }
    nodes = (
        {
            "id": node.url,
            **node_attributes(node, measures),
            "x": round(float(layout.x[number]), 2),
            "y": round(float(layout.y[number]), 2),
            "size": round(float(layout.size[number]), 2),
            "colour": "#{:02x}{:02x}{:02x}".format(*layout.colour[number]),
        }
        for number, node in enumerate(facts.nodes())
    )
    with path.open("w", encoding="utf-8", newline="\n") as file:
        multi = json.dumps(edges == "links")
        file.write(f'{{"directed": true, "multigraph": {multi},\n"graph": {_json(head)},\n"nodes": [\n')
        _rows(file, nodes)
        file.write('\n],\n"edges": [\n')
        if edges == "pairs":
            _rows(
                file,
                (
                    {"source": edge.source, "target": edge.target, **edge_attributes(edge, measures)}
                    for edge in pairs(facts.links())
                ),
            )
        else:
            _rows(
                file,
                (
                    {"source": link.source, "target": link.target, "key": number, **link_attributes(link)}
                    for number, link in enumerate(facts.links())
                ),
            )
        file.write("\n]}\n")


def _json(value: object) -> str:
    # ASCII escapes hold any character, lone surrogates too.
    return json.dumps(value, ensure_ascii=True)


def _rows(file: TextIO, rows: Iterable[Mapping[str, object]]) -> None:
    for number, row in enumerate(rows):
        file.write((",\n" if number else "") + _json(row))
