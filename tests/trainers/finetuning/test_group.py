"""Training from rewards: the policy answers and is asked again while it is trained."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
import torch
from symposia import Team
from symposia.agents import Ask
from symposia.agents.errors import BadData, BadScenario, ModelUnavailable
from symposia.agents.loading import load
from symposia.tests.support import training
from symposia.tests.support.tiny import llama
from symposia.trainers.finetuning.curve import read_curve
from symposia.trainers.finetuning.group import grpo
from symposia.trainers.finetuning.policy import Policy
from symposia.trainers.finetuning.rollouts import Rollout
from symposia.trainers.finetuning.settings import GroupSettings, Lora

SMALL = GroupSettings(batch=2, samples=4, at_once=8, steps=2, max_tokens=4, rate=1e-3, log_every=1)


@pytest.fixture
def policy(tmp_path: Path) -> Policy:
    return Policy(load(f"hf:{llama(tmp_path / 'ochre', seed=3)}"), called="student", lora=Lora(rank=4))


def trained(policy: Policy, reward, out: Path, settings: GroupSettings = SMALL, **more):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN003, ANN201
    """A training on all prompts."""
    return asyncio.run(grpo(policy, training.ASKS, reward, settings, out=out, **more))


@pytest.mark.long
def test_a_policy_learns_what_is_rewarded(tmp_path: Path) -> None:
    """Of four tokens at most, those are rewarded that are an end: answers become short."""
    policy = Policy(load(f"hf:{llama(tmp_path / 'ochre', seed=3)}"))
    settings = GroupSettings(batch=8, samples=8, at_once=64, steps=24, max_tokens=4, rate=1e-2, schedule="constant")
    made = trained(policy, training.shorter, tmp_path / "out", settings)
    rewards = [json.loads(line)["reward"] for line in (tmp_path / "out" / "rollouts.jsonl").read_text().splitlines()]
    assert made.steps == 24
    assert sum(rewards[:64]) / 64 < -3
    assert sum(rewards[-64:]) / 64 > -1.5


@pytest.mark.long
@pytest.mark.parametrize(
    "options", [{"baseline": "leave_one_out", "loss": "sequence"}, {"beta": 0.1}, {"scale": "group"}]
)
def test_its_variants_learn_it_too(options: dict[str, object], tmp_path: Path) -> None:
    policy = Policy(load(f"hf:{llama(tmp_path / 'ochre', seed=3)}"))
    settings = GroupSettings(
        batch=8, samples=8, at_once=64, steps=16, max_tokens=4, rate=1e-2, schedule="constant", **options
    )
    trained(policy, training.shorter, tmp_path / "out", settings)
    rewards = [json.loads(line)["reward"] for line in (tmp_path / "out" / "rollouts.jsonl").read_text().splitlines()]
    assert sum(rewards[-64:]) > sum(rewards[:64]) + 64


def test_the_policy_is_asked_through_a_team_while_its_answers_are_scored(policy: Policy, tmp_path: Path) -> None:
    heard = []

    async def reward(rollouts: Sequence[Rollout]) -> list[float | None]:
        team = Team({"student": policy})
        answers = await asyncio.gather(*(team.ask("student", Ask(text=f"{one.answer.text}?")) for one in rollouts))
        heard.extend({answer.policy for answer in answers} | {one.answer.policy for one in rollouts})
        return [float(len(answer.ids)) for answer in answers]

    trained(policy, reward, tmp_path / "out")
    assert sorted(heard) == ["student@0", "student@1"]


def test_a_policy_does_not_answer_while_its_weights_change(policy: Policy) -> None:
    with policy.training():
        with pytest.raises(ModelUnavailable, match=r"student@0: its weights are being changed\."):
            asyncio.run(policy.write(training.ASKS[0].turns()))
        with policy.answering():
            assert asyncio.run(policy.write(training.ASKS[0].turns())).policy == "student@0"


def test_a_session_of_older_weights_is_read_again(policy: Policy) -> None:
    async def both() -> tuple[torch.Tensor, torch.Tensor]:
        session = await policy.open(training.ASKS[0].turns())
        await session.next()
        with torch.no_grad():
            for parameter in policy.network.parameters():
                if parameter.requires_grad:
                    parameter.add_(0.05)
        policy.publish()
        session.append([5])
        fresh = await policy.open(training.ASKS[0].turns())
        fresh.append([5])
        return await session.next(), await fresh.next()

    old, new = asyncio.run(both())
    assert torch.equal(old, new)


def test_a_reward_that_is_not_a_number_ends_the_training_and_leaves_the_policy(policy: Policy, tmp_path: Path) -> None:
    before = {name: value.clone() for name, value in policy.parameters.items()}
    calls = 0

    async def reward(rollouts: Sequence[Rollout]) -> list[float | None]:
        nonlocal calls
        calls += 1
        return [float(number) if calls < 2 else float("nan") for number, _ in enumerate(rollouts)]

    with pytest.raises(BadData, match="the reward of answer 0 is nan"):
        trained(policy, reward, tmp_path / "out")
    assert policy.name == "student@0"
    assert all(torch.equal(value, before[name]) for name, value in policy.parameters.items())
    assert asyncio.run(policy.write(training.ASKS[0].turns())).policy == "student@0"


@pytest.mark.parametrize("error", [ZeroDivisionError, TimeoutError])
def test_what_a_reward_raises_reaches_the_caller(error: type[Exception], policy: Policy, tmp_path: Path) -> None:
    async def reward(rollouts: Sequence[Rollout]) -> list[float | None]:
        raise error

    with pytest.raises(error):
        trained(policy, reward, tmp_path / "out")


def test_unscored_answers_are_told(policy: Policy, tmp_path: Path) -> None:
    async def reward(rollouts: Sequence[Rollout]) -> list[float | None]:
        return [None if number == 0 else float(number) for number, _ in enumerate(rollouts)]

    made = trained(policy, reward, tmp_path / "out")
    assert made.notes == ("2 of 16 answers could not be scored and had no loss.",)
    first = json.loads((tmp_path / "out" / "rollouts.jsonl").read_text().splitlines()[0])
    assert (first["reward"], first["advantage"]) == (None, None)


def test_the_weights_of_the_best_dev_reward_stay(policy: Policy, tmp_path: Path) -> None:
    measured = iter([0.1, 0.9, 0.5])
    kept: list[dict[str, torch.Tensor]] = []

    async def reward(rollouts: Sequence[Rollout]) -> list[float | None]:
        if len(rollouts) == 3:  # the dev prompts
            kept.append({name: value.clone() for name, value in policy.parameters.items()})
            return [next(measured)] * 3
        return [float(number) for number, _ in enumerate(rollouts)]

    settings = SMALL.model_copy(update={"steps": 9, "dev_every": 3})
    made = trained(policy, reward, tmp_path / "out", settings, dev=training.ASKS[:3])
    assert (made.best, made.policy) == ((6, pytest.approx(0.9)), "student@10")
    assert all(torch.equal(value, kept[1][name]) for name, value in policy.parameters.items())
    assert not all(torch.equal(value, kept[2][name]) for name, value in policy.parameters.items())
    curve = read_curve(tmp_path / "out" / "curve.jsonl")
    assert [line["dev_reward"] for line in curve if "dev_reward" in line] == pytest.approx([0.1, 0.9, 0.5])


def test_a_training_ends_when_dev_has_not_become_better_for_long(policy: Policy, tmp_path: Path) -> None:
    async def reward(rollouts: Sequence[Rollout]) -> list[float | None]:
        return [0.5] * 3 if len(rollouts) == 3 else [float(number) for number, _ in enumerate(rollouts)]

    settings = SMALL.model_copy(update={"steps": 9, "dev_every": 1, "patience": 2})
    made = trained(policy, reward, tmp_path / "out", settings, dev=training.ASKS[:3])
    assert (made.steps, made.best) == (3, (1, 0.5))


def test_a_cancelled_training_ends_and_can_be_gone_on_with(policy: Policy, tmp_path: Path) -> None:
    async def cancelled() -> None:
        steps = 0

        async def reward(rollouts: Sequence[Rollout]) -> list[float | None]:
            nonlocal steps
            steps += 1
            if steps == 4:
                task.cancel()
                await asyncio.sleep(60)
            return [float(number) for number, _ in enumerate(rollouts)]

        settings = SMALL.model_copy(update={"steps": 6, "save_every": 2})
        task = asyncio.create_task(grpo(policy, training.ASKS, reward, settings, out=tmp_path / "out"))
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())
    assert [one.name for one in (tmp_path / "out" / "checkpoints").iterdir()] == ["checkpoint-2"]


def test_fewer_prompts_than_a_step_has_are_refused(policy: Policy, tmp_path: Path) -> None:
    with pytest.raises(BadData, match="grpo: 1 prompts, and a step has 2"):
        asyncio.run(grpo(policy, training.ASKS[:1], training.shorter, SMALL, out=tmp_path / "out"))


def test_an_argument_of_ours_is_not_passed_to_trl(policy: Policy, tmp_path: Path) -> None:
    settings = SMALL.model_copy(update={"trl": {"num_generations": 3}})
    with pytest.raises(BadScenario) as error:
        trained(policy, training.shorter, tmp_path / "out", settings)
    assert str(error.value) == "grpo: trl.num_generations: is said by samples. Set that instead."
