"""JSON in NetworkX's node-link form (`networkx.node_link_graph(document, edges="edges")`), as a stream."""

import json
from collections.abc import Iterable, Mapping
from typing import TextIO

from crawler.graph.views import View


def write(view: View, file: TextIO) -> None:
    """Write a view."""
    multi = view.edges == "links"
    file.write(
        f'{{"directed": true, "multigraph": {json_of(multi)},\n'
        f'"graph": {json_of(head_of(view))},\n"nodes": [\n'
    )
    write_rows(file, ({"id": key, **values} for key, values in view.nodes()))
    file.write('\n],\n"edges": [\n')
    write_rows(
        file,
        (
            {"source": source, "target": target, **({"key": number} if multi else {}), **values}
            for number, (source, target, values) in enumerate(view.rows())
        ),
    )
    file.write("\n]}\n")


def head_of(view: View) -> dict[str, object]:
    """Return what a document says of the whole graph."""
    receipt = view.receipt
    return {
        "level": view.level,
        "legend": view.legend,
        "seeds": receipt.seeds,
        "started_at": receipt.started_at,
        "ended_at": receipt.ended_at,
        "version": receipt.version,
        "config": json.loads(receipt.config),
    }


def json_of(value: object) -> str:
    """Return a value as JSON on one line; ASCII escapes hold any character, lone surrogates too."""
    return json.dumps(value, ensure_ascii=True)


def write_rows(file: TextIO, rows: Iterable[Mapping[str, object]]) -> None:
    """Write the inside of an array, one row a line."""
    for number, row in enumerate(rows):
        file.write((",\n" if number else "") + json_of(row))
