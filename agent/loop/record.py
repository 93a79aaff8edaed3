"""What is heard while a question is worked on, and what of it the answer keeps."""

from dataclasses import replace

from agent.events.events import Event, Listener, Repaired
from agent.events.repair import Repair
from tools.calls.run import Run

__all__ = ["Record"]


class Record:
    """Hears what happens in a run, and passes it on."""

    def __init__(self, run: Run, listen: Listener) -> None:
        """Pass events of a run on to `listen`."""
        self.repairs: list[Repair] = []
        """What had to be put right in what the model sent."""
        self._run = run
        self._listen = listen

    def hear(self, event: Event) -> None:
        """Take note of a repair, with the turn that it was made in; pass all on."""
        if isinstance(event, Repaired):
            turn = self._run.turn
            event = Repaired(replace(event.repair, turn=turn))
            self.repairs.append(event.repair)
        self._listen(event)
