"""How long a megabyte of each shape takes to be read and cut, against one of prose.

    python tests/benchmarks/reading.py [--size 1000000] [--rounds 3] [SHAPE…]

A file is read by the warm worker, outlined there, and cut here with the counts of the
bundled embedder's tokenizer: all that `ingest` does before it embeds. `tokens` is the
part that the tokenizer alone takes, for signs are more tokens than words are. A shape
is marked where it takes more than three times as long as prose.
"""

import argparse
import statistics
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tools.documents.document import Document  # noqa: E402 (of this checkout)
from tools.embedding.embedder import Embedder  # noqa: E402
from tools.embedding.loading import BUNDLED, EmbedderRecipe  # noqa: E402
from tools.ingestion.selection import cut_document  # noqa: E402
from tools.sources.files import read_file  # noqa: E402

_LIMIT = 3.0


def _repeated(part: str) -> Callable[[int], str]:
    return lambda size: (part * (size // len(part) + 1))[:size]


def _nested(opening: str, step: str) -> Callable[[int], str]:
    def shape(size: int) -> str:
        lines = [step * depth + opening for depth in range(60)]
        return _repeated("\n".join(lines) + "\n")(size)

    return shape


def _front_matter(size: int) -> str:
    values = _repeated("key: value of it\n")(size // 20)
    return f"---\n{values}\n---\n{PROSE(size)}"


PROSE = _repeated(
    "The pump stands in the hall and runs at forty bar, day and night, for years.\n" * 6
    + "\n"
)
SHAPES: dict[str, tuple[str, Callable[[int], str]]] = {
    "prose": ("a.md", PROSE),
    "prose in one line": ("a.md", lambda size: PROSE(size).replace("\n", " ")),
    "headings": ("a.md", _repeated("# Heading of it\n")),
    "headings with text": ("a.md", _repeated("## Heading\n\nSome text below.\n\n")),
    "underlined headings": ("a.md", _repeated("Heading\n=======\n")),
    "list": ("a.md", _repeated("- an item of a list\n")),
    "nested lists": ("a.md", _nested("- an item", "  ")),
    "list marks in a line": ("a.md", _repeated("- ")),
    "numbered list": ("a.md", _repeated("1. an item of a list\n")),
    "table": ("a.md", lambda size: "|a|b|\n|-|-|\n" + _repeated("|some|cell|\n")(size)),
    "wide table": ("a.md", _repeated("|cell" * 900 + "|\n" + "|-" * 900 + "|\n")),
    "links": ("a.md", _repeated("[some words](target.md) ")),
    "images in brackets": ("a.md", _repeated("[![]![]![] ")),
    "definitions": ("a.md", _repeated("[name]: https://example.com/x\n")),
    "brackets": ("a.md", _repeated("[")),
    "backticks": ("a.md", _repeated("` `` ``` words ")),
    "stars": ("a.md", _repeated("*a **b ")),
    "tags": ("a.md", _repeated("<a ")),
    "comments": ("a.md", _repeated("<!-- ")),
    "entities": ("a.md", _repeated("&amp; &lt; ")),
    "quotations": ("a.md", _repeated("> quoted words\n")),
    "quotation marks": ("a.md", _repeated(">")),
    "fences": ("a.md", _repeated("```\ncode\n```\n")),
    "blank lines": ("a.md", _repeated("a word\n\n\n\n")),
    "spaces": ("a.md", _repeated("word" + " " * 500)),
    "one word": ("a.txt", _repeated("x")),
    "front matter": ("a.md", _front_matter),
    "reST titles": ("a.rst", _repeated("Title\n=====\n\ntext\n\n")),
    "reST roles": ("a.rst", _repeated(":ref:`words <target>` ")),
    "html paragraphs": ("a.html", _repeated("<p>Some words of it.</p>\n")),
    "html tags": ("a.html", _repeated("<a ")),
    "html spaces": ("a.html", _repeated("<p>" + " " * 500)),
    "Python, flat": ("a.py", _repeated("# why\ndef f(x):\n    return x + 1\n\n")),
    "Python, nested": ("a.py", _nested("def f():", " ")),
    "Python, brackets": ("a.py", _repeated("(")),
    "JavaScript": ("a.js", _repeated("function f(x) { return x + 1; }\n")),
    "JavaScript, nested": ("a.js", _repeated("function f(){")),
    "C": ("a.c", _repeated("int f(int x) { return x + 1; }\n")),
    "records": ("a.jsonl", _repeated('{"_id": "a", "text": "Some words."}\n')),
    "plain lines": ("a.txt", _repeated("a line\n")),
}


def read_and_cut(name: str, content: bytes, embedder: Embedder) -> float:
    """Return the seconds that a file takes."""
    begun = perf_counter()
    for found in read_file(BytesIO(content), name, "here"):
        if isinstance(found, Document):
            cut_document(found, embedder)
    return perf_counter() - begun


def count_alone(text: str, embedder: Embedder) -> float:
    """Return the seconds that the tokenizer takes for the lines of a text."""
    begun = perf_counter()
    embedder.count_tokens([line[:4000] for line in text.split("\n")])
    return perf_counter() - begun


def main() -> None:
    """Measure each shape and print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("shapes", nargs="*", choices=[*SHAPES, []])
    parser.add_argument("--size", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    embedder = EmbedderRecipe(BUNDLED).load()
    read_and_cut("a.md", b"warm", embedder)
    prose = 0.0
    print(f"{'':22}seconds  of prose  tokens s")
    for shape in ["prose", *(given.shapes or list(SHAPES)[1:])]:
        name, make = SHAPES[shape]
        text = make(given.size)
        content = text.encode()
        rounds = range(given.rounds)
        seconds = min(read_and_cut(name, content, embedder) for _ in rounds)
        tokens = statistics.median(count_alone(text, embedder) for _ in rounds[:1])
        prose = prose or seconds
        mark = "  <<<" if seconds > _LIMIT * prose else ""
        print(
            f"{shape:22}{seconds:7.2f}  {seconds / prose:8.2f}  {tokens:8.2f}{mark}",
            flush=True,
        )


if __name__ == "__main__":
    main()
