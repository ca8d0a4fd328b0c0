"""Models of a run, exported."""

import json
from pathlib import Path

from symposia.agents.models.pocket import path
from symposia.tests.support.command import inside
from transformers import AutoModelForCausalLM


def test_the_model_of_a_run_is_exported_and_is_the_model_of_the_run(tmp_path: Path) -> None:
    few = ("--limit", "2", "--set", "task.dev_limit=2")
    assert inside("run", "greedy_soup", *few, "--out", "run", folder=tmp_path).code == 0
    done = inside("export", "run", "soup", folder=tmp_path)
    assert done == (0, "soup: soup of run, as transformers loads it. Also a model here: hf:soup\n", "")
    assert AutoModelForCausalLM.from_pretrained(tmp_path / "soup").num_parameters() == 883_200
    asked = {"use": "pocket", "limit": 2, "dev_limit": 2}
    scenario = {
        "protocol": {"use": "text/majority_vote"},
        "team": [{"name": "soup", "model": "hf:soup"}],
        "task": asked,
    }
    (tmp_path / "again.yaml").write_text(json.dumps(scenario | {"seed": 7, "baselines": False}))
    assert inside("run", "again.yaml", "--out", "again", folder=tmp_path).code == 0
    outputs = [
        [json.loads(line)["output"] for line in (tmp_path / run / "samples.jsonl").read_text().splitlines()]
        for run in ("run", "again")
    ]
    assert outputs[0] == outputs[1]


def test_what_cannot_be_exported_is_said(tmp_path: Path) -> None:
    assert (
        inside("run", "fusion", "--limit", "1", "--set", "baselines=false", "--out", "run", folder=tmp_path).code == 0
    )
    refused = inside("export", "run", "model", folder=tmp_path)
    assert (refused.code, refused.err) == (
        2,
        "run: logit/fusion makes no model to export. Weight-level protocols do.\n",
    )
    taken = inside("export", "run", str(path("base")), folder=tmp_path)
    assert (taken.code, taken.err) == (2, f"{path('base')}: is there already. Export to a new folder.\n")
