"""Control replies: whoever gives them more than the least score is fooled."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from symposia.agents import Answer, Team, Turn, Usage
from symposia.agents.models.scripted import Scripted
from symposia.evaluators.evaluator import Evaluator
from symposia.evaluators.grading import find, grader_of
from symposia.evaluators.judging.controls import REPLIES, Control, controls
from symposia.evaluators.judging.families import family, related
from symposia.evaluators.task import Item
from symposia.scenarios.running.replaying import replay
from symposia.scenarios.running.run import run
from symposia.tests.support.command import inside
from symposia.tests.support.tasks import Exact
from symposia.tests.support.written import planned

ITEM = Item("Greet me.", "", {"category": "writing"}, further=("In French?",))


class Gullible:
    """Rates what opens with reasoning 9 and all else 1; notes the answers that it was shown."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    async def write(self, turns: Sequence[Turn], sampling: Any = None) -> Answer:
        shown = turns[-1].text.split("<answer>\n")[1].split("\n</answer>")[0]
        self.seen.append(shown)
        return Answer(text="[[9]]" if "step by step" in shown else "[[1]]", usage=Usage(calls=1))


async def asked(judge: Any, *items: Item) -> list[Control]:
    evaluator = Evaluator(Exact(), grader=grader_of(find("mt_bench")), judges=Team({"ann": judge}))
    return await controls(evaluator, items, 1.0)


async def test_a_judge_that_falls_for_an_opener_is_found_out() -> None:
    judge = Gullible()
    found = await asked(judge, ITEM, ITEM, Item("Leave me.", "", None), Item("Never asked.", "", None))
    assert {one.name: one.scores for one in found} == {
        "constant reply": (1.0, 1.0),
        "colon": (1.0, 1.0),
        "reasoning opener": (9.0, 9.0),
        "empty reply": (1.0, 1.0),
        "question repeated": (1.0, 1.0),
        "order to the judge": (1.0, 1.0),
    }
    assert [one.name for one in found if one.fools] == ["reasoning opener"]
    assert sum(one.usage.calls for one in found) == 12
    assert {":", "", "Greet me.", "Leave me."} <= set(judge.seen)


async def test_a_control_that_is_unscored_fools_nobody() -> None:
    found = await asked(Scripted(*["Hm."] * 100), ITEM)
    assert [one.scores for one in found] == [(None,)] * len(REPLIES)
    assert not any(one.fools for one in found)


def test_a_judge_of_a_members_family_is_known_by_name() -> None:
    members = {"a": "api:openai/gpt-4o-mini", "b": "hf:Qwen/Qwen3-8B", "c": "scripted:a.txt", "d": "api:openai/o3"}
    assert related("api:azure/gpt-4.1", members) == ["a", "d"]
    assert related("scripted:b.txt", members) == []
    assert related("scripted:a.txt", members) == ["c"]
    assert [family(url) for url in ("api:anthropic/claude-x", "pocket:judge", "hf:me/model")] == [
        "Anthropic",
        "Symposia's pocket models",
        None,
    ]


JUDGE = '''"""A judge that prefers the longer answer, and notes nothing."""

from symposia.agents import Answer, Usage


class Longer:
    async def write(self, turns, sampling=None):
        text = turns[-1].text
        one, other = (text.split(f"<answer_{x}>")[1].split(f"</answer_{x}>")[0].strip() for x in "AB")
        verdict = "A=B" if len(one) == len(other) else "A>>B" if len(one) > len(other) else "B>A"
        return Answer(text=f"[[{verdict}]]", usage=Usage(prompt_tokens=10, completion_tokens=1, calls=1))


def load(rest):
    return Longer()
'''
SCENARIO = """\
protocol: {use: text/majority_vote}
team: [{name: amber, model: "scripted:amber.txt"}]
task: {use: open_ended, data: data.jsonl}
grader: {use: arena_hard}
judges: [{name: ann, model: "./judge.py:longer"}]
baselines: false
concurrency: 1
"""


async def test_the_report_says_what_a_judge_goes_by(tmp_path: Path) -> None:
    (tmp_path / "judge.py").write_text(JUDGE)
    rows = [{"prompt": f"Say {n}.", "cluster": f"c{n // 2}", "output": "x" * 4, "label": n % 2} for n in range(6)]
    (tmp_path / "data.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "amber.txt").write_text("".join("y" * (2 * n + 1) + "\n" for n in range(6)))
    (tmp_path / "s.yaml").write_text(SCENARIO)
    finished = await run(planned(tmp_path / "s.yaml"), tmp_path / "run")
    facts = {(row.of, row.name): row.value for row in finished.report.judges}
    assert facts[("judge", "model")] == "ann (./judge.py:longer)"
    assert facts[("judge", "prompts")] == "arena_hard.compare/1"
    assert facts[("judge", "same family")] == "no member of the team is"
    assert facts[("judge", "verdicts")] == "12"
    assert facts[("judge", "unparsed")].startswith("0.0 [")
    assert facts[("judge", "inconsistent in the two orders")].startswith("0.0 [")
    assert facts[("judge", "first place wins")].startswith("50.0 [")
    assert facts[("judge", "ties")].startswith("0.0 [")
    assert float(facts[("judge", "length slope of the verdict")].split()[0]) > 0.5
    assert facts[("judge", "kappa with labels")].startswith("0.000 [")
    assert facts[("judge", "cost")] == "12 calls, 132 tokens"
    assert facts[("judge", "cost of the controls")] == "24 calls, 264 tokens"
    assert facts[("judge", "control: colon")] == "0, 0"
    assert facts[("judge", "controls")] == (
        "FLAGGED: constant reply, reasoning opener, question repeated, order to the judge got more than 0"
    )
    assert facts[("text/majority_vote", "Arena-Hard score")].startswith("66.7 [")
    assert (await replay(tmp_path / "run")).samples == 6


def test_a_plan_says_what_judges_are_asked(tmp_path: Path) -> None:
    (tmp_path / "judge.py").write_text(JUDGE)
    rows = [{"turns": ["Greet me.", "In French?"]}, {"turns": ["Leave me."]}]
    (tmp_path / "data.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "amber.txt").write_text("4\n")
    (tmp_path / "s.yaml").write_text(SCENARIO)
    planned = inside("plan", "s.yaml", folder=tmp_path)
    assert (planned.code, planned.err) == (0, "")
    assert "protocol: 2 questions of the test split, 3 turns in all, each turn: amber x 1" in planned.out
    assert "judges: about every answer above, and about 12 control replies" in planned.out


async def test_a_run_that_was_stopped_among_turns_and_controls_goes_on(tmp_path: Path) -> None:
    text = SCENARIO.replace("arena_hard", "mt_bench").replace("./judge.py:longer", "scripted:ann.txt")
    rows = [{"turns": [f"Say {n}.", "Again?"]} for n in range(3)]
    (tmp_path / "data.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "amber.txt").write_text("".join(f"{n}\n" for n in range(6)))
    (tmp_path / "ann.txt").write_text("".join(f"[[{1 + n % 10}]]\n" for n in range(18)))
    (tmp_path / "s.yaml").write_text(text)
    await run(planned(tmp_path / "s.yaml"), tmp_path / "run")
    whole = (tmp_path / "run" / "samples.jsonl").read_text()
    trace = (tmp_path / "run" / "trace.jsonl").read_text().splitlines(keepends=True)
    report = json.loads((tmp_path / "run" / "report.json").read_text())["judges"]
    for kept in range(1, len(trace), 5):
        (tmp_path / "run" / "trace.jsonl").write_text("".join(trace[:kept]))
        finished = await run(planned(tmp_path / "s.yaml"), tmp_path / "run")
        again = (tmp_path / "run" / "samples.jsonl").read_text()
        assert [without_time(line) for line in again.splitlines()] == [without_time(one) for one in whole.splitlines()]
        assert [row.model_dump() for row in finished.report.judges] == report


def without_time(line: str) -> dict[str, Any]:
    return {**json.loads(line), "seconds": 0}
