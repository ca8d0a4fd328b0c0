"""Plug-ins of every kind, from `symposia new` to a replay, in a folder outside of the checkout."""

import json
import re
from itertools import count
from pathlib import Path
from runpy import run_path
from typing import NamedTuple

import pytest
from symposia.scenarios.starting_points import KINDS
from symposia.testing import checks_of
from symposia.tests.support.command import Outcome, inside

RUN = tuple(kind for kind in KINDS if kind != "trainer")
NUMBERS = count()


class Lab(NamedTuple):
    """Somebody's folder, and what the plug-in there is called: the types of two of one name could not be told apart."""

    folder: Path
    name: str

    @property
    def code(self) -> Path:
        return self.folder / f"{self.name}.py"

    def do(self, command: str, *arguments: str) -> Outcome:
        """A command on the plug-in's scenario."""
        return inside(command, f"{self.name}.yaml", *arguments, folder=self.folder)

    def new(self, kind: str) -> Outcome:
        return inside("new", kind, self.name, folder=self.folder)

    def run(self, out: str = "run") -> Outcome:
        return self.do("run", "--limit", "2", "--set", "baselines=false", "--out", out)

    def replay(self, out: str = "run") -> Outcome:
        return inside("replay", out, folder=self.folder)


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    folder = tmp_path / "lab"
    folder.mkdir()
    return Lab(folder, f"mine_{next(NUMBERS)}")


@pytest.mark.parametrize("kind", KINDS)
def test_a_plugin_a_scenario_and_a_test_are_written(kind: str, lab: Lab) -> None:
    done = lab.new(kind)
    assert (done.code, done.err) == (0, "")
    assert sorted(path.name for path in lab.folder.iterdir()) == [
        f"{lab.name}.py",
        f"{lab.name}.yaml",
        f"test_{lab.name}.py",
    ]
    assert "NAME" not in "".join(path.read_text() for path in lab.folder.iterdir())
    assert done.out.count("wrote ") == 3


@pytest.mark.parametrize("kind", RUN)
def test_it_is_planned_run_and_replayed(kind: str, lab: Lab) -> None:
    lab.new(kind)
    planned = lab.do("plan")
    assert (planned.code, planned.err) == (0, "")
    assert f"Runs code of {kind} ./{lab.code.name}: {lab.code} (SHA-256 " in " ".join(planned.out.split())
    done = lab.run()
    assert (done.code, done.err) == (0, "")
    replayed = lab.replay()
    assert (replayed.code, replayed.err) == (0, "")
    assert "0 model calls, 2 samples are the same" in replayed.out
    assert json.loads((lab.folder / "run" / "run.json").read_text())["code"].keys() == {f"./{lab.code.name}"}


@pytest.mark.parametrize("kind", RUN)
def test_other_code_is_another_run_and_a_replay_says_so(kind: str, lab: Lab) -> None:
    lab.new(kind)
    lab.run()
    lab.code.write_text(lab.code.read_text() + "\n# Changed.\n")
    replayed = lab.replay()
    assert (replayed.code, replayed.err) == (
        2,
        f"run: {lab.code} was changed since this run. Restore it, or run again elsewhere.\n",
    )
    resumed = lab.run()
    assert (resumed.code, resumed.err) == (
        2,
        "run: holds the run of another scenario. Give this one another directory: --out.\n",
    )
    assert lab.run("again").code == 0
    assert lab.replay("again").code == 0


@pytest.mark.parametrize("kind", RUN)
def test_it_is_found_from_another_folder(kind: str, lab: Lab, tmp_path: Path) -> None:
    lab.new(kind)
    limits = ("--limit", "1", "--set", "baselines=false")
    done = inside("run", f"lab/{lab.name}.yaml", *limits, "--out", "run", folder=tmp_path)
    assert (done.code, done.err) == (0, "")
    replayed = inside("replay", "run", folder=tmp_path)
    assert (replayed.code, replayed.err) == (0, "")


def test_a_trainer_trains_once(lab: Lab) -> None:
    lab.new("trainer")
    done = lab.do("train", "--out", "made")
    assert (done.code, done.err, done.out) == (0, "", "made: made steps.\n")
    assert (lab.folder / "made" / "steps.txt").read_text() == "3\n"
    assert lab.do("train", "--out", "made").out == "made: made nothing, all was there.\n"
    wrong = lab.do("train", "--set", "train.options={step: 1}")
    assert wrong.err == (
        f"{lab.name}.yaml: train.options: no option of ./{lab.name}.py named 'step'. "
        "Did you mean 'steps'? Known: steps.\n"
    )


@pytest.mark.parametrize("kind", KINDS)
def test_the_tests_that_are_written_hold(kind: str, lab: Lab, tmp_path: Path) -> None:
    lab.new(kind)
    written = run_path(str(lab.folder / f"test_{lab.name}.py"))
    for check in checks_of(kind):
        written["test_it_keeps_the_contract"](check)
    written["test_its_scenario_runs_and_replays"](tmp_path)


def test_nothing_is_overwritten(lab: Lab) -> None:
    (lab.folder / f"test_{lab.name}.py").write_text("kept")
    done = lab.new("task")
    assert (done.code, done.err) == (
        2,
        f"new: test_{lab.name}.py is there already. Take another name, or another folder.\n",
    )
    assert [path.name for path in lab.folder.iterdir()] == [f"test_{lab.name}.py"]


def test_an_unknown_kind_and_a_name_that_is_no_modules_are_refused(lab: Lab) -> None:
    assert inside("new", "protocl", "mine", folder=lab.folder).err == (
        "new: no kind named 'protocl'. Did you mean 'protocol'? "
        "Known: grader, metric, model, protocol, scenario, task, topology, trainer.\n"
    )
    assert inside("new", "task", "my-task", folder=lab.folder).err == (
        "new: 'my-task' cannot be a module's name. Use small letters, digits and _, as judge_pick.\n"
    )


BROKEN = {
    "a syntax error": ("def answer(:\n", ", line 1: SyntaxError: invalid syntax. Correct the file."),
    "a missing module": ("import nowhere_at_all\n", ": there is no module 'nowhere_at_all'. Install it, or check"),
    "an error while it is read": ("1 / 0\n", ": ZeroDivisionError: division by zero. Correct the file."),
}


@pytest.mark.parametrize("kind", RUN)
@pytest.mark.parametrize("case", BROKEN)
def test_code_that_cannot_be_read_is_one_message_with_its_file(case: str, kind: str, lab: Lab) -> None:
    code, said = BROKEN[case]
    lab.new(kind)
    lab.code.write_text(code)
    done = lab.do("plan")
    assert (done.code, done.out) == (2, "")
    assert done.err.count("\n") == 1
    assert f"{lab.code}{said}" in done.err


EMPTY = {
    "protocol": "not a protocol. A protocol file has a docstring and `prepare` or `answer`.",
    "task": "no FORM, load, read, grade. A task has FORM, load, read and grade.",
    "grader": "no grade. A grader has grade(item, text) or async grade(item, answer, judges).",
    "metric": "no measure. A metric has measure(samples) -> Estimate.",
    "topology": "no shape. ",
    "model": "no load. A scheme of models has load(rest) -> model.",
}


@pytest.mark.parametrize("kind", RUN)
def test_code_without_what_its_kind_has_is_one_message_with_its_file(kind: str, lab: Lab) -> None:
    lab.new(kind)
    lab.code.write_text('"""Nothing."""\n')
    done = lab.do("plan")
    assert (done.code, done.out) == (2, "")
    assert done.err.count("\n") == 1
    assert f"{lab.code}: {EMPTY[kind]}" in done.err


def test_a_trainer_without_train_is_one_message_with_its_file(lab: Lab) -> None:
    lab.new("trainer")
    lab.code.write_text('"""Nothing."""\n')
    done = lab.do("train")
    assert done.err == f"{lab.code}: no train. A trainer has train(directory, prompts, *, ..) -> names made.\n"


@pytest.mark.parametrize("kind", RUN)
def test_a_file_that_is_not_there_is_named(kind: str, lab: Lab) -> None:
    lab.new(kind)
    lab.code.unlink()
    done = lab.do("plan")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert f"there is no file {lab.code}. Paths are relative to the scenario file.\n" in done.err


def test_a_scenario_alone_is_one_file_that_runs_and_names_its_schema(lab: Lab) -> None:
    assert lab.new("scenario").code == 0
    assert [path.name for path in lab.folder.iterdir()] == [f"{lab.name}.yaml"]
    schema = re.search(r"schema=file://(\S+)", (lab.folder / f"{lab.name}.yaml").read_text())
    assert schema is not None
    assert json.loads(Path(schema.group(1)).read_text())["title"] == "A Symposia scenario or training file"
    assert (lab.run().code, lab.replay().code) == (0, 0)
