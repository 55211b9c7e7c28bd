from crawler.model import Fetched, Reason
from crawler.politeness import (
    Manners,
    answered,
    begin_host,
    is_dead,
    is_final,
    is_free,
    sent,
    with_crawl_delay,
)

MANNERS = Manners(per_host=2, delay_s=0.5, max_crawl_delay_s=30, max_retry_after_s=120)
OK = Fetched("http://a.example/", 0.0, 0.1, 200)


def trouble(reason: Reason, status: int | None = None, retry: float | None = None) -> Fetched:
    return Fetched("http://a.example/", 0.0, 0.1, status, reason=reason, retry_after_s=retry)


def test_the_delay_is_counted_from_the_sending() -> None:
    assert sent(begin_host(MANNERS), now=10.0).due_at == 10.5


def test_a_host_has_no_more_connections_than_allowed() -> None:
    clock = sent(sent(begin_host(MANNERS), 0.0), 1.0)
    assert not is_free(clock, MANNERS)
    assert is_free(answered(clock, OK, MANNERS, 2.0, 0.5), MANNERS)


def test_retry_after_pauses_the_whole_host_and_is_capped() -> None:
    clock = sent(begin_host(MANNERS), 0.0)
    asked = trouble(Reason.HTTP_429, 429, retry=3.0)
    assert answered(clock, asked, MANNERS, 1.0, 0.0).due_at >= 4.0
    longest = trouble(Reason.HTTP_429, 429, retry=120.0)
    assert answered(clock, longest, MANNERS, 1.0, 0.0).due_at == 121.0
    assert not is_final(longest, MANNERS)


def test_a_retry_after_beyond_the_cap_is_final_for_its_page_and_does_not_hold_the_host() -> None:
    absurd = trouble(Reason.HTTP_429, 429, retry=86_400.0)
    assert is_final(absurd, MANNERS)
    assert answered(sent(begin_host(MANNERS), 0.0), absurd, MANNERS, 1.0, 1.0).due_at == 2.0


def test_pauses_double_with_each_trouble_and_end_with_the_first_success() -> None:
    for reason, expected in (
        (Reason.CONNECT, [1.0, 2.0, 4.0, 8.0, 16.0, 16.0]),
        (Reason.RESET, [1.0, 2.0, 2.0]),
    ):
        clock, pauses = begin_host(MANNERS), []
        for _ in expected:
            clock = answered(sent(clock, 0.0), trouble(reason), MANNERS, 0.0, 1.0)
            pauses.append(clock.due_at)
        assert pauses == expected
    assert answered(sent(clock, 9.0), OK, MANNERS, 9.1, 1.0).troubles == 0


def test_the_delay_grows_at_once_on_503_and_falls_back_to_the_floor() -> None:
    clock = answered(sent(begin_host(MANNERS), 0.0), trouble(Reason.HTTP_5XX, 503), MANNERS, 0.0, 0.5)
    assert clock.delay_s == 1.0
    for _ in range(30):
        clock = answered(sent(clock, 0.0), OK, MANNERS, 0.0, 0.5)
    assert clock.delay_s == 0.5


def test_a_missing_page_is_no_trouble_of_the_host() -> None:
    clock = answered(sent(begin_host(MANNERS), 0.0), trouble(Reason.HTTP_404, 404), MANNERS, 0.0, 0.5)
    assert (clock.troubles, clock.delay_s) == (0, 0.5)


def test_crawl_delay_raises_the_floor_up_to_its_cap() -> None:
    assert with_crawl_delay(begin_host(MANNERS), 2.0, MANNERS, now=1.0).due_at == 3.0
    assert with_crawl_delay(begin_host(MANNERS), 900.0, MANNERS, 0.0).floor_s == 30
    assert with_crawl_delay(begin_host(MANNERS), 0.1, MANNERS, 0.0).floor_s == 0.5


def after(*troubles: Reason, first: bool = True) -> bool:
    clock = begin_host(MANNERS)
    for reason in troubles:
        clock = answered(sent(clock, 0.0), trouble(reason), MANNERS, 0.0, 0.5, first=first)
    return is_dead(clock)


def test_a_host_that_cannot_be_reached_is_given_up_and_one_answer_revives_it() -> None:
    assert not after(*[Reason.CONNECT] * 5)
    assert after(*[Reason.CONNECT] * 6)
    assert not after(*[Reason.CONNECT] * 5, Reason.RESET, *[Reason.CONNECT] * 5)


def test_a_host_that_loses_page_after_page_is_given_up_but_not_for_retries() -> None:
    assert not after(*[Reason.RESET] * 23)
    assert after(*[Reason.RESET] * 24)
    assert not after(*[Reason.TIMEOUT] * 100, first=False)
    clock = begin_host(MANNERS)
    for n in range(100):
        came = OK if n % 20 == 19 else trouble(Reason.HTTP_5XX, 500)
        clock = answered(sent(clock, 0.0), came, MANNERS, 0.0, 0.5)
        assert not is_dead(clock)


def test_a_slow_host_gets_a_longer_delay_up_to_a_cap() -> None:
    slow = Fetched("http://a.example/", 0.0, 3.0, 200)
    assert answered(sent(begin_host(MANNERS), 0.0), slow, MANNERS, 0.0, 0.5).delay_s == 1.5
    crawling = Fetched("http://a.example/", 0.0, 29.0, 200)
    assert answered(sent(begin_host(MANNERS), 0.0), crawling, MANNERS, 0.0, 0.5).delay_s == 5.0
