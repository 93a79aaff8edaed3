"""Reads the bytes of one file as documents: texts, code, converted files, records."""

from pathlib import PurePosixPath
from typing import IO

from tools.documents.document import Document, Form
from tools.sources.formats.conversion import convert
from tools.sources.formats.converted import RefusalError
from tools.sources.formats.table import format_of
from tools.sources.formats.zipped import MAX_FILE
from tools.sources.found import Found, Skipped
from tools.sources.jsonl import RECORDS, read_records
from tools.text.clean import scalar
from tools.text.code import is_code

__all__ = ["read_file"]


def read_file(file: IO[bytes], name: str, source: str) -> Found:
    """Yield what a file holds: one document, or one for each of its records."""
    if name.lower().endswith(RECORDS):
        yield from read_records(file, name, source)
        return
    content = file.read(MAX_FILE + 1)
    if len(content) > MAX_FILE:
        yield Skipped(name, "larger than 64 MiB")
        return
    yield _read_document(content, scalar(name), source)


def _read_document(content: bytes, name: str, source: str) -> Document | Skipped:
    kind = format_of(name)
    own: Form = "code" if is_code(name) else "text"
    try:
        read = convert(content, kind)
    except RefusalError as error:
        return Skipped(name, scalar(str(error)))
    title = (scalar(read.title) or PurePosixPath(name).stem)[:500]
    metadata = {key: scalar(value) for key, value in read.metadata.items()}
    text, remarks = scalar(read.text), tuple(map(scalar, read.remarks))
    form = kind.form if kind else own
    return Document(name, title, text, form, source, metadata, remarks)
