"""Where a download may lead: what is public, in whatever way it is spelt."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.sources.contents import read
from tools.errors import UsageError
from tools.sources.named import read_source
from tools.sources.reaching import is_public

REFUSED = "--allow-private|is no address|is not known"
"""A spelling that nothing here resolves is refused as well."""
PRIVATE = [
    "127.0.0.1", "127.255.255.254", "0.0.0.0",  # noqa: S104 (not bound to)
    "10.0.0.1", "172.16.0.1",
    "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "100.100.100.200", "168.63.129.16", "192.0.0.192", "192.0.2.1", "198.18.0.1",
    "198.51.100.7", "203.0.113.9", "192.88.99.1", "224.0.0.1", "239.255.255.250",
    "240.0.0.1", "255.255.255.255",
]  # fmt: skip
PRIVATE_6 = [
    "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "fec0::1",
    "ff02::1", "::127.0.0.1", "100::1", "2001:db8::1", "2001::1", "2002:7f00:1::",
    "2002:a9fe:a9fe::", "64:ff9b:1::a00:1", "3fff::1", "5f00::1", "4000::1",
]  # fmt: skip


@pytest.mark.parametrize("address", [*PRIVATE, *PRIVATE_6])
def test_what_is_not_for_all_to_reach_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PRIVATE)
@pytest.mark.parametrize("prefix", ["::ffff:", "64:ff9b::", "::"])
def test_an_address_inside_another_counts(prefix: str, address: str) -> None:
    assert not is_public(f"{prefix}{address}")


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8", "93.184.215.14", "1.1.1.1", "172.32.0.1", "100.128.0.1",
        "2606:4700::1111", "2a00:1450:4001:80b::200e", "::ffff:8.8.8.8",
        "64:ff9b::808:808",
    ],
)  # fmt: skip
def test_what_lies_in_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("text", ["", "localhost", "127.1", "0x7f000001", "8.8.8.8 "])
def test_what_is_no_numeric_address_is_not_public(text: str) -> None:
    assert not is_public(text)


@given(st.integers(0, 2**32 - 1))
def test_an_ipv4_address_is_the_same_within_ipv6(number: int) -> None:
    inside = IPv6Address((0xFFFF << 32) | number)
    assert is_public(str(inside)) == is_public(str(IPv4Address(number)))


@given(st.integers(0, 2**128 - 1))
def test_nothing_that_python_knows_for_private_is_public(number: int) -> None:
    address = IPv6Address(number)
    if address.is_private or address.is_link_local or address.is_multicast:
        assert not is_public(str(address))


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "LOCALHOST", "localhost.", "127.1", "127.0.1",
        "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "017700000001",
        "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:0:0:1]", "0",
        "0.0.0.0",  # noqa: S104 (not bound to)
        "[::]", "me:pw@127.0.0.1", "169.254.169.254", "0xa9fea9fe",
        "2852039166", "0251.0376.0251.0376", "10.1", "192.168.257",
    ],
)  # fmt: skip
def test_this_computer_and_private_networks_are_refused_in_any_spelling(
    host: str,
) -> None:
    with pytest.raises(UsageError, match=REFUSED) as caught:
        list(read_source(f"http://{host}:9/x").documents)
    assert "pw" not in str(caught.value)


@pytest.mark.parametrize(
    "address",
    [
        "http:///x", "http:x", "https://", "http://a..b/x", "http://[::1/x",
        "http://\u2460\u2461\u2466.0.0.1/", "http://127.0.0.1%2f@8.8.8.8:x/",
        "http://127.0.0.1:99999/", "http://no-such-name.invalid/x", "http://\x00/",
    ],
)  # fmt: skip
def test_what_is_no_address_is_an_error_that_a_person_can_read(address: str) -> None:
    with pytest.raises(UsageError):
        read(address)
