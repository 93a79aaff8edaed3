"""Exponents, indices and formulas (MathML, Word's OMML) in a line of plain text."""

import re
from collections.abc import Callable

__all__ = ["Formula", "lowered", "raised"]

_BARE = re.compile(r"[+\-−–]?\d+(?:[.,]\d+)?|\d*[+\-−–]|[^\W\d_]")
"""An exponent that needs no brackets."""
_SUFFIXES = frozenset({
    "st", "nd", "rd", "th", "er", "ers", "re", "res", "ère", "ème", "eme", "nde", "º",
    "ª", "me", "mes", "mme", "lle", "lles", "gr",
})  # fmt: skip
"""Of numbers and titles (1st, 2ème, Mlle): raised for looks, and read as letters."""
_SIGNS = {"tm": "™", "sm": "℠"}
_LOWERED = str.maketrans(
    "0123456789+-−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ"
)
_MAX_DEPTH = 30
"""Of a formula; what is nested deeper is written in a row."""
_DROPPED = frozenset({"annotation", "annotation-xml", "mphantom"})
_LOOKS = ("pr", "mspace", "maligngroup")
"""How the names of elements end that say how a formula looks, and nothing else."""
_SPACED = frozenset("=<>≤≥≠≈≡→←⇒⇔∈")


def raised(text: str, before: str = "") -> str:
    """Return a superscript as it is written in a line: `^6`, `^(n+1)`.

    Without a sign 10⁶ would read 106. A footnote's mark and the letters of 1st stay
    what they are.

    Args:
        text: What is raised.
        before: The character before it.
    """
    text = text.strip()
    plain = text.casefold()
    if plain in _SIGNS:
        return _SIGNS[plain]
    if plain in _SUFFIXES and before.isalnum():
        return text
    if not text or text.startswith(("[", "\\[", "^")):
        return text
    if _BARE.fullmatch(text):
        return "^" + text.replace("−", "-").replace("–", "-")
    if not any(map(str.isalnum, text)):
        return text
    return f"^({text})"


def lowered(text: str) -> str:
    """Return a subscript in signs of its own, `₂`, or else as `_(max)`."""
    text = text.strip()
    if not text:
        return ""
    low = text.translate(_LOWERED)
    word = sum(map(str.isalpha, text)) > 1  # is searched for in its own letters
    unchanged = any(old == new for old, new in zip(text, low, strict=True))
    return f"_({text})" if unchanged or word else low


def _power(base: str = "", exponent: str = "") -> str:
    return _bracketed(base) + raised(exponent, base[-1:])


def _index(base: str = "", index: str = "") -> str:
    return base + lowered(index)


def _both(base: str = "", index: str = "", exponent: str = "") -> str:
    return base + lowered(index) + raised(exponent)


def _fraction(above: str = "", below: str = "") -> str:
    return f"{_bracketed(above)}/{_bracketed(below)}"


def _root(*inner: str) -> str:
    return f"√({''.join(inner)})"


def _nth_root(base: str = "", degree: str = "") -> str:
    return f"{raised(degree)}√({base})" if degree else f"√({base})"


def _word_root(degree: str = "", base: str = "") -> str:
    return _nth_root(base, degree)


def _sum(below: str = "", above: str = "", body: str = "") -> str:
    return f"{lowered(below)}{raised(above)} {body}"


def _in_brackets(*inner: str) -> str:
    return f"({', '.join(inner)})"


_COMPOSED: dict[str, Callable[..., str]] = {
    "msup": _power, "msub": _index, "msubsup": _both, "mfrac": _fraction,
    "msqrt": _root, "mroot": _nth_root, "munder": _index, "mover": _power,
    "munderover": _both, "mfenced": _in_brackets,
    "ssup": _power, "ssub": _index, "ssubsup": _both, "f": _fraction,
    "rad": _word_root, "limlow": _index, "limupp": _power, "nary": _sum,
    "d": _in_brackets,
}  # fmt: skip
"""By the element's name, in small letters: MathML's, then OMML's."""


class Formula:
    """Hears the elements of a formula in order."""

    def __init__(self) -> None:
        """Begin before the first element."""
        self._open: list[tuple[str, list[str]]] = [("", [])]
        self._deeper = 0
        self._dropped = 0

    def start(self, name: str) -> None:
        """Begin an element."""
        if self._dropped or name in _DROPPED:
            self._dropped += 1
        elif len(self._open) >= _MAX_DEPTH:
            self._deeper += 1
        else:
            self._open.append((name, []))

    def data(self, text: str) -> None:
        """Take text as it stands; spaces around signs are those of the page's code."""
        text = " ".join(text.split())
        if text and not self._dropped:
            self._open[-1][1].append(f" {text} " if text in _SPACED else text)

    def end(self) -> None:
        """End the innermost element."""
        if self._dropped:
            self._dropped -= 1
        elif self._deeper:
            self._deeper -= 1
        elif len(self._open) > 1:
            name, parts = self._open.pop()
            if not name.endswith(_LOOKS):
                self._open[-1][1].append(_composed(name, parts))

    def text(self) -> str:
        """Return the whole in one line."""
        while len(self._open) > 1:
            self.end()
        return " ".join(_joined(self._open[0][1]).split())


def _composed(name: str, parts: list[str]) -> str:
    compose = _COMPOSED.get(name)
    if compose is None:
        return _joined(parts)
    if compose in (_root, _in_brackets):
        return compose(*parts)
    most = 3 if compose in (_both, _sum) else 2
    return compose(*parts[:most]) + "".join(parts[most:])


def _joined(parts: list[str]) -> str:
    """Return parts in a row; what follows an exponent or a fraction is none of it."""
    apart = [
        f" {after}" if _is_open(before) and after[:1].isalnum() else after
        for before, after in zip(["", *parts], parts, strict=False)
    ]
    return "".join(apart)


def _is_open(text: str) -> bool:
    return "^" in text or "/" in text


def _bracketed(text: str) -> str:
    return text if len(text) < 2 or text.isalnum() else f"({text})"
