import pytest

from crawler.errors import UsageError
from crawler.guard import Guard, is_refused, routes_of


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.100.100.200", "0.0.0.0", "::1",
     "::ffff:127.0.0.1", "64:ff9b::7f00:1", "fe80::1%eth0", "fd00:ec2::254", "2002:7f00:1::", "224.0.0.1", "::"],
)  # fmt: skip
def test_private_and_metadata_addresses_are_refused_in_every_form(address: str) -> None:
    assert is_refused(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822"])
def test_public_addresses_are_not(address: str) -> None:
    assert not is_refused(address)


def test_an_address_the_user_named_is_allowed_on_that_port_only() -> None:
    guard = Guard(routes_of(("news.example:80:127.0.0.1:8080",)), allow_private=False)
    assert not guard.refuses("127.0.0.1", 8080)
    assert guard.refuses("127.0.0.1", 22)


def test_empty_host_and_port_stand_for_any() -> None:
    routes = routes_of(("::127.0.0.1:8080", "a.example::[::1]:81"))
    assert routes.find("b.example", 443) == ("127.0.0.1", 8080)
    assert routes.find("a.example", 80) == ("::1", 81)


@pytest.mark.parametrize(
    "entry", ["news.example", "a:80:localhost:8080", "a:x:127.0.0.1:80", "a:80:127.0.0.1:"]
)
def test_a_wrong_entry_shows_the_right_form(entry: str) -> None:
    with pytest.raises(UsageError, match="HOST:PORT:ADDRESS:PORT"):
        routes_of((entry,))
