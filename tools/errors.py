"""Every failure that Citeloop names, and the exit code that each one has.

    CiteloopError
    ├── UsageError          2  a flag, a setting or a source that cannot be used
    │   └── WhereError      2  a search's condition that cannot be used
    ├── CredentialsError    3  a key is missing, wrong or out of credits
    ├── ModelError          4  the model or its provider failed
    ├── LibraryError        5  the library is missing, locked, broken or of another kind
    └── IncompleteError     6  an answer that was cut off or is empty

`ToolError` stands apart: its text is for the model, which can act on it. Anything
else that is raised is a bug, and surfaces as one (exit 1).
"""

from enum import IntEnum

__all__ = [
    "CiteloopError",
    "CredentialsError",
    "ExitCode",
    "IncompleteError",
    "LibraryError",
    "ModelError",
    "ToolError",
    "UsageError",
    "WhereError",
]


class ExitCode(IntEnum):
    """What the command tells the shell."""

    ANSWERED = 0
    """Answered, and grounded in the documents."""
    BUG = 1
    USAGE = 2
    CREDENTIALS = 3
    MODEL = 4
    LIBRARY = 5
    INCOMPLETE = 6
    """The answer is cut off, empty, or not grounded in the documents."""
    LIMIT = 7
    """A limit of the depth ended the run."""
    NOT_FOUND = 8
    """The library was searched, and the answer is not in the documents."""
    INTERRUPTED = 130


class CiteloopError(Exception):
    """A failure that a person can act on; its text is one line that says how."""

    exit_code = ExitCode.BUG


class UsageError(CiteloopError):
    """A flag, a setting or a source cannot be used as given."""

    exit_code = ExitCode.USAGE


class WhereError(UsageError):
    """A search's condition has another form, or a field that no document has."""


class CredentialsError(CiteloopError):
    """The provider refused the key, or its credits are used up."""

    exit_code = ExitCode.CREDENTIALS


class ModelError(CiteloopError):
    """The model or its provider could not be reached, or failed."""

    exit_code = ExitCode.MODEL


class LibraryError(CiteloopError):
    """The library cannot be opened, read or written."""

    exit_code = ExitCode.LIBRARY


class IncompleteError(CiteloopError):
    """The model gave no answer, or only a part of one."""

    exit_code = ExitCode.INCOMPLETE


class ToolError(Exception):
    """A failure that the model can act on: its text becomes the tool's output."""
