"""The alias at a server: what it names, and how it gets from one to the next.

The whole story on a real server is in tests/tools/bulk/test_importing.py.
"""

from typing import Any

import pytest

from tools.milvus.aliases import Alias


class Names:
    """The names of a server, as Milvus keeps them; `refuse` is a call that fails."""

    def __init__(self, collections: set[str], aliases: dict[str, str]) -> None:
        self.collections = collections
        self.aliases = aliases
        self.refuse = ""

    def has_collection(self, name: str, timeout: float) -> bool:
        return name in self.collections | self.aliases.keys()

    def describe_collection(self, name: str, timeout: float) -> dict[str, Any]:
        return {"collection_name": self.aliases.get(name, name)}

    def create_alias(self, name: str, alias: str, timeout: float) -> None:
        if self.refuse == "create_alias":
            raise ConnectionError
        assert not self.has_collection(alias, timeout)
        self.aliases[alias] = name

    def alter_alias(self, name: str, alias: str, timeout: float) -> None:
        assert alias in self.aliases
        self.aliases[alias] = name

    def rename_collection(self, old: str, new: str, timeout: float) -> None:
        self.collections = self.collections - {old} | {new}


def alias_of(names: Names) -> Alias:
    return Alias(names, "http://here")  # type: ignore[arg-type] (the seam is these)


def test_a_first_library_gets_the_name() -> None:
    names = Names({"citeloop_1"}, {})
    assert not alias_of(names).is_collection()
    assert alias_of(names).point_to("citeloop_1") is None
    assert names.aliases == {"citeloop": "citeloop_1"}


def test_the_alias_moves_and_says_what_it_named() -> None:
    names = Names({"citeloop_1", "citeloop_2"}, {"citeloop": "citeloop_1"})
    assert not alias_of(names).is_collection()
    assert alias_of(names).point_to("citeloop_2") == "citeloop_1"
    assert alias_of(names).point_to("citeloop_2") is None
    assert names.aliases == {"citeloop": "citeloop_2"}


def test_a_collection_of_the_name_gets_another() -> None:
    names = Names({"citeloop", "citeloop_2"}, {})
    assert alias_of(names).is_collection()
    assert alias_of(names).point_to("citeloop_2") == "citeloop_before_2"
    assert names.collections == {"citeloop_before_2", "citeloop_2"}
    assert names.aliases == {"citeloop": "citeloop_2"}


def test_a_collection_gets_its_name_back_where_the_alias_is_refused() -> None:
    names = Names({"citeloop", "citeloop_2"}, {})
    names.refuse = "create_alias"
    with pytest.raises(ConnectionError):
        alias_of(names).point_to("citeloop_2")
    assert names.collections == {"citeloop", "citeloop_2"}
    assert names.aliases == {}
