"""The store on a real file: leases, acknowledgement, going on, and files that are not ours."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.errors import LockedError, StoreError, UsageError
from crawler.frontier import Reach
from crawler.model import (
    Article,
    Block,
    Extracted,
    Fetched,
    Kind,
    Lease,
    Link,
    Outcome,
    Page,
    Reason,
    State,
)  # fmt: skip
from crawler.scope import scope_of
from crawler.store import Store, hold, open_store, read

SEED = "http://a.example/0"
NOW = 1_744_492_992.0
ALL = frozenset(Kind)


def reach(
    depth: int = 2,
    per_site: int | None = None,
    max_position: int | None = None,
    follow: frozenset[Kind] = ALL,
) -> Reach:
    return Reach(depth, follow, max_position, 3, per_site, scope_of((), reach="any", include=(), exclude=()))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path) as opened:
        opened.begin_run([SEED], "{}", reach(), NOW)
        yield opened


def page_of(lease: Lease, *urls: str, kind: Kind = Kind.RELATED) -> Outcome:
    links = tuple(Link(url, f"about {url}", number) for number, url in enumerate(urls, 1))
    page = Page(lease.url, Article(title=lease.url), (Block(kind, "Related", "test", links),), "utf-8")
    fetched = Fetched(lease.url, NOW, 0.1, 200)
    return Outcome(
        lease, State.FETCHED, None, fetched, Extracted(page, lease.url.encode().ljust(32)[:32], b"z", 1)
    )


def alias_of(lease: Lease, target: str) -> Outcome:
    return Outcome(lease, State.REDIRECTED, Reason.ALIAS, Fetched(lease.url, NOW, 0.1, 302, location=target))


def fates(directory: Path) -> dict[str, tuple[str, str | None, int | None]]:
    with read(directory) as reader:
        return {node.url: (node.state, node.reason, node.depth) for node in reader.nodes()}


def lease_one(store: Store) -> Lease:
    (host,) = store.waiting_hosts(0, 1)
    (lease,) = store.lease(host, 1)
    return lease


def test_the_nearest_untried_page_of_a_host_is_leased_first(store: Store) -> None:
    first = lease_one(store)
    store.acknowledge([page_of(first, "http://a.example/1", "http://a.example/2")])
    one = lease_one(store)
    store.acknowledge(
        [Outcome(one, State.FAILED, Reason.TIMEOUT, Fetched(one.url, NOW, 1.0, reason=Reason.TIMEOUT))]
    )
    assert lease_one(store).url == "http://a.example/2"
    assert lease_one(store) == Lease(one.page_id, one.url, one.host_id, 1, 1)


def test_a_refusal_without_a_request_is_final_even_if_its_reason_can_pass(
    store: Store, tmp_path: Path
) -> None:
    store.acknowledge([Outcome(lease_one(store), State.FAILED, Reason.DNS)])
    assert fates(tmp_path) == {SEED: ("failed", "dns", 0)}
    assert store.waiting_hosts(0, 9) == []


def test_leases_of_a_dead_process_return(store: Store, tmp_path: Path) -> None:
    lease_one(store)
    with open_store(tmp_path) as other:
        other.begin_run([SEED], "{}", reach(), NOW)
        assert lease_one(other).url == SEED


def test_a_lowered_depth_lowers_what_hangs_on_it_through_aliases_too(store: Store, tmp_path: Path) -> None:
    a, b, c, d = (f"http://a.example/{name}" for name in "abcd")
    store.acknowledge([page_of(lease_one(store), a)])
    store.acknowledge([page_of(lease_one(store), b)])  # a at 1
    store.acknowledge([alias_of(lease_one(store), c)])  # b at 2, so c at 2
    store.acknowledge([page_of(lease_one(store), d)])  # c
    assert fates(tmp_path)[d] == ("beyond", "depth", 3)
    with open_store(tmp_path) as other:
        other.begin_run([SEED, b], "{}", reach(), NOW)  # b is a seed now: depth 0
    assert [fates(tmp_path)[url] for url in (b, c, d)] == [
        ("redirected", "alias", 0), ("fetched", None, 0), ("pending", None, 1),
    ]  # fmt: skip


def test_a_greater_depth_goes_on_and_a_smaller_one_draws_back(store: Store, tmp_path: Path) -> None:
    url = "http://a.example/1"
    with open_store(tmp_path) as other:
        other.begin_run([SEED], "{}", reach(depth=0), NOW)
        other.acknowledge([page_of(lease_one(other), url)])
        assert fates(tmp_path)[url] == ("beyond", "depth", 1)
        other.begin_run([SEED], "{}", reach(depth=1), NOW)
        assert fates(tmp_path)[url] == ("pending", None, 1)
        other.begin_run([SEED], "{}", reach(depth=0), NOW)
        assert fates(tmp_path)[url] == ("beyond", "depth", 1)


def test_a_greater_max_position_follows_what_was_left_out(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.begin_run([SEED], "{}", reach(max_position=1), NOW)
        store.acknowledge([page_of(lease_one(store), "http://a.example/1", "http://a.example/2")])
        assert fates(tmp_path)["http://a.example/2"] == ("excluded", "not_followed", None)
        store.begin_run([SEED], "{}", reach(max_position=2), NOW)
        store.offer_all_again()
    assert fates(tmp_path)["http://a.example/2"] == ("pending", None, 1)


def test_links_of_other_kinds_are_recorded_and_not_followed(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.begin_run([SEED], "{}", reach(follow=frozenset({Kind.RANKING})), NOW)
        store.acknowledge([page_of(lease_one(store), "http://a.example/1")])
    assert fates(tmp_path)["http://a.example/1"] == ("excluded", "not_followed", None)
    with read(tmp_path) as reader:
        assert [link.target for link in reader.links()] == ["http://a.example/1"]


def test_a_redirect_loop_fails_all_that_lead_into_it(store: Store, tmp_path: Path) -> None:
    r0, r1, r2 = (f"http://a.example/r{number}" for number in range(3))
    store.acknowledge([page_of(lease_one(store), r0)])
    for target in (r1, r2, r1):
        store.acknowledge([alias_of(lease_one(store), target)])
    assert {url: fate[:2] for url, fate in fates(tmp_path).items() if url != SEED} == dict.fromkeys(
        (r0, r1, r2), ("failed", "redirect_loop")
    )


def test_ten_redirects_in_a_row_arrive_and_eleven_do_not(store: Store, tmp_path: Path) -> None:
    for number in range(10):
        store.acknowledge([alias_of(lease_one(store), f"http://a.example/r{number}")])
    assert fates(tmp_path)["http://a.example/r9"] == ("pending", None, 0)
    store.acknowledge([alias_of(lease_one(store), "http://a.example/r10")])
    found = fates(tmp_path)
    assert found.pop("http://a.example/r10") == ("excluded", "not_followed", None)
    assert {fate[:2] for fate in found.values()} == {("failed", "too_many_redirects")}


def test_a_site_gets_no_more_pages_than_its_limit_and_all_after_it_was_raised(tmp_path: Path) -> None:
    urls = [f"http://{host}.farm.com/{number}" for number in range(2) for host in ("a", "b")]
    with open_store(tmp_path) as store:
        store.begin_run([SEED], "{}", reach(per_site=2), NOW)
        store.acknowledge([page_of(lease_one(store), *urls)])
        leases = [lease for host in store.waiting_hosts(0, 9) for lease in store.lease(host, 9)]
        assert len(leases) == 2
        store.acknowledge([page_of(lease) for lease in leases])
        assert (
            sorted(fate[0] for url, fate in fates(tmp_path).items() if "farm" in url)
            == ["excluded"] * 2 + ["fetched"] * 2
        )
        assert sum(store.counts.values()) == 5
        store.begin_run([SEED], "{}", reach(per_site=3), NOW)
        assert len([1 for fate in fates(tmp_path).values() if fate[0] == "pending"]) == 2


def test_an_error_in_the_middle_of_an_acknowledgement_leaves_nothing_behind(
    store: Store, tmp_path: Path
) -> None:
    lease = lease_one(store)
    broken = Outcome(
        Lease(lease.page_id, lease.url, 99, 0, 0), State.FETCHED, None, Fetched(SEED, NOW, 0.1, 200), None
    )
    with pytest.raises(ValueError, match="leased"):
        store.acknowledge([page_of(lease, "http://a.example/1"), broken])
    assert fates(tmp_path) == {SEED: ("leased", None, 0)}
    with read(tmp_path) as reader:
        assert list(reader.links()) == []


def test_counts_add_up_to_the_urls_known(store: Store, tmp_path: Path) -> None:
    store.acknowledge([page_of(lease_one(store), "http://a.example/1", "http://b.example/2")])
    lease_one(store)
    before = dict(+store.counts)
    store.recount()
    assert before == dict(store.counts)
    assert store.counts.total() == len(fates(tmp_path)) == 3


def test_a_directory_has_one_owner_at_a_time(tmp_path: Path) -> None:
    with hold(tmp_path), pytest.raises(LockedError), hold(tmp_path):
        pass
    with hold(tmp_path):
        pass


def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "crawl.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE mine (x)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="another program"), open_store(tmp_path):
        pass
    assert path.read_bytes() == before


def test_a_damaged_file_is_named_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "crawl.db"
    path.write_bytes(b"not a database at all" * 100)
    with pytest.raises(StoreError, match="--fresh"), open_store(tmp_path):
        pass
    assert path.read_bytes() == b"not a database at all" * 100


def test_a_newer_schema_is_refused(store: Store, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "crawl.db") as connection:
        connection.execute("INSERT INTO _sqlite_migrations VALUES (99, 'crawler', 'the_future', '2030')")
    connection.close()
    with pytest.raises(StoreError, match="newer version"), open_store(tmp_path):
        pass


def test_a_directory_without_a_crawl_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no crawl"), read(tmp_path):
        pass


def test_titles_and_texts_are_found_once_they_are_indexed(store: Store, tmp_path: Path) -> None:
    store.acknowledge([page_of(lease_one(store), "http://a.example/1")])
    store.index()
    store.acknowledge([page_of(lease_one(store))])
    store.index()
    with sqlite3.connect(tmp_path / "crawl.db") as sql:
        rows = sql.execute(
            "SELECT url FROM articles_fts JOIN pages ON pages.id = articles_fts.rowid"
            " WHERE articles_fts MATCH 'example' ORDER BY url"
        ).fetchall()
        sql.execute("INSERT INTO articles_fts (articles_fts, rank) VALUES ('integrity-check', 1)")
    assert rows == [(SEED,), ("http://a.example/1",)]


def test_failures_are_put_back_by_reason_with_all_their_attempts(store: Store, tmp_path: Path) -> None:
    store.acknowledge([page_of(lease_one(store), "http://a.example/1", "http://a.example/2")])
    gone, late = lease_one(store), lease_one(store)
    store.acknowledge([Outcome(gone, State.FAILED, Reason.HTTP_404, Fetched(gone.url, NOW, 0.1, 404))])
    store.acknowledge([Outcome(late, State.FAILED, Reason.TIMEOUT, None)])
    assert store.retry([Reason.TIMEOUT, Reason.HTTP_5XX]) == 1
    again = lease_one(store)
    assert (again.url, again.attempts) == (late.url, 0)
    assert store.counts[State.FAILED, Reason.HTTP_404] == 1
