"""Each folder in tests/pages is a page and what `crawl inspect --json` must say of it, evidence apart."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from crawler.extract import Rules, extract, shipped_rules
from crawler.model import Page

CASES = sorted(path.parent for path in (Path(__file__).parents[1] / "pages").glob("*/expected.json"))
GENERAL = Rules(shipped_rules().lexicon)


def inspected(page: Page) -> dict[str, object]:
    fields = asdict(page.article)
    del fields["images"]
    if fields["breadcrumb"] is not None:
        fields["breadcrumb"] = list(fields["breadcrumb"])
    blocks = []
    for block in page.blocks:
        links = [
            {"url": x.url, "anchor": x.anchor, "position": x.position, "rel": x.rel} for x in block.links
        ]
        blocks.append({"kind": str(block.kind), "label": block.label, "links": links})
    return {"url": page.url, **fields, "blocks": blocks}


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_a_page_gives_exactly_its_fields_and_blocks(case: Path) -> None:
    expected = json.loads((case / "expected.json").read_text("utf-8"))
    page = extract((case / "page.html").read_bytes(), expected["url"], {}, GENERAL)
    assert inspected(page) == expected
    assert all(block.evidence for block in page.blocks)


def test_there_are_at_least_twelve_markups_of_the_family() -> None:
    assert len(CASES) >= 12
