"""A type in one line, for a description: `{document: string, line?: number}`."""

import json
from collections.abc import Iterator

from agent.tool_schemas.shown.tool import mapping

__all__ = ["compact_type", "names_within"]

_WORDS = {"integer": "number", "null": "null"}


def compact_type(schema: object) -> str:
    """Return the type of a plain schema, with constants and the names of all keys."""
    known = mapping(schema)
    if constants := known.get("enum"):
        return " | ".join(json.dumps(each, ensure_ascii=False) for each in constants)
    if several := known.get("oneOf"):
        return " | ".join(map(compact_type, several))
    given = known.get("type")
    if isinstance(given, list):
        return " | ".join(_WORDS.get(str(each), str(each)) for each in given)
    if given == "array":
        inner = compact_type(known.get("items"))
        return f"({inner})[]" if " | " in inner else f"{inner}[]"
    if given == "object":
        return _object(known)
    return _WORDS.get(str(given), str(given)) if given else "any"


def names_within(schema: object) -> Iterator[str]:
    """Yield the names of all properties of a schema, at whatever depth."""
    known = mapping(schema)
    for name, each in mapping(known.get("properties")).items():
        yield name
        yield from names_within(each)
    if "items" in known:
        yield from names_within(known["items"])
    for each in known.get("oneOf") or ():
        yield from names_within(each)


def _object(schema: object) -> str:
    known = mapping(schema)
    properties = mapping(known.get("properties"))
    required = known.get("required") or ()
    written = (
        f"{name}{'' if name in required else '?'}: {compact_type(each)}"
        for name, each in properties.items()
    )
    return f"{{{', '.join(written)}}}" if properties else "object"
