"""What dependencies would tell their makers is switched off before they are imported.

SECURITY.md lists what was found in them, and how it was looked for.
"""

import os
from types import ModuleType

__all__ = ["load_onnxruntime", "switch_off_telemetry"]

_OFF = {
    # onnxruntime 1.32 writes a device id under the user's cache folder and looks up
    # an address of Microsoft within a minute. `disable_telemetry_events()` comes too
    # late for both; the variable is read while the library is loaded.
    "ORT_DISABLE_TELEMETRY": "1",
    # Ray sends what it calls usage statistics from each cluster that it starts.
    "RAY_USAGE_STATS_ENABLED": "0",
    # huggingface-hub names our version and platform in each request; it is installed
    # with tokenizers, and an embedder of pymilvus-model may ask it for a model.
    "HF_HUB_DISABLE_TELEMETRY": "1",
    # What several others honour (consoledonottrack.com).
    "DO_NOT_TRACK": "1",
}
"""Variables of the environment, for this process and those that it starts."""


def switch_off_telemetry() -> None:
    """Set what dependencies read when they are imported; the user's own word stays."""
    for name, value in _OFF.items():
        os.environ.setdefault(name, value)


def load_onnxruntime() -> ModuleType:
    """Return onnxruntime, which tells nobody of it and prints errors alone."""
    switch_off_telemetry()
    import onnxruntime

    onnxruntime.set_default_logger_severity(3)
    loaded: ModuleType = onnxruntime
    return loaded
