"""What of a body tells of a failure, and what does not."""

from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.endpoints.complaints.pages import describe_page, is_page
from agent.endpoints.statuses import error_status
from tools.complaints import find_complaint, foreign_form


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"success": False, "errors": [{"code": 7, "message": "No"}]}, 500, "No"),
        ({"success": False, "msg": "No", "code": 401}, 401, "No"),
        ({"detail": "No"}, 500, "No"),
        ({"detail": [{"loc": ["body", 0], "msg": "No"}]}, 500, "body.0: No"),
        ({"detail": {"error": "No"}}, 500, "No"),
        ({"object": "error", "message": "No", "code": 400}, 400, "No"),
        ({"type": "error", "code": "server_is_overloaded", "message": "No"}, 503, "No"),
        (
            {"error": {"message": '{"error": {"message": "No"}}', "code": 429}},
            429,
            "No",
        ),
        ([{"error": {"code": 503, "message": "No"}}], 503, "No"),
        ({"error": {"type": "overloaded_error", "message": "No"}}, 529, "No"),
        ({"error": {"status": "UNAUTHENTICATED", "message": "No"}}, 401, "No"),
        ({"code": "InvalidApiKey", "message": "No", "request_id": "1"}, 401, "No"),
        ({"error": True, "message": "No"}, 500, "No"),
        ({"error": {"code": 502.0, "message": "No"}}, 502, "No"),
        ({"message": "No"}, 500, "No"),
    ],
)
def test_a_failure_is_found_in_whatever_form(
    body: Any, status: int, words: str
) -> None:
    found = find_complaint(body)
    assert found is not None
    assert found["message"] == words
    assert error_status(body) == status


@pytest.mark.parametrize(
    "body",
    [
        {"choices": [], "usage": {}}, {"choices": None}, {"error": None},
        {"error": "", "choices": []}, {"error": False, "choices": []},
        {"id": "1", "object": "chat.completion.chunk", "choices": []},
        {"type": "ping"}, {"status": "processing"}, {"code": 0, "msg": "ok"},
        {"code": 200, "message": "success"}, {"success": True, "message": "fine"},
        {"choices": [{"message": {"content": "detail"}}], "detail": "x"},
        {"object": "list", "data": []}, {"prompt_filter_results": []}, {}, [], None, 7,
    ],
)  # fmt: skip
def test_an_answer_a_keep_alive_and_nothing_are_none(body: Any) -> None:
    assert find_complaint(body) is None
    assert error_status(body) is None


@pytest.mark.parametrize(
    ("payload", "form"),
    [
        ({"object": "response", "output": []}, "the Responses API"),
        ({"type": "response.created"}, "the Responses API"),
        ({"type": "message_start"}, "Anthropic's Messages API"),
        ({"candidates": []}, "Gemini's own API"),
        ({"message": {}, "done": False}, "Ollama's own API"),
        ({"choices": [], "object": "response"}, None),
        ({"type": "ping"}, None),
    ],
)
def test_another_api_is_known_by_its_form(
    payload: dict[str, Any], form: str | None
) -> None:
    assert foreign_form(payload) == form


@pytest.mark.parametrize(
    ("page", "headers", "whose"),
    [
        ("<hr><center>nginx/1.2</center>", {}, " of nginx"),
        ("<center>openresty</center>", {"server": "cloudflare"}, " of openresty"),
        ("<html>x", {"server": "cloudflare"}, " of cloudflare"),
        ("<html>x", {"cf-ray": "1"}, " of Cloudflare"),
        ("<html>cloudflare", {}, " of Cloudflare"),
        ("<html>x", {"server": "awselb/2.0"}, " of AWS ELB"),
        ("<html>x", {"server": "Microsoft-Azure-Application-Gateway/v2"},
         " of Azure Application Gateway"),
        ("<html>x", {"x-azure-ref": "1"}, " of Azure Front Door"),
        ("<html>x", {"server": "\x1b[31m<b>"}, ""),
        ("<html><body>nginx</body>", {}, ""),
        ("<html>", {}, ""),
    ],
)  # fmt: skip
def test_a_page_is_its_gateways(page: str, headers: dict[str, str], whose: str) -> None:
    response = httpx2.Response(502, text=page, headers=headers)
    assert is_page(response)
    assert describe_page(response) == f"an HTML page{whose}"


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["error", "detail", "code", "message", "errors", "status"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


@given(body=json_values)
def test_no_json_breaks_it_and_a_failure_always_has_words_and_a_status(
    body: Any,
) -> None:
    found = find_complaint(body)
    assert (found is None) == (error_status(body) is None)
    if found is not None:
        assert isinstance(found["message"], str)
        assert 400 <= (error_status(body) or 0) <= 599


def test_words_of_any_size_and_depth_are_read_at_once() -> None:
    deep: Any = "No"
    for _ in range(900):
        deep = {"error": [deep]}
    assert find_complaint(deep) is not None
    large = find_complaint({"error": {"message": "[" * 10**6}})
    assert large is not None
    assert len(large["message"]) <= 2000
