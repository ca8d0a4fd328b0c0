"""Emergence and its null control."""

from random import Random

import pytest
from symposia.agents.errors import BadData
from symposia.evaluators.statistics.emergence import Tried, emergence, vote_of
from symposia.evaluators.statistics.pass_at_k import pass_at_k
from symposia.tests.support.samples import rounded


def test_emergence_has_two_denominators() -> None:
    tried = [Tried(True, False)] * 9 + [Tried(False, False)] * 48 + [Tried(True, True)] * 43
    found = emergence(tried)
    assert (found.questions, found.failed, found.emergent) == (100, 57, 9)
    assert rounded(found.of_failed) == [0.1579, 0.0854, 0.2736]
    assert rounded(found.of_all) == [0.09, 0.0481, 0.1623]


def test_without_samples_there_is_no_null() -> None:
    found = emergence([Tried(True, False), Tried(False, True)])
    assert (found.vote, found.beyond_vote, found.one_of, found.beyond_one_of) == (None, None, None, None)


def test_a_question_asked_by_several_seeds_counts_as_one() -> None:
    alone = emergence([Tried(n < 9, False, cluster=n) for n in range(57)])
    twice = emergence([Tried(n < 9, False, cluster=n) for n in range(57) for _ in range(2)])
    assert twice.of_failed.low is not None
    assert alone.of_failed.low is not None
    assert abs(twice.of_failed.low - alone.of_failed.low) < 0.005


def test_where_every_member_solves_everything_nothing_can_emerge() -> None:
    found = emergence([Tried(True, True, 1.0, 1.0)] * 5)
    assert (found.failed, found.of_failed.value, found.of_all.value, found.beyond_vote) == (0, None, 0.0, None)


@pytest.mark.parametrize("seed", range(3))
def test_a_team_that_is_one_more_sample_of_a_member_does_not_emerge_beyond_the_null(seed: int) -> None:
    """Without the null control the same team seems to solve one in five questions that no member solves."""
    random, tried = Random(seed), []
    for _ in range(600):
        rate = random.betavariate(0.5, 0.5)
        by_member = any(random.random() < rate for _ in range(2))
        pool = [(str(hit), hit) for hit in (random.random() < rate for _ in range(10))]
        vote, one_of = vote_of(pool, 1), pass_at_k(10, sum(hit for _, hit in pool), 1)
        tried.append(Tried(random.random() < rate, by_member, vote, one_of))
    found = emergence(tried)
    assert found.of_failed.low is not None
    assert found.of_failed.low > 0.05
    assert found.beyond_one_of is not None
    assert found.beyond_one_of.low is not None
    assert found.beyond_one_of.high is not None
    assert found.beyond_one_of.low < 0 < found.beyond_one_of.high


def test_a_team_that_solves_what_no_sample_does_emerges_beyond_the_null() -> None:
    found = emergence([Tried(n % 2 == 0, False, 0.05, 0.1) for n in range(60)])
    assert found.beyond_one_of is not None
    assert rounded(found.beyond_one_of) == [0.4, 0.2774, 0.5226]


def test_where_nothing_emerged_the_interval_has_a_width_all_the_same() -> None:
    found = emergence([Tried(False, False, 0.02, 0.02)] * 31)
    assert found.beyond_vote is not None
    assert rounded(found.beyond_vote) == [-0.02, -0.02, 0.0903]


def test_the_interval_beyond_the_null_holds_the_truth_of_few_questions_too() -> None:
    """600 experiments of 60 questions, about 18 of them solved by no member; the team is one more sample of one."""
    random, held = Random(5), 0
    for _ in range(600):
        rates = [
            rate for rate in (random.betavariate(0.5, 0.5) for _ in range(60)) if random.random() < (1 - rate) ** 6
        ]
        pools = [sum(random.random() < rate for _ in range(10)) for rate in rates]
        tried = [
            Tried(random.random() < rate, False, 0.0, pass_at_k(10, right, 1))
            for rate, right in zip(rates, pools, strict=True)
        ]
        found = emergence(tried).beyond_one_of
        assert found is not None
        held += (found.low or 0.0) <= 0.0 <= (found.high or 0.0)
    assert held / 600 >= 0.935


def test_a_vote_ignores_replies_without_an_answer_and_may_not_draw_more_than_there_are() -> None:
    assert vote_of([(None, False), (None, False), ("4", True)], 3) == 1.0
    assert vote_of([(None, False)], 1) == 0.0
    with pytest.raises(BadData, match=r"^null control: 3 calls of 1 samples\. It needs 1 <= calls <= samples\.$"):
        vote_of([("4", True)], 3)
