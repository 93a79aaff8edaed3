"""Loads the reranker that a setting names."""

from pathlib import Path

from tools.errors import UsageError
from tools.reranking.reranker import Reranker

__all__ = ["load_reranker"]


def load_reranker(
    name: str, base_url: str | None = None, api_key: str | None = None
) -> Reranker:
    """Return the reranker that a setting names.

    Args:
        name: The folder of a cross-encoder; with a `base_url`, a model's name there.
        base_url: An endpoint that has `/rerank` under it.
        api_key: The key of that endpoint.

    Raises:
        UsageError: there is no such folder, or it lacks a file.
    """
    if base_url:
        from tools.reranking.endpoint import EndpointReranker

        return EndpointReranker(name, base_url, api_key)
    folder = Path(name).expanduser()
    if not folder.is_dir():
        raise UsageError(
            f'There is no folder "{name}" to take the reranker from. Correct reranker, '
            "or set reranker_base_url to an endpoint that has this model."
        )
    from tools.reranking.cross_encoder import CrossEncoder

    return CrossEncoder(folder)
