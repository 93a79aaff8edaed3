"""The instructions for the model: Markdown files, rendered strictly."""

from enum import StrEnum
from importlib.resources import files
from string import Template

__all__ = ["Prompt", "render", "source_of"]


class Prompt(StrEnum):
    """Every prompt that this package holds, by the name of its file."""

    INSTRUCTIONS = "instructions"
    """The system message of a run."""
    FINISH = "finish"
    """Sent with the last call of a run, when search is withdrawn."""
    REMAINING = "remaining"
    """Sent with a call when a limit is near."""
    SEARCH_FIRST = "search_first"
    """Sent after an answer in plain text before which nothing was searched."""
    REPAIR = "repair"
    """Sent after an answer in plain text whose citations do not hold."""
    UNREAD_CALL = "unread_call"
    """Sent where a server could not read the model's tool call and says so (Groq)."""
    WRITTEN_CALL = "written_call"
    """Sent where the model wrote a tool call among the words of its text."""
    GUIDED = "guided"
    """The system message where the model answers from passages alone."""
    GUIDED_JSON = "guided_json"
    """The part of it that says what the answer's JSON holds."""
    GUIDED_TEXT = "guided_text"
    """The part of it where the server takes no JSON schema."""
    GUIDED_REPAIR = "guided_repair"
    """Sent after such an answer whose citations do not hold."""
    CHECKING = "checking"
    """The system message where a model says whether quotes bear out sentences."""
    PROBE = "probe"
    """What `citeloop doctor` asks a model to see whether it calls a tool."""


def render(prompt: Prompt, **values: str | int) -> str:
    """Return the text of `prompt` with each `$name` replaced by its value.

    Raises:
        KeyError: a name in the file has no value.
        TypeError: a value has no name in the file.
    """
    template = Template(source_of(prompt))
    unknown = values.keys() - set(template.get_identifiers())
    if unknown:
        raise TypeError(f"{prompt}.md has no place for {', '.join(sorted(unknown))}")
    return template.substitute(values).strip()


def source_of(prompt: Prompt) -> str:
    """Return the text of a prompt's file."""
    return files(__name__).joinpath(f"{prompt}.md").read_text(encoding="utf-8")
