"""Whom the setting `checker` names, and who reads in which question."""

from pathlib import Path
from typing import Any

import pytest

from agent.checking.named import named_checker
from agent.endpoints.endpoint import Endpoint
from agent.settings.settings import Settings
from agent.testing.servers.chat_server import ChatServer, Turn, serve
from tests.agent.checking.readers import QUESTION, Model, is_checking
from tests.fakes.qwen import answer_from
from tests.tools.entailment.entailers import make_entailer
from tools.entailment.checker import EntailmentChecker
from tools.errors import CredentialsError, UsageError
from tools.grounding.support.finding import Support
from tools.library.library import Library


def named(checker: str, **given: Any) -> EntailmentChecker | Endpoint | None:
    return named_checker(Settings.load({"checker": checker, **given}))


def test_by_default_the_model_itself_reads_and_nothing_is_strict() -> None:
    settings = Settings.load({})
    assert (settings.checker, settings.strict) == ("auto", False)
    assert named("auto") is None
    assert named("none") is None


def test_a_model_of_a_provider_goes_by_the_providers_name_and_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(CredentialsError, match="GROQ_API_KEY"):
        named("groq:gpt-oss-20b")
    monkeypatch.setenv("GROQ_API_KEY", "gsk-1")
    found = named("groq:gpt-oss-20b", base_url="http://here/v1", api_key="sk-here")
    assert isinstance(found, Endpoint)
    assert (found.model, found.api_key) != ("gpt-oss-20b", None)
    assert found.api_key is not None
    assert found.api_key.get_secret_value() == "gsk-1"


def test_a_key_goes_to_a_checker_at_the_origin_that_it_is_for_alone() -> None:
    given = {"base_url": "http://here/v1", "api_key": "sk-here", "model": "big"}
    there, same = (
        named(f"{address} small", **given)
        for address in ("http://there/v1", "http://here/v1")
    )
    assert isinstance(there, Endpoint)
    assert isinstance(same, Endpoint)
    assert (there.base_url, there.model) == ("http://there/v1", "small")
    assert there.api_key is None
    assert same.api_key is not None


@pytest.mark.parametrize(
    "name", ["nowhere", "groq:", "other:model", "http://here/v1", "Auto"]
)
def test_what_is_neither_is_taken_for_a_folder_that_is_not_there(name: str) -> None:
    with pytest.raises(UsageError, match=f'no folder "{name}".*auto, none, PROVIDER'):
        named(name)


def test_a_blank_name_is_refused_with_its_origin() -> None:
    Path("citeloop.toml").write_text('checker = " "\n')
    with pytest.raises(UsageError, match=r"checker \(citeloop.toml\) is wrong"):
        Settings.load({}, trust_config=True)


def test_a_folder_without_labels_is_refused_before_any_question(
    tmp_path: Path,
) -> None:
    folder = make_entailer(tmp_path / "nli", config={})
    with pytest.raises(UsageError, match="no id2label"):
        named(str(folder))
    found = named(str(make_entailer(tmp_path / "nli")))
    assert isinstance(found, EntailmentChecker)


@pytest.mark.parametrize("mode", ["agent", "guided"])
async def test_another_model_is_asked_at_its_own_server_in_each_mode(
    library: Library, mode: str
) -> None:
    own, other = Model(), Model()

    def answering(request: dict[str, Any]) -> Turn:
        assert not is_checking(request)
        return own(request)

    with serve(other, ["reader"]) as second:
        answer, _ = await answer_from(
            library, answering, QUESTION, mode=mode, checker=f"{second.base_url} reader"
        )
    assert [each.support for each in answer.sentences] == [Support.CLOSE]
    assert _models(second) == ["reader"]
    assert answer.model == "gpt-oss-20b"


def _models(server: ChatServer) -> list[str]:
    return [request["model"] for request in server.requests]


async def test_a_checker_that_is_gone_leaves_the_answer_and_its_model(
    library: Library,
) -> None:
    with serve([]) as gone:
        address = gone.base_url
    answer, _ = await answer_from(
        library, Model(), QUESTION, mode="agent", checker=f"{address} reader",
        retry_seconds=0.1,
    )  # fmt: skip
    assert [each.support for each in answer.sentences] == [Support.UNCLEAR]
    assert (answer.stop_reason, answer.given_up) == ("answered", ())
