"""Fixtures for all tests: a farm on loopback, and the effective configuration for it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from farm import Farm, open_farm

from crawler.config import Config, load
from crawler.crawl import crawl
from crawler.summary import Summary


@pytest.fixture
async def farm() -> AsyncIterator[Farm]:
    async with open_farm() as opened:
        yield opened


def config_for(farm: Farm, **flags: object) -> Config:
    """Return a configuration that reaches the farm, without delay."""
    given = {"delay": "0", "processes": "1", "exports": "none", "connect_to": [farm.connect_to]} | flags
    return load(files=(), environment={}, flags=given)


@pytest.fixture
def run(farm: Farm, tmp_path: Path) -> Callable[..., object]:
    """Crawl the farm from a thread: the farm itself is served by the test's loop."""

    async def run(
        *seeds: str, directory: Path | None = None, fresh: bool = False, **flags: object
    ) -> Summary:
        config = config_for(farm, **flags)
        return await asyncio.to_thread(crawl, seeds, config, directory or tmp_path / "out", fresh=fresh)

    return run
