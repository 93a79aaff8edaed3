"""A cross-encoder from a folder of the user's own, on this machine.

For example ms-marco-MiniLM-L6-v2 or bge-reranker-v2-m3, as the model hubs publish them.
"""

from collections.abc import Sequence
from pathlib import Path

from tools.pair_model import PairModel

__all__ = ["CrossEncoder"]


class CrossEncoder:
    """Reads a query and a text as one input, and gives one logit: is it an answer?"""

    def __init__(self, folder: Path) -> None:
        """Find the files; they are loaded at the first use.

        Raises:
            UsageError: one is missing.
        """
        self.identity = f"cross-encoder:{folder.resolve().name}"
        self._model = PairModel(folder, "reranker")

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        """Return the logit of each text, in their order.

        Of two logits (no, yes) it is the second minus the first.

        Raises:
            UsageError: the files are not those of a cross-encoder.
            LibraryError: the model failed.
        """
        if not texts:
            return []
        logits = self._model.read([(query, text) for text in texts]).rows
        if logits.shape[1] == 1:
            return [float(score) for score in logits[:, 0]]
        if logits.shape[1] == 2:
            return [float(yes - no) for no, yes in logits]
        raise self._model.refusal(
            "cross-encoder",
            f"for {len(texts)} pairs it gives an output of shape {logits.shape}, where "
            "one or two numbers a pair are wanted.",
        )
