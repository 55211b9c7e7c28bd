"""Depth and fate equal breadth-first search, whatever order ways are found in."""

import random
from collections import deque
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.frontier import UNFOLLOWED, arrive, settle
from crawler.model import Reason, Standing, State

PENDING = Standing(State.PENDING, None, 1)


def test_a_shorter_way_found_in_flight_lowers_the_depth_and_keeps_the_lease() -> None:
    leased = Standing(State.LEASED, None, depth=3)
    assert arrive(leased, 1, limit=2, excluded=None) == Standing(State.LEASED, None, depth=1)
    assert arrive(leased, 3, limit=2, excluded=None) is None


def test_a_page_beyond_the_limit_comes_into_reach_by_a_shorter_way() -> None:
    beyond = Standing(State.BEYOND, Reason.DEPTH, 3)
    assert arrive(beyond, 2, limit=2, excluded=None) == Standing(State.PENDING, None, 2)


def test_the_scope_decides_before_the_depth() -> None:
    assert arrive(None, 9, limit=2, excluded=Reason.OUT_OF_SCOPE) == Standing(
        State.EXCLUDED, Reason.OUT_OF_SCOPE, 9
    )


def test_a_followed_way_brings_in_what_only_unfollowed_links_reached() -> None:
    assert arrive(UNFOLLOWED, 2, limit=2, excluded=None) == Standing(State.PENDING, None, 2)


def test_a_passing_trouble_is_final_at_the_last_attempt() -> None:
    leased = Standing(State.LEASED, None, 1)
    assert settle(leased, State.FAILED, Reason.TIMEOUT, attempt=2, attempts=3) == PENDING
    assert settle(leased, State.FAILED, Reason.TIMEOUT, attempt=3, attempts=3) == Standing(
        State.FAILED, Reason.TIMEOUT, 1
    )
    assert settle(leased, State.FAILED, Reason.HTTP_404, attempt=1, attempts=3).state is State.FAILED


def test_only_a_lease_can_be_settled() -> None:
    with pytest.raises(ValueError, match="pending"):
        settle(PENDING, State.FETCHED, None, attempt=1, attempts=3)


@given(
    st.integers(2, 14).flatmap(
        lambda n: st.tuples(
            st.just(n), st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=40)
        )
    ),
    st.integers(0, 4),
    st.randoms(use_true_random=False),
)
def test_depths_and_fates_equal_breadth_first_search_for_any_answer_order(
    graph: tuple[int, list[tuple[int, int]]], limit: int, order: random.Random
) -> None:
    size, edges = graph
    out: dict[int, list[int]] = {node: [b for a, b in edges if a == node and b != a] for node in range(size)}
    known = {0: Standing(State.PENDING, None, 0)}
    work: deque[int] = deque()

    def offer(target: int, depth: int) -> None:
        standing = arrive(known.get(target), depth, limit=limit, excluded=None)
        if standing is not None:
            known[target] = standing
            if standing.state is State.FETCHED:
                work.append(target)

    leased: list[int] = []
    while True:
        pending = [node for node, standing in known.items() if standing.state is State.PENDING]
        if not pending and not leased:
            break
        if pending and (not leased or order.random() < 0.5):
            node = order.choice(pending)
            known[node] = replace(known[node], state=State.LEASED)
            leased.append(node)
            continue
        node = leased.pop(order.randrange(len(leased)))
        known[node] = settle(known[node], State.FETCHED, None, attempt=1, attempts=1)
        work.append(node)
        while work:
            source = work.popleft()
            for target in out[source]:
                depth = known[source].depth
                assert depth is not None
                offer(target, depth + 1)

    truth = {0: 0}
    queue = deque([0])
    while queue:
        node = queue.popleft()
        if truth[node] > limit:
            continue
        for target in out[node]:
            if target not in truth:
                truth[target] = truth[node] + 1
                queue.append(target)
    assert {node: standing.depth for node, standing in known.items()} == truth
    for node, standing in known.items():
        assert standing.state is (State.FETCHED if truth[node] <= limit else State.BEYOND)
