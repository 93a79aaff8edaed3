"""A model of a folder that reads two texts as one input, on this machine.

It runs on onnxruntime and tokenizers, which the bundled embedder needs already, so it
takes no package more. A folder as the model hubs publish it will do: `tokenizer.json`,
and `model.onnx` beside it or in `onnx/`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tools.errors import LibraryError, UsageError
from tools.telemetry import load_onnxruntime
from tools.text.clean import scalar

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

__all__ = ["Logits", "PairModel"]

_WINDOW = 512
"""Tokens of a pair that are read, with the marks between: the models' usual limit."""
_MAX_CHARACTERS = 20_000
"""More than the window in any language; longer texts would only take time."""
_BATCH = 8
"""Pairs a call: sorted by length, small batches waste least on padding."""
_PADDING = ("[PAD]", "<pad>")
_INPUTS = ("input_ids", "attention_mask", "token_type_ids")


@dataclass(frozen=True, slots=True)
class Logits:
    """What a model gives for some pairs."""

    rows: NDArray[np.float64]
    """A row a pair, in their order, of as many numbers as the model has labels."""
    cut: Sequence[bool]
    """Whether a pair was longer than the window, so that its end was not read."""


class PairModel:
    """Reads pairs of texts; loaded at the first use."""

    def __init__(self, folder: Path, setting: str) -> None:
        """Find the files.

        Args:
            folder: Where they are.
            setting: The one that names the folder, which is also what it is called.

        Raises:
            UsageError: one is missing.
        """
        self.folder = folder
        self._setting = setting
        self._words = folder / "tokenizer.json"
        models = [folder / "model.onnx", folder / "onnx" / "model.onnx"]
        self._model = next((path for path in models if path.is_file()), models[0])
        missing = [path for path in (self._model, self._words) if not path.is_file()]
        if missing:
            raise UsageError(
                f"The {setting} {folder} has no {missing[0].name}. The setting "
                f"{setting} wants a folder that holds tokenizer.json, and model.onnx "
                "or onnx/model.onnx."
            )

    def read(self, pairs: Sequence[tuple[str, str]]) -> Logits:
        """Return the logits of some pairs, at least one.

        Raises:
            UsageError: the files are not those of such a model.
            LibraryError: the model failed, or gave what is no number.
        """
        encodings = self._tokenizer.encode_batch(
            [(_read(first), _read(second)) for first, second in pairs]
        )
        order = sorted(range(len(pairs)), key=lambda index: len(encodings[index].ids))
        batches = [order[at : at + _BATCH] for at in range(0, len(order), _BATCH)]
        several = [self._run([encodings[at] for at in batch]) for batch in batches]
        found = np.empty((len(pairs), several[0].shape[1]), np.float64)
        for batch, rows in zip(batches, several, strict=True):
            found[batch] = rows
        if not np.isfinite(found).all():
            raise LibraryError(
                f"The {self._setting} {self.folder} gave a score that is not a number. "
                "Use another model, or another form of it."
            )
        return Logits(found, [bool(each.overflowing) for each in encodings])

    def refusal(self, kind: str, why: str) -> UsageError:
        """Return the error for a model that is not of the kind that is wanted."""
        return UsageError(
            f"{self._model} is no {kind}: {why} Name another folder in {self._setting}."
        )

    def _run(self, encodings: "list[Encoding]") -> NDArray[np.float64]:
        feed = {
            name: _rows(name, encodings, self._padding).astype(kind)
            for name, kind in self._inputs.items()
        }
        try:
            outputs = self._session.run([self._output], feed)
        except Exception as error:
            raise LibraryError(
                f"The {self._setting} {self.folder} failed: {error}. Use another model."
            ) from error
        logits = np.asarray(outputs[0], np.float64)
        if logits.size == len(encodings):
            return logits.reshape(len(encodings), 1)
        if logits.ndim == 2 and len(logits) == len(encodings):
            return logits
        raise self.refusal(
            "cross-encoder",
            f"for {len(encodings)} pairs it gives an output of shape {logits.shape}.",
        )

    @cached_property
    def _inputs(self) -> dict[str, str]:
        """The inputs that the model has, and the type of number each one takes."""
        found = {each.name: each.type for each in self._session.get_inputs()}
        unknown = sorted(found.keys() - _INPUTS)
        if unknown or "input_ids" not in found:
            raise self.refusal(
                "cross-encoder",
                f"its inputs are {', '.join(sorted(found))}, where "
                f"{', '.join(_INPUTS)} are known.",
            )
        return {
            name: "int32" if kind == "tensor(int32)" else "int64"
            for name, kind in found.items()
        }

    @cached_property
    def _output(self) -> str:
        names = [each.name for each in self._session.get_outputs()]
        return "logits" if "logits" in names else str(names[0])

    @cached_property
    def _session(self) -> Any:
        onnxruntime = load_onnxruntime()
        try:
            return onnxruntime.InferenceSession(
                str(self._model), providers=["CPUExecutionProvider"]
            )
        except Exception as error:
            raise self._unreadable(self._model, error) from error

    @cached_property
    def _tokenizer(self) -> "Tokenizer":
        from tokenizers import Tokenizer

        try:
            tokenizer = Tokenizer.from_file(str(self._words))
        except Exception as error:
            raise self._unreadable(self._words, error) from error
        tokenizer.enable_truncation(_WINDOW)
        tokenizer.no_padding()
        return tokenizer

    @cached_property
    def _padding(self) -> int:
        found = (self._tokenizer.token_to_id(sign) for sign in _PADDING)
        return next((number for number in found if number is not None), 0)

    def _unreadable(self, path: Path, error: Exception) -> UsageError:
        return UsageError(
            f"The {self._setting}'s file {path} cannot be loaded: {error}. "
            f"Fetch it again, or name another folder in {self._setting}."
        )


def _read(text: str) -> str:
    return scalar(text[:_MAX_CHARACTERS])


def _rows(
    name: str, encodings: "Sequence[Encoding]", padding: int
) -> NDArray[np.int64]:
    """Return one input of the model, a row a pair, filled up to the longest."""
    width = max(len(encoding.ids) for encoding in encodings)
    filler = padding if name == "input_ids" else 0
    rows = np.full((len(encodings), width), filler, np.int64)
    for row, encoding in zip(rows, encodings, strict=True):
        values = {
            "input_ids": encoding.ids,
            "attention_mask": encoding.attention_mask,
            "token_type_ids": encoding.type_ids,
        }[name]
        row[: len(values)] = values
    return rows
