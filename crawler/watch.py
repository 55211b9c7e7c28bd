"""watch: a page on loopback that shows a running crawl: where its URLs stand, and the map as it grows.

It reads the store as exports do, and never slows the crawl's writer. Its address holds a random token, so that no
other page in the same browser can read it; it ends with the crawl.
"""

import asyncio
import json
import secrets
import tempfile
import time
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from aiohttp import web

from crawler.errors import UsageError
from crawler.export import export_map
from crawler.store import Reader, is_held, one_moment, read
from crawler.store.way import arrivals
from crawler.summary import states_of

_EVERY_S = 1.0
"""Seconds between two looks."""
_MAP_EVERY_S = 5.0
"""Least seconds between two maps; at least four times what the last one took, so that it stays a fifth of a core."""
_MAP_NODES = 2_000
_LAST_LOOK_S = 5.0
"""Seconds the page is served after the crawl's end, so that a browser sees it."""


class _Watch:
    """What the page shows."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self.state: dict[str, object] = {}
        self.map = b""
        self._drawn = -1
        self._map_due = 0.0

    def look(self) -> bool:
        """Read where the crawl stands; return whether it runs."""
        with read(self._directory) as reader, one_moment(reader):
            states = states_of(reader)
            runs = is_held(self._directory)
            receipt, last = reader.receipt(), reader.table("runs")[-1:]
            fetched = states.get("fetched", 0)
            # The map before the state: the page asks for nothing more once that says the crawl has ended.
            if fetched != self._drawn and (not runs or time.monotonic() >= self._map_due):
                self._draw(reader, fetched)
            self.state = {
                "seeds": receipt.seeds,
                "states": states,
                "known": sum(states.values()),
                "depths": [[depth, known, fetched] for depth, known, fetched, *_ in reader.table("depths")],
                "sites": [[site, known, fetched] for site, _, known, fetched in reader.table("sites")[:12]],
                "runs": runs,
                "outcome": None if runs or not last else last[0][2],
                "map": self._drawn,
            }
        return runs

    def _draw(self, reader: Reader, fetched: int) -> None:
        start = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            path = export_map(
                reader.facts(), Path(folder) / "map.html", max_nodes=_MAP_NODES, arrivals=arrivals(reader)
            )
            self.map = path.read_bytes()
        self._drawn = fetched
        took = time.monotonic() - start
        self._map_due = time.monotonic() + max(_MAP_EVERY_S, 4 * took)


async def watch(directory: Path, say: Callable[[str], None]) -> None:
    """Serve the page until the crawl ends.

    Args:
        directory: The crawl's.
        say: Called with the page's address.

    Raises:
        UsageError: The directory holds no crawl, or none that runs.
        StoreError: It is damaged.
    """
    seen = _Watch(directory)
    with read(directory):
        pass  # a directory without a crawl is named
    if not is_held(directory):
        raise UsageError(
            f"{directory}: no crawl runs there; open map.html, or `crawl map {directory}` makes it"
        )
    token = secrets.token_urlsafe(16)
    page = files("crawler.export").joinpath("assets", "watch.html").read_text("utf-8")

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        # By the address it was bound to: a name that was made to lead here (DNS rebinding) is not answered.
        if request.host != f"127.0.0.1:{port}" or not request.path.startswith(f"/{token}/"):
            return web.Response(status=404)
        asked = request.path[len(token) + 2 :]
        kept = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
        if asked == "":
            nonce = secrets.token_urlsafe(16)
            policy = (
                f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src 'self';"
                " frame-src 'self'; base-uri 'none'; form-action 'none'"
            )
            body = page.replace("NONCE", nonce)
            return web.Response(
                text=body, content_type="text/html", headers={"Content-Security-Policy": policy} | kept
            )
        if asked == "state":
            return web.Response(text=json.dumps(seen.state), content_type="application/json", headers=kept)
        if asked == "map":
            return web.Response(body=seen.map, content_type="text/html", charset="utf-8", headers=kept)
        return web.Response(status=404)

    runner = web.ServerRunner(web.Server(answer, access_log=None), shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        port = runner.addresses[0][1]
        say(f"http://127.0.0.1:{port}/{token}/")
        while True:
            if not await asyncio.to_thread(seen.look):
                break
            await asyncio.sleep(_EVERY_S)
        await asyncio.sleep(_LAST_LOOK_S)
    finally:
        await runner.cleanup()
