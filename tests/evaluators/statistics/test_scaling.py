"""Scaling over subsets of members."""

import pytest
from symposia.agents.errors import BadData
from symposia.evaluators.statistics.scaling import MOST, Said, sizes, subsets, voted

RIGHT, WRONG, OTHER = Said("4", 1.0), Said("5", 0.0), Said("6", 0.0)
THREE = {"a": [RIGHT, WRONG], "b": [RIGHT, OTHER], "c": [WRONG, RIGHT]}


def test_scores_are_means_over_all_subsets_of_a_size() -> None:
    found = sizes(subsets(THREE))
    assert [(one.members, one.subsets) for one in found] == [(1, 3), (2, 3), (3, 1)]
    assert [one.mean for one in found] == pytest.approx([0.5, 0.5, 0.5])
    assert [one.vote for one in found] == pytest.approx([0.5, 0.5, (1 + 1 / 3) / 2])
    assert [one.oracle for one in found] == pytest.approx([0.5, 5 / 6, 1.0])


def test_no_order_of_members_matters() -> None:
    assert sizes(subsets(THREE)) == sizes(subsets(dict(reversed(THREE.items()))))
    assert voted([RIGHT, WRONG]) == voted([WRONG, RIGHT]) == 0.5


def test_diversity_is_the_share_of_pairs_that_disagree() -> None:
    by_members = {one.members: one.diversity for one in subsets(THREE)}
    assert by_members == {
        ("a",): None,
        ("b",): None,
        ("c",): None,
        ("a", "b"): 0.5,
        ("a", "c"): 1.0,
        ("b", "c"): 1.0,
        ("a", "b", "c"): pytest.approx(5 / 6),
    }


def test_replies_without_an_answer_do_not_vote() -> None:
    nothing = Said(None, 0.0)
    assert voted([nothing, nothing, RIGHT]) == 1.0
    assert voted([nothing]) == 0.0


def test_of_many_subsets_some_are_drawn_by_seed() -> None:
    many = {str(n): [Said(str(n), float(n % 2))] for n in range(12)}
    found = subsets(many)
    assert [one.subsets for one in sizes(found)][5] == MOST
    assert found == subsets(many)


def test_answers_to_different_questions_are_an_error() -> None:
    with pytest.raises(BadData, match="members with answers to different questions"):
        subsets({"a": [RIGHT], "b": []})
