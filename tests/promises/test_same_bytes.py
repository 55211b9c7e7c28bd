"""The same crawl gives the same bytes, in whatever process: who gets a file can make it again and compare."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

_COMMANDS = {
    "graph.graphml": ("export", "--format", "graphml"),
    "graph.gexf": ("export", "--format", "gexf", "--dynamic"),
    "map.html": ("map",),
    "report.html": ("report",),
    "report.json": ("report", "--format", "json"),
}


def crawl(*arguments: str, seed: str = "0") -> None:
    subprocess.run(
        [sys.executable, "-m", "crawler", *arguments],
        check=True,
        capture_output=True,
        timeout=120,
        env=os.environ | {"PYTHONHASHSEED": seed},
    )


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("demo") / "out"
    crawl("demo", "--output", str(directory), "--delay", "0", "--quiet")
    return directory


@pytest.mark.parametrize("name", _COMMANDS)
def test_another_process_writes_the_same_bytes(name: str, demo: Path, tmp_path: Path) -> None:
    command, *options = _COMMANDS[name]
    written = []
    for seed in ("1", "2"):  # of Python's hashes: sets come in another order
        path = tmp_path / seed / name
        crawl(command, str(demo), *options, "--output", str(path), seed=seed)
        written.append(path.read_bytes())
    assert written[0] == written[1]
