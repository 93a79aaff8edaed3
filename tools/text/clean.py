"""Makes untrusted text safe to print and safe to send to a model.

Documents, model output and file names may hold terminal control sequences, invisible
characters and the control tokens of gpt-oss's chat format. Every character is judged
by itself, so a sequence that is split over two stream deltas is caught like any other.
"""

import re

__all__ = ["neutralise_control_tokens", "scalar", "visible"]

_KEPT = "\t\n"
_C0_PICTURES = {code: 0x2400 + code for code in range(0x20) if chr(code) not in _KEPT}
_HIDDEN = [
    0x061C,  # Arabic letter mark
    0x180E,  # Mongolian vowel separator
    0x200B,  # zero-width space
    *range(0x200E, 0x2010),  # left-to-right and right-to-left marks
    *range(0x2028, 0x202F),  # line separators, directional embeddings and overrides
    *range(0x2060, 0x2070),  # word joiner, invisible operators, isolates
    0xFEFF,  # zero-width no-break space
    *range(0xFFF9, 0xFFFC),  # interlinear annotations
]
_TABLE = (
    _C0_PICTURES
    | {0x7F: 0x2421}
    | dict.fromkeys([*range(0x80, 0xA0), *_HIDDEN], 0xFFFD)
    | dict.fromkeys(range(0xE0000, 0xE0080), 0xFFFD)  # tag characters
    | dict.fromkeys(range(0xD800, 0xE000), 0xFFFD)  # lone surrogates
)
_CONTROL_TOKEN = re.compile(r"<(?=\|)|(?<=\|)>")


def visible(text: str) -> str:
    """Return `text` with everything a terminal could obey replaced by a visible sign.

    C0 controls become their pictures (ESC is `␛`), C1 controls, directional overrides
    and zero-width characters become `�`; tabs and newlines stay, and so do joiners,
    which emoji and several scripts need. CR LF is a newline.
    """
    return text.replace("\r\n", "\n").translate(_TABLE)


def scalar(text: str) -> str:
    """Return `text` without lone surrogates, which no encoding and no engine takes.

    They come from file names that are not UTF-8 and from `\\ud800` in JSON.
    """
    return text.encode("utf-8", "replace").decode()


def neutralise_control_tokens(text: str) -> str:
    """Return `text` in which no `<|…|>` control token of the harmony format stands.

    A space is put inside the brackets, so that the text stays readable and a server
    that renders it into a prompt sees ordinary characters.
    """
    return _CONTROL_TOKEN.sub(
        lambda found: "< " if found.group() == "<" else " >", text
    )
