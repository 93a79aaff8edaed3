"""Test an agent of the Agents SDK, which is none of ours, with the pytest plugin.

`pip install citeloop pytest`, then `pytest examples/test_an_agent.py`.
"""

import subprocess
import sys

from agents import Agent, Runner, function_tool

from agent.testing.asserts import assert_calls, assert_not_called


@function_tool
def weather(city: str, days: int = 1) -> str:
    """Return the weather of a city for some days."""
    return f"{city}: rain for {days} days"


def test_it_looks_up_the_weather_and_answers(scripted_model, no_network) -> None:
    """An argument may be a condition; the order of calls is all the same."""
    lookup = ("weather", {"city": "Bergen", "days": 2})
    model = scripted_model(lookup, "Take an umbrella.")
    run = Runner.run_sync(Agent("packing", model=model, tools=[weather]), "Bergen?")
    assert_calls(run, [("weather", {"city": "Bergen", "days": {"le": 3}})])
    assert_not_called(run, "book_hotel")
    assert run.final_output == "Take an umbrella."


if __name__ == "__main__":
    sys.exit(subprocess.call([sys.executable, "-m", "pytest", "-q", __file__]))
