"""JSON as graphology serialises a graph (`Graph.from(document)`), which sigma and Gephi Lite read. A stream of rows.

Node-link JSON is no substitute: graphology wants keys and attributes apart. Colours are written as sigma reads them.
"""

from typing import TextIO

from crawler.export.nodelink import head_of, json_of, write_rows
from crawler.graph.attributes import Attributes
from crawler.graph.views import View


def write(view: View, file: TextIO) -> None:
    """Write a view."""
    options = {"type": "directed", "multi": view.edges == "links", "allowSelfLoops": True}
    file.write(f'{{"options": {json_of(options)},\n"attributes": {json_of(head_of(view))},\n"nodes": [\n')
    write_rows(file, ({"key": key, "attributes": _drawn(values)} for key, values in view.nodes()))
    file.write('\n],\n"edges": [\n')
    write_rows(
        file,
        (
            {"key": f"e{number}", "source": source, "target": target, "attributes": _drawn(values)}
            for number, (source, target, values) in enumerate(view.rows())
        ),
    )
    file.write("\n]}\n")


def _drawn(values: Attributes) -> Attributes:
    """Return attributes with the colour as one."""
    if "r" not in values:
        return values
    kept = {name: value for name, value in values.items() if name not in ("r", "g", "b")}
    return {**kept, "color": f"#{values['r']:02x}{values['g']:02x}{values['b']:02x}"}
