"""A key that is known never reaches a tape, in whichever form."""

import json
import stat
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, quote_plus

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.recording.keys import known_keys, require_no_key
from agent.recording.session import TapeSession
from agent.recording.tape import Tape, TapeError
from tests.agent.recording.taping import AT, InMemory, recording, tape_of

KEY = 'sk-pläne+"/x9\\Q7~z'
Scrub = Callable[[Tape], Tape]
FORMS: list[Callable[[str, str], str]] = [
    lambda key, _: key,
    lambda key, _: json.dumps(key),
    lambda key, _: json.dumps(key, ensure_ascii=False),
    lambda key, _: quote(key, safe=""),
    lambda key, _: quote_plus(key),
    lambda key, before: b64encode((before + key + "..").encode()).decode(),
    lambda key, before: urlsafe_b64encode((before + key).encode()).decode(),
]
text = st.text(st.characters(codec="ascii"), max_size=20)


@given(st.sampled_from(FORMS), text, text, st.integers(0, 200))
def test_a_key_in_a_response_is_refused_wherever_it_is_split(
    form: Callable[[str, str], str], before: str, after: str, split: int
) -> None:
    body = (before + form(KEY, before) + after).encode()
    tape = tape_of(recording({}, body[:split], body[split:]))
    with pytest.raises(TapeError, match="holds a key in its response") as raised:
        require_no_key(tape, [KEY])
    assert KEY not in str(raised.value)


@given(st.integers(1, len(KEY) - 1))
def test_a_key_that_comes_token_by_token_is_refused(split: int) -> None:
    frames = [
        f"data: {json.dumps({'choices': [{'delta': {'content': each}}]})}\n\n".encode()
        for each in (KEY[:split], KEY[split:])
    ]
    with pytest.raises(TapeError, match="holds a key"):
        require_no_key(tape_of(recording({}, *frames)), [KEY])


@given(text, text)
def test_a_key_in_a_request_is_refused(before: str, after: str) -> None:
    asked = {"messages": [{"content": before + KEY + after}]}
    with pytest.raises(TapeError, match="in its request"):
        require_no_key(tape_of(recording(asked, b"x")), [KEY])


def test_a_key_in_escapes_that_json_need_not_write_is_refused() -> None:
    escaped = "".join(f"\\u{ord(each):04x}" for each in KEY)
    whole = f'{{"choices": [{{"message": {{"content": "{escaped}"}}}}]}}'.encode()
    with pytest.raises(TapeError, match="holds a key"):
        require_no_key(tape_of(recording({}, whole)), [KEY])


def test_a_key_in_the_header_is_refused() -> None:
    with pytest.raises(TapeError, match="header"):
        require_no_key(tape_of(model=f"m?key={KEY}"), [KEY])


@given(text)
def test_what_holds_no_key_is_written(content: str) -> None:
    tape = tape_of(recording({"content": content}, content.encode()))
    require_no_key(tape, [KEY])


def test_keys_of_the_environment_are_known_by_their_names() -> None:
    environment = {"OPENAI_API_KEY": "secret-1", "HF_TOKEN": "secret-2", "HOME": "/r"}
    assert known_keys(["given-key"], environment) == [
        "given-key",
        "secret-1",
        "secret-2",
    ]


async def _recorded(
    path: Path, said: bytes, scrub: Scrub = lambda tape: tape
) -> TapeSession:
    session = TapeSession(
        path, "all", keys=[KEY], network=lambda: InMemory(lambda _: [said]), scrub=scrub
    )
    async with httpx2.AsyncClient(transport=session.transport()) as client:
        await client.post(AT, json={})
    return session


async def test_no_file_is_written_if_a_server_says_the_key(tmp_path: Path) -> None:
    path = tmp_path / "a.tape"
    session = await _recorded(path, f"your key is {KEY}".encode())
    with pytest.raises(TapeError, match="not written"):
        session.save()
    assert not path.exists()


async def test_what_is_written_is_for_nobody_else_to_read(tmp_path: Path) -> None:
    path = tmp_path / "a.tape"
    (await _recorded(path, b"fine")).save()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_what_is_scrubbed_is_written(tmp_path: Path) -> None:
    path = tmp_path / "a.tape"
    session = await _recorded(path, KEY.encode(), scrub=lambda _: tape_of())
    session.save()
    assert KEY not in path.read_text()
