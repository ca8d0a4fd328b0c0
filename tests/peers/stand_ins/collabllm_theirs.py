"""Runs the original package with a scripted LLM, and its readers on our files; prints what came of it as JSON.

python collabllm_theirs.py conversations.json rows.jsonl
"""

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import litellm
import setuptools  # noqa: F401 - brings distutils, which the package imports
from collabllm.datasets import MultiturnDataset
from collabllm.metric import BaseMetric, SingleTurnOrChatMetric
from collabllm.modules import UserSimulator
from collabllm.reward import multiturn_aware_reward
from collabllm.synthetic import generate_multiturn_dataset
from collabllm_game import (
    CANDIDATES,
    FUTURES,
    GOALS,
    MESSAGES,
    WEIGHTS,
    WINDOW,
    Assistant,
    User,
    delivered,
    heard,
    right,
)
from datasets import Dataset
from nltk.translate.bleu_score import sentence_bleu

COMMON = {
    "task_desc": "a game",
    "user_generation_kwargs": {"model": "user"},
    "assistant_generation_kwargs": {"model": "assistant"},
    "reward_generation_kwargs": {"model": "judge"},
    "metric_names": list(WEIGHTS),
    "metric_weights": list(WEIGHTS.values()),
    "max_workers": 1,
}


def completion(user: User, assistant: Assistant) -> Callable[..., Any]:
    """In place of litellm's function: the model's name says who speaks."""

    def reply(*, model: str, messages: list[dict[str, str]], **_: Any) -> Any:
        text = messages[-1]["content"]
        if model == "assistant":
            said = assistant.says([(one["role"], one["content"]) for one in messages if one["role"] != "system"])
        elif model == "user":
            goal = next(goal for goal, _ in GOALS if goal in text)
            said = json.dumps({"current_answer": "", "thought": "", "response": user.says(goal, heard(text))})
        else:
            mine = [one for role, one in heard(text) if role == "assistant"]
            said = json.dumps({"thought": "", "final_completion": delivered(mine)})
        return SimpleNamespace(choices=[SimpleNamespace(message=SimpleNamespace(content=said))])

    return reply


def metric(name: str, score: Callable[..., float]) -> None:
    """Register a metric that is a function of reference, extracted text and the assistant's messages."""

    class Registered(BaseMetric):
        def score(
            self, prompt: str, groundtruth: str, completion: Any, messages: Any = None, metadata: Any = None
        ) -> Any:
            return score(groundtruth, completion, [one["content"] for one in messages if one["role"] == "assistant"])

    SingleTurnOrChatMetric.register_metric(name)(Registered)


def single_turn(goal: str) -> dict[str, Any]:
    """A goal as the package wants it."""
    return {"single_turn_prompt": goal, "single_turn_completion": f"ans {goal}"}


def built(goal: str, window: int = WINDOW) -> Any:
    """A conversation, as the package builds it."""
    litellm.completion = completion(User(), Assistant())
    return generate_multiturn_dataset(
        **COMMON,
        **single_turn(goal),
        single_turn_metadata={"level": "5"},
        proact_prompt_ratio=0.0,
        add_system_prompt_ratio=0.0,
        num_candidate_responses=CANDIDATES,
        max_total_turns=MESSAGES,
        max_new_turns=window,
        num_samples=FUTURES,
        max_metric_workers=1,
    )


def rewarded(goal: str, window: int, metadata: Any) -> Any:
    """The rewards of a first response, by metric, of futures of this many messages."""
    litellm.completion = completion(User(), Assistant())
    history = [{"role": "user", "content": dict(GOALS)[goal]}, {"role": "assistant", "content": "ask size please ?"}]
    return multiturn_aware_reward(
        **COMMON,
        **single_turn(goal),
        metadata=metadata,
        chat_history=history,
        max_new_turns=window,
        num_samples=FUTURES,
        max_metric_workers=1,
        verbose=False,
    )


def sets(rows: Any) -> dict[str, Any]:
    """What the package's readers make of rows, with inputs twice."""
    found = MultiturnDataset(rows, add_system_prompt=False)
    told = MultiturnDataset(rows, add_system_prompt=True)
    pairs = found.to_dpo_dataset(minimum_gap=0.0)["train"]
    return {
        "sft": list(found.to_sft_dataset()["train"]),
        "dpo": list(pairs),
        "inputs": list(found.to_inputs_dataset()["train"]),
        "systems": [
            [one["role"] for one in told.to_inputs_dataset()["train"][0]["prompt"]].count("system") for _ in range(2)
        ],
    }


def raised(call: Callable[[], Any]) -> str:
    """The name of the error that a call raises; empty for none."""
    try:
        call()
    except Exception as error:  # noqa: BLE001 - any is told apart by its name
        return type(error).__name__
    return ""


def user_that_says(text: str) -> str:
    """The error of a simulated user whose model says this."""
    litellm.completion = lambda **_: SimpleNamespace(choices=[SimpleNamespace(message=SimpleNamespace(content=text))])
    return raised(lambda: UserSimulator("a game", "goal", num_retries=2, model="user")([]))


def saved(rows: Any) -> str:
    """The error of loading rows that were saved with `save_to_disk`."""
    with tempfile.TemporaryDirectory() as folder:
        Dataset.from_list(rows).save_to_disk(folder)
        return raised(lambda: MultiturnDataset(folder))


def main() -> None:
    """Print everything."""
    metric("task", lambda reference, _, said: right(reference.removeprefix("ans "), said))
    metric("amount", lambda reference, _, said: float(sum(len(text.split()) for text in said)))
    metric("bleu", lambda reference, text, said: sentence_bleu([reference], text))
    nested = json.loads(Path(sys.argv[1]).read_text())
    flat = [json.loads(line) for line in Path(sys.argv[2]).read_text().splitlines()]
    found = {
        "conversations": [built(goal) for goal, _ in GOALS],
        "rewards": {str(window): [rewarded(goal, window, {}) for goal, _ in GOALS] for window in range(WINDOW + 1)},
        "ours nested": sets(nested),
        "ours flat": sets(flat),
        "errors": {
            "window of 0": raised(lambda: built(GOALS[0][0], 0)),
            "no metadata": raised(lambda: rewarded(GOALS[0][0], 0, None)),
            "no JSON": user_that_says("I want a table."),
            "a quoted number": user_that_says('{"current_answer": "", "thought": "", "response": "5"}'),
            "saved": saved(flat),
        },
    }
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
