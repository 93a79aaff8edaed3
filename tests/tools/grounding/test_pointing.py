"""What says no more than where something stands."""

import pytest

from tools.grounding.pointing import points


@pytest.mark.parametrize(
    "words",
    [
        "", "See.", "Source:", "(Sources: and)", "This is found in.", "According to.",
        "This information can be found in.", "The answer is in the section.",
        "As described in the official documentation.", "You can find this in and.",
        "This is based on.", "The documentation explains this.", "It is supported by.",
        "See the documentation in for details.", "Siehe.", "来源：",
    ],
)  # fmt: skip
def test_it_says_no_more_than_where(words: str) -> None:
    assert points(words)


@pytest.mark.parametrize(
    "words",
    [
        "All documents are supported.", "It is supported.", "It is not stated in.",
        "The documentation explains sharding.", "It comes from Paris.",
        "Files are listed in the documents.", "It is read by default.",
        "This is shown on the proxy.", "This is found in version 2.4.",
        "These are found in no document.", "They may be deleted.",
    ],
)  # fmt: skip
def test_what_states_a_fact_points_to_nothing(words: str) -> None:
    assert not points(words)
