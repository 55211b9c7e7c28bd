"""The reconstructed seed pages: every field and all 26 links. Skipped where the shared pages are not at hand."""

import json
from pathlib import Path

import pytest

from crawler.extract import extract
from crawler.model import Kind

SHARED = Path(__file__).parents[3] / "shared" / "pages"
LABELS = sorted(SHARED.glob("recon-*.json"))
KINDS = (Kind.RELATED, Kind.RANKING, Kind.RECOMMENDATION)

pytestmark = pytest.mark.skipif(not LABELS, reason="the shared pages are not here")


@pytest.mark.parametrize("label", LABELS, ids=lambda path: path.stem)
def test_a_seed_page_gives_its_fields_and_its_26_links(label: Path) -> None:
    expected = json.loads(label.read_text("utf-8"))
    page = extract(label.with_suffix(".html").read_bytes(), expected["url"], {})
    article = page.article
    fields = ("title", "published", "site_name", "views", "likes", "lang")
    assert {f: getattr(article, f) for f in fields} == {f: expected[f] for f in fields}
    assert list(article.breadcrumb or ()) == expected["breadcrumb"]
    assert article.text is not None
    assert article.text.count("\n") == 9
    found = [(b.kind, b.label, [link.url for link in b.links]) for b in page.blocks]
    assert found == [(b["kind"], b["label"], b["links"]) for b in expected["blocks"]]
    assert sum(len(links) for kind, _, links in found if kind in KINDS) == 26
    assert all(len(link.anchor) > 20 for block in page.blocks for link in block.links)
