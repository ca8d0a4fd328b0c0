"""Prepared teams: what `prepare` made outlives a run."""

import json
import re
import shutil
from pathlib import Path

import pytest
from symposia.agents.errors import BadScenario
from symposia.scenarios.planning.prepared import Kept
from symposia.scenarios.planning.wanted import planned
from symposia.tests.support.command import inside
from symposia.tests.support.tiny import llama

SCENARIO = """\
protocol: {use: weight/agg_lm, options: {aggregator: strings, keep: trained, samples: 2, batch: 2, rate: 0.001}}
team:
  - {name: lookup, model: "pocket:lookup", persona: Be brief.}
  - {name: strings, model: "pocket:strings", persona: Be quick.}
task: {use: pocket, split: test, limit: 4, dev_limit: 6, options: {skills: [lookup]}}
sampling: {max_tokens: 8}
baselines: false
"""


def command(folder: Path, *words: str) -> str:
    """What a command prints that ends well."""
    done = inside(*words, "--quiet", folder=folder) if words[0] != "replay" else inside(*words, folder=folder)
    assert (done.code, done.err) == (0, "")
    return done.out


def samples(folder: Path) -> str:
    """The samples of a run but for the time they took."""
    return re.sub(r'"seconds":[^,]+', "", (folder / "samples.jsonl").read_text())


def events(folder: Path) -> list[str]:
    """The questions of a run's trace, by their first word."""
    lines = (folder / "trace.jsonl").read_text().splitlines()[1:]
    return [str(json.loads(line).get("question", "")).partition("/")[0] for line in lines]


def test_a_team_that_was_prepared_answers_as_one_that_is_prepared_now(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text(SCENARIO)
    command(tmp_path, "run", "s.yaml", "--out", "plain")
    said = command(tmp_path, "prepare", "s.yaml", "--out", "kept")
    assert said.strip() == (
        "kept: weight/agg_lm is prepared, with the models models/strings-aggregator. Use it: prepared: kept"
    )
    assert command(tmp_path, "prepare", "s.yaml", "--out", "kept") == said
    (tmp_path / "t.yaml").write_text(SCENARIO + "prepared: kept\n")
    command(tmp_path, "run", "t.yaml", "--out", "again")
    assert samples(tmp_path / "again") == samples(tmp_path / "plain")
    assert (tmp_path / "again/aggregator.json").read_bytes() == (tmp_path / "plain/aggregator.json").read_bytes()
    assert "dev" in events(tmp_path / "plain")
    assert set(events(tmp_path / "again")) == {"test"}
    assert "0 model calls" in command(tmp_path, "replay", "again")
    kept = Kept.model_validate_json((tmp_path / "kept/prepared.json").read_text()).parts[""]
    assert kept.personas["strings-aggregator"] == "Be quick."
    (tmp_path / "kept/prepared.json").write_text(
        (tmp_path / "kept/prepared.json").read_text().replace(kept.fingerprints["lookup"], "0" * 16)
    )
    done = inside("run", "t.yaml", "--quiet", "--out", "changed", folder=tmp_path)
    assert done.code != 0
    assert "prepared: the weights of lookup were others (0000000000000000, here " in done.err
    shutil.rmtree(tmp_path / "kept/models")
    kept_json = (tmp_path / "kept/prepared.json").read_text().replace("0" * 16, kept.fingerprints["lookup"])
    (tmp_path / "kept/prepared.json").write_text(kept_json)
    done = inside("run", "t.yaml", "--quiet", "--out", "gone", folder=tmp_path)
    assert "kept/models/strings-aggregator is gone. Restore it, or prepare this team again." in done.err


KEPT = """\
{"parts": {"": {"protocol": "weight/agg_lm", "models": {"lookup": {"member": "lookup"}},
                "members": {"lookup": "pocket:lookup", "strings": "pocket:strings"}}}}
"""


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (["prepared=none"], "s.yaml: prepared: .*none has no prepared.json. Write it: symposia prepare s.yaml --out "),
        (
            ["protocol={use: text/debate}", "topology=ring"],
            "s.yaml: prepared: is of weight/agg_lm, and this is text/debate. Prepare this one.",
        ),
        (
            ["team.0.model=pocket:base"],
            "s.yaml: prepared: its lookup was pocket:lookup, and here is pocket:base. Prepare this team.",
        ),
        (
            ["team.0.name=look"],
            "s.yaml: prepared: its lookup was pocket:lookup, and here is not there. Prepare this team.",
        ),
    ],
)
def test_what_was_prepared_for_others_is_refused_before_a_model_is_read(
    tmp_path: Path, changes: list[str], message: str
) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept/prepared.json").write_text(KEPT)
    (tmp_path / "s.yaml").write_text(SCENARIO + "prepared: kept\n")
    planned(tmp_path / "s.yaml", [])
    with pytest.raises(BadScenario, match=message):
        planned(tmp_path / "s.yaml", changes)


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept/prepared.json").write_text('{"parts": {"": {}}}')
    (tmp_path / "s.yaml").write_text(SCENARIO + "prepared: kept\n")
    with pytest.raises(BadScenario, match=r"kept/prepared\.json: parts\.\.protocol: Field required\. Prepare it again"):
        planned(tmp_path / "s.yaml", [])


def test_a_model_folder_is_found_from_anywhere(tmp_path: Path) -> None:
    llama(tmp_path / "ochre")
    said = SCENARIO.replace('"pocket:lookup"', '"hf:ochre"')
    (tmp_path / "s.yaml").write_text(said + "prepared: kept\n")
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept/prepared.json").write_text(KEPT.replace("pocket:lookup", f"hf:{tmp_path / 'ochre'}"))
    planned(tmp_path / "s.yaml", [])
