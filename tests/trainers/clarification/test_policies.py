"""Policies of the clarification game: what they read, what they begin with, and one round of every arm."""

import asyncio
from collections import Counter
from pathlib import Path
from random import Random
from statistics import fmean

import pytest
from symposia.agents import Turn
from symposia.agents.dialogue.prompts import Speak
from symposia.agents.message import Request, Sampling
from symposia.evaluators.clarification.goals import wish_of
from symposia.evaluators.clarification.grammar import Question, parsed
from symposia.trainers.clarification.arms import (
    BATCH,
    Arm,
    Scale,
    begun,
    by_preference,
    by_reward,
    steps_by_length,
    team_of,
)
from symposia.trainers.clarification.demonstrations import demonstration, demonstrations
from symposia.trainers.clarification.learned_user import LearnedUser, example, trained_user
from symposia.trainers.clarification.network import USER, WORDS, fresh
from symposia.trainers.clarification.signalling import MEANINGS, SIGNALS, beginner, habit, success, training
from symposia.trainers.clarification.states import states
from symposia.trainers.finetuning.policy import Policy
from symposia.trainers.joint.training import JointSettings

pytestmark = pytest.mark.long

TINY = Scale(warmup=6, steps=2, prompts=32, rounds=1, conversations=12, measured=2)


def test_the_policy_has_the_size_and_the_words_of_the_specification() -> None:
    model = fresh(0)
    assert sum(tensor.numel() for tensor in model.parameters.values()) == 955_520
    ids = model.chat.prompt([Turn("user", "want i3 s1")])
    assert [WORDS[token] for token in ids] == ["bos", "user", "want", "i3", "s1", "eot", "asst"]


def test_a_question_and_an_answer_have_the_same_number_of_tokens() -> None:
    chat = fresh(0).chat
    assert len(chat.encode("ask color please ?")) == len(chat.encode("ans i3 c2 s1")) == 4


def test_demonstrations_ask_in_a_fifth_of_the_turns_where_something_is_missing() -> None:
    chat, rng = fresh(0).chat, Random(1)
    first = [(item, demonstration(chat, wish_of(item), rng)[0]) for item in states(4000, 3) if len(item.history) == 1]
    asks = {True: [], False: []}  # type: dict[bool, list[bool]]
    for item, said in first:
        asks[bool(wish_of(item).missing)].append(isinstance(parsed(said.text), Question))
    assert fmean(asks[True]) == pytest.approx(0.2, abs=0.03)
    assert fmean(asks[False]) == pytest.approx(0.05, abs=0.02)


def test_the_loss_of_a_demonstration_is_on_what_it_says_and_its_end() -> None:
    (sequence,) = demonstrations(fresh(0).chat, 1, seed=5)
    said = [WORDS[token] for token, trained in zip(sequence.ids, sequence.mask, strict=True) if trained]
    assert said.count("eot") == len(said) / 5
    assert "user" not in said


def test_every_state_that_can_be_reached_is_trained_in() -> None:
    reached = Counter((len(wish_of(item).missing), (len(item.history) - 1) // 2) for item in states(4000, 0))
    assert set(reached) == {(0, 0), (1, 0), (1, 1), (2, 0), (2, 1), (2, 2)}
    missing = Counter(missing for missing, _ in reached.elements())
    assert [round(missing[count] / 4000, 1) for count in range(3)] == [0.2, 0.4, 0.4]


def test_a_step_of_demonstrations_is_from_short_to_long_and_keeps_what_it_had() -> None:
    shown = demonstrations(fresh(0).chat, 2 * BATCH + 10, seed=5)
    ordered = steps_by_length(shown)
    assert ordered != shown
    for first in range(0, len(shown), BATCH):
        step = [len(one.ids) for one in ordered[first : first + BATCH]]
        assert step == sorted(step)
        assert Counter(ordered[first : first + BATCH]) == Counter(shown[first : first + BATCH])


def test_a_learned_user_reads_the_goal_and_the_last_message_alone() -> None:
    sequence = example(fresh(0, shape=USER).chat, wish_of(states(1, 0)[0]), Random(0))
    read = [WORDS[token] for token, trained in zip(sequence.ids, sequence.mask, strict=True) if not trained]
    assert (len(read), read[:2], read[-2:]) == (11, ["bos", "user"], ["eot", "asst"])


def test_a_user_is_learned_in_seconds(tmp_path: Path) -> None:
    async def replies() -> list[str]:
        user = LearnedUser("user", await trained_user(tmp_path, steps=60))
        asked = [f"user: want i3\nassistant: {text}" for text in ("ask color please ?", "ans i3 c0 s0")]
        said = []
        for transcript in asked:
            speak = Speak(goal="i3 c2 s1", transcript=transcript, signal="done")
            found = await user.receive(Request(prompt=speak, sampling=Sampling(), place="q"))
            said.append(f"{found.text} {found.ends}")  # type: ignore[attr-defined]
        return said

    assert asyncio.run(replies()) == ["c2 False", "done True"]


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    """A policy after a few steps of demonstrations."""
    return asyncio.run(begun(0, TINY, tmp_path_factory.mktemp("sft")))


@pytest.mark.parametrize("arm", ["single", "mr_grpo", "judge", "stranger"])
def test_an_arm_trains_a_copy_and_measures_it(warm: Policy, arm: Arm, tmp_path: Path) -> None:
    student, curve = asyncio.run(by_reward(warm, arm, 0, TINY, tmp_path))
    assert [step for step, _ in curve] == [0, 2]
    assert student.version == 2
    before, after = (policy.parameters["model.embed_tokens.weight"] for policy in (warm, student))
    assert arm == "judge" or not before.equal(after)  # so early nobody asks, and the judge has nothing to reward


def test_rounds_of_preferences_train_a_copy(warm: Policy, tmp_path: Path) -> None:
    student, curve = asyncio.run(by_preference(warm, 0, TINY, tmp_path))
    assert [step for step, _ in curve] == [0, 1]
    assert student.version == 1


def test_the_user_of_a_team_is_the_scripted_one(warm: Policy) -> None:
    assert team_of(warm, 3).context.sampling.temperature == 1.0


def test_habits_do_not_fit() -> None:
    rng = Random(0)
    says = Counter(habit("speaker", rng) for _ in range(2000))
    names = Counter(habit("listener", rng) for _ in range(2000))
    assert max(says, key=lambda pair: says[pair] * (pair[0] == MEANINGS[0])) == (MEANINGS[0], SIGNALS[0])
    assert max(names, key=lambda pair: names[pair] * (pair[0] == SIGNALS[0])) == (SIGNALS[0], MEANINGS[1])


def test_members_are_trained_together_or_one_alone(tmp_path: Path) -> None:
    async def versions(trained: tuple[str, ...]) -> dict[str, int]:
        policies = {
            name: await beginner(name, 0, tmp_path / f"{name}-{len(trained)}", steps=25)
            for name in ("speaker", "listener")
        }
        before = {name: policy.version for name, policy in policies.items()}
        settings = JointSettings(steps=4, alternate=2, questions=2, samples=4, max_tokens=2)
        joint = training(policies, settings, trained)
        await joint.train(MEANINGS)
        assert 0 <= await success(policies, samples=1) <= 1
        assert [sorted(step.losses) for step in joint.steps] == [
            [trained[number // 2 % len(trained)]] for number in range(4)
        ]
        return {name: policies[name].version - before[name] for name in policies}

    together, alone = asyncio.run(versions(("speaker", "listener"))), asyncio.run(versions(("listener",)))
    assert all(0 < count <= 2 for count in together.values())
    assert alone["speaker"] == 0 < alone["listener"]
