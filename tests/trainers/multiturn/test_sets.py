"""Training sets from rows of candidates, against the conversion of the original package."""

from typing import Any

import pytest
from symposia.agents.errors import BadData
from symposia.trainers.multiturn.rows import checked, flattened
from symposia.trainers.multiturn.sets import Bound, inputs, preferences, sft, split


def row(conversation: int, turn: int, score: float, completion: str = "") -> dict[str, Any]:
    """A candidate."""
    said = [{"role": "assistant" if number % 2 else "user", "content": f"m{number}"} for number in range(turn)]
    return {
        "prompt": said,
        "completion": completion or f"{conversation}.{turn}.{score}",
        "conv_id": conversation,
        "turn_id": turn,
        "score": score,
        "single_turn_prompt": f"goal {conversation}",
        "single_turn_completion": "reference",
        "single_turn_metadata": {"level": "5"},
        "rewards": {"accuracy": [1.0, 0.0, None], "MR": [score]},
    }


ROWS = [row(1, 1, 0.1), row(1, 1, 0.7), row(1, 3, 0.4, "a"), row(1, 3, 0.4, "b"), row(2, 1, 0.3)]


def test_each_conversation_is_one_dialogue_with_the_best_last_turn() -> None:
    found = sft(ROWS)
    assert [one["messages"][-1]["content"] for one in found] == ["a", "2.1.0.3"]
    assert [len(one["messages"]) for one in found] == [4, 2]


def test_a_pair_of_equal_scores_prefers_nothing() -> None:
    (pair,) = preferences(ROWS)
    assert (pair["chosen"][0]["content"], pair["rejected"][0]["content"]) == ("1.1.0.7", "1.1.0.1")
    assert (pair["score_chosen"], pair["score_rejected"]) == (0.7, 0.1)
    assert preferences(ROWS, minimum_gap=0.02) == [pair]


def test_without_a_pair_there_is_nothing_to_train_on() -> None:
    with pytest.raises(BadData, match=r"preferences: no pair among 2 candidates.*lower minimum_gap"):
        preferences(ROWS[2:4])
    with pytest.raises(BadData, match="no pair among 0 candidates"):
        preferences([])


def test_inputs_are_one_a_turn_and_the_same_the_second_time() -> None:
    first = inputs(ROWS, "be kind")
    assert [len(one["prompt"]) for one in first] == [2, 4, 2]
    assert inputs(ROWS, "be kind") == first
    assert first[0]["single_turn_metadata"] == {"level": "5"}
    assert [one["role"] for one in sft(ROWS, "be kind")[0]["messages"]].count("system") == 1


def test_a_lower_bound_leaves_dialogues_out() -> None:
    assert len(sft(ROWS, bound=Bound("rewards.accuracy", 0.5))) == 2
    assert sft(ROWS, bound=Bound("rewards.accuracy", 0.6)) == []
    with pytest.raises(BadData, match=r"rewards.bleu is not in the rows"):
        sft(ROWS, bound=Bound("rewards.bleu", 0.6))


def test_a_split_keeps_conversations_whole() -> None:
    rows = [row(number, turn, 0.5) for number in range(10) for turn in (1, 3)]
    train, held = split(rows, 0.2)
    assert (len(train), len(held)) == (16, 4)
    assert {one["conv_id"] for one in train}.isdisjoint(one["conv_id"] for one in held)
    assert split(rows, 3) == split(rows, 3)
    with pytest.raises(BadData, match="11 of 10"):
        split(rows, 11)


def test_nested_rows_are_flattened() -> None:
    nested = [{"single_turn_prompt": "g", "turns": [{"prompt": ROWS[0]["prompt"], "responses": [ROWS[0], ROWS[1]]}]}]
    found = list(flattened(nested))
    assert [(one["conv_id"], one["turn_id"], one["score"]) for one in found] == [(0, 1, 0.1), (0, 1, 0.7)]
    assert checked(nested, where="f") == found


def test_a_row_without_a_score_is_refused() -> None:
    with pytest.raises(BadData, match=r"rows.jsonl: row 0 has no score"):
        checked([{"prompt": [], "completion": "", "conv_id": 1}], where="rows.jsonl")
    with pytest.raises(BadData, match=r"rows\.jsonl: row 0: a score of nan"):
        checked([row(1, 1, float("nan"))], where="rows.jsonl")
    with pytest.raises(BadData, match=r"rows.jsonl: no rows\. Give one"):
        checked([], where="rows.jsonl")
    with pytest.raises(BadData, match="does not end with the user"):
        checked([row(1, 2, 0.5)], where="rows.jsonl")
