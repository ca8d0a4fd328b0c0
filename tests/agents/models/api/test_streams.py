"""Answers that come piece by piece."""

import pytest
from symposia.agents.errors import (
    CallFailed,
)
from symposia.agents.models.api import Limits
from symposia.tests.support.asking import QUESTION, api, complaint
from symposia.tests.support.server import Server, failed, said, streamed


async def collect(server: Server, model: str = "openai/m") -> list[str]:
    return [piece async for piece in api(server, model).stream(QUESTION)]


@pytest.mark.parametrize("model", ["openai/m", "hosted_vllm/m"])
@pytest.mark.parametrize(
    ("pieces", "heard"),
    [
        (("It ", "is ", "4."), ["It ", "is ", "4."]),
        (("<thi", "nk>two and", " two</th", "ink>\n", "\n", "It is ", "4."), ["It is ", "4."]),
        (("<", "3"), ["<3"]),
        (("<",), ["<"]),
        (("<think>two and",), []),
    ],
)
async def test_a_stream_is_heard_piece_by_piece_without_its_reasoning(
    model: str, pieces: tuple[str, ...], heard: list[str]
) -> None:
    with Server(streamed(*pieces)) as server:
        assert await collect(server, model) == heard


async def test_the_beginning_of_a_stream_is_retried() -> None:
    with Server(failed(503), streamed("4")) as server:
        assert await collect(server) == ["4"]


async def test_a_stream_that_breaks_off_is_an_error() -> None:
    with Server(streamed("It ", "is", finish=None)) as server:
        assert "the stream broke off" in await complaint(collect(server), CallFailed)


async def test_a_stream_that_is_left_frees_its_slot() -> None:
    with Server(streamed("It ", "is"), said("4")) as server:
        model = api(server, limits=Limits(concurrency=1))
        stream = model.stream(QUESTION)
        assert await anext(stream) == "It "
        await stream.aclose()  # type: ignore[attr-defined]
        assert (await model.write(QUESTION)).text == "4"
