"""What an address is called, without what is secret in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.sources.naming import name_of, without_password


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://me:hunter2@host/x", "https://host/x"),
        ("https://hunter2@host/x", "https://host/x"),
        ("https://:hunter2@host:8443/x?a=1#b", "https://host:8443/x?a=1#b"),
        ("HTTPS://me:hun@ter2@host/x", "HTTPS://host/x"),
        ("https://me:hunter2@[::1]:80/x", "https://[::1]:80/x"),
        ("http://me:hun/ter2@host/x", "http://host/x"),
        ("http://me:hun?ter2@host/x", "http://host/x"),
        ("http://me:hun#ter2@host/x", "http://host/x"),
        ("http://me:hun%40ter2@host/x", "http://host/x"),
        ("  http://me:hunter2@host/x", "http://host/x"),
        ("ftp://me:hunter2@host/x", "ftp://host/x"),
        ("https://host/x?token=hunter2&a=1", "https://host/x?token=…&a=1"),
        (
            "https://host/x?a=1&access_token=hunter2",
            "https://host/x?a=1&access_token=…",
        ),
        ("https://host/x?X-Amz-Signature=hunter2", "https://host/x?X-Amz-Signature=…"),
        ("https://host/x?sv=1&sig=hunter2", "https://host/x?sv=1&sig=…"),
        ("https://host/x?api_key=hunter2", "https://host/x?api_key=…"),
        ("https://host/x?PASSWORD=hunter2", "https://host/x?PASSWORD=…"),
        ("https://host/x?p%61ssword=hunter2", "https://host/x?p%61ssword=…"),
        ("https://host/@me/x", "https://host/@me/x"),
        ("https://host/x?to=me@host", "https://host/x?to=me@host"),
        ("notes/a@b.md", "notes/a@b.md"),
        ("http://", "http://"),
    ],
)
def test_what_is_secret_is_not_shown_and_the_rest_is(address: str, shown: str) -> None:
    assert without_password(address).strip() == shown
    assert "hunter2" not in name_of(address)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("http://host/page?a", "host/page?a"),
        ("http://host/page?b", "host/page?b"),
        ("http://host/page", "host/page"),
        ("http://host/page/", "host/page"),
        ("http://host/", "host"),
        ("http://host/?id=1", "host?id=1"),
        ("http://me:hunter2@host/page?id=1#part", "host/page?id=1"),
    ],
)
def test_a_document_is_named_by_host_path_and_query(address: str, name: str) -> None:
    assert name_of(address) == name


_PLAIN = st.text(st.characters(categories=("L", "N")), min_size=8, max_size=20)


@given(_PLAIN, _PLAIN)
def test_no_login_is_ever_shown(user: str, password: str) -> None:
    shown = without_password(f"https://{user}:{password}@host/path?q=1")
    assert shown == "https://host/path?q=1"
