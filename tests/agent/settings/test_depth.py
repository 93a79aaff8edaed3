from agent.settings.depth import DEPTHS, Limits


def test_each_limit_is_set_by_itself() -> None:
    depth = DEPTHS["low"].limited(Limits(effort="high", max_cost=1.5))
    assert (depth.effort, depth.max_cost, depth.max_turns) == ("high", 1.5, 6)
