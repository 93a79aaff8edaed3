"""What is kept of a model, and when it is believed."""

import stat
from pathlib import Path

import pytest

from agent.endpoints.endpoint import Endpoint
from agent.modes.learnt import Learnt
from agent.modes.reasons import Reason
from agent.testing.servers.chat_server import Turn, serve
from tests.fakes.qwen import Model, answer_from, is_guided
from tools.library.library import Library

QWEN = Endpoint("http://localhost:8080/v1", "qwen2.5-coder", None)
GPT_OSS = Endpoint("http://localhost:8080/v1", "gpt-oss-20b", None)


def mode_of(learnt: Learnt, endpoint: Endpoint, version: str | None = None) -> str:
    lesson = learnt.of(endpoint, version)
    return lesson.mode if lesson else ""


@pytest.mark.parametrize(
    "reason", sorted(set(Reason) - {Reason.UNGROUNDED, Reason.FAILED})
)
def test_what_a_model_cannot_do_is_learnt_at_once(
    tmp_path: Path, reason: Reason
) -> None:
    learnt = Learnt(tmp_path)
    learnt.learn(QWEN, reason)
    assert mode_of(learnt, QWEN) == "guided"
    lesson = learnt.of(QWEN)
    assert lesson is not None
    assert reason.said in lesson.said
    assert lesson.date in lesson.said


@pytest.mark.parametrize(
    ("endpoint", "reason"),
    [(QWEN, Reason.UNGROUNDED), (GPT_OSS, Reason.NO_CALL), (GPT_OSS, Reason.DEBRIS)],
)
def test_what_may_be_chance_is_believed_the_second_time_in_a_row(
    tmp_path: Path, endpoint: Endpoint, reason: Reason
) -> None:
    learnt = Learnt(tmp_path)
    learnt.learn(endpoint, reason)
    assert mode_of(learnt, endpoint) == "agent"
    learnt.learn(endpoint, None)
    learnt.learn(endpoint, reason)
    assert mode_of(learnt, endpoint) == "agent"
    learnt.learn(endpoint, reason)
    assert mode_of(learnt, endpoint) == "guided"


def test_a_model_that_has_called_tools_is_not_given_up_for_one_slip(
    tmp_path: Path,
) -> None:
    learnt = Learnt(tmp_path)
    learnt.learn(QWEN, None)
    learnt.learn(QWEN, Reason.NO_CALL)
    assert mode_of(learnt, QWEN) == "agent"


def test_a_turn_that_failed_says_nothing_of_the_model(tmp_path: Path) -> None:
    Learnt(tmp_path).learn(QWEN, Reason.FAILED)
    assert not (tmp_path / "modes.json").exists()


def test_it_is_of_one_server_and_one_name_and_one_version(tmp_path: Path) -> None:
    learnt = Learnt(tmp_path)
    learnt.learn(QWEN, Reason.NO_CALL, "b6000")
    other = Endpoint("http://localhost:8081/v1", QWEN.model, None)
    renamed = Endpoint(QWEN.base_url, "qwen3", None)
    assert mode_of(learnt, other) == mode_of(learnt, renamed) == ""
    assert mode_of(learnt, QWEN, "b6001") == ""
    assert mode_of(learnt, QWEN, "b6000") == mode_of(learnt, QWEN) == "guided"


def test_the_file_is_for_nobody_else(tmp_path: Path) -> None:
    Learnt(tmp_path).learn(QWEN, Reason.NO_CALL)
    file = tmp_path / "modes.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff\xfe", b'{"lessons": [1]}', b"[]"]
)
def test_a_file_that_cannot_be_read_is_as_good_as_none_and_is_written_anew(
    tmp_path: Path, content: bytes
) -> None:
    learnt = Learnt(tmp_path)
    (tmp_path / "modes.json").write_bytes(content)
    assert learnt.of(QWEN) is None
    learnt.learn(QWEN, Reason.NO_CALL)
    assert mode_of(learnt, QWEN) == "guided"


def test_a_folder_that_cannot_be_written_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in its place")
    learnt = Learnt(tmp_path / "file")
    learnt.learn(QWEN, Reason.NO_CALL)
    assert learnt.of(QWEN) is None


def test_forgetting_says_how_many_there_were(tmp_path: Path) -> None:
    learnt = Learnt(tmp_path)
    learnt.learn(QWEN, Reason.NO_CALL)
    assert (learnt.forget(), learnt.forget()) == (1, 0)
    assert learnt.of(QWEN) is None


async def test_the_next_question_begins_as_the_last_one_ended(
    library: Library, tmp_path: Path
) -> None:
    turns = [Turn(content="I simply know it.")]
    with serve(Model(turns), ["qwen"]) as server:
        given = {"model": "qwen", "data_dir": tmp_path / "data", "server": server}
        await answer_from(library, [], **given)
        made = len(server.requests)
        answer, _ = await answer_from(library, [], **given)
    assert [is_guided(each) for each in server.requests[made:]] == [True]
    assert answer.mode == "guided"
    assert "qwen is known since" in answer.mode_reason
