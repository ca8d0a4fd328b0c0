"""The command `symposia convert`: built data, or rows of its columns, in other forms."""

import json
from pathlib import Path
from typing import Any

import pytest
from datasets import load_dataset
from symposia.tests.support.command import inside


def row(conversation: int, turn: int, score: float) -> dict[str, Any]:
    """A candidate."""
    said = [{"role": "assistant" if number % 2 else "user", "content": f"m{number}"} for number in range(turn)]
    return {
        "prompt": said,
        "completion": f"{conversation}.{turn}.{score}",
        "conv_id": conversation,
        "score": score,
        "single_turn_prompt": f"goal {conversation}",
        "single_turn_completion": "reference",
        "single_turn_metadata": {"level": "5"},
        "turn_id": turn,
        "sessions": [said],
        "rewards": {"accuracy": [score > 0.5], "MR": [score]},
    }


ROWS = [row(number, turn, score) for number in range(5) for turn in (1, 3) for score in (0.1 * number, 0.7)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a file of rows."""
    (tmp_path / "rows.json").write_text(json.dumps(ROWS))
    return tmp_path


def converted(folder: Path, *options: str) -> dict[str, int]:
    """The rows by file, as the command prints them."""
    done = inside("convert", "rows.json", "--out", "out", "--json", *options, folder=folder)
    assert (done.code, done.err) == (0, "")
    found = json.loads(done.out)
    assert (found["read"], found["directory"]) == (20, "out")
    return dict(found["rows"])


def lines(path: Path) -> list[dict[str, Any]]:
    """The rows of a JSONL file."""
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_training_sets_are_made_by_the_conversion_rules(folder: Path) -> None:
    assert converted(folder, "--set", "minimum_gap=0.45", "--set", "system=Ask.") == {
        "sft": 5,
        "inputs": 10,
        "preferences": 6,
    }
    assert [one["content"] for one in lines(folder / "out/sft.jsonl")[0]["messages"]] == [
        *("Ask.", "m0", "m1", "m2", "0.3.0.7")
    ]
    assert len(load_dataset("parquet", data_files=str(folder / "out/preferences.parquet"), split="train")) == 6


def test_conversations_are_held_out_whole(folder: Path) -> None:
    found = converted(folder, "--set", "evaluated=2")
    assert (found["sft"], found["sft_eval"], found["inputs"], found["inputs_eval"]) == (3, 2, 6, 4)


def test_dialogues_below_a_bound_are_left_out(folder: Path) -> None:
    assert converted(folder, "--set", "bound=rewards.accuracy>=0.5")["sft"] == 5
    assert "sft" not in converted(folder, "--set", "bound=score>=0.71")


def test_the_hub_form_is_read_back_in_the_columns_of_the_hub_sets(folder: Path) -> None:
    assert converted(folder, "--to", "hub") == {"train": 20}
    read = load_dataset(str(folder / "out"), split="train")
    assert read.column_names == [
        *("prompt", "completion", "conv_id", "score", "single_turn_prompt", "single_turn_completion"),
        *("single_turn_metadata", "turn_id", "sessions", "rewards"),
    ]
    assert read[3]["completion"] == "0.3.0.7"
    done = inside("convert", "out/data/train.parquet", "--out", "sets", folder=folder)
    assert (
        done.out
        == "20 candidates of out/data/train.parquet.\nRows: sft 5, inputs 10, preferences 10.\nDirectory: sets\n"
    )


def test_verl_and_verifiers_are_written(folder: Path) -> None:
    assert converted(folder, "--to", "verl", "--set", "evaluated=1", "--set", "weights.accuracy=2") == {
        "rl_train": 8,
        "sft_train": 4,
        "rl_validation": 2,
        "sft_validation": 1,
    }
    assert "metric_weights.accuracy=2.0" in (folder / "out/train_rl.sh").read_text()
    assert converted(folder, "--to", "verifiers", "--set", "outcome=judge") == {"goals": 5}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--to", "verly"], "--to: no form named 'verly'. Did you mean 'verl'? Known: hub, sets, verifiers, verl."),
        (
            ["--set", "minimum_gab=1"],
            "convert --to sets: no setting named 'minimum_gab'. Did you mean 'minimum_gap'? "
            "Known: bound, evaluated, minimum_gap, seed, system.",
        ),
        (["--set", "minimum_gap=-1"], "convert --to sets: minimum_gap: Input should be greater than or equal to 0."),
        (
            ["--set", "bound=accuracy"],
            "bound: 'accuracy' is not a metric with its least value. Write rewards.accuracy>=0.5.",
        ),
        (["--set", "evaluated=6"], "split: 6 of 5 to evaluate on. Leave some for training."),
        (
            ["--to", "verl", "--set", "weights.acuracy=1"],
            "weight: no metric named 'acuracy'. Did you mean 'accuracy'? "
            "Known: accuracy, bleu_score, interactivity, pass_rate, token_amount.",
        ),
    ],
)
def test_what_cannot_be_converted_is_refused_in_a_line(folder: Path, options: list[str], message: str) -> None:
    done = inside("convert", "rows.json", "--out", "out", *options, folder=folder)
    assert (done.code, done.err) == (2, message + "\n")
    assert not (folder / "out").exists()
