"""What the fixtures of the plugin give to a test of somebody else's agent."""

import socket

import pytest

from agent.testing.faults.table import FAULTS
from agent.testing.network import NetworkRefusedError, is_here, refuse_network
from agent.testing.playing import PLAYABLE, UnknownFaultError, faulty
from agent.testing.scripts import Turn, read_script, turn_of
from tests.agent.testing.pytest_runs import run_tests
from tools.errors import UsageError

pytest_plugins = ["pytester"]

ALL_OF_THEM = '''
import json, socket, urllib.request
import openai, pytest
from agents import Agent, Runner, function_tool
from agents.models.openai_chatcompletions import OpenAIChatCompletionsModel
from agent.testing.asserts import assert_calls
from agent.testing.network import NetworkRefusedError
from agent.testing.servers.harmony_server import Completion


@function_tool
def capital(country: str) -> str:
    """Return a capital."""
    return "Paris"


def ask(client, **rest):
    messages = [{"role": "user", "content": "Well?"}]
    return client.chat.completions.create(model="m", messages=messages, **rest)


def client_of(server):
    return openai.OpenAI(base_url=server.base_url, api_key="none", max_retries=0)


def test_scripted_model(scripted_model):
    model = scripted_model(("capital", {"country": "France"}), "It is Paris.")
    run = Runner.run_sync(Agent("a", model=model, tools=[capital]), "Capital?")
    assert run.final_output == "It is Paris."
    assert_calls(run, [("capital", {"country": "France"})])
    model.assert_complete()


def test_chat_server(chat_server):
    server = chat_server(["One.", ("capital", {"country": "France"})])
    other = chat_server(lambda request: request["messages"][-1]["content"] + "!")
    assert ask(client_of(server)).choices[0].message.content == "One."
    call = ask(client_of(server)).choices[0].message.tool_calls[0]
    assert json.loads(call.function.arguments) == {"country": "France"}
    streamed = ask(client_of(other), stream=True)
    assert "".join(e.choices[0].delta.content or "" for e in streamed) == "Well?!"
    assert len(server.requests) == 2


def test_a_fault_and_then_what_is_said(fault_server):
    server = fault_server("F34", then=["Here again."])
    with pytest.raises(openai.InternalServerError):
        ask(client_of(server))
    assert ask(client_of(server)).choices[0].message.content == "Here again."
    assert ask(client_of(server)).choices[0].message.content == "Here again."


def test_a_fault_that_goes_on(fault_server):
    server = fault_server("F36-401")
    with pytest.raises(openai.AuthenticationError):
        ask(client_of(server))
    with pytest.raises(openai.APIConnectionError):
        ask(client_of(fault_server("F41-refused")))


def test_a_fault_of_streams_alone_says_so(fault_server):
    with pytest.raises(openai.BadRequestError, match="exists in a stream alone"):
        ask(client_of(fault_server("F31")))


def test_harmony_server(harmony_server):
    server = harmony_server([Completion("<|channel|>final<|message|>Paris.<|return|>")])
    assert ask(client_of(server)).choices[0].message.content == "Paris."
    assert "Well?" in server.prompts[0]


def test_library_of(library_of):
    library = library_of({"storage.md": "# Storage\\n\\nThe metadata lies in etcd.",
                          "other.txt": "Whales are mammals, and sing."})
    (hits,) = library.search(["What keeps the metadata?"], 1)
    assert hits[0].passage.document == "storage.md"
    assert library_of({}).count() == 0


def test_no_network(no_network, chat_server):
    assert ask(client_of(chat_server(["Here."]))).choices[0].message.content == "Here."
    with pytest.raises(NetworkRefusedError, match="tried to reach example.com"):
        urllib.request.urlopen("http://example.com/")
    with pytest.raises(NetworkRefusedError, match="192.0.2.1"):
        socket.create_connection(("192.0.2.1", 80), 1)
    with pytest.raises(NetworkRefusedError, match="example.org"):
        ask(openai.OpenAI(base_url="http://example.org/v1", api_key="k", max_retries=0))
    assert no_network.hosts == ["example.com", "192.0.2.1", "example.org"]


def test_the_network_is_back_then():
    assert "watched" not in repr(socket.socket.connect)
'''


def test_each_fixture_does_what_it_says(pytester: pytest.Pytester) -> None:
    done = run_tests(pytester, ALL_OF_THEM)
    done.assert_outcomes(passed=ALL_OF_THEM.count("\ndef test_"))


def test_without_harmony_the_fixture_says_what_to_install(
    pytester: pytest.Pytester,
) -> None:
    pytester.makeconftest(
        "import importlib.util as util\n"
        "find = util.find_spec\n"
        "def absent(name, *rest):\n"
        "    return None if name == 'openai_harmony' else find(name, *rest)\n"
        "util.find_spec = absent\n"
    )
    done = run_tests(pytester, "def test_it(harmony_server): pass")
    done.assert_outcomes(errors=1)
    done.stdout.fnmatch_lines(["*not installed: openai_harmony*citeloop?check?*"])


def test_all_faults_that_a_server_can_have_are_there_by_their_names() -> None:
    left_out = {fault.id for fault in FAULTS} - PLAYABLE.keys()
    assert left_out == {"F41-key"}  # it is in the client


def test_a_name_that_no_fault_has_names_its_neighbours() -> None:
    with pytest.raises(UnknownFaultError, match="F31-line"), faulty("F31-lines"):
        pass


@pytest.mark.parametrize("wrong", [7, [], [("search", {}), "text"], ("search", 3)])
def test_what_is_no_turn_is_refused(wrong: object) -> None:
    with pytest.raises(UsageError, match="is no turn"):
        turn_of(wrong)  # type: ignore[arg-type]


def test_a_text_in_place_of_a_script_is_refused() -> None:
    with pytest.raises(UsageError, match="list of turns"):
        read_script("Paris.")


def test_a_turn_is_taken_as_it_is() -> None:
    turn = Turn(content="Paris.", finish="length")
    assert turn_of(turn) is turn


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("localhost", True), ("127.8.0.1", True), ("::1", True), ("", True),
        ("::", True), ("::ffff:127.0.0.1", True), ("::ffff:192.0.2.1", False),
        ("fe80::1%eth0", False), ("192.0.2.1", False), ("localhost.example", False),
    ],
)  # fmt: skip
def test_which_hosts_are_this_machine(host: str, here: bool) -> None:
    assert is_here(host) is here


def test_a_datagram_and_a_look_up_are_refused_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    refused = refuse_network(monkeypatch.setattr)
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender,
        pytest.raises(NetworkRefusedError),
    ):
        sender.sendto(b"x", ("192.0.2.1", 53))
    with pytest.raises(NetworkRefusedError, match="no_network"):
        socket.gethostbyname("example.com")
    assert socket.gethostbyname("127.0.0.1") == "127.0.0.1"
    assert socket.getaddrinfo("192.0.2.1", 80)  # a number is nobody's question
    assert refused.hosts == ["192.0.2.1", "example.com"]
