"""Rows of candidates from each of the forms that hold them."""

import json
from pathlib import Path
from typing import Any

import pytest
from datasets import Dataset, DatasetDict
from symposia.agents.errors import BadData, DataAbsent
from symposia.trainers.multiturn.files import write_rows
from symposia.trainers.multiturn.reading import read_rows


def row(conversation: int, turn: int, score: float) -> dict[str, Any]:
    """A candidate in the columns of the hub sets."""
    said = [{"role": "assistant" if number % 2 else "user", "content": f"m{number}"} for number in range(turn)]
    return {
        "prompt": said,
        "completion": f"{conversation}.{turn}.{score}",
        "conv_id": conversation,
        "score": score,
        "single_turn_prompt": f"goal {conversation}",
        "single_turn_completion": "reference",
        "single_turn_metadata": {"level": str(conversation)},
        "turn_id": turn,
        "sessions": [said],
        "rewards": {"accuracy": [1.0], "MR": [score]},
    }


ROWS = [row(0, 1, 0.1), row(0, 1, 0.7), row(0, 3, 0.4), row(1, 1, 0.3)]
NESTED = [
    {
        "single_turn_prompt": f"goal {number}",
        "single_turn_completion": "reference",
        "single_turn_metadata": {"level": str(number)},
        "turns": [
            {
                "prompt": row(number, turn, 0)["prompt"],
                "responses": [
                    {name: one[name] for name in ("completion", "score", "sessions", "rewards")}
                    for one in ROWS
                    if (one["conv_id"], one["turn_id"]) == (number, turn)
                ],
            }
            for turn in turns
        ],
    }
    for number, turns in ((0, (1, 3)), (1, (1,)))
]


def test_flat_files_are_read_as_they_are(tmp_path: Path) -> None:
    write_rows(tmp_path / "rows", ROWS)
    (tmp_path / "flat.json").write_text(json.dumps(ROWS))
    for name in ("rows.jsonl", "rows.parquet", "flat.json"):
        assert read_rows(str(tmp_path / name)) == ROWS
    assert read_rows(str(tmp_path)) == ROWS


def test_the_nested_file_of_the_originals_builder_gives_the_same_rows(tmp_path: Path) -> None:
    (tmp_path / "math_multiturn.json").write_text(json.dumps(NESTED))
    assert read_rows(str(tmp_path / "math_multiturn.json")) == ROWS


def test_a_saved_data_set_gives_the_same_rows_with_its_metadata(tmp_path: Path) -> None:
    Dataset.from_list(ROWS).save_to_disk(tmp_path / "one")
    DatasetDict({"train": Dataset.from_list(ROWS[:3]), "eval": Dataset.from_list(ROWS[3:])}).save_to_disk(
        tmp_path / "splits"
    )
    assert read_rows(str(tmp_path / "one")) == ROWS
    assert read_rows(str(tmp_path / "splits")) == ROWS


def test_metadata_of_other_rows_does_not_spread_in_a_table(tmp_path: Path) -> None:
    rows = [ROWS[0], {**ROWS[3], "single_turn_metadata": {"type": "algebra"}}]
    Dataset.from_list(rows).save_to_disk(tmp_path / "one")
    write_rows(tmp_path / "rows", rows)
    for name in ("one", "rows.parquet"):
        found = [one["single_turn_metadata"] for one in read_rows(str(tmp_path / name))]
        assert found == [{"level": "0"}, {"type": "algebra"}]


def test_a_row_without_a_turn_is_of_the_turn_that_its_prompt_ends_with(tmp_path: Path) -> None:
    bare = [{name: value for name, value in one.items() if name != "turn_id"} for one in ROWS]
    (tmp_path / "rows.json").write_text(json.dumps(bare))
    assert [one["turn_id"] for one in read_rows(str(tmp_path / "rows.json"))] == [1, 1, 3, 1]


def test_what_holds_no_rows_says_what_does(tmp_path: Path) -> None:
    with pytest.raises(BadData, match=r"no such file\. Give a \.json, \.jsonl or \.parquet file"):
        read_rows(str(tmp_path / "none.json"))
    with pytest.raises(BadData, match=r"neither rows\.jsonl of symposia build nor a data set of save_to_disk"):
        read_rows(str(tmp_path))


def test_a_hub_data_set_that_cannot_be_had_says_so() -> None:
    with pytest.raises(DataAbsent, match=r"hub:collabllm/none: cannot be loaded .* the network"):
        read_rows("hub:collabllm/none")
