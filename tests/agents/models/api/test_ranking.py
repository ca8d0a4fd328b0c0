"""Choices among labels by the log-probabilities that a server shows."""

from typing import Any

import pytest
from symposia.agents import Ask, Team
from symposia.agents.loading import ModelSettings, load
from symposia.agents.models.api import RankingApi
from symposia.tests.support.server import Reply, Server, completion, failed, said

LABELS = ("m", "M")


def shown(text: str, **top: float) -> Reply:
    """A reply with the likeliest first tokens."""
    likely = [{"token": token, "logprob": value, "bytes": None} for token, value in top.items()]
    first = {"token": text, "logprob": -0.1, "bytes": None, "top_logprobs": likely}
    return completion({"content": text}, logprobs={"content": [first]})


async def chosen(*replies: Reply, times: int = 1) -> tuple[list[Any], list[dict[str, Any]]]:
    with Server(*replies) as server:
        model = load(f"api:openai/m@{server.url}", ModelSettings(logprobs=True))
        assert isinstance(model, RankingApi)
        team = Team({"ann": model})
        found = [await team.choose("ann", Ask(text="m or M?"), LABELS) for _ in range(times)]
    return found, [asked.body for asked in server.requests]


async def test_labels_are_ranked_by_their_log_probabilities() -> None:
    (choice,), (asked,) = await chosen(shown("M", M=-0.1, m=-2.5, The=-5.0))
    assert choice.logprobs == (-2.5, -0.1)
    assert choice.ranking == (1, 0)
    assert choice.usage.completion_tokens == 3
    assert (asked["logprobs"], asked["top_logprobs"]) == (True, 5)


async def test_a_label_that_is_not_shown_has_no_probability_and_spellings_add_up() -> None:
    (choice,), _ = await chosen(shown("M", **{"M": -1.0, " M": -1.0}))
    assert choice.logprobs == pytest.approx((-1e4, -0.306853), abs=1e-5)


@pytest.mark.parametrize("reply", [said("M is better"), shown("M is better", The=-0.1, I=-2.0)])
async def test_without_any_the_choice_is_what_the_reply_names(reply: Reply) -> None:
    (choice,), _ = await chosen(reply)
    assert (choice.logprobs, choice.named) == ((), (1,))


async def test_a_model_that_shows_none_is_asked_without_and_never_again_with() -> None:
    refusal = failed(400, "Unsupported parameter: 'logprobs' is not supported with this model.")
    choices, asked = await chosen(refusal, said("m"), said("M"), times=2)
    assert [choice.named for choice in choices] == [(0,), (1,)]
    assert ["logprobs" in body for body in asked] == [True, False, False]
    assert ["top_logprobs" in body for body in asked] == [True, False, False]


async def test_a_filtered_prompt_chooses_nothing() -> None:
    (choice,), _ = await chosen(failed(400, "filtered", code="content_filter"))
    assert choice.ranking == ()
