"""The regression harness counts what it says: a wrong link, a missed one, an exact block."""

import json
import subprocess
import sys
from pathlib import Path

from farm import article

HARNESS = Path(__file__).parents[2] / "benchmarks" / "accuracy.py"
URL = "http://a.example/story/1"


def labelled(folder: Path, name: str, blocks: dict[str, list[str]], truth: dict[str, list[str]]) -> None:
    label = {
        "url": URL, "lang": "en", "title": name, "published": "2025-04-12",
        "blocks": [{"kind": kind, "label": kind, "links": links} for kind, links in truth.items()],
    }  # fmt: skip
    (folder / f"{name}.html").write_text(article(name, blocks))
    (folder / f"{name}.json").write_text(json.dumps(label))


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, HARNESS, *arguments], capture_output=True, text=True, check=False)


def test_wrong_and_missed_links_are_counted_and_a_change_is_shown(tmp_path: Path) -> None:
    one, two, three = (f"http://a.example/story/{n}" for n in (2, 3, 4))
    labelled(tmp_path, "right", {"Related": [one, two]}, {"related": [one, two]})
    labelled(tmp_path, "wrong", {"Ranking": [one, two, three]}, {"related": [one, two]})
    kept = tmp_path / "run.json.kept"
    first = run(tmp_path, "--save", kept).stdout
    assert "blocks exact      1 of 2" in first
    assert "wrong                    3 + 2    0 of 1" in first
    labelled(tmp_path, "wrong", {"Related": [one, two]}, {"related": [one, two]})
    second = run(tmp_path, "--against", kept).stdout
    assert "blocks exact      2 of 2" in second
    assert "[3, 2, 0, True, True] → [0, 0, 1, True, True]" in second


def test_a_folder_without_labels_is_named(tmp_path: Path) -> None:
    assert "holds no labelled page" in run(tmp_path).stderr
