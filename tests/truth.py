"""Compares a stored crawl with a network's truth."""

from collections import Counter
from pathlib import Path

from crawler.demo.network import Truth
from crawler.store import read


def found(directory: Path) -> Truth:
    with read(directory) as reader:
        return Truth(
            {
                n.url: (str(n.state), None if n.reason is None else str(n.reason), n.depth)
                for n in reader.nodes()
            },
            [(k.source, k.target, str(k.kind), k.position, k.anchor) for k in reader.links()],
        )


def same(crawled: Truth, truth: Truth) -> None:
    assert crawled.nodes == truth.nodes
    assert Counter(crawled.links) == Counter(truth.links)
