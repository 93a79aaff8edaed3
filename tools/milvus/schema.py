"""The schema of a library: its fields, and what is stored of how it was made."""

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from tools.errors import LibraryError
from tools.milvus.analyzers import Analyzer
from tools.milvus.engines import COLLECTION, TIMEOUT, is_embedded, is_python_lite

if TYPE_CHECKING:
    from pymilvus import CollectionSchema, MilvusClient

__all__ = ["Identity", "create", "describe", "schema_for"]

_SCHEMA_VERSION = 1
_MAX_TEXT = 32_000
"""Characters on Milvus Lite, bytes on a server: four thousand of any script fit."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What is stored with a library and must fit whoever opens it."""

    embedder: str
    dimension: int
    schema: int = _SCHEMA_VERSION
    full_text: bool = True
    """Whether the engine has BM25."""
    analyzer: Analyzer = "english"
    """How full-text search splits words; set when the library is made."""
    language: str = "en"
    """Of the documents that the library was made with, an ISO 639-1 code."""


def schema_for(identity: Identity, analyzer: str = "") -> "CollectionSchema":
    """Return the fields of a library; what is written to files has the same.

    An engine that lacks the analyzer of the library gets another, which is given.
    """
    from pymilvus import DataType, Function, FunctionType, MilvusClient

    schema = MilvusClient.create_schema(
        enable_dynamic_field=False, description=_encode(identity)
    )
    for name, length in (("document_key", 32), ("digest", 64)):
        schema.add_field(name, DataType.VARCHAR, max_length=length)
    schema.add_field("key", DataType.VARCHAR, max_length=64, is_primary=True)
    for name in ("document", "title", "heading", "source"):
        schema.add_field(name, DataType.VARCHAR, max_length=4096)
    for name in ("number", "count", "start_line", "end_line"):
        schema.add_field(name, DataType.INT64)
    schema.add_field("metadata", DataType.JSON)
    schema.add_field("text", DataType.VARCHAR, max_length=_MAX_TEXT)
    schema.add_field("dense", DataType.FLOAT_VECTOR, dim=identity.dimension)
    if identity.full_text:
        schema.add_field(
            "indexed",
            DataType.VARCHAR,
            max_length=_MAX_TEXT,
            enable_analyzer=True,
            analyzer_params={"type": analyzer or identity.analyzer},
        )
        schema.add_field("sparse", DataType.SPARSE_FLOAT_VECTOR)
        schema.add_function(
            Function(
                name="bm25",
                function_type=FunctionType.BM25,
                input_field_names=["indexed"],
                output_field_names=["sparse"],
            )
        )
    return schema


def create(
    client: "MilvusClient", uri: str, identity: Identity, name: str = COLLECTION
) -> None:
    """Create the collection that holds a library.

    The identity goes into the description and the properties: each engine keeps only
    one of the two.
    """
    index = client.prepare_index_params()
    exact = "FLAT" if is_embedded(uri) else "AUTOINDEX"
    index.add_index("dense", index_type=exact, metric_type="COSINE")
    if identity.full_text:
        inverted = "SPARSE_INVERTED_INDEX" if is_embedded(uri) else "AUTOINDEX"
        index.add_index("sparse", index_type=inverted, metric_type="BM25")
    client.create_collection(
        name,
        schema=schema_for(identity, "standard" if is_python_lite(uri) else ""),
        index_params=index,
        consistency_level="Strong",
        properties={"citeloop": _encode(identity)},
        timeout=TIMEOUT,
    )


def describe(client: "MilvusClient", uri: str) -> Identity | None:
    """Return what is stored with the library, None where there is no library.

    Raises:
        LibraryError: there is a collection of the name that Citeloop did not make.
    """
    if not client.has_collection(COLLECTION, timeout=TIMEOUT):
        return None
    found = client.describe_collection(COLLECTION, timeout=TIMEOUT)
    stored = (found.get("properties") or {}).get("citeloop") or found["description"]
    try:
        identity = Identity(**json.loads(stored))
    except (TypeError, ValueError) as error:
        raise LibraryError(
            f'The collection "{COLLECTION}" at {uri} was not made by Citeloop. '
            "Use another --library."
        ) from error
    if identity.schema != _SCHEMA_VERSION:
        raise LibraryError(
            f"The library {uri} has schema version {identity.schema}, this Citeloop "
            f"reads {_SCHEMA_VERSION}. Ingest its documents into a new --library."
        )
    _check_fields(uri, identity, {field["name"] for field in found["fields"]})
    client.load_collection(COLLECTION, timeout=TIMEOUT)
    return identity


def _check_fields(uri: str, identity: Identity, names: set[str]) -> None:
    """Raise if the collection lacks a field: Milvus would return rows without it."""
    wanted = {field.name for field in schema_for(identity).fields}
    if missing := sorted(wanted - names):
        raise LibraryError(
            f"The library {uri} lacks the field {', '.join(missing)}. "
            "Ingest its documents into a new --library."
        )


def _encode(identity: Identity) -> str:
    return json.dumps(asdict(identity))
