"""What the tests of the wire share: each answer is asked for in both ways."""

import pytest


@pytest.fixture(params=[True, False], ids=["streaming", "whole"])
def stream(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)
