"""What servers say of quotas and of when to come again, as rows."""

from agent.testing.faults.fault import Fault, failing, in_body
from agent.testing.servers.replies import (
    Status,
)

__all__ = ["RATE_LIMITS"]


def limited(**headers: str) -> Status:
    """Return a 429 with these headers."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Status(429, failing("Slow down", 429), named)


_WAITING = {"CITELOOP_RETRY_SECONDS": "2"}
RATE_LIMITS: tuple[Fault, ...] = (
    *(
        Fault(f"B9-quota-{at}", f"429: {name} ({issue})",
              [Status(429, {"error": error})], code=3, requests=1, says=["127.0.0.1"])
        for at, (issue, name, error) in enumerate((
            ("langchainjs #1929", "insufficient_quota",
             {"message": "You exceeded your current quota",
              "type": "insufficient_quota", "code": "insufficient_quota"}),
            ("MIGPT #11", "a type alone",
             {"message": "No", "type": "insufficient_quota"}),
            ("openclaude #249", "words alone",
             {"message": "You exceeded your current quota, please check your plan and "
              "billing details."}),
            ("OpenAI", "billing_hard_limit_reached",
             {"message": "Billing hard limit", "code": "billing_hard_limit_reached"}),
            ("Moonshot", "exceeded_current_quota_error",
             {"message": "Your account is suspended",
              "type": "exceeded_current_quota_error"}),
            ("DeepSeek", "insufficient balance", {"message": "Insufficient Balance"}),
        ), 1)
    ),
    Fault("B9-quota-body", "200 with `insufficient_quota` in the body",
          [in_body({"error": {"message": "You exceeded your current quota",
                              "code": "insufficient_quota"}})],
          code=3, requests=1, says=["exceeded your current quota"]),
    Fault("B9-google", "a quota of each minute, with `retryDelay` (Roo-Code #3883)",
          [Status(429, {"error": {
              "code": 429, "status": "RESOURCE_EXHAUSTED",
              "message": "You exceeded your current quota, please check your plan and "
              "billing details.",
              "details": [{"@type": "type.googleapis.com/google.rpc.RetryInfo",
                           "retryDelay": "0.2s"}]}})],
          searches=1, requests=3, variables=_WAITING),
    *(
        Fault(f"B9-reset-{at}", f"429 with {headers} is waited for",
              [limited(**headers)], searches=1, requests=3, variables=_WAITING)
        for at, headers in enumerate((
            {"x_ratelimit_reset_requests": "200ms"},
            {"x_ratelimit_reset_tokens": "1s"},
            {"x_ratelimit_reset": "1"},
            {"retry_after_ms": "200"},
            {"ratelimit_reset": "0.2"},
            {"x_ratelimit_reset": "-5"},
            {"x_ratelimit_reset": "NaN"},
            {"x_ratelimit_reset": "soon"},
            {"x_ratelimit_reset": "1000000000"},
        ), 1)
    ),
    *(
        Fault(f"B9-long-{at}", f"429 with {headers} is not waited for ({issue})",
              [limited(**headers)], forever=True, code=4, requests=1,
              says=["Rate-limited by 127.0.0.1", f"try again in {seconds}"])
        for at, (issue, headers, seconds) in enumerate((
            ("hindsight #3508", {"x_ratelimit_reset_tokens": "6m0s"}, "360 s"),
            ("dirge #719", {"x_ratelimit_reset_requests": "2m59.56s"}, "180 s"),
            ("OpenAI", {"x_ratelimit_reset_requests": "1h2m3s"}, "3723 s"),
            ("OpenAI", {"x_ratelimit_reset_requests": "1d"}, "86400 s"),
            ("kinde #260", {"x_ratelimit_reset": "600"}, "600 s"),
            ("everruns #2280", {"x_ratelimit_reset": "4102444800"}, ""),
            ("everruns #2280", {"x_ratelimit_reset": "4102444800000"}, ""),
            ("Anthropic",
             {"anthropic_ratelimit_tokens_reset": "2099-01-01T00:00:00Z"}, ""),
            ("dirge #719", {"x_ratelimit_reset_requests": "1s",
                            "x_ratelimit_remaining_requests": "9",
                            "x_ratelimit_reset_tokens": "6m0s",
                            "x_ratelimit_remaining_tokens": "0"}, "360 s"),
        ), 1)
    ),
    Fault("B9-openrouter", "the reset in the body, in milliseconds (dirge #719)",
          [Status(429, failing("Slow down", 429, metadata={
              "headers": {"X-RateLimit-Reset": "4102444800000"}}))],
          forever=True, code=4, requests=1, says=["Rate-limited by 127.0.0.1"]),
    Fault("B9-500", "a reset beside another status is none of its pauses",
          [Status(500, failing("Died", 500), {"x-ratelimit-reset-tokens": "6m0s"})],
          searches=1, requests=3),
)  # fmt: skip
