"""The documentation says what is there: tests that exist, reasons that are explained."""

import ast
import re
from pathlib import Path

import pytest

from crawler.model import Reason, State

ROOT = Path(__file__).parents[2]
FAULTS = (ROOT / "docs/faults.md").read_text("utf-8")
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", FAULTS)


def names_in(path: Path) -> set[str]:
    functions = ast.walk(ast.parse(path.read_text("utf-8")))
    return {
        one.name
        for one in functions
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef) and one.name.startswith("test_")
    }


@pytest.mark.parametrize(("path", "name"), NAMED)
def test_a_test_that_the_table_of_faults_names_exists(path: str, name: str) -> None:
    assert name in names_in(ROOT / path)


def test_each_row_of_the_table_of_faults_names_a_test() -> None:
    durability = FAULTS.index("## Durability")
    rows = [line for line in FAULTS[:durability].splitlines() if line.startswith("| ") and "---" not in line]
    rows = [row for row in rows if not row.startswith("| row |")]
    assert len(rows) > 90
    assert [row for row in rows if not re.search(r"`tests/[\w/]+\.py::\w+`", row)] == []


def test_each_test_of_a_fault_stands_in_the_table() -> None:
    for path in sorted((ROOT / "tests/faults").glob("test_*.py")):
        named = {name for where, name in NAMED if where == f"tests/faults/{path.name}"}
        assert names_in(path) - named == set()


@pytest.mark.parametrize("word", [*Reason, *State])
def test_each_reason_and_state_is_explained(word: Reason | State) -> None:
    reference = (ROOT / "docs/reference.md").read_text("utf-8")
    assert f"`{word}`" in reference + FAULTS
