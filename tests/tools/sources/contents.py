"""What the tests of sources put in their way, and how they read it."""

import gzip
import io
import json
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from tools.documents.document import Document
from tools.sources.downloading import PUBLIC, Downloads
from tools.sources.found import Skipped
from tools.sources.named import read_source
from tools.sources.reaching import anywhere

ANYWHERE = Downloads(permit=anywhere)
"""For servers of the tests, which are all on this computer."""


def put(folder: Path, name: str, content: str | bytes = "words\n") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read(
    spec: str | Path, downloads: Downloads = PUBLIC
) -> tuple[list[Document], dict[str, str]]:
    """The documents of a source, and why each of the others was skipped."""
    found = list(read_source(str(spec), downloads).documents)
    skipped = [each for each in found if isinstance(each, Skipped)]
    documents = [each for each in found if isinstance(each, Document)]
    return documents, {each.name: each.reason for each in skipped}


def names(documents: list[Document]) -> list[str]:
    return [each.name for each in documents]


def record(**fields: object) -> str:
    return json.dumps(fields)


LINES = [
    record(_id="d1", title="One", text="First.\r\nLine."),
    "",
    "not JSON",
    record(_id="d2"),
    record(text="no id"),
    record(_id="", text="empty id"),
    record(_id="d3", title="Blank", text=" \n"),
    "[1, 2]",
    "null",
    record(_id=["x"], text="a list for an id"),
    record(_id="d4", text=["a list"]),
    "[" * 50_000,
    record(_id="d" * 5) + "}",
    record(_id=7, text="A number for an id."),
]


PACKED = gzip.compress(record(_id="d1", text="First.").encode())


def broken_deflate(packed: bytes, start: int) -> bytes:
    """The packed bytes with a block type that does not exist at `start`."""
    return packed[:start] + b"\x07" + packed[start + 1 :]


PAGE = """<!DOCTYPE html><html><head><title>Tab title</title>
<script>steal('cookie')</script><style>body { color: red }</style></head>
<body><!-- a comment --><h1>Red lamps</h1><p>The <b>lamp</b> is
<a href="http://x">red</a>.<img src="pixel.gif" alt=""></p>
<table><tr><th>a</th></tr><tr><td>1</td></tr></table></body></html>
"""


def archive(entries: dict[str, str | bytes], packing: int = ZIP_DEFLATED) -> bytes:
    """A zip of these entries; their names are written as they are."""
    packed = io.BytesIO()
    with ZipFile(packed, "w", packing) as written:
        for name, content in entries.items():
            info = ZipInfo("placeholder")
            info.filename = name
            info.compress_type = packing
            written.writestr(info, content)
    return packed.getvalue()
