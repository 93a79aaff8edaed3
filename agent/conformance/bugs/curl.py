"""A request as a command that anybody can run."""

import json
import shlex
from collections.abc import Mapping
from typing import Any

__all__ = ["curl_of"]


def curl_of(
    base_url: str, path: str, request: Mapping[str, Any] | bytes, method: str = "POST"
) -> str:
    """Return a script for `sh` that sends a request and shows all that comes back.

    The key is read from API_KEY: none is written. Bytes that are no text are sent as
    they are, from a file beside it.
    """
    url = f"{base_url.rstrip('/')}/{path}"
    lines = [
        "#!/bin/sh",
        f"curl --no-buffer --include --request {method} {shlex.quote(url)} \\",
        '  --header "Authorization: Bearer ${API_KEY:-none}"',
    ]
    if isinstance(request, bytes):
        body = "@request.bin" if request else ""
    else:
        body = json.dumps(request, ensure_ascii=False)
    if body:
        lines[-1] += " \\"
        lines += [
            "  --header 'Content-Type: application/json' \\",
            f"  --data-binary {shlex.quote(body)}",
        ]
    return "\n".join(lines) + "\n"
