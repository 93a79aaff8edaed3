"""The one decoder of texts: a mark of order, what is declared, UTF-8, then a guess.

The order is that of browsers (WHATWG, "Determining the character encoding"), with the
guess at its end; what was guessed or had to be replaced is said.
"""

import codecs
import re
from dataclasses import dataclass

from tools.sources.formats.converted import RefusalError

__all__ = ["Decoded", "as_declared", "decode"]

_BOMS = (  # that of UTF-16 begins that of UTF-32
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HEAD = 4096
"""Bytes in which a declaration is looked for; browsers look through 1,024."""
_SAMPLE = 64 * 1024
"""Bytes that a guess looks at."""
_COMMENTS = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_XML = re.compile(rb"\s*<\?xml[^>]{1,500}?encoding\s*=\s*[\"']([\w.:-]{2,40})")
_META = re.compile(rb"(?i)<meta\b[^>]{1,1000}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})")
_STYLE = re.compile(rb"@charset \"([\w.:-]{2,40})\";")
_EDITORS = re.compile(
    rb"(?:[^\n]*\n)?[ \t\f]*(?:#|\.\.|//|/?\*|;|--|%|<!--|\")[^\n]*?"
    rb"coding[:=][ \t]*([\w.-]{2,40})"
)
"""PEP 263, which Emacs and Vim write alike: a comment of the first two lines."""
_CHARSET = re.compile(r"(?i)charset\s*=\s*[\"']?([\w.:-]{2,40})")
_TYPED = re.compile(r"(?i)text/|html|xml|json|javascript|markdown")
_ENCODINGS = re.compile(
    r"utf-?(?:8|16|32)|iso8859|iso2022|cp\d|koi8|mac|gb|big5|euc|shift|johab|hz|ascii"
    r"|tis|kz1048|ptcp"
)
"""Python's names of those that are for text; it knows others (`idna`, `zip`)."""
_MORE_LABELS = {
    "x-sjis": "cp932", "windows-31j": "cp932", "x-gbk": "gb18030", "dos-874": "cp874",
    "windows-874": "cp874", "x-euc-jp": "euc_jp", "x-mac-roman": "mac_roman",
    "x-cp1252": "cp1252", "iso-8859-8-i": "iso8859-8", "unicode": "utf-16",
}  # fmt: skip
_AS_BROWSERS = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "gb2312": "gb18030", "gbk": "gb18030",
    "euc_kr": "cp949", "shift_jis": "cp932", "iso8859-9": "cp1254", "tis-620": "cp874",
}  # fmt: skip
"""What pages mean by a label (WHATWG, "Names and labels")."""
_LATIN = ["cp1252", "cp1250", "cp1254"]
_OTHERS = [
    "cp1251", "koi8_r", "cp1253", "cp1255", "cp1256", "cp932", "euc_jp", "gb18030",
    "big5", "cp949", "cp874",
]  # fmt: skip
"""What people's old files are in; asked about all that Python knows, a guess at a
short text is Baltic DOS as often as not."""
_TIE = 0.05
"""Coherence by which windows-1252, the commonest, may fall behind and still be meant;
one word of Western Europe reads as well in Polish letters."""
_HIGH = re.compile(rb"[\x80-\xff]+")
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_UNICODES = {"utf-32-le": 3, "utf-32-be": 0, "utf-16-le": 1, "utf-16-be": 0}
"""Each with the byte of a character that is 0 in most texts."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """The characters of a text."""

    text: str
    """With newlines as its only line ends."""
    remarks: tuple[str, ...] = ()
    """What was guessed or replaced, in words."""


def decode(content: bytes, *, markup: bool = False) -> Decoded:
    """Return the text of a file.

    Args:
        content: Its bytes.
        markup: Whether a `<meta>` declares its encoding, as that of a page does.

    Raises:
        RefusalError: it is no text, or empty.
    """
    found = _decode(content, markup)
    text = found.text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "�")
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise RefusalError("empty")
    return Decoded(text, found.remarks)


def as_declared(content: bytes, content_type: str) -> bytes:
    """Return a text that came with a header as UTF-8 with a mark of order.

    So whoever reads it needs no header. What has such a mark, or is not what the
    header says, stays as it is.
    """
    named = _CHARSET.search(content_type)
    if not named or not _TYPED.search(content_type) or _encoding_of_bom(content):
        return content
    text = _decode_as(content, _encoding(named[1]))
    return content if text is None else codecs.BOM_UTF8 + text.encode()


def _decode(content: bytes, markup: bool) -> Decoded:
    if marked := _encoding_of_bom(content):
        try:
            return Decoded(content.decode(marked))
        except UnicodeDecodeError as error:
            name = marked.removesuffix("-sig").upper()
            raise RefusalError(f"not {name} (byte {error.start})") from error
    declared = _declared(content[:_HEAD], markup)
    if declared and (text := _decode_as(content, declared)) is not None:
        return Decoded(text, _doubt(content, declared))
    if b"\x00" in content[:_SAMPLE]:
        return _without_mark(content)
    text = _decode_as(content, "utf-8")
    return Decoded(text) if text is not None else _guess(content, declared)


def _encoding_of_bom(content: bytes) -> str | None:
    return next((name for mark, name in _BOMS if content.startswith(mark)), None)


def _declared(head: bytes, markup: bool) -> str | None:
    """Return the encoding that a text says it is in; read as ASCII to find it."""
    if markup:
        shown = _COMMENTS.sub(b"", head)
        found = _XML.match(shown) or _META.search(shown)
    else:
        found = _XML.match(head) or _STYLE.match(head) or _EDITORS.match(head)
    label = found[1].decode().lower() if found else ""
    if label.endswith("ascii") and not markup:  # then a lie, or UTF-8 as well
        return None
    name = _encoding(label)
    return None if name and name.startswith(("utf-16", "utf-32")) else name


def _encoding(label: str) -> str | None:
    """Return Python's name of an encoding of text, None if it has none."""
    label = label.lower()
    try:
        name = codecs.lookup(_MORE_LABELS.get(label, label)).name
    except (LookupError, ValueError):
        return None
    name = _AS_BROWSERS.get(name, name)
    return name if _ENCODINGS.match(name) else None


def _decode_as(content: bytes, name: str | None) -> str | None:
    if name is None:
        return None
    try:
        return content.decode(name)
    except UnicodeDecodeError:
        pass
    # Five bytes of windows-1252 mean nothing; browsers take them for controls.
    return content.decode("latin-1") if name == "cp1252" else None


def _doubt(content: bytes, declared: str) -> tuple[str, ...]:
    """Say that a text in which UTF-8 makes sense declares something else."""
    if declared.startswith("utf") or content.isascii():
        return ()
    if _decode_as(content, "utf-8") is None:
        return ()
    return (f"read as {_shown(declared)}, as it declares, though it may be UTF-8",)


def _without_mark(content: bytes) -> Decoded:
    """Return a text in UTF-16 or UTF-32 that has no mark of order.

    Raises:
        RefusalError: it is neither.
    """
    if _is_ascii_with_zeros(content[:_SAMPLE]):
        raise RefusalError("binary, not text")
    for name, empty in _UNICODES.items():
        width = int(name[4:6]) // 8
        zeros = [
            content[at:_SAMPLE:width].count(0) for at in (empty, width - 1 - empty)
        ]
        text = _decode_as(content, name) if zeros[0] > zeros[1] else None
        if text is not None and _is_plausible(text[:_SAMPLE]):
            return Decoded(text, (f"read as {name.upper()}, which is a guess",))
    raise RefusalError("binary, not text")


def _is_ascii_with_zeros(content: bytes) -> bool:
    """Whether some zeros stand between letters: ASCII in UTF-16 has one for each.

    Pairs of letters would be read as Chinese (`SQLite format 3`, and a zero).
    """
    zeros = content.count(0)
    plain = sum(0x20 <= byte < 0x7F or byte in b"\t\n\r" for byte in content)
    return plain >= 0.9 * (len(content) - zeros) and zeros < 0.4 * len(content)


def _is_plausible(text: str) -> bool:
    """Whether a text holds no control, and signs that texts hold: spaces, lines."""
    common = sum(each.isalnum() or each.isspace() for each in text)
    return common * 2 >= len(text) and all(
        each.isprintable() or each.isspace() for each in text
    )


def _guess(content: bytes, declared: str | None) -> Decoded:
    """Return a text that is not in what it says or, if that is nothing, in UTF-8.

    Raises:
        RefusalError: it is no text.
    """
    if _BINARY.search(content):
        raise RefusalError("binary, not text")
    mended = content.decode("utf-8", "replace")
    bad = mended.count("�")
    high = len(mended) - sum(map(str.isascii, mended))
    if declared == "utf-8" or high >= 5 * bad:
        return Decoded(mended, (f"{bad:,} of its characters are not UTF-8, now �",))
    name = _guessed(content)
    text = _decode_as(content, name)
    if text is None:
        name, text = "latin-1", content.decode("latin-1")
    return Decoded(text, (f"not UTF-8; read as {_shown(name)}, which is a guess",))


def _guessed(content: bytes) -> str:
    """Return what a text is in, by the letters that it would hold."""
    from charset_normalizer import from_bytes

    sample = content[:_SAMPLE].rpartition(b"\n")[0] or content[:_SAMPLE]
    runs = _HIGH.findall(sample)
    high = sum(map(len, runs))
    several = _LATIN + _OTHERS
    if high >= 1.6 * len(runs):  # letters that stand together are no accents
        several = _OTHERS
    elif high < 0.3 * len(sample):
        several = _LATIN
    found = list(from_bytes(sample, cp_isolation=several))
    if not found or "cp1252" in found[0].could_be_from_charset:
        return "cp1252"
    best = found[0].coherence - _TIE
    if any(each.encoding == "cp1252" and each.coherence > best for each in found):
        return "cp1252"
    return str(found[0].encoding)


def _shown(name: str) -> str:
    return f"windows-{name[2:]}" if name.startswith("cp125") else name
