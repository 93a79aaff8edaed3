# ruff: noqa: E501 (samples of other formats read best in one line)
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.documents.document import Document
from tools.documents.passage import Passage, join_passages
from tools.documents.splitting import split_document
from tools.text.code import Definition, is_code, read_definitions

PYTHON = """import os

# why
@cache
def first(a):
    return a


class Lamp:
    '''Red.'''

    def light(self):
        return 1

    def dim(self):
        return 2
"""


def names(found: Sequence[Definition], path: str = "") -> list[str]:
    return [
        each
        for here in found
        for each in [f"{path}{here.name}", *names(here.inner, f"{path}{here.name}.")]
    ]


@pytest.mark.parametrize(
    ("file", "text", "wanted"),
    [
        ("a.py", PYTHON, ["first", "Lamp", "Lamp.light", "Lamp.dim"]),
        ("a.js", "class A {\n  b() {\n  }\n}\nexport const c = () => {\n}\n", ["A", "A.b", "c"]),
        ("a.ts", "interface I {\n}\nclass A {\n  b(): void {\n  }\n}\n", ["I", "A", "A.b"]),
        ("a.tsx", "function F() {\n  return <p/>\n}\n", ["F"]),
        ("a.go", "type T struct {\n}\nfunc (t *T) Run() {\n}\nfunc F() {\n}\n", ["T", "T › Run", "F"]),
        ("a.rs", "struct S {\n}\nimpl S {\n  fn f() {\n  }\n}\n", ["S", "S", "S.f"]),
        ("a.java", "class A {\n  void b() {\n  }\n}\n", ["A", "A.b"]),
        ("a.c", "struct s {\n  int x;\n};\nint *f(int a) {\n  return 0;\n}\n", ["s", "f"]),
        ("a.cpp", "namespace n {\nclass A {\n  void b() {\n  }\n};\n}\nint A::c() {\n}\n", ["n", "n.A", "n.A.b", "A::c"]),
        ("a.rb", "module M\n  class A\n    def b\n    end\n  end\nend\n", ["M", "M.A", "M.A.b"]),
        ("a.php", "<?php\nclass A {\n  function b() {\n  }\n}\n", ["A", "A.b"]),
        ("a.cs", "class A {\n  void B() {\n  }\n}\n", ["A", "A.B"]),
        ("a.sh", "f() {\n  true\n}\n", ["f"]),
        ("a.kt", "class A {\n  fun b() {\n  }\n}\n", ["A", "A.b"]),
        ("a.swift", "class A {\n  func b() {\n  }\n  init() {\n  }\n}\n", ["A", "A.b", "A.init"]),
    ],
)  # fmt: skip
def test_definitions_are_found_in(file: str, text: str, wanted: list[str]) -> None:
    assert is_code(file)
    assert names(read_definitions(text, file)) == wanted


def test_comments_and_decorators_above_belong_to_a_definition() -> None:
    first = read_definitions(PYTHON, "a.py")[0]
    assert (first.start, first.end) == (2, 6)


def split(text: str, limit: int) -> list[Passage]:
    document = Document("a.py", "a", text, "code", "here")
    return split_document(
        document, lambda texts: [len(t.split()) for t in texts], limit
    )


def test_passages_of_code_stand_under_class_and_function() -> None:
    found = [
        (each.heading, each.start_line, each.end_line) for each in split(PYTHON, 14)
    ]
    assert found == [
        ("", 1, 2),
        ("first", 3, 8),
        ("Lamp", 9, 11),
        ("Lamp › light", 12, 14),
        ("Lamp › dim", 15, 16),
    ]


@given(st.lists(st.sampled_from(PYTHON.split("\n")), max_size=40).map("\n".join))
def test_passages_of_code_hold_every_character_once(text: str) -> None:
    joined = "".join(each.text for each in split(text, 20))
    assert joined.split() == text.split()


def test_joined_passages_of_code_are_all_its_lines() -> None:
    lines = [line for _, line in join_passages(split(PYTHON, 14))]
    assert "\n".join([*lines, ""]) == PYTHON


@pytest.mark.parametrize("outer", ["Alpha", "Zed"])
def test_of_two_definitions_on_the_same_line_the_outer_stays(outer: str) -> None:
    found = read_definitions(f"class {outer} {{ middle() {{ return 1; }} }}\n", "a.js")
    assert [(each.name, each.inner) for each in found] == [(outer, ())]
