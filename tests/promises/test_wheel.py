"""What users install: a wheel, in a fresh environment, runs the demo from any directory."""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run([*map(str, command)], check=False, capture_output=True, text=True, cwd=cwd)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_wheel_in_a_fresh_environment_runs_the_demo(tmp_path: Path) -> None:
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path, ROOT, cwd=tmp_path)
    (wheel,) = tmp_path.glob("*.whl")
    pinned = re.findall(r"^([\w.-]+==[^\\\n]+)", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    (tmp_path / "pinned.txt").write_text("\n".join(pinned))
    python = tmp_path / "venv" / "bin" / "python"
    run(sys.executable, "-m", "venv", tmp_path / "venv", cwd=tmp_path)
    run(python, "-m", "pip", "install", "--quiet", "-c", tmp_path / "pinned.txt", wheel, cwd=tmp_path)
    done = run(python.with_name("crawl"), "demo", "--delay", "0", "--json", cwd=tmp_path)
    assert json.loads(done)["states"]["fetched"] == 253
    assert (tmp_path / "output/demo/graph.graphml").stat().st_size > 1_000_000
    assert (tmp_path / "output/demo/report.html").stat().st_size > 100_000
