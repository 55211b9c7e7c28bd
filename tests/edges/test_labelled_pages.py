"""Invented pages in the markup of many templates and languages, labelled by hand: each comes out as its label says.

`make accuracy` scores the same folder, and says where it hurts.
"""

import importlib.util
from pathlib import Path

import pytest

from crawler.extract import Rules, extract, shipped_rules
from crawler.url import canonicalise

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "tests" / "labelled"
GENERAL = Rules(shipped_rules().lexicon)

_spec = importlib.util.spec_from_file_location("accuracy", ROOT / "benchmarks" / "accuracy.py")
assert _spec is not None
assert _spec.loader is not None
accuracy = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(accuracy)
PAGES = list(accuracy.pages_of(FOLDER))


@pytest.mark.parametrize(("name", "body", "label"), PAGES, ids=[name for name, _, _ in PAGES])
def test_a_labelled_page_gives_its_blocks_and_fields(
    name: str, body: bytes, label: dict[str, object]
) -> None:
    page = extract(body, str(canonicalise(str(label["url"]))), {}, GENERAL)
    score = accuracy.score(name, label, page)
    assert score.found == score.labelled
    assert score.exact == score.blocks
    assert score.title in (True, None)
    assert score.day in (True, None)
    article = page.article
    for field in ("views", "likes"):
        if field in label:
            assert getattr(article, field) == label[field], field
    if crumbs := label.get("breadcrumb"):
        assert isinstance(crumbs, list)
        assert list(article.breadcrumb or ())[: len(crumbs)] == crumbs
