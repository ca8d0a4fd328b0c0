"""Tokens, calls and costs, added up."""

from symposia.agents import Usage


def test_costs_add_up_and_unknown_stays_unknown() -> None:
    free = Usage(prompt_tokens=1, completion_tokens=2, calls=1)
    paid = Usage(prompt_tokens=10, completion_tokens=20, calls=1, cost=0.5)
    assert free + paid == Usage(prompt_tokens=11, completion_tokens=22, calls=2, cost=0.5)
    assert (free + free).cost is None
