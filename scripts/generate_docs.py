"""Write docs/reference.md and the tables of docs/exports.md from the code. --check only compares."""

import ast
import inspect
import subprocess
import sys
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

import click

from crawler.cli import commands
from crawler.config import default_text, describe, keys
from crawler.graph.attributes import LINKS, NODES, PAIRS
from crawler.model import Level, Reason, State

DOCS = Path(__file__).parents[1] / "docs"
BEGIN, END = "<!-- attributes: made from", "<!-- end of attributes -->"


def members(enum: type[StrEnum]) -> list[tuple[str, str]]:
    """Return the members of an enumeration with the docstring below each."""
    body = ast.parse(inspect.getsource(enum)).body[0]
    assert isinstance(body, ast.ClassDef)
    found = []
    for here, after in zip(body.body, body.body[1:], strict=False):
        if isinstance(here, ast.Assign) and isinstance(after, ast.Expr):
            found.append((ast.literal_eval(here.value), ast.literal_eval(after.value)))
    return found


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Return a Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def help_of(name: str | None) -> str:
    """Return what --help prints for a command."""
    context = click.Context(commands, info_name="crawl", max_content_width=100, terminal_width=100)
    if name is None:
        return commands.get_help(context)
    command = commands.commands[name]
    inner = click.Context(command, info_name=name, parent=context, max_content_width=100, terminal_width=100)
    return command.get_help(inner)


def reference() -> str:
    """Return the reference in full."""
    import tomllib

    defaults = {
        key: value for section in tomllib.loads(default_text()).values() for key, value in section.items()
    }
    configuration = [
        (f"`{key}`", f"[{section}]", f"`{defaults[key]}`", describe(key)) for key, section in keys().items()
    ]
    parts = [
        "# Reference",
        "Made from the code by `scripts/generate_docs.py`; `make check` compares.",
        "## Commands",
        f"```\n{help_of(None)}\n```",
    ]
    for name in commands.commands:
        parts += [f"### crawl {name}", f"```\n{help_of(name)}\n```"]
    parts += [
        "## Configuration",
        "`config/default.toml` < `crawl.toml` (or `--config FILE`) < `CRAWL_<KEY>` in the environment < flags.",
        table(("key", "section", "default", "meaning"), configuration),
        "## States",
        table(("state", "meaning"), [(f"`{name}`", text) for name, text in members(State)]),
        "## Reasons",
        table(("reason", "meaning"), [(f"`{name}`", text) for name, text in members(Reason)]),
        "## Exit codes",
        table(
            ("code", "meaning"),
            [
                ("0", "done; single pages may have failed, see the summary"),
                ("2", "usage or configuration"),
                ("3", "no seed could be fetched"),
                ("4", "the store is damaged, full or not ours"),
                ("5", "another process holds the directory"),
                ("130, 143", "interrupted, terminated; the same command goes on"),
            ],
        ),
        "Attributes of nodes and edges, and the columns of tables: [exports](exports.md).",
    ]
    return "\n\n".join(parts) + "\n"


def attributes(given: str) -> str:
    """Return docs/exports.md with the tables of attributes between its marks."""
    head = ("attribute", "type", "meaning")
    parts = []
    for level in Level:
        parts += [f"### Nodes: {level}", _attributes(head, NODES[level])]
    parts += ["### Edges: pairs", _attributes(head, PAIRS[Level.PAGE])]
    more = {name: said for name, said in PAIRS[Level.SITE].items() if name not in PAIRS[Level.PAGE]}
    parts += ["Of stories and sites, in addition:", _attributes(head, more)]
    parts += ["### Edges: links", _attributes(head, LINKS)]
    before, mark, rest = given.partition(BEGIN)
    line = rest.partition("\n")[0]
    after = rest.partition(END)[2]
    return before + mark + line + "\n\n" + "\n\n".join(parts) + "\n\n" + END + after


def _attributes(head: tuple[str, ...], named: Mapping[str, tuple[str, str]]) -> str:
    return table(head, [(f"`{name}`", kind, text) for name, (kind, text) in named.items()])


def main() -> int:
    """Write or compare; return the exit code."""
    exports = DOCS / "exports.md"
    stale = 0
    for path, text in (
        (DOCS / "reference.md", reference()),
        (exports, attributes(exports.read_text("utf-8"))),
    ):
        if path.exists() and path.read_text("utf-8") == text:
            continue
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8")
            continue
        stale = 1
        sys.stderr.write(f"docs/{path.name} is out of date: run scripts/generate_docs.py\n")
        subprocess.run(["diff", "-u", str(path), "-"], input=text, text=True, check=False)
    return stale


if __name__ == "__main__":
    sys.exit(main())
