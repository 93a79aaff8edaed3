"""What a reader of values finds: a number, a date, a version, a name."""

from enum import Enum
from typing import Literal, NamedTuple

__all__ = ["Bound", "Kind", "Value"]

Kind = Literal["number", "date", "version", "name"]


class Bound(Enum):
    """On which side of a number lies what is said: `at most 5`, `more than 5`."""

    NONE = "the number itself"
    MOST = "at most"
    LESS = "less than"
    LOW = "up to"
    LEAST = "at least"
    MORE = "more than"
    HIGH = "over"
    UP_TO_SIGN = "≤"
    BELOW_SIGN = "<"
    FROM_SIGN = "≥"
    ABOVE_SIGN = ">"

    def agrees(self, other: "Bound") -> bool:
        """Whether two bounds may be said of the same.

        A number without a bound goes with each that is said in words, for a limit is
        often named by a noun; a sign is a part of the number, and no noun stands for
        it. `LOW` and `HIGH` are loose: they leave open whether the number itself is
        meant.
        """
        if Bound.NONE in {self, other}:
            return _SIGNS.keys().isdisjoint({self, other})
        pair = {_SIGNS.get(self, self), _SIGNS.get(other, other)}
        return len(pair) == 1 or any(
            pair <= side and loose in pair
            for side, loose in ((_LOW, Bound.LOW), (_HIGH, Bound.HIGH))
        )


_SIGNS = {
    Bound.UP_TO_SIGN: Bound.MOST,
    Bound.BELOW_SIGN: Bound.LESS,
    Bound.FROM_SIGN: Bound.LEAST,
    Bound.ABOVE_SIGN: Bound.MORE,
}
_LOW = {Bound.MOST, Bound.LESS, Bound.LOW}
_HIGH = {Bound.LEAST, Bound.MORE, Bound.HIGH}


class Value(NamedTuple):
    """A value as a text names it.

    Keys are what is compared: a value of a statement is borne out by one of a source
    that gives a key which it asks for. A more exact value gives the keys of those that
    are less exact, too: `2024-03-05` gives that of `March 2024`.
    """

    text: str
    kind: Kind
    asks: frozenset[str]
    """Any of them is enough."""
    gives: frozenset[str]
    bound: Bound = Bound.NONE
    counts: str = ""
    """The word behind a number, without the `s` of a plural."""
