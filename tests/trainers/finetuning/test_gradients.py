"""The gradient is exactly zero wherever there is no loss."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from symposia.agents.loading import load
from symposia.tests.support import training
from symposia.tests.support.tiny import llama
from symposia.trainers.finetuning.group import grpo
from symposia.trainers.finetuning.policy import Policy
from symposia.trainers.finetuning.preference import dpo
from symposia.trainers.finetuning.rollouts import Rollout
from symposia.trainers.finetuning.sequence import TrainingSequence, sequences_of
from symposia.trainers.finetuning.settings import GroupSettings, PreferenceSettings, SupervisedSettings
from symposia.trainers.finetuning.supervised import sft


@pytest.fixture
def policy(tmp_path: Path) -> Policy:
    return Policy(load(f"hf:{llama(tmp_path / 'ochre', seed=3)}"))


def pulled(policy: Policy, train: Callable[[], Coroutine[Any, Any, Any]]) -> set[tuple[bool, ...]]:
    """For each row of each forward pass: the positions whose last hidden state has a gradient, those after it left out.

    The last hidden state at a position serves the prediction of the next token alone.
    """
    states: list[torch.Tensor] = []

    def keep(module: Any, entering: Any, leaving: torch.Tensor) -> None:
        if leaving.requires_grad:
            leaving.retain_grad()
            states.append(leaving)

    network: Any = policy.network
    hook = network.model.norm.register_forward_hook(keep)
    asyncio.run(train())
    hook.remove()
    rows = [row for state in states if state.grad is not None for row in state.grad.ne(0).any(-1).tolist()]
    return {trimmed(row) for row in rows}


def trimmed(row: Sequence[bool]) -> tuple[bool, ...]:
    """A row without what is False at its end."""
    length = max((place + 1 for place, one in enumerate(row) if one), default=0)
    return tuple(row[:length])


def predicting(mask: Sequence[int]) -> tuple[bool, ...]:
    """The positions that predict a token of a mask."""
    return trimmed([bool(one) for one in mask[1:]])


def test_supervised_training_moves_nothing_but_what_was_sampled(policy: Policy, tmp_path: Path) -> None:
    sequences = [
        TrainingSequence(ids=(1, 5, 6, 7, 8, 9, 3, 4), mask=(0, 0, 1, 1, 0, 0, 1, 0)),
        TrainingSequence(ids=(1, 5, 6, 7), mask=(0, 0, 0, 1)),
        TrainingSequence(ids=(1, 2, 6, 7, 9, 9), mask=(0, 1, 0, 0, 0, 1)),
    ]
    settings = SupervisedSettings(batch=3, at_once=3, steps=1)
    found = pulled(policy, lambda: sft(policy, sequences, settings, out=tmp_path / "out"))
    assert found == {predicting(one.mask) for one in sequences}


def test_preferences_move_nothing_but_the_answers(policy: Policy, tmp_path: Path) -> None:
    pairs = [one for one in training.pairs(policy.base) if not one.tied][:4]
    settings = PreferenceSettings(batch=4, steps=1)
    found = pulled(policy, lambda: dpo(policy, pairs, settings, out=tmp_path / "out"))
    masks = [
        [0] * len(one.prompt_ids) + [1] * len(answer) for one in pairs for answer in (one.chosen_ids, one.rejected_ids)
    ]
    assert found == {predicting(mask) for mask in masks}


def test_an_unscored_answer_moves_nothing(policy: Policy, tmp_path: Path) -> None:
    scored: list[Rollout] = []

    async def every_other(rollouts: Sequence[Rollout]) -> list[float | None]:
        scored.extend(rollouts[::2])
        return [None if number % 2 else float(number) for number, _ in enumerate(rollouts)]

    settings = GroupSettings(batch=2, samples=4, at_once=8, steps=1, max_tokens=5, loss="grpo")
    found = pulled(policy, lambda: grpo(policy, training.ASKS[:2], every_other, settings, out=tmp_path / "out"))
    longest = max(len(one.answer.prompt_ids) for one in scored)
    masks = {()} | {predicting([0] * longest + [1] * len(one.answer.ids)) for one in scored}
    assert found <= masks
    assert () in found
    assert len(found) > 1


def test_equal_rewards_move_nothing_and_are_told(policy: Policy, tmp_path: Path) -> None:
    async def alike(rollouts: Sequence[Rollout]) -> list[float | None]:
        return [0.1] * len(rollouts)

    before = {name: value.clone() for name, value in policy.parameters.items()}
    settings = GroupSettings(batch=2, samples=3, steps=2, max_tokens=4, rate=0.1)
    made = asyncio.run(grpo(policy, training.ASKS[:2], alike, settings, out=tmp_path / "out"))
    assert made.notes == (
        "All rewards were equal within each of 4 groups: every advantage was 0, and nothing was learned. Check the "
        "reward, or sample at a higher temperature.",
    )
    assert all(torch.equal(value, before[name]) for name, value in policy.parameters.items())


def test_the_loss_of_supervised_training_is_that_of_the_sampled_tokens(policy: Policy, tmp_path: Path) -> None:
    """The first loss is the mean negative log-probability that the engine gave when it sampled."""
    answers = training.recorded(policy.base)[:4]
    sequences = [one for answer in answers for one in sequences_of([answer])]
    settings = SupervisedSettings(batch=4, at_once=2, steps=1, log_every=1)
    asyncio.run(sft(policy, sequences, settings, out=tmp_path / "out"))
    from symposia.trainers.finetuning.curve import read_curve

    values = [value for answer in answers for value in answer.logprobs]
    assert read_curve(tmp_path / "out" / "curve.jsonl")[0]["loss"] == pytest.approx(
        -sum(values) / len(values), rel=1e-5
    )
