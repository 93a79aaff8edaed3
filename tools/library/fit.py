"""Whether a library fits the embedder that it is opened with."""

from tools.embedding.embedder import Embedder
from tools.errors import LibraryError
from tools.milvus.schema import Identity

__all__ = ["check_fit"]


def check_fit(uri: str, identity: Identity, embedder: Embedder) -> None:
    """Raise a `LibraryError` if vectors of the two cannot be compared."""
    if identity.embedder != embedder.identity:
        raise LibraryError(
            f"The library {uri} was made with the embedder {identity.embedder} "
            f"({identity.dimension} dimensions); the settings name "
            f"{embedder.identity}. Set the embedder back, or use another --library."
        )
    if identity.dimension != embedder.dimension:
        raise LibraryError(
            f"The library {uri} holds vectors of {identity.dimension} dimensions; "
            f"{embedder.identity} makes {embedder.dimension}. "
            "Set the embedder back, or use another --library."
        )
