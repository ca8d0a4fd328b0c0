"""The clarification game: its openings, its user, its scores, and what rewards come to in closed form."""

import asyncio
from collections.abc import Sequence
from random import Random
from statistics import fmean, stdev

import pytest
from symposia.agents import Answer, Ask, Team, Turn
from symposia.agents.context import Context
from symposia.agents.dialogue.prompts import Speak, Spoken
from symposia.agents.message import Request, Sampling
from symposia.evaluators.clarification.assistants import Scripted
from symposia.evaluators.clarification.goals import PATTERNS, balanced, wish, wish_of
from symposia.evaluators.clarification.grammar import Delivery, Question, parsed
from symposia.evaluators.clarification.playing import play, summary
from symposia.evaluators.clarification.scores import WEIGHTS, interactivity, questions, right, score
from symposia.evaluators.clarification.user import User
from symposia.evaluators.multiturn.futures import Candidate, Futures
from symposia.evaluators.multiturn.rewarding import Rewarding
from symposia.evaluators.task import Item


def said(*texts: str) -> tuple[Turn, ...]:
    """The assistant's turns."""
    return tuple(Turn("assistant", text) for text in texts)


def reply(heard: str, *, seed: int = 0, **user: object) -> Spoken:
    """What a user who wants i3 c2 s1 replies."""
    speak = Speak(goal="i3 c2 s1", transcript=f"user: want i3\nassistant: {heard}", signal="done")
    request = Request(prompt=speak, sampling=Sampling(seed=seed), place="q")
    found = asyncio.run(User("user", **user).receive(request))  # type: ignore[arg-type]
    assert isinstance(found, Spoken)
    return found


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("ask color please ?", Question("color")),
        ("ans i3 c2 s1", Delivery("i3 c2 s1")),
        ("ans i3 s1 c2", None),
        ("ask color please", None),
        ("ask i3 please ?", None),
        ("", None),
    ],
)
def test_a_message_is_a_question_an_answer_or_malformed(text: str, means: Question | Delivery | None) -> None:
    assert parsed(text) == means


@pytest.mark.parametrize(
    ("heard", "text", "ends"),
    [
        ("ask color please ?", "c2", False),
        ("ask size please ?", "s1", False),
        ("ans i3 c0 s0", "done", True),
        ("please", "done", True),
    ],
)
def test_the_user_answers_questions_and_ends_at_anything_else(heard: str, text: str, ends: bool) -> None:
    assert (reply(heard).text, reply(heard).ends) == (text, ends)


def test_another_grammar_says_the_same_in_other_words() -> None:
    assert reply("ask color please ?", grammar="wordy").text == "want c2"


def test_noise_gives_up_or_says_a_wrong_value_each_half_of_the_time() -> None:
    replies = [reply("ask color please ?", seed=seed, noise=0.4) for seed in range(2000)]
    ends = fmean(one.ends for one in replies)
    wrong = fmean(not one.ends and one.text != "c2" for one in replies)
    assert ends == pytest.approx(0.2, abs=0.04)
    assert wrong == pytest.approx(0.2, abs=0.04)


def test_openings_give_the_slots_of_their_pattern() -> None:
    items = balanced(5, seed=1)
    assert [len(wish_of(item).missing) for item in items] == [
        2 - sum(pattern) for pattern in PATTERNS for _ in range(5)
    ]
    drawn = wish(Random(3), (True, False))
    assert drawn.opening == f"want {drawn.item} {drawn.values['color']}"
    assert items[0].id != items[1].id


def test_the_last_answer_counts() -> None:
    item = Item("i3 c2 s1", "", "i3 c2 s1", history=(Turn("user", "want i3"),))
    assert not right(item, said("ask color please ?"))
    assert right(item, said("ans i3 c0 s0", "ans i3 c2 s1"))
    assert not right(item, said("ans i3 c2 s1", "ans i3 c0 s0"))


def test_interactivity_is_the_share_of_missing_slots_that_were_asked_for() -> None:
    vague = Item("i3 c2 s1", "", "i3 c2 s1", history=(Turn("user", "want i3"),))
    clear = Item("i3 c2 s1", "", "i3 c2 s1", history=(Turn("user", "want i3 c2 s1"),))
    assert interactivity(vague, said("ask color please ?", "ans i3 c2 s0")) == 0.5
    assert (interactivity(clear, said("ans i3 c2 s1")), interactivity(clear, said("ask size please ?"))) == (1, 0)
    assert questions(said("ask color please ?", "ans i3 c2 s0")) == 0.5


@pytest.mark.parametrize(("policy", "success", "tokens"), [("asks", 1.0, 8.0), ("guesses", 0.390625, 4.0)])
def test_the_scripted_assistants_do_what_the_closed_form_says(policy: str, success: float, tokens: float) -> None:
    team = Team({"user": User("user"), "assistant": Scripted(policy)})  # type: ignore[arg-type,dict-item]
    found = summary(asyncio.run(play(team, balanced(250, 3))))
    assert found.success.value == pytest.approx(success, abs=0.03)
    assert found.tokens == tokens


class Sometimes:
    """Asks for a missing slot with a probability, or answers with uniform guesses."""

    def __init__(self, asks: float) -> None:
        self.asks = asks

    async def write(self, turns: Sequence[Turn], sampling: Sampling) -> Answer:
        """The next message."""
        rng = Random(sampling.seed)
        wanted = await Scripted("asks").write(turns)
        if wanted.text.startswith("ask") and rng.random() < self.asks:
            return wanted
        known = {word for turn in turns if turn.role == "user" for word in turn.text.split()}
        values = [
            next((value for value in of if value in known), rng.choice(of))
            for of in (("c0", "c1", "c2", "c3"), ("s0", "s1", "s2", "s3"))
        ]
        return Answer(text=" ".join(("ans", "i3", *values)))


def test_a_reward_over_a_mixed_policy_is_what_the_closed_form_says() -> None:
    """0.224 for a question where two slots are missing, a window of two pairs, and a policy that asks in a fifth."""
    context = Context(sampling=Sampling(temperature=1.0))
    team = Team({"user": User("user"), "assistant": Sometimes(0.2)}, context=context)  # type: ignore[dict-item]
    item = Item("i3 c2 s1", "", "i3 c2 s1", history=(Turn("user", "want i3"),))
    candidate = Candidate(item, (*item.history, *said("ask color please ?")), "q0")
    (found,) = asyncio.run(Rewarding(Futures(team, count=2000), score, WEIGHTS)([candidate]))
    assert found.reward is not None
    values = [value for value in found.reward.futures if value is not None]
    assert abs(found.reward.value - 0.224) < 4 * stdev(values) / len(values) ** 0.5


def test_a_hundred_futures_at_once_hear_of_their_own_goals() -> None:
    """The verl recipe keeps the goal on a shared object, so that all of them heard of the last one."""
    items = balanced(25, seed=8)
    team = Team({"user": User("user"), "assistant": Scripted("asks")})  # type: ignore[dict-item]
    candidates = [
        Candidate(item, (*item.history, *said("ask color please ?")), f"q{number}") for number, item in enumerate(items)
    ]
    for item, (future,) in zip(items, asyncio.run(Futures(team, count=1)(candidates)), strict=True):
        assert future.turns[len(item.history) + 1].text == item.gold.split()[1]


def test_a_user_of_the_game_answers_nothing_else() -> None:
    team = Team({"user": User("user")})
    with pytest.raises(Exception, match="A user of the game is asked to Speak"):
        asyncio.run(team.ask("user", Ask(text="hi")))
