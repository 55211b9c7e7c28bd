"""Draw a GraphML file as Gephi's preview does, from the positions, sizes and colours in the file.

python scripts/render_graphml.py output/demo/graph.graphml docs/demo.png [--width 1600]
"""

import argparse
from pathlib import Path

import networkx
from PIL import Image, ImageDraw, ImageFont

SCALE = 2
"""Drawn twice as large and then reduced: smooth lines."""
LABELS_PER_SITE = 3


def draw(graph: "networkx.DiGraph[str]", width: int) -> Image.Image:
    """Return the picture of a graph whose nodes have x, y, size, r, g, b and label."""
    nodes = dict(graph.nodes(data=True))
    left = min(d["x"] - d["size"] for d in nodes.values())
    right = max(d["x"] + d["size"] for d in nodes.values())
    low = min(d["y"] - d["size"] for d in nodes.values())
    high = max(d["y"] + d["size"] for d in nodes.values())
    margin = 0.03 * (right - left)
    zoom = width * SCALE / (right - left + 2 * margin)
    height = round((high - low + 2 * margin) * zoom)

    def at(node: str) -> tuple[float, float]:
        # Gephi's y axis points up.
        return (nodes[node]["x"] - left + margin) * zoom, (high + margin - nodes[node]["y"]) * zoom

    image = Image.new("RGB", (width * SCALE, height), "white")
    pen = ImageDraw.Draw(image, "RGBA")
    for source, target in graph.edges:
        data = nodes[source]
        pen.line(_curve(at(source), at(target)), fill=(data["r"], data["g"], data["b"], 26), width=SCALE)
    for node, data in sorted(nodes.items(), key=lambda item: item[1]["size"]):
        (x, y), radius = at(node), data["size"] * zoom
        pen.ellipse(
            (x - radius, y - radius, x + radius, y + radius),
            fill=(data["r"], data["g"], data["b"], 235),
            outline=(255, 255, 255, 255),
            width=SCALE,
        )
    _label(pen, nodes, at, zoom, width)
    return image.resize((width, height // SCALE), Image.Resampling.LANCZOS)


def _curve(start: tuple[float, float], end: tuple[float, float]) -> list[tuple[float, float]]:
    (x1, y1), (x2, y2) = start, end
    bend_x, bend_y = (x1 + x2) / 2 + (y2 - y1) * 0.15, (y1 + y2) / 2 - (x2 - x1) * 0.15
    steps = [step / 10 for step in range(11)]
    return [
        (
            (1 - t) ** 2 * x1 + 2 * t * (1 - t) * bend_x + t * t * x2,
            (1 - t) ** 2 * y1 + 2 * t * (1 - t) * bend_y + t * t * y2,
        )
        for t in steps
    ]


def _label(pen: ImageDraw.ImageDraw, nodes: dict, at, zoom: float, width: int) -> None:  # type: ignore[no-untyped-def,type-arg]
    font = ImageFont.load_default(size=round(width * SCALE / 105))
    taken: list[tuple[float, float, float, float]] = []
    shown: dict[str, int] = {}
    for node, data in sorted(nodes.items(), key=lambda item: -item[1]["size"]):
        site = data.get("site", "")
        if shown.get(site, 0) >= LABELS_PER_SITE or data.get("state") != "fetched":
            continue
        text = data["label"] if len(data["label"]) <= 46 else data["label"][:45] + "…"
        x, y = at(node)
        box = pen.textbbox((x, y + data["size"] * zoom + 2), text, font=font, anchor="ma")
        if any(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in taken):
            continue
        if box[0] < 0 or box[2] > width * SCALE:
            continue
        taken.append(box)
        shown[site] = shown.get(site, 0) + 1
        pen.text((x, y + data["size"] * zoom + 2), text, font=font, anchor="ma", fill=(30, 30, 30, 255),
                 stroke_width=2 * SCALE, stroke_fill=(255, 255, 255, 230))  # fmt: skip


def main() -> None:
    """Read the file, draw it, save the picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("graphml", type=Path)
    parser.add_argument("picture", type=Path)
    parser.add_argument("--width", type=int, default=1600)
    given = parser.parse_args()
    image = draw(networkx.read_graphml(given.graphml), given.width)
    image.quantize(128).save(given.picture, optimize=True)


if __name__ == "__main__":
    main()
