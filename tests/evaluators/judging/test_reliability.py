"""The facts on a judge, from the samples that it judged."""

from typing import Any

from symposia.evaluators.judging.facts import Fact
from symposia.evaluators.judging.reliability import counted, reliability
from symposia.evaluators.sample import Sample

JUDGED = {"calls": 1}


def sample(name: str, **fields: Any) -> Sample:
    return Sample(**{"id": name, "question": "?", "output": "4", "judging": JUDGED, **fields})


def told(found: list[Fact]) -> dict[str, str]:
    return {fact.name: fact.value for fact in found}


def test_nothing_that_was_judged_is_nothing_to_say() -> None:
    assert reliability([sample("a", score=1.0, judging=None)], (0.0, 1.0)) == []


def test_games_turns_and_answers_are_counted_as_verdicts() -> None:
    pair = sample("a", score=1.0, verdict="answer second: invalid; answer first: A>B", parts={"answer first": 0.75})
    failed = sample("b", score=1.0, verdict="answer second: failed; answer first: A>B", parts={"answer first": 0.75})
    two = sample("c", score=8.0, earlier=("x",), parts={"turn 1": 8.0}, verdict="turn 1: 8\nturn 2: Hm.")
    lost = sample("d", why="..", reason="invalid_verdict")
    broken = sample("e", why="..", reason="judge_failed")
    assert counted([pair]) == (2, 1, 0)
    assert counted([failed]) == (2, 0, 1)
    assert counted([two]) == (2, 1, 0)
    assert counted([lost, broken, sample("f", score=1.0)]) == (3, 1, 1)


def test_what_a_judge_says_in_its_text_is_not_counted() -> None:
    odd = sample("a", why="..", reason="invalid_verdict", verdict="I am: invalid, I am: failed")
    assert counted([odd]) == (1, 1, 0)


def test_labels_give_kappa_and_a_corrected_mean() -> None:
    labelled = [sample(str(n), score=1.0, gold={"label": n % 2}) for n in range(4)]
    free = [sample(f"free {n}", score=1.0) for n in range(4)]
    found = told(reliability([*labelled, *free], (0.0, 1.0)))
    assert found["kappa with labels"].startswith("0.000")
    assert found["kappa with labels"].endswith("%")
    assert found["mean score corrected by labels"].startswith("0.500 [")
    assert "kappa with labels" not in told(reliability(free, (0.0, 1.0)))


def test_ratings_have_a_slope_on_length_too() -> None:
    samples = [sample(str(n), score=1.0 + n, output="y" * 3**n) for n in range(6)]
    found = told(reliability(samples, (1.0, 10.0)))
    assert float(found["length slope of the score"].split()[0]) > 0
    assert found["unparsed"].startswith("0.0 [")
