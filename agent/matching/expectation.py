"""What is expected of a run's calls: the form that a suite writes it in."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from agent.matching.matchers import MatcherError, read_wanted, shown

__all__ = ["Expectation", "Extras", "Forbidden", "Mode", "Times", "Trajectory"]

Mode = Literal["exact", "in_order", "any_order", "subset"]
"""exact: position by position. in_order: in this order, others between them. any_order:
whichever. subset: as any_order, and a call may have arguments besides."""
Extras = Literal["scored", "free", "forbidden"]
"""What calls are that nothing expects. scored: each lowers the score, so that no run
with one passes. free: all the same. forbidden: as scored, and named so."""
MOST_TIMES = 1_000


class Times(BaseModel):
    """How often a call is expected; written `2`, `1..3` or `1..`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    least: int = Field(default=1, ge=0, le=MOST_TIMES)
    most: int | None = Field(default=1, ge=0, le=MOST_TIMES)
    """None for any number."""


def _read_times(given: Any) -> Any:
    if isinstance(given, bool):
        raise MatcherError("times is a number or a range as 1..3")
    if isinstance(given, int):
        return {"least": given, "most": given}
    if not isinstance(given, str):
        return given
    low, dots, high = given.partition("..")
    numbers = [low, *([high] if high else [])]
    if not all(each.isascii() and each.isdigit() and len(each) < 5 for each in numbers):
        raise ValueError("times is a number or a range as 1..3")
    least = int(low)
    most = (int(high) if high else None) if dots else least
    if most is not None and most < least:
        raise ValueError(f"times {given} ends before it begins")
    return {"least": least, "most": most}


class Forbidden(BaseModel):
    """A call that may not be made: the tool, with all of these arguments."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    tool: str = Field(min_length=1)
    arguments: Any = None
    """As those of an expectation, whatever the call has besides; None for any."""

    @field_validator("arguments")
    @classmethod
    def _are_readable(cls, given: Any) -> Any:
        if isinstance(given, str | bytes | int | float | list | tuple):
            raise MatcherError("arguments is an object of names and values")
        _wanted_of(given)
        return given

    @property
    def wanted(self) -> Any:
        """The arguments with their matchers, None for any."""
        return _wanted_of(self.arguments)

    def __str__(self) -> str:
        """Return the call in a line."""
        wanted = self.wanted
        if not isinstance(wanted, dict):
            return f"{self.tool}({'…' if wanted is None else shown(wanted)})"
        inside = ", ".join(f"{key}: {shown(each)}" for key, each in wanted.items())
        return f"{self.tool}({inside})"


class Expectation(Forbidden):
    """A call that is expected."""

    id: str | None = None
    """By which another's `after` names it; by its tool otherwise."""
    times: Annotated[Times, BeforeValidator(_read_times)] = Times()
    after: str | None = None
    """The id or the tool of an expectation: a call that fits it has to come before, in
    an earlier turn where turns are known."""
    succeed: bool | None = None
    """Whether the call returns something and no error; None if that is all the same, or
    as the trajectory says."""


class Trajectory(BaseModel):
    """The calls that are expected of a run, and those that are not."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mode: Mode = "any_order"
    extras: Extras = "scored"
    expect: tuple[Expectation, ...] = ()
    never: tuple[Forbidden, ...] = ()
    succeed: bool | None = None
    """What `succeed` is for each expectation that does not say."""

    @field_validator("expect")
    @classmethod
    def _are_in_some_order(
        cls, expect: tuple[Expectation, ...]
    ) -> tuple[Expectation, ...]:
        for place, each in enumerate(expect):
            if each.after is not None:
                _follow(expect, place)
        return expect

    def before(self, place: int) -> tuple[int, ...]:
        """Return which expectations the one of a place comes after any of."""
        return _named(self.expect, place)


def _wanted_of(arguments: Any) -> Any:
    """Return the arguments with their matchers; their own names are never matchers."""
    if isinstance(arguments, dict):
        return {key: read_wanted(each, str(key)) for key, each in arguments.items()}
    return read_wanted(arguments)


def _named(expect: tuple[Expectation, ...], place: int) -> tuple[int, ...]:
    name = expect[place].after
    by_id = tuple(n for n, each in enumerate(expect) if each.id == name)
    return by_id or tuple(
        n for n, each in enumerate(expect) if each.tool == name and n != place
    )


def _follow(expect: tuple[Expectation, ...], place: int) -> None:
    """Refuse an `after` that names nothing, or that leads back to where it began."""
    waiting, seen = [place], set[int]()
    while waiting:
        each = waiting.pop()
        if expect[each].after is None:
            continue
        named = _named(expect, each)
        if not named:
            raise ValueError(
                f"after: no other expectation is named {expect[each].after}"
            )
        if place in named:
            raise ValueError(f"after: {expect[place].tool} would come after itself")
        waiting += [other for other in named if other not in seen]
        seen.update(named)
