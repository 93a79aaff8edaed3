"""A cross-encoder from a folder of the user's own, on this machine.

It runs on onnxruntime and tokenizers, which the bundled embedder needs already, so it
takes no package more. A folder as the model hubs publish it will do, for example of
ms-marco-MiniLM-L6-v2 or bge-reranker-v2-m3: `tokenizer.json`, and `model.onnx` beside
it or in `onnx/`.
"""

from collections.abc import Sequence
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

__all__ = ["CrossEncoder"]

_WINDOW = 512
"""Tokens of a pair that are read, with the marks between: the models' usual limit."""
_MAX_CHARACTERS = 20_000
"""More than the window in any language; longer texts would only take time."""
_BATCH = 8
"""Pairs a call: sorted by length, small batches waste least on padding."""
_PADDING = ("[PAD]", "<pad>")
_INPUTS = ("input_ids", "attention_mask", "token_type_ids")


class CrossEncoder:
    """Reads a query and a text as one input, and gives one logit: is it an answer?"""

    def __init__(self, folder: Path) -> None:
        """Find the files; they are loaded at the first use.

        Raises:
            UsageError: one is missing.
        """
        self.identity = f"cross-encoder:{folder.resolve().name}"
        self._folder = folder
        self._words = folder / "tokenizer.json"
        models = [folder / "model.onnx", folder / "onnx" / "model.onnx"]
        self._model = next((path for path in models if path.is_file()), models[0])
        missing = [path for path in (self._model, self._words) if not path.is_file()]
        if missing:
            raise UsageError(
                f"The reranker {folder} has no {missing[0].name}. The setting reranker "
                "wants a folder that holds tokenizer.json, and model.onnx or "
                "onnx/model.onnx."
            )

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        """Return the logit of each text, in their order.

        Of two logits (no, yes) it is the second minus the first.

        Raises:
            UsageError: the files are not those of a cross-encoder.
            LibraryError: the model failed.
        """
        query = scalar(query[:_MAX_CHARACTERS])
        pairs = [(query, scalar(text[:_MAX_CHARACTERS])) for text in texts]
        encodings = self._tokenizer.encode_batch(pairs)
        order = sorted(range(len(texts)), key=lambda index: len(encodings[index].ids))
        found = np.empty(len(texts), np.float64)
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            found[batch] = self._run([encodings[index] for index in batch])
        if not np.isfinite(found).all():
            raise LibraryError(
                f"The reranker {self._folder} gave a score that is not a number. "
                "Use another model, or another form of it."
            )
        return [float(score) for score in found]

    def _run(self, encodings: "list[Encoding]") -> NDArray[np.float64]:
        feed = {
            name: _rows(name, encodings, self._padding).astype(kind)
            for name, kind in self._inputs.items()
        }
        try:
            outputs = self._session.run([self._output], feed)
        except Exception as error:
            raise LibraryError(
                f"The reranker {self._folder} failed: {error}. Use another model."
            ) from error
        logits = np.asarray(outputs[0], np.float64)
        if logits.size == len(encodings):
            return logits.reshape(len(encodings))
        if logits.shape == (len(encodings), 2):
            return np.asarray(logits[:, 1] - logits[:, 0])
        raise UsageError(
            f"{self._model} is no cross-encoder: for {len(encodings)} pairs it gives "
            f"an output of shape {logits.shape}, where one or two numbers a pair are "
            "wanted. Name another folder in reranker."
        )

    @cached_property
    def _inputs(self) -> dict[str, str]:
        """The inputs that the model has, and the type of number each one takes."""
        found = {each.name: each.type for each in self._session.get_inputs()}
        unknown = sorted(found.keys() - _INPUTS)
        if unknown or "input_ids" not in found:
            raise UsageError(
                f"{self._model} is no cross-encoder: its inputs are "
                f"{', '.join(sorted(found))}, where {', '.join(_INPUTS)} are known. "
                "Name another folder in reranker."
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
            f"The reranker's file {path} cannot be loaded: {error}. "
            "Fetch it again, or name another folder in reranker."
        )


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
