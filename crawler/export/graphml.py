"""GraphML as Gephi reads it: laid out, coloured, labelled, typed. A stream of rows: no graph in memory.

Gephi looks keys up by their *id* first and takes `d3` for the label, so ids are names; `label`, `x`, `y`,
`size`, `r`, `g`, `b` and `weight` become appearance. Missing values are left out. XML 1.0 only.
"""

import json
from collections.abc import Mapping
from typing import TextIO

from crawler.export.nodelink import head_of
from crawler.export.xml_text import Column, attribute_of, text_of, valid, writer_of
from crawler.graph.attributes import Attributes
from crawler.graph.views import View


def write(view: View, file: TextIO) -> None:
    """Write a view."""
    _write_head(view, file)
    node_keys, edge_keys = _keys("n", view.node_types), _keys("e", view.edge_types)
    for key, values in view.nodes():
        file.write(f' <node id="{attribute_of(key)}">{_data(values, node_keys)}</node>\n')
    for number, (source, target, values) in enumerate(view.rows()):
        file.write(
            f' <edge id="e{number}" source="{attribute_of(source)}" target="{attribute_of(target)}">'
            f"{_data(values, edge_keys)}</edge>\n"
        )
    file.write("</graph>\n</graphml>\n")


def _write_head(view: View, file: TextIO) -> None:
    receipt = view.receipt
    # Two hyphens would end a comment; a zero-width non-joiner behind each keeps it readable.
    times = f"{receipt.started_at} to {receipt.ended_at}"
    seeds = json.dumps(receipt.seeds, ensure_ascii=False)
    said = f"crosslink-crawler {receipt.version}: {seeds}, {times}. {view.legend}"
    said = valid(said).replace("-", "-\u200c")
    file.write(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<!-- {said} -->\n"
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        ' xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns'
        ' http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">\n'
    )
    for domain, letter, types in (("node", "n", view.node_types), ("edge", "e", view.edge_types)):
        for name, kind in types.items():
            file.write(f'<key id="{letter}_{name}" for="{domain}" attr.name="{name}" attr.type="{kind}"/>\n')
    # As a description: Gephi warns of each attribute of the graph itself that it ignores it.
    file.write(
        '<graph id="crosslinks" edgedefault="directed">\n'
        f"<desc>{text_of(json.dumps(head_of(view), ensure_ascii=False))}</desc>\n"
    )


def _keys(letter: str, types: Mapping[str, str]) -> list[Column]:
    """Return each attribute with the tag that opens it, and what writes its values."""
    return [(name, f'<data key="{letter}_{name}">', writer_of(kind, text_of)) for name, kind in types.items()]


def _data(values: Attributes, keys: list[Column]) -> str:
    return "".join([f"{tag}{write(values[name])}</data>" for name, tag, write in keys if name in values])
