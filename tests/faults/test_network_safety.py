"""Network safety: however it is written, named or redirected to, no private address is ever connected to."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from farm import article
from faults import world
from faults.crawled import Crawled, crawl, healthy_pages_are_exact
from faults.server import Faulty, open_faulty, story

TESTS = Path(__file__).parents[1]
NAMESPACE = world.namespace()
WAYS = ["pretended", *(["namespace"] if NAMESPACE is not None else [])]


@dataclass
class Seen:
    """What the world saw of the crawl, and what the crawl made of the world."""

    crawled: Crawled
    faulty: Faulty
    """The pages as they were served; its log is the other process's."""
    connected: list[str]
    """Addresses, by connections."""
    asked: list[tuple[str, str, str, bool]]
    """Address, host and target of each request, and whether it carried credentials."""


@pytest.fixture(scope="module", params=WAYS)
def seen(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    directory = tmp_path_factory.mktemp(request.param) / "out"
    prefix = NAMESPACE or [] if request.param == "namespace" else []
    paths = os.pathsep.join([str(TESTS), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = subprocess.run(
        [*prefix, sys.executable, "-m", "faults.world", request.param, str(directory)],
        capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": paths}, timeout=120,
    )  # fmt: skip
    said = json.loads(done.stdout)
    faulty = Faulty()
    world.serve(faulty)
    asked = [(address, host, target, bare) for address, host, target, bare in said["asked"]]
    crawled = Crawled(directory, said["code"], "", said["stderr"], 0.0, 0.0)
    return Seen(crawled, faulty, said["connected"], asked)


def test_the_public_pages_are_exact(seen: Seen) -> None:
    assert seen.crawled.code == 0, seen.crawled.stderr
    for url, addresses in seen.faulty.healthy.items():
        assert seen.crawled.title(url) == f"Healthy {url}"
        if url not in seen.faulty.seeds:
            assert seen.crawled.targets(url) == addresses


def test_no_connection_is_made_to_any_address_but_the_public_one(seen: Seen) -> None:
    assert set(seen.connected) == {world.PUBLIC}
    assert not [host for _, host, *_ in seen.asked if not host.endswith(world.SITE)]
    assert not [target for *_, target, _ in seen.asked if "canary" in target]


@pytest.mark.parametrize("number", range(len(world.DIRECT)))
def test_a_private_address_is_refused_however_it_is_written(seen: Seen, number: int) -> None:
    (url,) = [url for url in seen.crawled.nodes if url.endswith(f"/story-9-direct-{number}")]
    state, reason = seen.crawled.fate(url)
    # Some resolvers do not know `localhost.`, and then there is nothing to refuse.
    assert (state, reason) == ("excluded", "private_address") or (url.count("localhost."), reason) == (
        1,
        "dns",
    )
    assert "@" not in url


@pytest.mark.parametrize("name", world.PRIVATE_NAMES)
def test_a_name_that_leads_to_a_private_address_is_refused(seen: Seen, name: str) -> None:
    number = list(world.PRIVATE_NAMES).index(name)
    assert seen.crawled.fate(story(name, f"name-{number}")) == ("excluded", "private_address")


@pytest.mark.parametrize("name", world.MIXED_NAMES)
def test_of_a_mixed_answer_only_the_public_address_is_used(seen: Seen, name: str) -> None:
    number = list(world.PRIVATE_NAMES | world.MIXED_NAMES).index(name)
    assert seen.crawled.fate(story(name, f"name-{number}")) == ("fetched", None)


def test_an_answer_that_changes_after_the_check_changes_nothing(seen: Seen) -> None:
    for number in range(6):
        assert seen.crawled.fate(story(f"rebind.{world.SITE}", f"again-{number}")) == ("fetched", None)


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("to-loopback", "http://127.0.0.1/story-9-canary-1"),
        ("decimal", "http://127.0.0.1/story-9-canary-2"),
        ("to-metadata", "http://169.254.169.254/latest/story-9-canary-3"),
        ("to-name", f"http://ten.{world.SITE}/story-9-canary-4"),
        ("two-hops", "http://10.0.0.9/story-9-canary-5"),
    ],
)
def test_a_redirect_to_a_private_address_is_refused_at_each_hop(seen: Seen, name: str, target: str) -> None:
    assert seen.crawled.fate(story(world.OK, name)) == ("redirected", "alias")
    assert seen.crawled.fate(target) == ("excluded", "private_address")


def test_robots_txt_that_is_redirected_to_a_private_address_is_not_read(seen: Seen) -> None:
    state, reason = seen.crawled.fate(story(world.RULED, "page"))
    assert (state, reason) in {("excluded", "private_address"), ("failed", "robots_unreachable")}


def test_a_name_in_capitals_or_in_another_script_is_its_canonical_one(seen: Seen) -> None:
    assert seen.crawled.fate(story(world.OK, "case")) == ("fetched", None)
    assert seen.crawled.fate(story(world.BOOKS, "idn")) == ("fetched", None)


def test_credentials_in_an_address_reach_nobody(seen: Seen) -> None:
    assert not any(bare for *_, bare in seen.asked)


@pytest.fixture
def faulty() -> Iterator[Faulty]:
    with open_faulty() as opened:
        yield opened


def test_a_loopback_seed_is_refused_by_default_without_a_request(faulty: Faulty, tmp_path: Path) -> None:
    hosts = ("127.0.0.1", "localhost", "[::1]")
    seeds = [f"http://{host}:{faulty.port}/story-number-0" for host in hosts]
    given = [part for seed in seeds for part in ("--seed", seed)]
    done = crawl(["run", *given, "--output", tmp_path / "out", "--quiet"], tmp_path / "out")
    assert done.code == 3
    for seed in seeds:
        assert f"{seed}: private_address" in done.stderr
    assert faulty.log == []


@pytest.mark.parametrize("proxy", ["localhost", "127.0.0.1"])
def test_a_proxy_may_be_local_and_is_asked_for_no_private_address(
    faulty: Faulty, tmp_path: Path, proxy: str
) -> None:
    private = [story(host, str(number)) for number, host in enumerate(world.DIRECT)]
    faulty.site("proxied.example", *private)
    faulty.says(story("localhost", "x"), article("Canary", {}).encode())
    done = crawl(
        ["run", "--seed", faulty.seeds[0], "--output", tmp_path / "out", "--delay", "0", "--depth", "1",
         "--proxy", f"http://{proxy}:{faulty.port}", "--exports", "none", "--quiet"], tmp_path / "out",
    )  # fmt: skip
    assert done.code == 0, done.stderr
    healthy_pages_are_exact(faulty, done)
    assert {one.host for one in faulty.log} == {"proxied.example"}
    fates = {done.fate(url) for url in done.nodes if "story-9" in url}
    assert fates == {("excluded", "private_address")}
