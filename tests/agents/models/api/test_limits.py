"""Waits, concurrency and requests a minute."""

import asyncio
from collections.abc import Callable

import pytest
from symposia.agents.errors import (
    BadModel,
)
from symposia.agents.models.api import Limits
from symposia.agents.models.api.limits import Gate, retry_after
from symposia.tests.support.asking import QUESTION, api, complaint
from symposia.tests.support.server import Server, said


def test_waits_double_up_to_the_longest_and_never_undercut_the_server() -> None:
    limits = Limits(first_wait=1.0, longest_wait=8.0)
    ranges = [(0.5, 1.0), (1.0, 2.0), (2.0, 4.0), (4.0, 8.0), (4.0, 8.0)]
    assert all(low <= limits.wait(retry, None) <= high for retry, (low, high) in enumerate(ranges, start=1))
    assert limits.wait(1, 5.0) == 5.0


def test_retry_after_is_read_as_seconds_or_as_a_date() -> None:
    assert retry_after({"retry-after": "2.5"}) == 2.5
    assert retry_after({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}) == 0.0
    assert retry_after({"retry-after": "soon"}) is None
    assert retry_after({}) is None


async def test_a_cancelled_call_hangs_up_and_frees_its_slot() -> None:
    with Server(said("late").after(30), said("4")) as server:
        model = api(server, limits=Limits(concurrency=1))
        call = asyncio.create_task(model.write(QUESTION))
        assert await asyncio.to_thread(server.asked.wait, 10)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert await asyncio.to_thread(server.hung_up.wait, 10)
        assert (await model.write(QUESTION)).text == "4"


async def test_models_of_one_server_share_its_concurrency() -> None:
    with Server(*[said("4").after(0.05)] * 6) as server:
        models = [api(server, "openai/a", Limits(concurrency=2)), api(server, "hosted_vllm/b", Limits(concurrency=2))]
        await asyncio.gather(*(model.write(QUESTION) for model in models * 3))
    assert server.most_at_once == 2


async def test_models_of_one_server_cannot_have_different_limits() -> None:
    with Server(said("4")) as server:
        await api(server, limits=Limits(concurrency=2)).write(QUESTION)
        text = await complaint(api(server, limits=Limits(per_minute=6)).write(QUESTION), BadModel)
    assert text == (
        "http://127.0.0.1:PORT/v1: limits of 8 at once and 6.0 per minute, but another model there has 2 and any "
        "number. Give all models of one server the same."
    )


class TimeTravel(asyncio.SelectorEventLoop):
    """An event loop without input in which nobody waits: the clock jumps to the next timer."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self._selector.select = self._jump  # type: ignore[attr-defined]

    def time(self) -> float:
        return self.now

    def _jump(self, timeout: float | None) -> list[object]:
        self.now += timeout or 0.0
        return []


def in_virtual_time(moments: Callable[[Gate, Callable[[], float]], object], limits: Limits) -> object:
    loop = TimeTravel()
    try:
        return loop.run_until_complete(moments(Gate(limits), loop.time))  # type: ignore[arg-type]
    finally:
        loop.close()


async def passing(gate: Gate, time: Callable[[], float]) -> float:
    async with gate.enter():
        return round(time(), 6)


def test_requests_are_spaced_over_the_minute() -> None:
    async def moments(gate: Gate, time: Callable[[], float]) -> list[float]:
        return await asyncio.gather(*(passing(gate, time) for _ in range(4)))

    assert in_virtual_time(moments, Limits(per_minute=30)) == [0.0, 2.0, 4.0, 6.0]


def test_one_request_that_must_wait_holds_all() -> None:
    async def moments(gate: Gate, time: Callable[[], float]) -> list[float]:
        gate.hold(7.0)
        return await asyncio.gather(*(passing(gate, time) for _ in range(2)))

    assert in_virtual_time(moments, Limits()) == [7.0, 7.0]


def test_waits_are_spread_at_random_so_that_clients_do_not_come_back_together() -> None:
    limits = Limits(first_wait=1.0, longest_wait=8.0)
    waits = [limits.wait(1, None) for _ in range(200)]
    assert len(set(waits)) > 190
    assert 0.5 <= min(waits) < 0.55
    assert 0.95 < max(waits) <= 1.0
