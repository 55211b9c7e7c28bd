import asyncio
import os
import signal
import subprocess
from collections.abc import Callable

import pytest
import uvloop
from farm import article

from crawler.model import Extracted, Fetched, Reason
from crawler.workers import open_workers

PAGE = Fetched("http://a.example/", 0.0, 0.1, 200, body=article("A title", {}).encode())


def children() -> set[int]:
    found = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(os.getpid())], capture_output=True, text=True
    ).stdout
    return {int(pid) for pid in found.split()}


async def test_a_page_comes_back_with_its_body_packed() -> None:
    import hashlib

    import zstandard

    async with open_workers(1, None, 20.0) as workers:
        extracted = await workers.extract(PAGE)
    assert isinstance(extracted, Extracted)
    assert extracted.page.article.title == "A title"
    assert zstandard.decompress(extracted.body_zstd, max_output_size=1 << 20) == PAGE.body
    assert extracted.body_hash == hashlib.sha256(PAGE.body or b"").digest()


async def test_a_killed_worker_costs_its_page_and_nothing_else() -> None:
    before = children()
    async with open_workers(1, None, 20.0) as workers:
        await workers.extract(PAGE)
        (pid,) = [pid for pid in children() - before if "crawler.workers" in _command(pid)]
        os.kill(pid, signal.SIGSTOP)
        waiting = asyncio.create_task(workers.extract(PAGE))
        await asyncio.sleep(0)  # let it write its question
        os.kill(pid, signal.SIGKILL)
        assert await waiting is Reason.EXTRACT_CRASH
        assert isinstance(await workers.extract(PAGE), Extracted)


@pytest.mark.parametrize("loop_factory", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_a_worker_that_died_at_rest_costs_no_page(
    loop_factory: Callable[[], asyncio.AbstractEventLoop],
) -> None:
    async def extract_after_a_death() -> None:
        before = children()
        async with open_workers(1, None, 20.0) as workers:
            await workers.extract(PAGE)
            (pid,) = [pid for pid in children() - before if "crawler.workers" in _command(pid)]
            os.kill(pid, signal.SIGKILL)
            worker = workers._idle.get_nowait()
            await worker.process.wait()  # until the loop has taken notice
            workers._idle.put_nowait(worker)
            assert isinstance(await workers.extract(PAGE), Extracted)

    with asyncio.Runner(loop_factory=loop_factory) as runner:
        runner.run(extract_after_a_death())


async def test_a_hanging_worker_is_replaced_after_the_timeout() -> None:
    before = children()
    async with open_workers(1, None, 0.5) as workers:
        while not isinstance(await workers.extract(PAGE), Extracted):
            pass  # starting may take longer than this timeout
        (pid,) = [pid for pid in children() - before if "crawler.workers" in _command(pid)]
        os.kill(pid, signal.SIGSTOP)
        assert await workers.extract(PAGE) is Reason.EXTRACT_TIMEOUT


async def test_no_process_is_left() -> None:
    before = children()
    async with open_workers(2, None, 20.0) as workers:
        await workers.extract(PAGE)
    assert not [pid for pid in children() - before if "crawler.workers" in _command(pid)]


def _command(pid: int) -> str:
    try:
        with open(f"/proc/{pid}/cmdline") as file:
            return file.read()
    except OSError:
        return ""
