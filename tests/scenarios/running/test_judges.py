"""Scenarios whose answers are graded by judges: traced, replayed, counted apart, and never a zero for a failure."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from symposia.agents.errors import BadScenario, Twice
from symposia.agents.loading import load
from symposia.agents.trace_reader import read
from symposia.scenarios.running.replaying import replay
from symposia.scenarios.running.run import run
from symposia.tests.support.command import inside
from symposia.tests.support.doubles import Failing
from symposia.tests.support.written import planned, scenario

JUDGED = """\
protocol: {use: text/majority_vote}
team:
  - {name: amber, model: "scripted:amber.txt"}
  - {name: blue, model: "scripted:blue.txt"}
task: {use: short_answer, data: sums}
grader: {use: correct}
judges: [{name: ann, model: "scripted:ann.txt", persona: Be strict.}]
baselines: false
concurrency: 1
budget: {calls: 2}
"""


def written(folder: Path, *verdicts: str, text: str = JUDGED) -> Path:
    """The scenario, with what the judge says."""
    (folder / "ann.txt").write_text("\n".join(verdicts) + "\n")
    return scenario(folder, text)


async def ran(folder: Path, *verdicts: str, **how: Any) -> Any:
    return await run(planned(written(folder, *verdicts)), folder / "run", **how)


async def test_judges_score_and_what_they_cost_is_no_cost_of_the_team(tmp_path: Path) -> None:
    finished = await ran(tmp_path, "yes", "no")
    assert [(one.score, one.verdict, one.usage.calls) for one in finished.samples] == [(1.0, "yes", 2), (0.0, "no", 2)]
    (row,) = [row for row in finished.report.rows if row.metric == "accuracy"]
    assert (row.value, row.calls, row.judge_calls) == (0.5, 4, 2)
    judging = [one.judging for one in finished.samples]
    assert row.judge_tokens == sum(one.prompt_tokens + one.completion_tokens for one in judging if one is not None)
    assert [one.prompt_tokens for one in judging if one is not None] == [25, 25]
    assert "judge tokens" in (tmp_path / "run" / "report.md").read_text()


async def test_what_judges_are_asked_is_in_the_trace_below_its_question(tmp_path: Path) -> None:
    await ran(tmp_path, "yes", "no")
    events = read(tmp_path / "run" / "trace.jsonl")[1]
    assert [(event.question, event.turn) for event in events if event.to == "ann"] == [
        ("test/0/grade", 0),
        ("test/1/grade", 0),
    ]


async def test_a_judge_is_not_asked_again_by_a_replay_or_a_resumed_run(tmp_path: Path) -> None:
    await ran(tmp_path, "yes", "no")
    for script in tmp_path.glob("*.txt"):
        script.write_text("never\n")
    assert await replay(tmp_path / "run") == (12, 2)
    again = await run(planned(tmp_path / "s.yaml"), tmp_path / "run")
    assert [one.verdict for one in again.samples] == ["yes", "no"]


async def test_a_judge_that_fails_leaves_its_question_unscored_in_run_and_replay(tmp_path: Path) -> None:
    def broken(url: str, *settings: Any) -> Any:
        return Failing() if url.endswith("ann.txt") else load(url, *settings)

    finished = await ran(tmp_path, "yes", load=broken)
    (row,) = [row for row in finished.report.rows if row.metric == "accuracy"]
    assert (row.value, row.scored, row.unscored) == (None, 0, 2)
    assert [(one.score, one.stop, one.output) for one in finished.samples] == [(None, "done", "4"), (None, "done", "4")]
    assert all(str(one.why).startswith("judging failed: ann") for one in finished.samples)
    assert (await replay(tmp_path / "run")).samples > 0


async def test_judges_take_no_part_in_the_team_or_the_baselines(tmp_path: Path) -> None:
    written(tmp_path, *["yes"] * 50)
    changes = ("baselines=true", "budget={}", "task.dev_limit=2")
    finished = await run(planned(tmp_path / "s.yaml", *changes), tmp_path / "run")
    assert {row.name for row in finished.report.rows if row.kind == "single"} == {"amber", "blue"}
    counts = {(row.name, row.kind): row.judge_calls for row in finished.report.rows if row.metric == "accuracy"}
    assert counts[("text/majority_vote", "protocol")] == counts[("amber", "single")] == 2
    assert (await replay(tmp_path / "run")).samples > 0


async def test_every_call_of_a_judge_is_in_its_cost_once(tmp_path: Path) -> None:
    written(tmp_path, *["yes"] * 50)
    finished = await run(
        planned(tmp_path / "s.yaml", "baselines=true", "budget={}", "task.dev_limit=2"), tmp_path / "run"
    )
    told = {row.name: row.value for row in finished.report.judges if row.of == "judge"}
    asked = [event for event in read(tmp_path / "run" / "trace.jsonl")[1] if event.to == "ann"]
    places = Counter(event.question.split("/")[0] for event in asked)
    assert told["cost on dev"].startswith(f"{places['dev']} calls, ")
    assert told["cost of all judging"].startswith(f"{places.total()} calls, ")
    assert told["cost"].startswith(f"{places['test'] + places['single'] + places['equal_budget']} calls, ")
    assert told["self-preference of ann"].startswith("none: ")


async def test_a_judge_of_a_members_family_shows_what_it_gives_to_it(tmp_path: Path) -> None:
    written(tmp_path, *["yes"] * 50)
    changes = ("baselines=true", "budget={}", "task.dev_limit=2", "team.0.model=scripted:ann.txt")
    finished = await run(planned(tmp_path / "s.yaml", *changes), tmp_path / "run")
    told = {row.name: row.value for row in finished.report.judges if row.of == "judge"}
    assert told["same family"] == "FLAGGED, it may favour them: ann: amber"
    assert (
        told["self-preference of ann"]
        == "0.000 [0.000, 0.000] of the range of scores, with what the models differ in quality"
    )


def test_a_grader_in_a_file_takes_the_place_of_the_tasks_own(tmp_path: Path) -> None:
    code = '"""Half for everything."""\n\n\ndef grade(item, text, *, score: float = 0.5):\n    return score\n'
    (tmp_path / "half.py").write_text(code)
    text = JUDGED.replace("{use: correct}", "{use: ./half.py, options: {score: 0.25}}")
    scenario(tmp_path, "\n".join(line for line in text.splitlines() if not line.startswith("judges")))
    assert inside("run", "s.yaml", "--out", "run", folder=tmp_path).code == 0
    assert '"score":0.25' in (tmp_path / "run" / "samples.jsonl").read_text()
    too_much = inside("run", "s.yaml", "--set", "grader.options.score=2", "--out", "b", folder=tmp_path)
    assert too_much.code == 2
    assert "a score of 2 for item" in too_much.err
    wrong = inside("plan", "s.yaml", "--set", "grader.options={scor: 1}", folder=tmp_path)
    assert wrong.err == (
        "s.yaml: grader.options: no option of ./half.py named 'scor'. Did you mean 'score'? Known: score.\n"
    )


async def test_a_grader_that_asks_needs_judges_and_one_that_does_not_has_none(tmp_path: Path) -> None:
    path = written(tmp_path, "yes")
    with pytest.raises(BadScenario) as raised:
        planned(path, "judges=[]")
    assert str(raised.value) == ("s.yaml: correct asks judges. Name one: judges: [{name: judge, model: pocket:judge}].")
    with pytest.raises(BadScenario) as raised:
        planned(path, "grader=null")
    assert str(raised.value) == (
        "s.yaml: judges: short_answer asks none. Leave them out, or use a grader that does: correct."
    )


def test_two_judges_of_one_name_and_a_team_as_a_judge_are_refused(tmp_path: Path) -> None:
    path, judge = written(tmp_path, "yes"), "{name: ann, model: 'scripted:ann.txt'}"
    with pytest.raises(Twice, match=r"s\.yaml: judges: agent named twice: ann"):
        planned(path, f"judges=[{judge}, {judge}]")
    nest = f"{{protocol: {{use: text/majority_vote}}, team: [{judge}]}}"
    with pytest.raises(BadScenario) as raised:
        planned(path, f"judges=[{{name: court, model: {nest}}}]")
    assert str(raised.value) == "s.yaml: judges: court is a team. Name a single model, by its URL."


TWICE = '''"""Asks the judge twice."""

from symposia.agents import Ask
from symposia.evaluators.grading import Grade


async def grade(item, answer, judges):
    for text in ("Sure?", "Really?"):
        said = await judges.ask(judges.names[0], Ask(text=text))
    return Grade(score=1.0, verdict=said.text)
'''


async def test_no_questions_budget_counts_its_judges(tmp_path: Path) -> None:
    (tmp_path / "ask_twice.py").write_text(TWICE)
    path = written(tmp_path, *["yes"] * 4)
    changes = ("team=[{name: amber, model: 'scripted:amber.txt'}]", "budget.calls=1", "grader={use: ./ask_twice.py}")
    finished = await run(planned(path, *changes), tmp_path / "run")
    assert [(one.score, one.why) for one in finished.samples] == [(1.0, None), (1.0, None)]
    assert [one.judging.calls for one in finished.samples if one.judging is not None] == [2, 2]
