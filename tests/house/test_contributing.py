"""CONTRIBUTING.md is true: the rooms and the places that it names are there."""

import re
from importlib import import_module

import pytest

from tests.conftest import ROOT
from tests.house.test_layout import ALLOWED

GUIDE = (ROOT / "CONTRIBUTING.md").read_text()
_CODE = re.compile(r"`([^`\n]+)`")
_PATH = re.compile(r"(?:agent|tools|prompts|tests|examples)/[\w/.]*")
_ROW = re.compile(r"^\| (.+?) \| (.+?) \| (.*?) ?\|$", re.MULTILINE)
ADDED = {
    "tool",
    "provider",
    "repair",
    "format",
    "verdict",
    "limit",
    "command of the chat",
    "form of output",
    "embedder",
    "engine",
}
"""What has to have a row under "Where to add"."""


def section(title: str) -> str:
    return GUIDE.partition(f"## {title}\n")[2].partition("\n## ")[0]


def test_every_path_that_it_names_is_there() -> None:
    paths = [each for each in _CODE.findall(GUIDE) if _PATH.fullmatch(each)]
    assert len(paths) > 80
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_every_room_of_the_table_has_its_sentence() -> None:
    named = {
        path.rstrip("/").removesuffix(".py").replace("/", ".")
        for path in _CODE.findall(section("The rooms"))
        if _PATH.fullmatch(path)
    }
    assert ALLOWED.keys() - named == set()


@pytest.mark.parametrize("what", sorted(ADDED))
def test_there_is_a_place_to_add(what: str) -> None:
    rows = [row for row in _ROW.findall(section("Where to add")) if what in row[0]]
    assert rows, f"nothing says where to add a {what}"
    for row in rows:
        assert _PATH.match(_CODE.findall(row[1])[0]), row


def test_every_table_that_it_names_stands_in_its_module() -> None:
    named = 0
    for _, place, besides in _ROW.findall(section("Where to add")):
        for text in (place, besides):
            codes = _CODE.findall(text)
            paths = [each for each in codes if each.endswith(".py")]
            names = [each for each in codes if re.fullmatch(r"_?[A-Z][A-Za-z_]+", each)]
            if not paths or "<" in paths[0]:
                continue
            modules = [
                import_module(path.removesuffix(".py").replace("/", "."))
                for path in paths
                if "<" not in path and not path.startswith("tests")
            ]
            for name in names:
                assert any(hasattr(module, name) for module in modules), (name, paths)
                named += 1
    assert named > 8
