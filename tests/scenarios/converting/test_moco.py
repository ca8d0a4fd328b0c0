"""MoCo's configurations: each becomes a scenario of the protocol it names, and every key is accounted for."""

import json
from pathlib import Path
from typing import Any

import pytest
import symposia
import yaml
from symposia.agents.errors import BadData, UnknownName
from symposia.scenarios.cli import app
from symposia.scenarios.converting.moco import METHODS, Converted, convert
from symposia.scenarios.converting.moco_config import MocoConfig, read_config
from typer.testing import CliRunner

FULL = ["lab/Qwen2.5-7B-One", "lab/two", "other/two", "lab/three"]
LORA = [f"lab/part_{number}_lora" for number in range(3)]

USES = {
    "single_model": "text/majority_vote",
    "api_cascade": "api/cascade",
    "api_collm": "api/co_llm",
    "api_graph_routing": "api/graph_routing",
    "api_mentor_collab": "api/mentor_collab",
    "api_nudging": "api/nudging",
    "api_prompt_routing": "api/prompt_routing",
    "api_switch_generation": "api/switch_generation",
    "api_trained_router": "weight/trained_router",
    "logit_logit_contrastive": "logit/contrast",
    "logit_logit_fusion": "logit/fusion",
    "text_agglm": "weight/agg_lm",
    "text_bbmas": "text/blackboard",
    "text_heterogeneous_swarms": "text/heterogeneous_swarms",
    "text_knowledge_card": "text/knowledge_card",
    "text_llm_blender": "text/llm_blender",
    "text_majority_vote": "text/majority_vote",
    "text_moa": "text/mixture_of_agents",
    "text_multiagent_feedback": "text/feedback",
    "text_multiagent_finetuning": "weight/multiagent_finetuning",
    "text_multiagent_refine": "text/refine",
    "text_slm_mux": "text/slm_mux",
    "text_sparta": "weight/sparta",
    "text_sparta_stackelberg": "weight/sparta",
    "text_structure": "text/structured_interaction",
    "weight_dare_ties": "weight/dare_ties",
    "weight_expo": "weight/expo",
    "weight_greedy_soup": "weight/greedy_soup",
    "weight_lorahub": "weight/lorahub",
    "weight_model_swarms": "weight/model_swarms",
}
KEYS: dict[str, dict[str, Any]] = {
    "api_collm": {"training_num": 500},
    "api_graph_routing": {"model_descriptions": ["a", "b", "c", "d"], "task_description": "questions"},
    "api_prompt_routing": {"model_descriptions": ["a", "b", "c", "d"]},
    "api_switch_generation": {"selector_model_name": "lab/switcher"},
    "api_trained_router": {"model_descriptions": ["a", "b", "c", "d"]},
    "text_agglm": {"reuse_log": 0, "train_batch_size": 4},
    "text_heterogeneous_swarms": {"max_iterations": 3, "ratio": 1.0},
    "text_multiagent_feedback": {"round": 1},
    "text_multiagent_refine": {"round": 1},
    "text_slm_mux": {"samples_per_model": 5, "tie": "dev-based", "seed": 42},
    "text_sparta_stackelberg": {"leader_type": "probabilistic", "training_algorithm": "grpo", "num_iterations": 1},
    "text_structure": {"structure_type": "circle"},
    "weight_dare_ties": {"base_model_name": "lab/base"},
    "weight_expo": {"mode": "worst_to_best"},
    "weight_lorahub": {"lorahub_dev_samples": 100},
    "weight_model_swarms": {"fast_merge_flag": 0},
}


def config(method: str, **given: Any) -> MocoConfig:
    """A configuration as those of MoCo's examples are."""
    names = LORA if method.startswith("weight") else FULL
    common = {"max_response_length": 512, "temperature": 0.7, "top_p": 0.9, "batch_size": 32}
    return MocoConfig(
        method=method,
        task="agieval_tiny",
        task_type="multiple_choice",
        gpu_ids=(0, 1, 2),
        model_names=tuple(names),
        hyperparameters={**common, **KEYS.get(method, {}), **given},
    )


def options(found: Converted) -> dict[str, Any]:
    """The options of the protocol."""
    return dict(found.scenario["protocol"]["options"])


def test_every_method_is_known() -> None:
    assert {name: method.use for name, method in METHODS.items()} == USES


@pytest.mark.parametrize("method", sorted(USES))
def test_a_configuration_becomes_a_scenario_that_can_be_planned(method: str, tmp_path: Path) -> None:
    given, made = tmp_path / "given.json", tmp_path / "made.yaml"
    given.write_text(config(method).model_dump_json())
    done = CliRunner().invoke(app, ["convert", str(given), "--out", str(made)], catch_exceptions=False)
    assert (done.exit_code, yaml.safe_load(made.read_text())["protocol"]["use"]) == (0, USES[method])
    planned = CliRunner().invoke(app, ["plan", str(made)], catch_exceptions=False)
    assert (planned.exit_code, "Every name, option, capability and edge was checked" in planned.output) == (0, True)


def test_what_every_configuration_says() -> None:
    found = convert(config("text_majority_vote")).scenario
    assert [one["name"] for one in found["team"]] == ["qwen2-5-7b-one", "two", "two-2", "three"]
    assert [one["model"].partition("#")[2] for one in found["team"]] == ["cuda:0", "cuda:1", "cuda:2", "cuda:0"]
    assert found["task"] == {"data": "agieval_tiny", "split": "test", "dev_limit": None}
    assert found["sampling"] == {"temperature": 0.7, "top_p": 0.9, "max_tokens": 512}


def test_a_default_of_mocos_is_written_where_ours_is_another() -> None:
    bare = config("single_model").model_copy(update={"hyperparameters": {}, "method": "text_agglm"})
    assert convert(bare).scenario["sampling"] == {"temperature": 1.0, "top_p": 1.0, "max_tokens": 512}
    assert options(convert(config("api_mentor_collab")))["consult"] == 0.24
    merged = convert(config("weight_dare_ties"))
    assert (options(merged)["density"], options(merged)["normalize"], options(merged)["base"]) == (1.0, False, "base")
    assert [one["model"] for one in merged.scenario["team"]] == [
        "hf:lab/base+lab/part_0_lora#cuda:0",
        "hf:lab/base+lab/part_1_lora#cuda:1",
        "hf:lab/base+lab/part_2_lora#cuda:2",
        "hf:lab/base#cuda:0",
    ]


def test_nudging_names_its_models_by_their_places() -> None:
    found = options(convert(config("api_nudging", base_model_id=2, gamma=0.3)))
    assert (found["base"], found["nudger"], found["gamma"]) == ("two-2", "two", 0.3)


def test_a_graph_goes_both_ways_and_a_matrix_has_no_diagonal() -> None:
    assert convert(config("text_structure")).scenario["topology"] == {"shape": "ring", "both_ways": True}
    matrix = [[1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [1, 0, 0, 0]]
    found = convert(config("text_structure", structure_type="other", structure_matrix=matrix)).scenario["topology"]
    assert found == {"matrix": [[0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [1, 0, 0, 0]]}


def test_a_leader_is_rewarded_for_what_it_was() -> None:
    found = options(convert(config("text_sparta_stackelberg", reward_method="difficulty_only")))
    assert (found["leader"], found["leading"]["difficulty"], found["rounds"]) == ("bandit", 1.0, 2)


def test_a_first_round_is_no_refinement() -> None:
    found = convert(config("text_multiagent_refine"))
    assert options(found)["rounds"] == 2
    assert any("no refinement" in note for note in found.notes)


@pytest.mark.parametrize(
    ("key", "note"),
    [
        ("batch_size", "dropped: batch_size (calls are batched as they come)"),
        ("feedback_count", "not read by MoCo's text_multiagent_refine: feedback_count"),
        ("roundz", "not read by MoCo's text_multiagent_refine: roundz; nearest: round"),
    ],
)
def test_every_key_without_a_counterpart_is_named(key: str, note: str) -> None:
    assert note in convert(config("text_multiagent_refine", **{key: 3})).notes


def test_a_ratio_is_a_number_of_rows() -> None:
    task = convert(config("text_moa", ratio=0.33)).scenario["task"]
    assert (task["limit"], task["dev_limit"]) == (13, 13)


def test_a_type_that_is_not_the_registered_one_keeps_the_file() -> None:
    other = config("text_moa").model_copy(update={"task_type": "f1_match"})
    assert convert(other).scenario["task"]["data"] == "moco:agieval_tiny"
    assert convert(other).scenario["task"]["options"] == {"score": "f1"}


def test_compat_reads_answers_as_moco_does() -> None:
    assert convert(config("text_moa"), compat=True).scenario["task"]["options"] == {"profile": "moco_1_1"}


def test_the_notes_are_above_the_scenario() -> None:
    text = convert(config("text_moa")).text()
    assert text.startswith("# guessed: seed 0")
    assert yaml.safe_load(text)["protocol"] == {"use": "text/mixture_of_agents", "options": {"layers": 1}}


def test_what_is_no_configuration_is_refused_or_left_to_others(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text("[]")
    assert read_config(path) is None
    path.write_text(json.dumps({"method": "text_moa", "model_names": ["a/b"]}))
    with pytest.raises(BadData, match=r"task: Field required. A configuration of MoCo has method, task, task_type"):
        read_config(path)
    with pytest.raises(UnknownName, match="text_moa"):
        convert(config("text_mao"))


def test_a_file_is_never_written_over(tmp_path: Path) -> None:
    given, made = tmp_path / "given.json", tmp_path / "made.yaml"
    given.write_text(config("text_moa").model_dump_json())
    made.write_text("kept")
    done = CliRunner().invoke(app, ["convert", str(given), "--out", str(made)])
    assert (done.exit_code == 0, made.read_text()) == (False, "kept")


def test_the_guide_names_every_method_and_its_protocol() -> None:
    page = (Path(symposia.__file__).parent / "docs" / "moco.md").read_text()
    assert [name for name, use in USES.items() if f"| `{name}` | `{use}` |" not in page] == []


def test_a_value_of_another_type_is_an_error_that_names_the_method() -> None:
    with pytest.raises(BadData, match="text_moa: a hyperparameter is of another type than MoCo reads"):
        convert(config("text_moa", temperature="hot"))


def test_a_model_of_a_pair_that_is_not_among_the_models_becomes_a_member() -> None:
    found = convert(config("weight_expo", sft_models=[LORA[0]], dpo_models=["lab/else"]))
    assert options(found)["pairs"] == {"part-0-lora": "else"}
    assert "else" in [one["name"] for one in found.scenario["team"]]
