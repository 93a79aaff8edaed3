"""A case of a schema: it is taken as parameters, and a call keeps to it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agent.conformance.bench import Bench
from agent.conformance.exchanges.exchange import Way
from agent.conformance.exchanges.reading import Reading
from agent.conformance.observation import Observation
from agent.conformance.probe import Probe, asks
from agent.conformance.probes.asking import arguments_of
from agent.conformance.tally import Tally
from agent.wire.estimate import estimate_tokens

__all__ = ["SCHEMA", "SchemaCase"]

SCHEMA = 28
"""The probe that schemas are of."""


@dataclass(frozen=True, slots=True)
class SchemaCase:
    """A schema, and whether it is one."""

    name: str
    schema: Any
    is_valid: bool
    """Else a 4xx is right, and so is an answer; a 5xx is not."""

    def probe(self) -> Probe:
        """Return the probe that asks for a call by it."""
        title = "taken, and kept to" if self.is_valid else "refused, or answered"
        cost = asks(1, 2 * estimate_tokens(json.dumps(self.schema)) + 300)
        return Probe(SCHEMA, self.name, "F", "B", title, (), cost, self.run,
                     is_case=True)  # fmt: skip

    @property
    def parameters(self) -> Any:
        """The schema as parameters are: an object; what is none is a field of one."""
        if isinstance(self.schema, Mapping) and self.schema.get("type") == "object":
            return self.schema
        if not self.is_valid or not isinstance(self.schema, Mapping):
            return self.schema
        # Definitions stay at the root, where references look for them.
        shared = {name: self.schema[name] for name in ("$defs", "definitions")
                  if name in self.schema}  # fmt: skip
        inner = {name: each for name, each in self.schema.items() if name not in shared}
        properties = {"value": inner}
        return {"type": "object", "properties": properties, "required": ["value"],
                **shared}  # fmt: skip

    async def run(self, bench: Bench, way: Way) -> Observation:
        """Ask for a call by it."""
        tally = Tally()
        function = {"name": "record", "description": "Record an example.",
                    "parameters": self.parameters}  # fmt: skip
        answer = await bench.ask(
            "Call record once, with an example that keeps to its schema.",
            way,
            tools=[{"type": "function", "function": function}],
        )
        if self.is_valid:
            tally.judge(answer, self.is_kept, "no call came that keeps to the schema")
        elif answer.outcome == "refused" or tally.arrived(answer):
            tally.count(True, "", answer)
        return tally.observation(self.probe().title)

    def is_kept(self, reading: Reading) -> bool:
        """Whether a call was made that keeps to the schema.

        A schema that jsonschema itself cannot follow, such as one with a reference to
        nowhere, is kept by any object.
        """
        import jsonschema
        from jsonschema.exceptions import SchemaError, ValidationError
        from referencing.exceptions import Unresolvable

        for call in reading.calls:
            given = arguments_of(call)
            try:
                jsonschema.validate(given, self.parameters)
            except ValidationError:
                continue
            except (SchemaError, Unresolvable):
                return isinstance(given, Mapping)
            return True
        return False
