"""Dev selects, test reports: what is in both is said, and where all is, nothing is run."""

from pathlib import Path

import pytest
from symposia.scenarios.running.questions import questions_of
from symposia.scenarios.running.run import run
from symposia.tests.support.command import inside
from symposia.tests.support.written import planned, ran, scenario

ALL = (
    "s.yaml: all 2 questions of short_answer's split {} are in dev too, on which the best single model and what a "
    "protocol prepares are chosen. Report on other questions, or choose nothing: baselines: false, and a protocol "
    "without prepare.\n"
)
ROUTED = ("--set", "protocol={use: api/prompt_routing}", "--set", "topology=null")


NOTE = (
    "1 of 2 questions are in dev too, on which models and options are chosen: their scores are no evidence. "
    "For example {}: `3 + 3?`."
)


def half_known(folder: Path) -> Path:
    """The scenario with the second of its two test questions in dev."""
    path = scenario(folder)
    lines = ('{"input": "3 + 3?", "output": "6"}', '{"input": "1 + 1?", "output": "2"}')
    (folder / "half.dev.jsonl").write_text("\n".join(lines) + "\n")
    (folder / "half.test.jsonl").write_text((folder / "sums.test.jsonl").read_text())
    return path


async def test_the_report_says_how_many_questions_are_in_dev_with_one_of_them(tmp_path: Path) -> None:
    finished = await run(planned(half_known(tmp_path), "task.data=half"), tmp_path / "run")
    assert NOTE.format(finished.samples[1].id) in finished.report.notes


def test_the_plan_says_it_before_anything_is_asked(tmp_path: Path) -> None:
    path = half_known(tmp_path)
    _, known = questions_of(planned(path, "task.data=half")).items
    shown = inside("plan", "s.yaml", "--set", "task.data=half", folder=tmp_path)
    assert NOTE.format(known.id) in " ".join(shown.out.split())


async def test_apart_as_they_should_be_they_are_no_note(tmp_path: Path) -> None:
    finished = await ran(tmp_path)
    assert [note for note in finished.report.notes if "in dev" in note] == []


@pytest.mark.parametrize("command", ["plan", "run"])
def test_the_same_file_as_dev_and_test_is_refused(command: str, tmp_path: Path) -> None:
    scenario(tmp_path)
    (tmp_path / "sums.dev.jsonl").write_text((tmp_path / "sums.test.jsonl").read_text())
    done = inside(command, "s.yaml", folder=tmp_path)
    assert (done.code, done.err) == (2, ALL.format("test"))


def test_dev_is_not_reported_on_where_it_chooses(tmp_path: Path) -> None:
    scenario(tmp_path)
    assert inside("plan", "s.yaml", "--set", "task.split=dev", folder=tmp_path).err == ALL.format("dev")
    prepared = inside("plan", "s.yaml", "--set", "task.split=dev", "--set", "baselines=false", *ROUTED, folder=tmp_path)
    assert prepared.err == ALL.format("dev")


def test_dev_is_reported_on_where_nothing_is_chosen(tmp_path: Path) -> None:
    scenario(tmp_path)
    changes = ("--set", "task.split=dev", "--set", "baselines=false")
    assert inside("plan", "s.yaml", *changes, folder=tmp_path).code == 0
    assert inside("run", "s.yaml", *changes, "--out", "run", folder=tmp_path).code == 0
