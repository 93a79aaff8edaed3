"""The language of documents, which decides how full-text search splits their words."""

from collections import Counter
from collections.abc import Sequence
from tempfile import gettempdir

from tools.errors import LibraryError

__all__ = ["detect_language"]

_SAMPLES = 100
_CHARACTERS = 500


def detect_language(texts: Sequence[str]) -> str:
    """Return the language of most texts as an ISO 639-1 code, such as `en` or `zh`.

    A hundred of them are looked at, spread evenly. Where none has the majority, as with
    source code, it is English.

    Raises:
        LibraryError: there is no room to unpack the model that tells languages.
    """
    import py3langid

    step = max(1, len(texts) // _SAMPLES)
    samples = [text[:_CHARACTERS] for text in texts[::step]]
    try:
        found = Counter(str(py3langid.classify(text)[0]) for text in samples)
    except OSError as error:  # the first call unpacks its model to a file
        raise LibraryError(
            f"The language of the documents cannot be told: {gettempdir()} took no "
            f"more ({error.strerror}). Free some space there, or set TMPDIR."
        ) from error
    language, count = found.most_common(1)[0] if found else ("en", 0)
    return language if 2 * count > len(samples) else "en"
