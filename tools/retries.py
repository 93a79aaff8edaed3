"""The one policy by which the library's calls are tried again.

Model calls have theirs in `agent.endpoints.retried_model`.
"""

from tenacity import (
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    wait_exponential,
)

__all__ = ["retrying"]


def retrying(*failures: type[Exception], attempts: int = 3) -> Retrying:
    """Return an iterator of three attempts, half a second and a second apart.

    Each further one comes after twice the pause, and after 4 s at most.

    Only the named failures are tried again; the last one is raised as it is.
    """
    return Retrying(
        retry=retry_if_exception_type(failures),
        stop=stop_after_attempt(attempts),
        wait=wait_exponential(multiplier=0.5, max=4),
        reraise=True,
    )
