"""Reads the bytes of one file as documents: texts, code, converted files, records."""

from pathlib import PurePosixPath
from typing import IO

from tools.documents.document import Document, Form
from tools.sources.formats.conversion import convert
from tools.sources.formats.converted import Converted, RefusalError
from tools.sources.formats.decoding import decode
from tools.sources.formats.table import Format, format_of, load_converter
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
    stem = PurePosixPath(name).stem
    kind = format_of(name)
    try:
        if kind is None:
            form: Form = "code" if is_code(name) else "text"
            own = decode(content)
            return Document(name, stem, own.text, form, source, remarks=own.remarks)
        read = _convert(content, kind)
    except RefusalError as error:
        return Skipped(name, scalar(str(error)))
    title = (scalar(read.title) or stem)[:500]
    metadata = {key: scalar(value) for key, value in read.metadata.items()}
    text, remarks = scalar(read.text), tuple(map(scalar, read.remarks))
    return Document(name, title, text, kind.form, source, metadata, remarks)


def _convert(content: bytes, kind: Format) -> Converted:
    if kind.sheltered:
        return convert(content, kind)
    return load_converter(kind.converter)(content)
