"""Models behind an API, against a real HTTP server: an answer."""

from symposia.agents.accounting import Usage
from symposia.agents.message import Answer
from symposia.agents.models.api import Api
from symposia.agents.models.base import Writer
from symposia.tests.support.asking import ask
from symposia.tests.support.server import said


async def test_an_answer_comes_back_with_its_usage() -> None:
    answer = await ask(said("4"))
    assert answer == Answer(
        text="4", finish="eos", usage=Usage(prompt_tokens=11, completion_tokens=3, calls=1, cost=None)
    )


def test_an_api_is_a_writer() -> None:
    assert isinstance(Api("openai/m"), Writer)
