"""The exported reward, loaded as verl loads it: verl's own formula, ragged batches, and judges that fail."""

import json
import math
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from symposia.agents.models.api.library import library
from symposia.tests.support.fake_verl import MANAGERS, loaded, reply, stand_in
from symposia.trainers.multiturn.verl.folder import write_verl
from symposia.trainers.multiturn.verl.settings import VerlSettings

from .test_folder import ROWS

PROMPT = [{"role": "system", "content": "Ask."}, {"role": "user", "content": "Sort."}]
EXTRA = {"prompt": PROMPT, "interaction_kwargs": {"single_turn_prompt": "Sort c a."}}
WEIGHTS = {"accuracy": 1.0, "interactivity": 1.0, "token_amount": -1e-4}


@pytest.fixture
def reward(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The exported reward file as a module."""
    stand_in(monkeypatch)
    write_verl(tmp_path, ROWS, VerlSettings())
    return loaded(tmp_path / "reward_function.py")


def talk(*said: str) -> list[SimpleNamespace]:
    """The messages of a future, after the prompt."""
    turns = [SimpleNamespace(**one) for one in PROMPT]
    return turns + [
        SimpleNamespace(role="user" if place % 2 else "assistant", content=text) for place, text in enumerate(said)
    ]


def batch(*futures: list[Any], index: list[str] | None = None) -> SimpleNamespace:
    """A batch of responses of two tokens each, the second row one shorter."""
    size = len(futures)
    mask = torch.ones(size, 5, dtype=torch.long)
    mask[1:2, -1] = 0
    tensors = {"prompts": torch.zeros(size, 3), "responses": torch.zeros(size, 2, dtype=torch.long)}
    rows = {
        "data_source": ["collabllm"] * size,
        "ground_truth": ["a c"] * size,
        "extra_info": [EXTRA] * size,
        "messages": [{"messages": list(each)} for each in futures],
        "index": index or [str(number) for number in range(size)],
    }
    return SimpleNamespace(batch={**tensors, "attention_mask": mask}, non_tensor_batch=rows)


def manager(reward: Any, compute: Any = None, **weights: float) -> Any:
    """The registered manager."""
    return MANAGERS["symposia"](None, 0, compute, metric_weights=weights or WEIGHTS, llm_judge_kwargs={"model": "m"})


def given(scores: dict[str, dict[str, float]]) -> Any:
    """Scores of futures by their first answer."""

    async def compute(source: Any, messages: Any, truth: Any, extra: Any, metrics: Any, **judge: Any) -> Any:
        return {name: torch.tensor(scores[messages[2].content][name]) for name in metrics}

    return compute


def test_the_reward_is_that_of_verls_formula(reward: Any) -> None:
    """The numbers of the specification: 2/3 + .8 - .051, and 1 + 1 - 1 where words are bounded."""
    few = {"a": (1.0, 0.7, 420.0), "b": (0.0, 0.8, 610.0), "c": (1.0, 0.9, 500.0)}
    many = {"d": (1.0, 1.0, 12000.0), "e": (1.0, 1.0, 15000.0), "f": (1.0, 1.0, 9000.0)}
    scores = {name: dict(zip(WEIGHTS, values, strict=True)) for name, values in {**few, **many}.items()}
    found = manager(reward, given(scores))(batch(*([talk(name) for name in some] for some in (few, many))))
    assert found.tolist() == [[0.0, pytest.approx(1.41567, abs=1e-5)], [pytest.approx(1.0), 0.0]]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_response_that_was_cut_off_scores_minus_1_and_changes_no_other(reward: Any, order: tuple[int, int]) -> None:
    futures = [[], [talk("a"), talk("a")]]
    found = manager(reward, given({"a": {"accuracy": 1.0}}), accuracy=1.0)(batch(*(futures[place] for place in order)))
    assert [found.sum(dim=1).tolist()[order.index(place)] for place in (0, 1)] == [-1.0, 1.0]


def test_a_future_without_a_score_is_left_out_and_is_no_0(reward: Any) -> None:
    scores = {"a": {"accuracy": 1.0}, "lost": {"accuracy": math.nan}}
    found = manager(reward, given(scores), accuracy=1.0)(batch([talk("a"), talk("lost")], [talk("a")]))
    assert found.sum(dim=1).tolist() == [1.0, 1.0]


def test_a_response_without_a_scored_future_has_the_mean_of_its_group(reward: Any) -> None:
    scores = {"a": {"accuracy": 1.0}, "b": {"accuracy": 0.5}, "lost": {"accuracy": math.nan}}
    futures = batch([talk("a")], [talk("lost")], [talk("b")], index=["q", "q", "q"])
    found = manager(reward, given(scores), accuracy=1.0)(futures)
    assert found.sum(dim=1).tolist() == [1.0, 0.75, 0.5]
    with pytest.raises(RuntimeError, match="no future of a whole group could be scored"):
        manager(reward, given(scores), accuracy=1.0)(batch([talk("lost")], [talk("a")]))


def test_an_unknown_metric_is_refused(reward: Any) -> None:
    with pytest.raises(ValueError, match="no metric named acuracy"):
        manager(reward, acuracy=1.0)


async def test_metrics_read_the_conversation_and_words_are_the_assistants(
    reward: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    prompts: list[str] = []

    async def judge(messages: list[dict[str, str]], **options: Any) -> Any:
        prompts.append(messages[0]["content"])
        return reply('Yes {not json}. {"thought": "ok", "accuracy": 1, "interactivity": 0.5}')

    monkeypatch.setattr(library(), "acompletion", judge)
    messages = talk("<think>hm</think>Which letters?<|im_end|>", "c and a please", "a c", "thanks", "any time", "over")
    found = await reward.conversation_level_reward_func("x", messages, "a c", EXTRA, list(WEIGHTS), model="m")
    assert {name: value.item() for name, value in found.items()} == {
        "accuracy": 1.0,
        "interactivity": 0.5,
        "token_amount": 6.0,
    }
    for prompt in prompts:
        assert "User: Sort.\n\nAssistant: Which letters?\n\nUser: c and a please" in prompt
        assert "over" not in prompt.split("Assistant: any time")[1].split("</")[0]
        assert "hm" not in prompt.split("Assistant")[1]
    assert messages[2].content.startswith("<think>")


async def test_a_judge_that_fails_is_tried_again_and_then_no_number(
    reward: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = iter(["no", '{"accuracy": 2}', '{"accuracy": 1}', *["no"] * 4])

    async def judge(**options: Any) -> Any:
        return reply(next(said))

    async def at_once(seconds: float) -> None:
        assert 0 < seconds <= reward.LONGEST_WAIT

    monkeypatch.setattr(library(), "acompletion", judge)
    monkeypatch.setattr(reward.asyncio, "sleep", at_once)
    for expected in (1.0, math.nan):
        found = await reward.conversation_level_reward_func("x", talk("a"), "a c", EXTRA, ["accuracy"], model="m")
        assert found["accuracy"].item() == pytest.approx(expected, nan_ok=True)


async def test_documents_are_compared_by_the_bleu_of_our_grader(reward: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def judge(**options: Any) -> Any:
        return reply(json.dumps({"final_completion": "the cat sat on the hat"}))

    monkeypatch.setattr(library(), "acompletion", judge)
    found = await reward.conversation_level_reward_func(
        "x", talk("a"), "the cat sat on the mat", EXTRA, ["bleu_score"], model="m"
    )
    assert found["bleu_score"].item() == pytest.approx(0.886705, abs=5e-7)
    assert reward.bleu("the cat sat on the mat", "xyz") == 0.0
