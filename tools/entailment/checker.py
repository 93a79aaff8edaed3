"""A model of natural language inference from a folder of the user's own.

The quotes are the premise, the sentence is the hypothesis. Which output stands for what
is named by the folder's `config.json`, as `id2label`: models differ in their order.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tools.errors import UsageError
from tools.grounding.support.finding import Pair, Reading, Says
from tools.pair_model import PairModel
from tools.threads import off_loop

__all__ = ["EntailmentChecker"]

_SAYS: dict[str, Says] = {
    "entailment": "states",
    "contradiction": "contradicts",
    "neutral": "silent",
}
_LEAST = 0.5
"""The probability of what is said: below it, no label outweighs all others."""


class EntailmentChecker:
    """Says by a model of a folder whether quotes entail a sentence."""

    def __init__(self, folder: Path) -> None:
        """Find the files and read the labels; the model is loaded at the first use.

        Raises:
            UsageError: a file is missing, or names no labels of inference.
        """
        self.identity = f"entailment:{folder.resolve().name}"
        self._model = PairModel(folder, "checker")
        self._labels = _read_labels(folder / "config.json")

    async def read(self, pairs: Sequence[Pair]) -> Mapping[Pair, Reading]:
        """Return what the model says of pairs, off the event loop.

        Where no label outweighs the others it says nothing, nor where it finds nothing
        in quotes whose end it could not read.

        Raises:
            UsageError: the files are not those of such a model.
            LibraryError: the model failed.
        """
        return await off_loop(self._read, pairs)

    def _read(self, pairs: Sequence[Pair]) -> dict[Pair, Reading]:
        if not pairs:
            return {}
        logits = self._model.read([(each.quotes, each.sentence) for each in pairs])
        if logits.rows.shape[1] != len(self._labels):
            raise self._model.refusal(
                "model of inference",
                f"it gives {logits.rows.shape[1]} numbers a pair, where its "
                f"config.json names {len(self._labels)} labels.",
            )
        found: dict[Pair, Reading] = {}
        shares = _softmax(logits.rows)
        for pair, row, cut in zip(pairs, shares, logits.cut, strict=True):
            best = int(np.argmax(row))
            says = self._labels[best]
            if row[best] >= _LEAST and not (cut and says == "silent"):
                found[pair] = Reading(says)
        return found


def _softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    grown = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: NDArray[np.float64] = grown / grown.sum(axis=1, keepdims=True)
    return shares


def _read_labels(path: Path) -> list[Says]:
    """Return what each output of a model says, by its number."""
    try:
        config = json.loads(path.read_text("utf-8"))
        named = {int(key): str(name) for key, name in config["id2label"].items()}
    except (OSError, ValueError, RecursionError) as error:
        raise _unnamed(path, f"cannot be read: {error}") from error
    except (AttributeError, KeyError, TypeError) as error:
        raise _unnamed(path, "has no id2label") from error
    labels = [_SAYS.get(named[key].strip().lower()) for key in sorted(named)]
    found = [each for each in labels if each is not None]
    if sorted(named) != [0, 1, 2] or sorted(found) != sorted(_SAYS.values()):
        shown = ", ".join(named[key] for key in sorted(named))[:100] or "nothing"
        raise _unnamed(path, f"names {shown} as its labels")
    return found


def _unnamed(path: Path, why: str) -> UsageError:
    return UsageError(
        f"The checker's file {path} {why}. The setting checker wants the folder of a "
        "model whose id2label names entailment, neutral and contradiction."
    )
