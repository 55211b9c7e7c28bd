"""Run as a program in a mount namespace of its own: a command on a disk of 600 KiB, and again once it has room.

The directory is a file system of its own for the time; what it holds at the end is copied to where it belongs.
Where no namespace can be made, the command may write files of that size only.
"""

import json
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

SIZE = 600 * 1024


def limit_files() -> None:
    """Let this process write no file longer than `SIZE`."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (SIZE, resource.RLIM_INFINITY))


def main(way: str, directory: str, *command: str) -> None:
    """Run the command twice on the same directory, and print both ends as JSON."""
    Path(directory).mkdir()
    if way == "namespace":
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", directory], check=True)
    ends = [_end(command, limit_files if way == "limit" else None)]
    if way == "namespace":
        subprocess.run(["mount", "-o", "remount,size=64m", directory], check=True)
    ends.append(_end(command, None))
    if way == "namespace":
        kept = f"{directory}.kept"
        shutil.copytree(directory, kept)
        subprocess.run(["umount", directory], check=True)
        Path(directory).rmdir()
        Path(kept).replace(directory)
    sys.stdout.write(json.dumps(ends))


def _end(command: tuple[str, ...], before: Callable[[], None] | None) -> tuple[int, str]:
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, preexec_fn=before, stdin=subprocess.DEVNULL
    )
    return done.returncode, done.stderr


if __name__ == "__main__":
    main(*sys.argv[1:])
