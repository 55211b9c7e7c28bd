"""Score block detection and fields on a folder of labelled pages: per kind, per language, worst pages first.

python benchmarks/accuracy.py FOLDER [--profile FILE] [--save RUN.json] [--against RUN.json] [--worst 12] [--text]

A labelled page is NAME.html (or NAME.html.gz) beside NAME.json: {"url", "lang", "title", "published",
"blocks": [{"kind", "label", "links": [URL]}], "optional": [URL]}. Counted are links of the three kinds that are
followed, as (page, target, kind); targets in "optional" neither gain nor cost. `--against` shows which pages
another run, kept with `--save`, scored differently. `--text` compares the main texts with trafilatura's, which must
be installed beside the program (benchmarks/requirements.txt).
"""

import argparse
import gzip
import json
import re
import statistics
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler.extract import extract, rules_with
from crawler.model import Page
from crawler.url import canonicalise

KINDS = ("related", "ranking", "recommendation")


@dataclass(frozen=True, slots=True)
class Score:
    """How one page came out."""

    name: str
    lang: str
    found: frozenset[tuple[str, str]]
    labelled: frozenset[tuple[str, str]]
    blocks: int
    exact: int
    """Labelled blocks that one found block matches in kind and in its links in order."""
    title: bool | None
    """None where the label has none."""
    day: bool | None


def pages_of(folder: Path) -> Iterable[tuple[str, bytes, dict[str, Any]]]:
    """Yield name, bytes and label of each page."""
    for path in sorted(folder.glob("*.json")):
        plain, packed = path.with_suffix(".html"), path.with_suffix(".html.gz")
        if plain.exists() or packed.exists():
            body = plain.read_bytes() if plain.exists() else gzip.decompress(packed.read_bytes())
            yield path.stem, body, json.loads(path.read_text("utf-8"))


def score(name: str, label: dict[str, Any], page: Page) -> Score:
    """Compare a page with its label."""

    def target(url: str) -> str:
        return str(canonicalise(url, label["url"]))

    wanted = [(block["kind"], [target(url) for url in block["links"]]) for block in label["blocks"]]
    wanted = [(kind, list(dict.fromkeys(links))) for kind, links in wanted if kind in KINDS]
    labelled = frozenset((url, kind) for kind, links in wanted for url in links)
    optional = {target(url) for url in label.get("optional") or []} - {url for url, _ in labelled}
    offered = [
        (str(block.kind), [link.url for link in block.links if link.url not in optional])
        for block in page.blocks
        if block.kind in KINDS
    ]
    rest, exact = list(offered), 0
    for block in wanted:
        if block in rest:
            rest.remove(block)
            exact += 1
    article = page.article
    return Score(
        name,
        label.get("lang") or "?",
        frozenset((url, kind) for kind, links in offered for url in links),
        labelled,
        len(wanted),
        exact,
        None if not label.get("title") else _text(article.title) == _text(label["title"]),
        None if not label.get("published") else (article.published or "")[:10] == label["published"][:10],
    )


def _text(value: str | None) -> str:
    return " ".join(unicodedata.normalize("NFC", value or "").split())


def measures(found: set[Any], labelled: set[Any]) -> tuple[float, float, float]:
    """Return precision, recall and F1 of a set against another."""
    hits = len(found & labelled)
    precision = hits / len(found) if found else float(not labelled)
    recall = hits / len(labelled) if labelled else 1.0
    both = precision + recall
    return precision, recall, 2 * precision * recall / both if both else 0.0


def show(scores: list[Score], worst: int) -> None:
    """Print the tables."""

    def line(name: str, chosen: list[Score], kinds: tuple[str, ...] = KINDS, *, kinded: bool = True) -> None:
        found, labelled = (
            {(s.name, u, k if kinded else "") for s in chosen for u, k in getattr(s, side) if k in kinds}
            for side in ("found", "labelled")
        )
        precision, recall, f1 = measures(found, labelled)
        print(f"{name:<18}{precision:>8.3f}{recall:>8.3f}{f1:>8.3f}{len(labelled):>8}{len(chosen):>7}")

    print(f"{'links':<18}{'prec.':>8}{'recall':>8}{'F1':>8}{'links':>8}{'pages':>7}")
    line("all", scores)
    line("whatever kind", scores, kinded=False)
    for kind in KINDS:
        line(f"  {kind}", scores, (kind,))
    languages = defaultdict(list)
    for one in scores:
        languages[one.lang.partition("-")[0]].append(one)
    for lang, chosen in sorted(languages.items()):
        line(f"  {lang}", chosen)
    negative = [one for one in scores if not one.blocks]
    blocks = sum(one.blocks for one in scores)
    print(f"blocks exact      {sum(one.exact for one in scores)} of {blocks}")
    print(
        f"without blocks    {len(negative)} pages, {sum(len(one.found) for one in negative)} links found there"
    )
    for field in ("title", "day"):
        answers = [value for one in scores if (value := getattr(one, field)) is not None]
        print(f"{field:<18}{sum(answers)} of {len(answers)}")
    print("worst pages       wrong + missed links, exact of labelled blocks")
    for one in sorted(scores, key=lambda s: -len(s.found ^ s.labelled))[:worst]:
        wrong, missed = len(one.found - one.labelled), len(one.labelled - one.found)
        if wrong + missed or one.title is False or one.day is False:
            fields = "".join(f"  {f} wrong" for f in ("title", "day") if getattr(one, f) is False)
            print(f"  {one.name:<22}{wrong:>4} + {missed:<4} {one.exact} of {one.blocks}{fields}")


def difference(scores: list[Score], before: dict[str, list[Any]]) -> None:
    """Print the pages that another run scored differently."""
    for one in scores:
        now = _kept(one)
        if one.name in before and before[one.name] != now:
            print(f"  {one.name:<22}wrong, missed, exact, title, day: {before[one.name]} → {now}")


def _kept(one: Score) -> list[Any]:
    return [len(one.found - one.labelled), len(one.labelled - one.found), one.exact, one.title, one.day]


def compare_texts(texts: list[tuple[str, bytes, str]]) -> None:
    """Print how well main texts agree with trafilatura's: F1 over their words, ideographs and syllables."""
    import trafilatura

    def words(text: str | None) -> Counter[str]:
        return Counter(re.findall(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|\w+", (text or "").lower()))

    agreement = {}
    for name, body, text in texts:
        ours, theirs = (
            words(text),
            words(trafilatura.extract(body, include_comments=False, include_tables=False)),
        )
        both = ours.total() + theirs.total()
        agreement[name] = 2 * (ours & theirs).total() / both if both else 1.0
    least = sorted(agreement.items(), key=lambda item: item[1])[:5]
    print(
        f"text              F1 {statistics.median(agreement.values()):.3f} in the median against trafilatura's; least:"
    )
    for name, f1 in least:
        print(f"  {name:<22}{f1:.3f}")


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--profile", type=Path)
    parser.add_argument("--save", type=Path)
    parser.add_argument("--against", type=Path)
    parser.add_argument("--worst", type=int, default=12)
    parser.add_argument("--text", action="store_true")
    options = parser.parse_args()
    profiles = [(options.profile.read_text("utf-8"), str(options.profile))] if options.profile else []
    rules = rules_with(profiles)
    scores, texts = [], []
    for name, body, label in pages_of(options.folder):
        page = extract(body, str(canonicalise(label["url"])), {}, rules)
        scores.append(score(name, label, page))
        texts.append((name, body, page.article.text or ""))
    if not scores:
        sys.exit(f"{options.folder}: holds no labelled page (NAME.html beside NAME.json)")
    show(scores, options.worst)
    if options.text:
        compare_texts(texts)
    if options.against:
        print(f"against {options.against}")
        difference(scores, json.loads(options.against.read_text("utf-8")))
    if options.save:
        options.save.write_text(json.dumps({one.name: _kept(one) for one in scores}), "utf-8")


if __name__ == "__main__":
    main()
