"""`citeloop.suite/1`: questions, and what is expected of their runs."""

import re
from hashlib import sha256
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

from agent.matching.expectation import Trajectory
from agent.matching.patterns import read_pattern
from tools.errors import ExitCode
from tools.grounding.citation import Verdict

__all__ = [
    "DEFAULT_BAR",
    "AnswerExpected",
    "Case",
    "Defaults",
    "Limits",
    "Span",
    "Step",
    "Suite",
    "with_defaults",
]

DEFAULT_BAR = 0.8
"""Share of the runs of a case that have to pass: four of five, and all of fewer."""
_MAX_QUESTION = 20_000
"""Characters; what `ask` takes."""
_MAX_CASES = 10_000
_MAX_REPEAT = 1_000
_MAX_LISTED = 200
_LONGEST = 2_000
"""Characters of a text or a pattern that an answer is held against."""
_SPAN = re.compile(r"(\d{1,9})?\.\.(\d{1,9})?")

Text = Annotated[str, Field(min_length=1, max_length=_LONGEST)]
Texts = Annotated[tuple[Text, ...], Field(max_length=_MAX_LISTED)]
Question = Annotated[str, Field(min_length=1, max_length=_MAX_QUESTION)]


class _Strict(BaseModel):
    """A record of a file, which has no other keys than these."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", validate_by_name=True, serialize_by_alias=True
    )


def _read_span(given: Any) -> Any:
    """Take `2` (just as many), `1..3`, `1..` or `..3`."""
    if isinstance(given, int) and not isinstance(given, bool):
        return {"least": given, "most": given}
    found = _SPAN.fullmatch(given) if isinstance(given, str) else None
    if found is None or not any(found.groups()):
        return given
    return {"least": int(found[1] or 0), "most": int(found[2]) if found[2] else None}


class _Span(_Strict):
    """How many there may be, both ends included."""

    least: int = Field(default=0, ge=0)
    most: int | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.most is not None and self.most < self.least:
            raise ValueError(f"{self} ends before it begins")
        return self

    def __contains__(self, count: int) -> bool:
        """Whether a count lies within."""
        return self.least <= count and (self.most is None or count <= self.most)

    def __str__(self) -> str:
        """Return it as a suite has it."""
        if self.least == self.most:
            return str(self.least)
        return f"{self.least or ''}..{'' if self.most is None else self.most}"


Span = Annotated[_Span, BeforeValidator(_read_span)]


class AnswerExpected(_Strict):
    """What is expected of an answer and of its citations."""

    cites: Texts = ()
    """Documents that it has to cite by a sound citation; `*` stands for anything."""
    verdicts: dict[Verdict, Span] = Field(default_factory=dict)
    """How many citations of each verdict there may be."""
    grounded: bool | None = None
    answered: bool | None = None
    """False where the documents do not hold the answer, and it has to say so."""
    contains: Texts = ()
    """In any case, and with any space between words."""
    not_contains: Texts = ()
    pattern: Text | None = None
    """A regular expression (`agent.matching.patterns`), looked for in the answer."""
    exit_code: ExitCode | None = None
    """What `citeloop ask` would exit with."""

    @model_validator(mode="after")
    def _compiles(self) -> Self:
        if self.pattern is not None:
            read_pattern(self.pattern)
        return self


class Limits(_Strict):
    """What a run may take at most."""

    turns: int | None = Field(default=None, ge=1)
    tokens: int | None = Field(default=None, ge=1)
    """Of prompts and outputs together, as the server counted."""
    seconds: float | None = Field(default=None, gt=0)


class Step(_Strict):
    """A question, and what is expected of its run."""

    question: Question
    calls: Trajectory | None = None
    answer: AnswerExpected | None = None
    limits: Limits = Limits()


class Case(Step):
    """A question of a suite, alone or within a conversation."""

    id: str = Field(min_length=1, max_length=200, pattern=r"^\S(?:.*\S)?$")
    group: str = Field(default="", max_length=200)
    """What the case is filed under in JUnit; by default the name of the suite."""
    history: Annotated[tuple[Question, ...], Field(max_length=50)] = ()
    """Asked before, in the same conversation; nothing is expected of their runs."""
    follow_ups: Annotated[tuple[Step, ...], Field(max_length=50)] = ()
    """Asked after, in the same conversation; the run passes if each of them does."""
    repeat: int | None = Field(default=None, ge=1, le=_MAX_REPEAT)
    """How often it is asked, if not as often as the others."""
    bar: float | None = Field(default=None, gt=0, le=1)
    """The share of its runs that has to pass, if not that of the others."""

    @property
    def steps(self) -> tuple[Step, ...]:
        """The questions that something is expected of, in order."""
        own = Step(
            question=self.question,
            calls=self.calls,
            answer=self.answer,
            limits=self.limits,
        )
        return (own, *self.follow_ups)

    @property
    def questions(self) -> tuple[str, ...]:
        """All that is asked, in order."""
        return (*self.history, *(step.question for step in self.steps))


class Defaults(_Strict):
    """What holds for each case that says nothing else."""

    repeat: int = Field(default=1, ge=1, le=_MAX_REPEAT)
    bar: float = Field(default=DEFAULT_BAR, gt=0, le=1)
    mode: Literal["exact", "in_order", "any_order", "subset"] | None = None
    extras: Literal["scored", "free", "forbidden"] | None = None
    limits: Limits = Limits()


class Suite(_Strict):
    """A file of cases."""

    schema_version: Literal["citeloop.suite/1"] = Field(alias="schema")
    name: str = Field(default="", max_length=200)
    """By default the name of its file."""
    defaults: Defaults = Defaults()
    cases: Annotated[tuple[Case, ...], Field(min_length=1, max_length=_MAX_CASES)]

    @model_validator(mode="before")
    @classmethod
    def _fill_in(cls, given: Any) -> Any:
        """Give each step the defaults of the file, where they are well formed."""
        if not isinstance(given, dict) or not isinstance(given.get("cases"), list):
            return given
        defaults = given.get("defaults")
        if not isinstance(defaults, dict):
            return given
        cases = [with_defaults(case, defaults) for case in given["cases"]]
        return {**given, "cases": cases}

    @model_validator(mode="after")
    def _names_each_case_once(self) -> Self:
        places: dict[str, int] = {}
        for place, case in enumerate(self.cases, 1):
            if case.id in places:
                raise ValueError(
                    f'the cases {places[case.id]} and {place} have the same id "'
                    f'{case.id}"'
                )
            places[case.id] = place
        return self

    def case(self, name: str) -> Case | None:
        """Return the case of an id, None where there is none."""
        return next((each for each in self.cases if each.id == name), None)

    def bar_of(self, case: Case) -> float:
        """Return the share of the runs of a case that has to pass."""
        return self.defaults.bar if case.bar is None else case.bar

    @property
    def digest(self) -> str:
        """What changes if anything that is asked or expected does."""
        return sha256(self.model_dump_json(by_alias=True).encode()).hexdigest()[:16]


def with_defaults(step: Any, defaults: dict[str, Any]) -> Any:
    """Return a step of a file with what the file says of all of them."""
    if not isinstance(step, dict):
        return step
    filled = dict(step)
    calls = step.get("calls")
    if isinstance(calls, dict):
        own = {name: defaults[name] for name in ("mode", "extras") if name in defaults}
        filled["calls"] = {**own, **calls}
    limits = defaults.get("limits")
    if isinstance(limits, dict) and isinstance(step.get("limits", {}), dict):
        filled["limits"] = {**limits, **step.get("limits", {})}
    if isinstance(step.get("follow_ups"), list):
        filled["follow_ups"] = [
            with_defaults(each, defaults) for each in step["follow_ups"]
        ]
    return filled
