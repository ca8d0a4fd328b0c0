"""The report as a table."""

import json
from math import inf
from pathlib import Path

from symposia.agents.accounting import Usage
from symposia.evaluators.comparison import Comparison, ComparisonRow, Kind
from symposia.scenarios.reporting.markdown import markdown
from symposia.scenarios.reporting.report import Report, report_row, unscored, without_answer
from symposia.scenarios.reporting.tables import table
from symposia.scenarios.running.run_directory import read_report
from symposia.tests.support.samples import sample
from symposia.tests.support.written import ran


async def test_a_report_reads_as_a_table(tmp_path: Path) -> None:
    finished = await ran(tmp_path)
    lines = markdown([finished.report]).splitlines()
    assert lines[:6] == [
        "# s.yaml",
        "",
        "text/debate on short_answer, seed 7",
        "",
        "| team | what | accuracy | cost | scored | calls | tokens | s/question |",
        "|---|---|---|---|---|---|---|---|",
    ]
    assert lines[6].startswith("| text/debate | protocol | 1.000 [0.342, 1.000] | ")


def row(kind: Kind, *scores: float | None) -> ComparisonRow:
    return ComparisonRow(f"the {kind}", kind, [sample(score) for score in scores])


def test_a_row_says_how_long_a_question_took_and_what_all_of_them_cost() -> None:
    usages = (Usage(prompt_tokens=5, completion_tokens=2, calls=1, cost=0.5), Usage(prompt_tokens=7, calls=2))
    spent = [
        sample(1.0).model_copy(update={"seconds": seconds, "usage": usage})
        for seconds, usage in zip((1.0, 2.0), usages, strict=True)
    ]
    found = report_row(ComparisonRow("amber", "single", spent), "accuracy", Path())
    assert (found.seconds, found.calls, found.prompt_tokens, found.completion_tokens) == (1.5, 3, 12, 2)
    assert (found.cost, found.value) == (0.5, 1.0)


def test_why_samples_are_unscored_is_said_once_for_each_kind_of_stop() -> None:
    late = [sample(None).model_copy(update={"stop": "failed", "why": f"late {number}"}) for number in range(2)]
    spent = sample(None).model_copy(update={"stop": "budget", "why": "the budget is spent"})
    comparison = Comparison([ComparisonRow("p", "protocol", [sample(1.0), *late, spent])])
    assert unscored(comparison) == ["2 unscored (failed): late 0", "1 unscored (budget): the budget is spent"]


def silent(kind: Kind, *, count: int, output: str) -> ComparisonRow:
    """A system whose first `count` replies of three hold no answer."""
    samples = [sample(0.0, parsed=None).model_copy(update={"output": output}) for _ in range(count)]
    return ComparisonRow(f"the {kind}", kind, [*samples, *(sample(1.0) for _ in range(3 - count))])


def test_replies_without_an_answer_have_a_column_as_soon_as_there_is_one() -> None:
    rows = [silent("protocol", count=2, output="Hm."), silent("single", count=0, output="")]
    measured = [report_row(row, name, Path()) for row in rows for name in ("cost", "accuracy")]
    header, first, second = table(measured)
    assert (first[header.index("no answer")], second[header.index("no answer")]) == ("2", "0")
    assert "no answer" not in table(measured[2:])[0]


def test_a_note_shows_a_reply_without_an_answer_for_each_system_once() -> None:
    rows = [silent("protocol", count=3, output="I think\n`rm` | ![x](http://evil)\x1b[2J" + "!" * 99)]
    rows += [silent("single", count=1, output=""), silent("best_single", count=1, output=""), row("oracle", 1.0)]
    first, second = without_answer(Comparison(rows))
    assert first.startswith(
        "the protocol: 3 of 3 replies hold no answer and count as wrong, for example `I think 'rm' | ![x](http://evil)\ufffd[2J!"
    )
    assert first.endswith("!...`")
    assert second == "the single: 1 of 3 replies hold no answer and count as wrong, for example an empty one"
    report = Report(scenario="s", protocol="p", task="t", seed=0, versions={}, rows=(), notes=(first,))
    assert "`I think 'rm' \\| ![x]" in markdown([report])


def test_an_unscored_reply_is_not_one_without_an_answer() -> None:
    assert without_answer(Comparison([ComparisonRow("p", "protocol", [sample(None, parsed=None)])])) == []


async def test_a_report_carries_its_p_values_and_one_without_them_is_still_read(tmp_path: Path) -> None:
    finished = await ran(tmp_path)
    # Debate and both baselines are right on both questions: nobody ever disagrees.
    found = json.loads((tmp_path / "run" / "report.json").read_text())
    assert [(one["kind"], one["test"], one["p"]) for one in found["comparisons"]] == [
        ("best_single", "mcnemar", 1.0),
        ("equal_budget", "mcnemar", 1.0),
    ]
    assert any(note.startswith("p-values, two-sided, adjusted by Holm over 2: ") for note in finished.report.notes)
    old = {key: value for key, value in found.items() if key != "comparisons"}
    (tmp_path / "run" / "report.json").write_text(json.dumps(old))
    again = read_report(tmp_path / "run")
    assert again.comparisons == ()
    assert json.loads(again.model_dump_json()) == old


def test_a_score_of_what_was_scored_has_beside_it_what_it_is_with_failures_as_wrong() -> None:
    rows = [ComparisonRow("p", "protocol", [*[sample(1.0)] * 2, *[sample(None)] * 8])]
    rows += [ComparisonRow("amber", "single", [*[sample(1.0)] * 5, *[sample(0.0)] * 5])]
    header, first, second = table([report_row(row, name, Path()) for row in rows for name in ("accuracy", "cost")])
    # Wilson's intervals of 2 of 2, 2 of 10 and 5 of 10.
    assert header[2:6] == ("accuracy", "accuracy, failures as wrong", "cost", "scored")
    assert first[2:6] == ("1.000 [0.342, 1.000]", "0.200 [0.057, 0.510]", "0", "2 of 10")
    assert second[2:4] == ("0.500 [0.237, 0.763]", "0.500 [0.237, 0.763]")


def test_a_failure_counts_as_the_least_score_of_the_range() -> None:
    rated = ComparisonRow("p", "protocol", [sample(4.0), sample(2.0), sample(None)])
    assert report_row(rated, "accuracy", Path(), (-3.0, 5.0)).floor == 1.0
    assert report_row(rated, "accuracy", Path(), (-inf, inf)).floor is None


def test_a_rating_of_1_on_a_scale_to_10_is_no_success() -> None:
    """Wilson's interval of all 1 is [0.722, 1], below the scale."""
    samples = [sample(None)] * 10
    row = report_row(ComparisonRow("vote", "protocol", samples), "accuracy", Path(), (1.0, 10.0))
    assert (row.floor, row.floor_low, row.floor_high) == (1.0, 1.0, 1.0)
    rated = [sample(1.0)] * 10
    row = report_row(ComparisonRow("vote", "protocol", rated), "accuracy", Path(), (1.0, 10.0))
    assert (row.value, row.low, row.high) == (1.0, 1.0, 1.0)
    right = report_row(ComparisonRow("vote", "protocol", rated), "accuracy", Path())
    assert round(right.low or 0.0, 4) == 0.7225


def test_where_nothing_failed_no_report_speaks_of_failures() -> None:
    found = report_row(ComparisonRow("p", "protocol", [sample(1.0)]), "accuracy", Path())
    assert [name for name in found.model_dump() if name.startswith("floor")] == []
    assert [name for name in table([found])[0] if "failures" in name] == []
