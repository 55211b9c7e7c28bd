"""What commands load: help and statistics come at once, because nothing is imported that they do not need."""

import subprocess
import sys
from pathlib import Path

import pytest

from crawler.store import open_store

_CODE = """
import atexit, sys
atexit.register(lambda: print(*sys.modules, file=sys.stderr))
from crawler.cli import main
main(sys.argv[1:])
"""
_NEVER = {"igraph", "jinja2", "lxml", "networkx", "parsel", "pyarrow", "scipy", "uvloop"}
_NOT_FOR_HELP = {"aiohttp", "numpy", "rich", "selectolax", "sqlite3", "crawler.crawl", "crawler.opened"}

_NOT_FOR_STATISTICS = {"aiohttp", "numpy", "selectolax", "sqlite_utils", "crawler.crawl", "crawler.engine"}


def loaded(*arguments: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", _CODE, *arguments], check=True, capture_output=True, text=True, timeout=60
    )
    assert done.stdout
    return set(done.stderr.split())


@pytest.mark.parametrize("command", [(), ("run",), ("stats",), ("export",), ("why",)])
def test_help_loads_nothing_heavy(command: tuple[str, ...]) -> None:
    assert not loaded(*command, "--help") & (_NEVER | _NOT_FOR_HELP)


def test_statistics_load_no_graphs(tmp_path: Path) -> None:
    with open_store(tmp_path):
        pass
    assert not loaded("stats", str(tmp_path)) & (_NEVER | _NOT_FOR_STATISTICS)
