"""What a converter makes of a file, or why it makes nothing of it."""

import re
from dataclasses import asdict, dataclass, field

__all__ = ["Converted", "RefusalError", "own_title"]

_NO_TITLE = re.compile(
    r"(?i)\s*(untitled.*|(microsoft )?(word|excel|powerpoint)( [-–] .*)?"
    r"|(power)?point presentation|presentation|document\d*|slide \d+|title|\W*)\s*"
)
"""What programs write where the author gave no title."""
_MAX_VALUE = 500


class RefusalError(Exception):
    """A file that is not converted; the message is the reason, in one line."""


@dataclass(frozen=True, slots=True)
class Converted:
    """A file as the text that is cut; the same file always gives the same."""

    text: str
    """Its lines are the lines that citations count."""
    title: str = ""
    """What the file itself says that it is called; empty if it does not."""
    metadata: dict[str, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    """What was guessed, or left out of the text, in words."""

    def as_record(self) -> dict[str, object]:
        """Return it as JSON can hold it."""
        return asdict(self)


def own_title(value: object) -> str:
    """Return the title that a file's properties name, if an author meant it."""
    title = " ".join(str(value or "").split())
    return "" if _NO_TITLE.fullmatch(title) else title[:_MAX_VALUE]
