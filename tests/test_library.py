"""Every scenario of the library, run for a few questions and replayed."""

import json
import re
from pathlib import Path

import pytest
from symposia.scenarios.planning.wanted import LIBRARY, scenario_files
from symposia.tests.support.command import inside
from symposia.tests.support.server import Server, said

POCKET = sorted(path.stem for path in scenario_files() if "pocket:" in path.read_text())
HUB = sorted(path.stem for path in scenario_files() if "hf:" in path.read_text())
OTHERS = [path for path in scenario_files() if path.stem not in HUB]
JUDGED = sorted(path.stem for path in OTHERS if "\njudges:" in path.read_text())
REMOTE = sorted(path.stem for path in OTHERS if "api:" in path.read_text() and path.stem not in JUDGED)
TALKS = ("build_data", "user_loop")
"""Scenarios of a user loop, whose baselines stand in for the assistant."""

TRAINED = ("distil", *(name for name in POCKET if name.endswith("_trained")))
"""Scenarios that train by gradient."""

LONG = pytest.mark.long
TRAINING = sorted(path.stem for path in scenario_files() if "\ntrain:" in path.read_text())


def test_every_file_of_the_library_is_run_here() -> None:
    assert sorted([*POCKET, *HUB, *REMOTE, *JUDGED, *TRAINING]) == sorted(path.stem for path in scenario_files())


@pytest.mark.parametrize("name", [pytest.param(name, marks=LONG if name in TRAINED else ()) for name in POCKET])
def test_a_scenario_with_packaged_models_runs_and_replays(name: str, tmp_path: Path) -> None:
    command = "simulate" if name == "user_loop" else "run"
    few = ("--limit", "4", "--set", "task.dev_limit=4")
    done = inside(command, name, *few, "--out", "run", folder=tmp_path)
    assert (done.code, done.err) == (0, "")
    rows = json.loads((tmp_path / "run" / "report.json").read_text())["rows"]
    chosen = set() if name in TALKS else {"best_single", "equal_budget"}
    assert {row["kind"] for row in rows} == {"protocol", "single", "oracle", *chosen}
    assert {row["scored"] + row["unscored"] for row in rows} == {4}
    replayed = inside("replay", "run", folder=tmp_path)
    assert (replayed.code, replayed.err) == (0, "")
    assert "0 model calls" in replayed.out


@pytest.mark.parametrize("name", POCKET)
def test_a_scenario_is_planned(name: str, tmp_path: Path) -> None:
    planned = inside("plan", name, folder=tmp_path)
    assert (planned.code, planned.err) == (0, "")
    assert "no model was loaded" in planned.out


def outputs(run: Path) -> dict[str, list[tuple[str, float]]]:
    """What was answered and how it was scored, by file."""
    found = {}
    for path in sorted(run.rglob("*.jsonl")):
        if path.name not in ("trace.jsonl", "timing.jsonl"):
            rows = [json.loads(line) for line in path.read_text().splitlines()]
            found[path.name] = [(row["output"], row["score"]) for row in rows]
    return found


@pytest.mark.parametrize("name", ["fusion", "debate"])
def test_questions_asked_at_once_are_answered_as_one_by_one(name: str, tmp_path: Path) -> None:
    for concurrency in ("1", "32"):
        few = ("--limit", "6", "--set", "task.dev_limit=2", "--set", f"concurrency={concurrency}")
        assert inside("run", name, *few, "--out", concurrency, folder=tmp_path).code == 0
    assert outputs(tmp_path / "1") == outputs(tmp_path / "32")


@pytest.mark.parametrize("name", REMOTE)
def test_a_scenario_with_remote_models_runs_against_a_server(name: str, tmp_path: Path) -> None:
    members = (LIBRARY / f"{name}.yaml").read_text().count("api:")
    with Server(*[said("Answer: 85")] * 200) as server:
        changes = [f"team.{n}.model=api:hosted_vllm/m{n}@{server.url}" for n in range(members)]
        sets = [part for change in changes for part in ("--set", change)]
        done = inside("run", name, "--limit", "1", *sets, "--out", "run", folder=tmp_path)
    assert (done.code, done.err) == (0, "")
    samples = (tmp_path / "run" / "samples.jsonl").read_text().splitlines()
    assert json.loads(samples[0])["usage"]["calls"] == 16


@pytest.mark.parametrize("name", HUB)
def test_a_scenario_over_models_of_the_hub_is_planned_offline_and_has_a_twin_that_runs(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key, value in {"GEMINI_API_KEY": "x", "HF_HUB_OFFLINE": "1", "SYMPOSIA_DATA": str(tmp_path)}.items():
        monkeypatch.setenv(key, value)
    planned = inside("plan", name, folder=tmp_path)
    assert (planned.code, planned.err) == (0, "")
    assert "no model was loaded" in planned.out
    assert planned.out.count("hf:google/gemma-7b-it+bunsenfeng/") == 10
    assert re.findall(r"twin is (\w+)", (LIBRARY / f"{name}.yaml").read_text())[0] in POCKET


VERDICT = 'm. [[7]] [[B>A]] {"Factuality": 4, "Readability": 3}'
ROWS = {
    "colm_alpaca_eval": {"instruction": "Greet me.", "output": "Hi.", "generator": "gpt4"},
    "colm_arena_hard": {"uid": "1", "category": "arena-hard-v0.1", "cluster": "Greetings", "prompt": "Greet me."},
    "colm_flask": {"idx": 1, "instruction": "Greet me.", "answer": "Hi.", "skill": ["Factuality", "Readability"]},
    "colm_mt_bench": {"question_id": 81, "category": "writing", "turns": ["Greet me.", "In French?"]},
}
BASELINE = {"uid": "1", "messages": [{"role": "assistant", "content": {"answer": "Hi."}}]}


@pytest.mark.parametrize(
    ("name", "score", "calls", "judging"),
    [
        ("colm_alpaca_eval", 0.5, 16, 2),
        ("colm_arena_hard", 0.5, 16, 2),
        ("colm_flask", 3.5, 16, 1),
        ("colm_mt_bench", 7.0, 32, 2),
    ],
)
def test_colm_is_judged_by_each_benchmark_and_replays(
    name: str, score: float, calls: int, judging: int, tmp_path: Path
) -> None:
    (tmp_path / "rows.jsonl").write_text(json.dumps(ROWS[name]) + "\n")
    (tmp_path / "baseline.jsonl").write_text(json.dumps(BASELINE) + "\n")
    with Server(*[said(VERDICT)] * 100) as server:
        changes = [f"team.{n}.model=api:hosted_vllm/m{n}@{server.url}" for n in range(6)]
        changes += [f"judges.0.model=api:hosted_vllm/judge@{server.url}", f"task.data={tmp_path / 'rows.jsonl'}"]
        changes += [f"task.options.baseline={tmp_path / 'baseline.jsonl'}"] if name == "colm_arena_hard" else []
        sets = [part for change in changes for part in ("--set", change)]
        done = inside("run", name, *sets, "--out", "run", folder=tmp_path)
        asked = len(server.requests)
    assert (done.code, done.err) == (0, "")
    sample = json.loads((tmp_path / "run" / "samples.jsonl").read_text())
    assert (sample["score"], sample["usage"]["calls"], sample["judging"]["calls"]) == (score, calls, judging)
    report = json.loads((tmp_path / "run" / "report.json").read_text())
    facts = {(row["of"], row["name"]): row["value"] for row in report["judges"]}
    assert facts[("judge", "unparsed")].startswith("0.0 ")
    assert facts[("judge", "controls")].startswith("FLAGGED: constant reply, colon, ")
    assert (tmp_path / "run" / "judges.json").exists() == (name == "colm_flask")
    assert "## Judges" in (tmp_path / "run" / "report.md").read_text()
    replayed = inside("replay", "run", folder=tmp_path)
    assert (replayed.code, replayed.err) == (0, "")
    assert "0 model calls" in replayed.out
    assert asked == calls + judging + 6 * max(1, judging // (2 if name == "colm_mt_bench" else 1))


@pytest.mark.long
@pytest.mark.parametrize("name", TRAINING)
def test_a_training_file_trains_and_is_resumed(name: str, tmp_path: Path) -> None:
    options = "train.options={scale: 0.0005, only: [strings], items: 4}"
    short = ("--set", options, "--out", "made")
    first = inside("train", name, *short, folder=tmp_path)
    assert (first.code, first.out) == (0, "made: made base, strings.\n")
    again = inside("train", name, *short, folder=tmp_path)
    assert (again.code, again.out) == (0, "made: made nothing, all was there.\n")
