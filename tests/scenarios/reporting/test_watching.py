"""How far a run is: lines now and then in a pipe, by a clock of the test's own."""

import json
from collections.abc import Iterable
from io import StringIO
from pathlib import Path

import pytest
from rich.progress import Progress
from symposia.evaluators.sample import Sample
from symposia.scenarios.reporting.watching import EVERY, Bars, Lines, progress
from symposia.tests.support.command import inside
from symposia.tests.support.samples import sample
from symposia.tests.support.written import scenario

LOOP = """\
protocol: {use: text/user_loop, options: {user: blue, assistant: amber, max_turns: 1}}
team:
  - {name: amber, model: "scripted:amber.txt"}
  - {name: blue, model: "scripted:blue.txt"}
task: {use: short_answer, data: sums}
baselines: false
"""


def watched(times: Iterable[float], samples: Iterable[Sample], *, every: float = 5.0, each: bool = False) -> list[str]:
    """The lines on samples that come at these times; the first two are those of the start and of the stage."""
    out, clock = StringIO(), iter(times)
    watch = Lines(out, every=every, each=each, clock=lambda: next(clock))
    watch.expect("test", 8)
    for one in samples:
        watch("test", one)
    return out.getvalue().splitlines()


def test_a_line_says_questions_rate_score_and_time_left() -> None:
    assert watched([0, 0, 8], [sample(1.0)]) == ["test: 1 of 8 questions, 0.12 a second, score 1.000, about 56 s left"]


def test_there_is_a_line_at_most_every_few_seconds() -> None:
    lines = watched([0, 0, 1, 4.9, 5, 9.9, 10], [sample(score) for score in (1.0, 1.0, 0.0, 0.0, 1.0)])
    assert lines == [
        "test: 3 of 8 questions, 0.6 a second, score 0.667, about 8 s left",
        "test: 5 of 8 questions, 0.5 a second, score 0.600, about 6 s left",
    ]


def test_an_unscored_question_is_done_and_does_not_count_as_wrong() -> None:
    lines = watched([0, 0, 10, 20], [sample(None), sample(1.0)])
    assert [line.split(", ")[2] for line in lines] == ["no score yet", "score 1.000"]


def test_verbose_says_a_line_for_each_question() -> None:
    lines = watched([0, 0, 0, 0], [sample(1.0, tokens=3), sample(None)], each=True)
    assert lines == [
        "test: 1 of 8: i done, score 1, 6 tokens, 0.0 s",
        "test: 2 of 8: i done, unscored, 0 tokens, 0.0 s",
    ]


def test_a_bar_knows_how_many_questions_there_will_be() -> None:
    bars = Bars(Progress(disable=True))
    bars.expect("dev/0-amber", 2)
    bars.expect("dev/0-amber", 3)
    bars("dev/0-amber", sample(1.0))
    (task,) = bars.bars.tasks
    assert (task.completed, task.total) == (1, 5)


def test_in_a_pipe_lines_are_written_unless_it_is_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    with progress() as watch:
        assert isinstance(watch, Lines)
        assert (watch.every, watch.each) == (EVERY, False)
    with progress("verbose") as watch:
        assert isinstance(watch, Lines)
        assert watch.each
    with progress("quiet") as watch:
        watch("test", sample(1.0))
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("verb", ["run", "simulate"])
def test_verbose_lines_are_on_standard_error_and_json_alone_on_standard_output(verb: str, tmp_path: Path) -> None:
    scenario(tmp_path, LOOP)
    done = inside(verb, "s.yaml", "--out", "run", "--json", "--verbose", folder=tmp_path)
    assert done.code == 0
    assert json.loads(done.out)
    assert [line.split(": ")[:2] for line in done.err.splitlines()] == [["test", "1 of 2"], ["test", "2 of 2"]]
    quiet = inside(verb, "s.yaml", "--out", "again", "--json", "--quiet", folder=tmp_path)
    assert (quiet.code, quiet.err) == (0, "")


def test_every_stage_says_how_many_it_will_ask(tmp_path: Path) -> None:
    scenario(tmp_path)
    done = inside("run", "s.yaml", "--out", "run", "--verbose", folder=tmp_path)
    last = {line.split(": ")[0]: line.split(": ")[1] for line in done.err.splitlines()}
    assert set(last.values()) == {"2 of 2"}
    assert {"test", "single/amber", "dev/0-amber"} <= set(last)


def test_a_plan_as_json(tmp_path: Path) -> None:
    scenario(tmp_path)
    done = inside("plan", "s.yaml", "--json", folder=tmp_path)
    assert (done.code, done.err) == (0, "")
    found = json.loads(done.out)
    assert found["models"] == {name: f"scripted:{name}.txt" for name in ("amber", "blue", "coral")}
    assert found["hears"] == {"amber": ["coral"], "blue": ["amber"], "coral": ["blue"]}
    assert found["questions"] == {"test": 2, "dev": 2}
    assert found["calls"] == {"amber": 2, "blue": 2, "coral": 2}
    assert found["stages"][0] == "protocol: 2 questions of the test split, each: amber x 2, blue x 2, coral x 2"
