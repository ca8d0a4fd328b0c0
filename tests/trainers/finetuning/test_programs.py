"""Training files of the programs sft, dpo and grpo."""

import json
from pathlib import Path

import pytest
from symposia.agents.errors import BadPlugin, SymposiaError
from symposia.scenarios.running.training import plan, train
from symposia.tests.support.tiny import llama
from symposia.trainers.finetuning.lineage import read_lineage

CHATS = [{"prompt": f"{number} + 1", "completion": str(number + 1)} for number in range(8)]
PAIRS = [{"prompt": f"{number} + 1", "chosen": str(number + 1), "rejected": "no idea"} for number in range(8)]
SCORE = """
async def reward(rollouts, rows):
    return [float(one.row == row["row"]) - len(one.answer.ids) for one, row in zip(rollouts, rows)]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a model, data and training files, which name the data relative to themselves."""
    llama(tmp_path / "ochre", seed=3)
    for name, rows in (
        ("chats", CHATS),
        ("pairs", PAIRS),
        ("prompts", [{**row, "row": n} for n, row in enumerate(CHATS)]),
    ):
        (tmp_path / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (tmp_path / "score.py").write_text(SCORE)
    settings = "{batch: 2, at_once: 2, steps: 2, rate: 0.01}"
    for name, data in (("sft", "chats"), ("dpo", "pairs")):
        (tmp_path / f"{name}.yaml").write_text(
            f"train: {{use: {name}, options: {{model: 'hf:{tmp_path}/ochre', data: {data}.jsonl, dev: 0.25, "
            f"called: student, lora: {{rank: 4}}, settings: {settings}}}}}\n"
        )
    (tmp_path / "grpo.yaml").write_text(
        f"train: {{use: grpo, options: {{model: 'hf:{tmp_path}/ochre', data: prompts.jsonl, reward: score.py, "
        "dev: 0.25, lora: null, settings: {batch: 2, samples: 2, steps: 2, max_tokens: 3}}}\n"
    )
    return tmp_path


@pytest.mark.parametrize(("program", "made"), [("sft", "student@1"), ("dpo", "student@1"), ("grpo", "policy@2")])
def test_a_program_trains_by_its_file(program: str, made: str, folder: Path) -> None:
    directory, names = train(folder / f"{program}.yaml", (), folder / "out")
    assert directory == folder / "out"
    assert names[0].startswith(f"{made} in {folder / 'out'}")
    weights = folder / "out" / ("model" if program == "grpo" else "adapter")
    lineage = read_lineage(weights)
    assert lineage is not None
    assert (lineage.method, lineage.rows) == (program, 6)


def test_a_second_program_goes_on_from_the_adapter_of_the_first(folder: Path) -> None:
    train(folder / "sft.yaml", (), folder / "out")
    _, names = train(folder / "dpo.yaml", ("train.options.adapter=out/adapter",), folder / "second")
    assert names[0].startswith("student@2 in ")


def test_a_plan_says_what_would_be_trained_and_loads_no_weights(folder: Path) -> None:
    (folder / "ochre" / "model.safetensors").write_bytes(b"not weights")
    assert plan(folder / "sft.yaml", ("train.options.settings.steps=null", "train.options.settings.epochs=3")) == {
        "trainer": "sft",
        "model": f"hf:{folder}/ochre",
        "trains": "a new adapter of rank 4",
        "rows": 6,
        "dev": 2,
        "tokens": "known when the chats are tokenized",
        "steps": 9,
        "makes": "student",
        "batch": 2,
        "rate": 0.01,
        "seed": 0,
        "checkpoint every": 100,
        "directory": "runs/sft",
    }
    assert plan(folder / "grpo.yaml", ())["answers"] == 8
    assert plan(folder / "dpo.yaml", ())["pairs"] == 6


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            "train.options.settings.raet=1",
            "sft.yaml: train.options.settings: no option of sft named 'raet'. Did you mean 'rate'?",
        ),
        (
            "train.options.lora.rnk=1",
            "sft.yaml: train.options.lora: no option of sft named 'rnk'. Did you mean 'rank'?",
        ),
        (
            "train.options.settings.rate=0",
            "sft.yaml: train.options.settings.rate: input should be greater than 0, not 0.",
        ),
        (
            "train.options.settings.trl.weight_decy=1",
            "sft: trl: no argument of SFTConfig named 'weight_decy'. Did you mean 'weight_decay'?",
        ),
        (
            "train.options.settings.trl.trust_remote_code=true",
            "sft: trl.trust_remote_code: code of a model is never run here.",
        ),
        ("train.options.model=scripted:x.txt", "scripted:x.txt: cannot be trained here."),
        ("train.options.data=nothing.jsonl", "nothing.jsonl: cannot be read"),
    ],
)
def test_what_is_wrong_with_a_training_file_is_told(change: str, message: str, folder: Path) -> None:
    (folder / "x.txt").write_text("a\n")
    if "scripted" in change:
        change = change.replace("x.txt", str(folder / "x.txt"))
        message = message.replace("x.txt", str(folder / "x.txt"))
    with pytest.raises(SymposiaError) as error:
        train(folder / "sft.yaml", (change,), folder / "out")
    assert message in str(error.value)


def test_an_option_that_is_needed_is_asked_for(folder: Path) -> None:
    (folder / "bare.yaml").write_text("train: {use: sft, options: {data: chats.jsonl}}\n")
    with pytest.raises(SymposiaError) as error:
        plan(folder / "bare.yaml", ())
    assert str(error.value) == "bare.yaml: train.options: model is missing. Say what it is."


def test_a_reward_file_without_a_reward_is_refused(folder: Path) -> None:
    (folder / "score.py").write_text("def reward(rollouts, rows):\n    return []\n")
    with pytest.raises(BadPlugin, match=r"no reward\. Define async def reward"):
        train(folder / "grpo.yaml", (), folder / "out")


def test_without_trl_it_is_said_how_to_get_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("symposia.trainers.finetuning.library.find_spec", lambda name: None)
    with pytest.raises(BadPlugin) as error:
        train(folder / "sft.yaml", (), folder / "out")
    assert str(error.value) == "sft: trl is not installed. pip install 'symposia[train]'."
