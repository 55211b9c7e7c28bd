"""What a command costs: CPU seconds of it and of all it starts, wall seconds, and the most memory they hold together.

python benchmarks/measure.py COMMAND …  prints these as one line of JSON, last.

The command runs below a process of its own, which takes over whatever the command leaves behind: worker processes
whose parent ended first are waited for and counted, too.
"""

import contextlib
import ctypes
import json
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER of prctl(2)
_EVERY_S = 0.1
_LEFTOVERS_S = 10.0
"""How long processes may live on after the command has ended."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run took."""

    cpu_s: float
    """User and system time."""
    wall_s: float
    peak_bytes: int
    """The largest sum of resident sets; pages that processes share count for each."""
    own_bytes: int
    """Largest resident set of the command's first process."""
    child_bytes: int
    """Largest resident set of any other."""


def resident(pid: int) -> int:
    """Return the resident bytes of a process and all its descendants."""
    return sum(map(_resident, _tree(pid)))


def _tree(pid: int) -> Iterator[int]:
    queue = [pid]
    while queue:
        one = queue.pop()
        yield one
        with contextlib.suppress(OSError):  # it has ended
            for thread in Path(f"/proc/{one}/task").iterdir():
                queue += map(int, (thread / "children").read_text().split())


def _resident(pid: int) -> int:
    with contextlib.suppress(OSError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize()
    return 0


def _peak(pid: int) -> int:
    with contextlib.suppress(OSError):
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")), 0)
    return 0


def cost_of(command: list[str]) -> Cost:
    """Run a command to its end and return its cost; its output goes to stderr if it fails.

    Raises:
        RuntimeError: The command failed.
    """
    run = subprocess.run([sys.executable, __file__, *command], capture_output=True, text=True)
    if run.returncode != 0:
        sys.stderr.write(run.stdout + run.stderr)
        raise RuntimeError(f"status {run.returncode}")
    return Cost(**json.loads(run.stdout.splitlines()[-1]))


def _others() -> list[int]:
    own = Path(f"/proc/self/task/{threading.main_thread().native_id}/children")
    return [int(pid) for pid in own.read_text().split()]


def main() -> None:
    """Run the command given, print its cost, and end with its status."""
    if ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0) != 0:
        sys.exit("no child subreaper here: Linux is needed")
    peak, ended, start = 0, threading.Event(), time.perf_counter()
    peaks: dict[int, int] = {}

    def watch() -> None:
        nonlocal peak
        while not ended.wait(_EVERY_S):
            living = [pid for other in _others() for pid in _tree(other)]
            peak = max(peak, sum(map(_resident, living)))
            # The last reading counts: before it runs its own program, a process shows its parent's.
            peaks.update((pid, found) for pid in living if (found := _peak(pid)))

    watcher = threading.Thread(target=watch)
    process = subprocess.Popen(sys.argv[1:])
    watcher.start()
    status = process.wait()
    wall = time.perf_counter() - start
    limit = time.perf_counter() + _LEFTOVERS_S
    with contextlib.suppress(ChildProcessError):  # none is left
        while time.perf_counter() < limit:
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                time.sleep(_EVERY_S)
    ended.set()
    watcher.join()
    if left := _others():
        sys.exit(f"{sys.argv[1:]} left processes behind: {left}")
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    own = peaks.pop(process.pid, 0)
    cost = Cost(usage.ru_utime + usage.ru_stime, wall, peak, own, max(peaks.values(), default=0))
    sys.stdout.write(f"\n{json.dumps(asdict(cost))}\n")
    sys.exit(status)


if __name__ == "__main__":
    main()
