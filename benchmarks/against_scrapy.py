"""CPU seconds and memory of one crawl, side by side with a Scrapy spider doing the same job, in one run.

python benchmarks/against_scrapy.py [--articles 5000] [--rounds 3]

Both crawl the same sample network over loopback, store bodies, fields and links, and obey robots.txt. CPU is user and
system time over all processes of the crawler, not of the server; memory is the largest sum of resident sets.
"""

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

HERE = Path(__file__).parent
PEERS = HERE.parent / ".venv-bench"


def peers() -> str:
    """Return the interpreter of the peers' environment; make it if need be."""
    python = PEERS / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", PEERS], check=True)
        subprocess.run(
            [python, "-m", "pip", "install", "--quiet", "-r", HERE / "requirements.txt"], check=True
        )
    return str(python)


def resident(pid: int) -> int:
    """Return the resident bytes of a process and all its descendants."""
    total, queue = 0, [pid]
    while queue:
        one = queue.pop()
        try:
            total += int(Path(f"/proc/{one}/statm").read_text().split()[1]) * resource.getpagesize()
            for thread in Path(f"/proc/{one}/task").iterdir():
                queue += map(int, (thread / "children").read_text().split())
        except OSError:
            continue
    return total


def measure(command: list[str]) -> tuple[float, float, float, str]:
    """Run a command; return CPU seconds, wall seconds, peak MB and its output."""
    import time

    before, start, peak = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter(), 0
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    ended = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not ended.wait(0.1):
            peak = max(peak, resident(process.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    output, _ = process.communicate()
    ended.set()
    watcher.join()
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode != 0:
        raise SystemExit(f"{command[:3]} ended with {process.returncode}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, wall, peak / 1e6, output


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=5000)
    parser.add_argument("--depth", type=int, default=6)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    scrapy = peers()
    serve = [
        sys.executable,
        "-m",
        "crawler.demo",
        "--no-faults",
        "--sites",
        "6",
        "--articles",
        str(given.articles),
    ]
    server = subprocess.Popen(serve, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    line = json.loads(server.stdout.readline())
    results: dict[str, list[tuple[float, float, float, int]]] = {"crawl": [], "scrapy": []}
    folder = Path(tempfile.mkdtemp())
    try:
        for turn in range(given.rounds):
            routes = [part for entry in line["connect_to"] for part in ("--connect-to", entry)]
            own = [
                str(Path(sys.executable).with_name("crawl")), "--seed", line["seed"], "--depth", str(given.depth),
                "--delay", "0", "--per-host", "32", "--exports", "none", "--quiet", "--json",
                "--output", str(folder / f"own{turn}"), *routes,
            ]  # fmt: skip
            cpu, wall, peak, output = measure(own)
            results["crawl"].append((cpu, wall, peak, json.loads(output)["states"]["fetched"]))
            spider = [
                scrapy, str(HERE / "scrapy_spider.py"), line["seed"], str(line["port"]), str(given.depth),
                str(folder / f"scrapy{turn}.db"),
            ]  # fmt: skip
            cpu, wall, peak, output = measure(spider)
            results["scrapy"].append((cpu, wall, peak, json.loads(output.splitlines()[-1])["pages"]))
    finally:
        assert server.stdin is not None
        server.stdin.close()
        server.wait()
        shutil.rmtree(folder)
    for name, rounds in results.items():
        cpu, wall, peak, pages = (statistics.median(column) for column in zip(*rounds, strict=True))
        print(
            f"{name:8} {pages:6.0f} pages  {1000 * cpu / pages:6.2f} ms CPU a page  {wall:6.1f} s  {peak:5.0f} MB peak"
        )
    ratios = [b[0] / b[3] / (a[0] / a[3]) for a, b in zip(results["crawl"], results["scrapy"], strict=True)]
    print(
        f"scrapy / crawl, CPU a page: {statistics.median(ratios):.2f} (rounds: {', '.join(f'{r:.2f}' for r in ratios)})"
    )
    print(f"cores: {os.cpu_count()}")


if __name__ == "__main__":
    main()
