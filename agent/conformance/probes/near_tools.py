"""Tools whose names are near to one another, of which one does what is asked."""

from dataclasses import dataclass
from random import Random
from typing import Any

from agent.conformance.probes.asking import function_tool

__all__ = ["NearTool", "offered_with"]

_ACTIONS = ("get", "change", "delete", "confirm", "print", "send", "copy", "archive")
_THINGS = (
    "invoice", "invoice date", "invoice line", "invoice note", "delivery",
    "delivery date", "delivery line", "delivery note", "billing address",
    "delivery address", "invoice address", "refund", "refund date", "refund note",
    "label", "delivery label",
)  # fmt: skip
"""With each action one tool: 128, each near to others by its action and its thing."""


@dataclass(frozen=True, slots=True)
class NearTool:
    """Does one thing with one part of an order."""

    action: str
    thing: str

    @property
    def name(self) -> str:
        """What it is called by, as `change_invoice_date`."""
        return f"{self.action}_{self.thing}".replace(" ", "_")

    def is_near(self, other: "NearTool") -> bool:
        """Whether both do the same, or with the same thing."""
        return self.action == other.action or self.thing == other.thing

    def tool(self) -> dict[str, Any]:
        """Return it as a request has it."""
        does = f"{self.action.capitalize()} the {self.thing} of an order."
        return function_tool(self.name, does, {"order": {"type": "string"}})

    def asked(self, order: str) -> str:
        """Return a prompt that it alone fits, without its name."""
        return f"{self.action.capitalize()} the {self.thing} of order {order}."


_NEAR = tuple(NearTool(action, thing) for action in _ACTIONS for thing in _THINGS)


def offered_with(random: Random, size: int) -> tuple[NearTool, list[NearTool]]:
    """Return a tool, and as many as are offered with it, itself among them.

    Args:
        random: What chooses.
        size: How many are offered, 128 at most: the nearest ones first.
    """
    wanted = random.choice(_NEAR)
    others = [each for each in _NEAR if each != wanted]
    random.shuffle(others)
    others.sort(key=wanted.is_near, reverse=True)
    offered = [wanted, *others[: size - 1]]
    random.shuffle(offered)
    return wanted, offered
