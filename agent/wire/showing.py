"""Holds streamed text back while it may still turn out to be no answer.

What begins like the protocol is held until the turn is whole; other text goes on as it
comes, up to the first sign of a control token, a channel or a tag of reasoning.
"""

import re

from agent.wire.turns.thoughts import TAG_BEGINS
from tools.text.clean import neutralise_control_tokens

__all__ = ["Curtain", "Tokens"]

_BEGINNINGS = (
    "analysis", "assistant", "commentary", "final", "to=", "functions.", "<", "{", "[",
    "```",
)  # fmt: skip
"""How protocol, a call written as JSON, or a fenced one begins."""
_HIDES = re.compile(
    rf"<\||{TAG_BEGINS}|assistant(?:final|analysis|commentary)", re.IGNORECASE
)
"""From here on nothing is shown before the turn is whole."""
_MAY_HIDE = re.compile(
    r"(?:<[/a-z:_ -]{0,30}|◁/?(?:t(?:h(?:in?)?)?)?|\[/?(?:T(?:H(?:I(?:NK?)?)?)?)?"
    r"|a(?:s(?:s(?:i(?:s(?:t(?:a(?:n(?:t[a-z]{0,9})?)?)?)?)?)?)?)?)\Z",
    re.IGNORECASE,
)
"""What may become that with the next delta."""
_NEAR = 40
_OPEN = ("<|", "<", "|")
"""What a control token may begin or end with, as far as it has come."""


class Curtain:
    """Decides how much of one turn's text may be shown."""

    def __init__(self) -> None:
        """Begin with a turn of which nothing was shown."""
        self._shown: list[str] = []
        self._held = ""
        self._begun = False
        self._closed = False

    @property
    def shown(self) -> str:
        """What was let through."""
        return "".join(self._shown)

    def let_through(self, delta: str) -> str:
        """Return what can be shown now that `delta` has come."""
        if self._closed:
            return ""
        self._held += delta
        if not self._begun and self._may_be_debris():
            return ""
        self._begun = True
        hides = _HIDES.search(self._held)
        self._closed = hides is not None
        stop = hides or _MAY_HIDE.search(self._held, max(0, len(self._held) - _NEAR))
        text = self._held[: stop.start()] if stop else self._held
        self._held = self._held[len(text) :]
        if text:
            self._shown.append(text)
        return text

    def settle(self, text: str) -> str | None:
        """Return what is to be shown still of the text, None if what was does not hold.

        Args:
            text: The turn's text in the end.
        """
        shown = self.shown
        return text[len(shown) :] if text.startswith(shown) else None

    def _may_be_debris(self) -> bool:
        start = self._held.lstrip()
        return any(
            start.startswith(word) or word.startswith(start) for word in _BEGINNINGS
        )


class Tokens:
    """Makes ordinary characters of control tokens in text that streams."""

    def __init__(self) -> None:
        """Begin with a text of which nothing came."""
        self._held = ""

    def let_through(self, delta: str) -> str:
        """Return the text so far that cannot become part of a token any more."""
        text = self._held + delta
        self._held = next((end for end in _OPEN if text.endswith(end)), "")
        text = text.removesuffix(self._held)
        return neutralise_control_tokens(text)

    def end(self) -> str:
        """Return what was held."""
        held, self._held = self._held, ""
        return neutralise_control_tokens(held)
