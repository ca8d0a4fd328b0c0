"""Several calls at once, that succeed or fail as one."""

import asyncio

import pytest
from symposia.agents.concurrency import gather


async def soon(value: int) -> int:
    await asyncio.sleep(0)
    return value


async def failing(error: Exception, turns: int = 0) -> int:
    for _ in range(turns):
        await asyncio.sleep(0)
    raise error


async def test_results_come_by_name_in_the_order_given() -> None:
    assert list((await gather({"b": soon(1), "a": soon(2)})).items()) == [("b", 1), ("a", 2)]
    assert await gather({}) == {}


async def test_one_that_fails_cancels_the_others_and_is_raised_itself() -> None:
    stopped = False

    async def waiting() -> int:
        nonlocal stopped
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            stopped = True
            raise
        return 0

    with pytest.raises(KeyError, match="once"):
        await gather({"slow": waiting(), "bad": failing(KeyError("once"), turns=1)})
    assert stopped


async def test_of_two_that_fail_the_first_in_order_is_raised() -> None:
    with pytest.raises(ValueError, match="first"):
        await gather({"a": failing(ValueError("first")), "b": failing(KeyError("second"))})


async def test_the_cause_of_a_failure_is_kept() -> None:
    async def wrapped() -> int:
        try:
            raise KeyError("seven")
        except KeyError as error:
            raise ValueError("no") from error

    with pytest.raises(ValueError, match="no") as caught:
        await gather({"bad": wrapped()})
    assert isinstance(caught.value.__cause__, KeyError)
