"""How an answer comes about: the modes, and which of them a person can ask for."""

from typing import Literal

__all__ = ["Mode", "ModeName"]

Mode = Literal["agent", "guided", "extractive"]
"""Who plans and who answers: the model itself (`agent`), Citeloop and the model from
what it is shown (`guided`), or Citeloop alone, by quoting (`extractive`)."""
ModeName = Literal["auto", "agent", "guided"]
"""`auto` begins as agent and goes over to guided where the model needs it."""
