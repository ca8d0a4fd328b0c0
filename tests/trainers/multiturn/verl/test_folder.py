"""The folder for verl: its columns, loaded back with `datasets`, its splits, its configuration and its pin."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from datasets import load_dataset
from symposia.agents.errors import BadData, UnknownName
from symposia.trainers.multiturn.rows import Row
from symposia.trainers.multiturn.verl.folder import FILES, write_verl
from symposia.trainers.multiturn.verl.settings import VerlSettings

RL = ["prompt", "raw_prompt", "ground_truth", "extra_info", "reward_model", "data_source", "agent_name", "index"]


def row(conversation: int, turn: int, score: float) -> dict[str, Any]:
    """A candidate."""
    said = [
        {"role": "assistant" if number % 2 else "user", "content": f"m{number} of {conversation}"}
        for number in range(turn)
    ]
    return {
        "prompt": said,
        "completion": f"{conversation}.{turn}.{score}",
        "conv_id": conversation,
        "score": score,
        "single_turn_prompt": f"goal {conversation // 2}",
        "single_turn_completion": f"reference {conversation // 2}",
        "single_turn_metadata": {"level": str(conversation)},
        "turn_id": turn,
        "sessions": [],
        "rewards": {"MR": [score]},
    }


ROWS = [row(number, turn, score) for number in range(8) for turn in (1, 3) for score in (0.1, 0.7)]


def read(folder: Path, name: str) -> Any:
    """A Parquet file, as `datasets` loads it."""
    return load_dataset("parquet", data_files=str(folder / f"{name}.parquet"), split="train")


def test_rows_for_reinforcement_are_one_a_prompt_in_the_columns_of_the_recipe(tmp_path: Path) -> None:
    assert write_verl(tmp_path, ROWS, VerlSettings(task="sorting", system="Ask.", evaluated=0.25)) == {
        "rl_train": 12,
        "sft_train": 6,
        "rl_validation": 4,
        "sft_validation": 2,
    }
    train = read(tmp_path, "rl_train")
    assert train.column_names == RL
    first = next(one for one in train if one["extra_info"]["conv_id"] == 2 and one["extra_info"]["turn_id"] == 3)
    assert [turn["role"] for turn in first["prompt"]] == ["system", "user", "assistant", "user"]
    assert first["prompt"] == first["raw_prompt"] == first["extra_info"]["prompt"]
    assert first["extra_info"]["interaction_kwargs"] == {
        "name": "collabllm",
        "single_turn_prompt": "goal 1",
        "task_desc": "sorting",
    }
    assert first["extra_info"]["single_turn_metadata"] == {"level": "2"}
    assert first["reward_model"] == {"style": "rule", "ground_truth": "reference 1"}
    assert (first["ground_truth"], first["data_source"]) == ("reference 1", "collabllm")
    assert (first["agent_name"], len(set(train["index"]))) == ("collabllm_agent", 12)


def test_rows_for_imitation_are_the_best_dialogues(tmp_path: Path) -> None:
    write_verl(tmp_path, ROWS, VerlSettings(system="Ask.", evaluated=1))
    found = [*read(tmp_path, "sft_train"), *read(tmp_path, "sft_validation")]
    assert [list(one) for one in found] == [["prompt"]] * 8
    texts = [[turn["content"] for turn in one["prompt"]] for one in found]
    assert sorted(texts)[0] == ["Ask.", "m0 of 0", "m1 of 0", "m2 of 0", "0.3.0.7"]


def test_a_number_of_goals_is_held_out_and_no_goal_is_on_both_sides(tmp_path: Path) -> None:
    write_verl(tmp_path, ROWS, VerlSettings(evaluated=3))
    goals = {
        name: {one["extra_info"]["interaction_kwargs"]["single_turn_prompt"] for one in read(tmp_path, name)}
        for name in ("rl_train", "rl_validation")
    }
    assert [len(some) for some in goals.values()] == [1, 3]
    assert goals["rl_train"].isdisjoint(goals["rl_validation"])


def test_the_same_rows_are_the_same_files(tmp_path: Path) -> None:
    for name in ("one", "other"):
        write_verl(tmp_path / name, ROWS, VerlSettings())
    for file in (tmp_path / "one").rglob("*.*"):
        assert file.read_bytes() == (tmp_path / "other" / file.relative_to(tmp_path / "one")).read_bytes()


def test_goals_without_metadata_are_exported_too(tmp_path: Path) -> None:
    write_verl(tmp_path, [{**one, "single_turn_metadata": {}} for one in ROWS], VerlSettings())
    assert "single_turn_metadata" not in read(tmp_path, "rl_train")[0]["extra_info"]


def test_the_configuration_names_what_rows_name(tmp_path: Path) -> None:
    write_verl(tmp_path, ROWS, VerlSettings(window=1, futures=5, weights={"bleu_score": 1.0, "token_amount": -2e-05}))
    (agent,) = yaml.safe_load((tmp_path / "config/agent.yaml").read_text())
    assert agent == {
        "name": "collabllm_agent",
        "_target_": "recipe.collabllm.collabllm_agent_loop.CollabLLMAgentLoop",
    }
    (user,) = yaml.safe_load((tmp_path / "config/collabllm_interaction_config.yaml").read_text())["interaction"]
    assert (user["name"], user["class_name"]) == ("collabllm", "symposia_interaction.GoalInteraction")
    assert user["config"]["user_model"] == "gpt-4o-mini"
    script = (tmp_path / "train_rl.sh").read_text()
    assert re.findall(r"metric_weights\.(\S+)", script) == ["bleu_score=1.0", "token_amount=-2e-05"]
    assert re.findall(r"max_(?:user|assistant)_turns=(\d+)|num_repeat_rollouts=(\d+)", script) == [
        ("2", ""),
        ("3", ""),
        ("", "5"),
    ]


def test_the_commit_of_verl_is_named_with_the_data(tmp_path: Path) -> None:
    write_verl(tmp_path, ROWS, VerlSettings())
    assert "VERL_COMMIT=bcb638649a50e58494a8ddd92085ad1174f674b8" in (tmp_path / "REQUIRED_VERL.txt").read_text()
    for name in FILES:
        text = (tmp_path / name).read_text()
        assert "@@" not in text
        if name.endswith(".py"):
            compile(text, name, "exec")


def test_a_name_of_a_model_is_one_word_of_the_scripts(tmp_path: Path) -> None:
    settings = VerlSettings(model="my models/one; rm x", user_model='say "hi": #1')
    write_verl(tmp_path, ROWS, settings)
    assert "actor_rollout_ref.model.path='my models/one; rm x' \\" in (tmp_path / "train_rl.sh").read_text()
    read_back = yaml.safe_load((tmp_path / "config/collabllm_interaction_config.yaml").read_text())
    assert read_back["interaction"][0]["config"]["user_model"] == 'say "hi": #1'


def test_all_goals_held_out_leave_nothing_to_train_on(tmp_path: Path) -> None:
    with pytest.raises(BadData, match=r"split: 4 of 4 to evaluate on\. Leave some"):
        write_verl(tmp_path, ROWS, VerlSettings(evaluated=4))


def test_a_row_without_a_goal_is_refused(tmp_path: Path) -> None:
    rows: list[Row] = [{**ROWS[0], "single_turn_prompt": ""}]
    with pytest.raises(BadData, match="verl: a row without single_turn_prompt"):
        write_verl(tmp_path, rows, VerlSettings())
    assert not list(tmp_path.iterdir())


def test_a_metric_that_the_reward_file_lacks_is_refused() -> None:
    with pytest.raises(UnknownName, match=r"weight: no metric named 'acuracy'\. Did you mean 'accuracy'"):
        VerlSettings.model_validate(json.loads('{"weights": {"acuracy": 1}}'))
