"""JSON in NetworkX's node-link form (`networkx.node_link_graph(document, edges="edges")`), as a stream."""

import json
from collections.abc import Iterable, Mapping
from typing import TextIO

from crawler.graph.views import View


def write(view: View, file: TextIO) -> None:
    """Write a view."""
    receipt, multi = view.receipt, view.edges == "links"
    head = {
        "level": view.level,
        "legend": view.legend,
        "seeds": receipt.seeds,
        "started_at": receipt.started_at,
        "ended_at": receipt.ended_at,
        "version": receipt.version,
        "config": json.loads(receipt.config),
    }
    file.write(
        f'{{"directed": true, "multigraph": {json.dumps(multi)},\n"graph": {_json(head)},\n"nodes": [\n'
    )
    _rows(file, ({"id": key, **values} for key, values in view.nodes()))
    file.write('\n],\n"edges": [\n')
    _rows(
        file,
        (
            {"source": source, "target": target, **({"key": number} if multi else {}), **values}
            for number, (source, target, values) in enumerate(view.rows())
        ),
    )
    file.write("\n]}\n")


def _json(value: object) -> str:
    # ASCII escapes hold any character, lone surrogates too.
    return json.dumps(value, ensure_ascii=True)


def _rows(file: TextIO, rows: Iterable[Mapping[str, object]]) -> None:
    for number, row in enumerate(rows):
        file.write((",\n" if number else "") + _json(row))
