"""text/self_consistency."""

from random import Random

import pytest
from symposia.agents import Ask, Team
from symposia.agents.errors import BadScenario
from symposia.agents.models.scripted import Scripted
from symposia.protocols.text import self_consistency
from symposia.protocols.text.majority_vote import answer as vote
from symposia.tests.support.doubles import Parrot

QUESTION = Ask(text="2 + 2?")


async def asked(said: str, **options: object) -> tuple[str, int, str]:
    """What comes of answers of one letter each, - for none: the answer, the calls, and why it stopped."""
    amber = Scripted(*("" if one == "-" else one for one in said))
    team = Team({"amber": amber})
    found = await self_consistency.answer(team, QUESTION, **options)
    return found.text, len(amber.prompts), team.stopped


@pytest.mark.parametrize(("said", "calls"), [("AAAAAAAA", 4), ("ABAAAAAA", 7), ("-AAAAAAA", 5)])
async def test_by_default_asking_stops_at_a_probability_of_19_in_20(said: str, calls: int) -> None:
    assert await asked(said, samples=8, window=2) == ("A", calls, "settled")


async def test_a_window_that_agrees_ends_it_with_the_most_frequent_of_all() -> None:
    assert await asked("ABABBBAAA", samples=9, rule="window", window=3) == ("B", 6, "settled")
    assert await asked("AAB---BBA", samples=9, rule="window", window=3) == ("A", 9, "done")


@pytest.mark.parametrize(("said", "calls"), [("AAAAA", 3), ("AABAA", 4), ("ABABA", 5), ("A-AAA", 4)])
async def test_asking_stops_once_no_other_answer_can_win(said: str, calls: int) -> None:
    reason = "settled" if calls < 5 else "done"
    assert await asked(said, samples=5, rule="certain") == ("A", calls, reason)


@pytest.mark.parametrize("seed", range(8))
async def test_stopping_when_it_is_certain_changes_no_result(seed: int) -> None:
    said = "".join(Random(seed).choices("ABC-", k=9))
    whole, short = await asked(said, samples=9, rule="none"), await asked(said, samples=9, rule="certain")
    assert (whole[0], whole[1]) == (short[0], 9)
    assert short[1] <= 9


async def test_evidence_takes_eight_that_agree() -> None:
    assert await asked("A" * 20, samples=20, rule="evidence") == ("A", 8, "settled")


@pytest.mark.parametrize("rule", ["certain", "beta", "evidence"])
async def test_answers_that_come_later_change_no_earlier_stop(rule: str) -> None:
    assert await asked("A" * 12 + "B" * 8, samples=20, rule=rule) == await asked("A" * 20, samples=20, rule=rule)


async def test_answers_asked_together_are_paid_together_and_looked_at_in_order() -> None:
    assert await asked("AAAABBBB", samples=8, at_once=6, window=2) == ("A", 6, "settled")


async def test_members_take_turns() -> None:
    members = {"amber": Scripted("A", "A"), "blue": Scripted("B"), "coral": Scripted("C")}
    await self_consistency.answer(Team(members), QUESTION, samples=4, window=2, rule="none")
    assert [len(one.prompts) for one in members.values()] == [2, 1, 1]


async def test_one_sample_is_one_answer_and_one_of_each_member_is_their_vote() -> None:
    one = await asked("A", samples=1)
    members = {"a": "4", "b": "5", "c": "5"}
    three = await self_consistency.answer(
        Team({name: Scripted(text) for name, text in members.items()}), QUESTION, samples=3, rule="none"
    )
    voted = await vote(Team({name: Scripted(text) for name, text in members.items()}), QUESTION)
    assert (one[0], three.text) == ("A", voted.text)


async def test_each_answer_is_drawn_at_the_temperature_by_its_own_seed() -> None:
    amber = Parrot()
    await self_consistency.answer(Team({"amber": amber}), QUESTION, samples=3, at_once=3, rule="none")
    assert {sampling.temperature for _, sampling in amber.heard} == {0.7}
    assert len({sampling.seed for _, sampling in amber.heard}) == 3


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"samples": 0}, "samples: input should be greater than or equal to 1"),
        ({"temperature": 0}, "temperature: input should be greater than 0"),
        ({"sure": 1}, "sure: input should be less than 1"),
        ({"rule": "luck"}, "rule: input should be"),
    ],
)
def test_options_that_mean_nothing_are_refused(options: dict[str, object], words: str) -> None:
    with pytest.raises(BadScenario, match=words):
        self_consistency.Options.given(options, where="text/self_consistency")


def test_windows_fill_the_samples() -> None:
    with pytest.raises(BadScenario, match="windows of 5 do not fill 9 samples"):
        self_consistency.Options(samples=9, rule="window").check(("amber",))
