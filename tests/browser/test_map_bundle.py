"""The map's script and style in the package are what `make web` makes of web/."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WEB, ASSETS = ROOT / "web", ROOT / "crawler" / "export" / "assets"


@pytest.fixture(scope="session")
def installed() -> None:
    """Install the pinned packages."""
    if not shutil.which("node") or not shutil.which("npm"):
        # Where every change is checked, nothing may be left out in silence.
        (pytest.fail if os.environ.get("CI") else pytest.skip)("Node.js 18 or later and npm are needed")
    done, lock = WEB / "node_modules" / ".package-lock.json", WEB / "package-lock.json"
    if not done.exists() or done.stat().st_mtime < lock.stat().st_mtime:
        run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")


def run(*command: str) -> None:
    done = subprocess.run(command, cwd=WEB, check=False, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_types_hold(installed: None) -> None:
    run("npx", "--no-install", "tsc", "--project", ".")


def test_what_is_committed_is_what_is_built(installed: None, tmp_path: Path) -> None:
    run("node", "build.mjs", str(tmp_path))
    built = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    kept = {path.name: path.read_bytes() for path in ASSETS.iterdir() if path.suffix != ".html"}
    assert built == kept, "run make web"


def test_each_bundled_package_has_its_licence(installed: None) -> None:
    text = (ASSETS / "THIRD-PARTY.txt").read_text("utf-8")
    for name in ("sigma", "graphology", "graphology-utils", "events", "@sigma/edge-curve"):
        assert f"\n{name} " in text
    assert text.count("Permission is hereby granted") == text.count("=" * 72)


def test_the_bundle_can_stand_in_a_page() -> None:
    script, style = ((ASSETS / name).read_text("utf-8") for name in ("map.js", "map.css"))
    assert "</script" not in script.lower() and "<!--" not in script
    assert "</style" not in style.lower()
    # No way for a string to become markup or code, but for what React-like libraries do not do here.
    for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "new Function", "eval("):
        assert word not in script
