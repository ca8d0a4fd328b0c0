"""A finished run in the forms of other programs: what they read is what the run's own files say."""

import json
from math import isnan
from pathlib import Path
from typing import Any

import pytest
import yaml
from symposia.evaluators.sample import Sample
from symposia.scenarios.cli import app
from symposia.scenarios.exporting.parquet import row
from symposia.scenarios.exporting.recorded import Recorded, read
from symposia.scenarios.exporting.spans import spans
from symposia.scenarios.exporting.trackers import metrics, parameters
from typer.testing import CliRunner

DEBATE = {
    "protocol": {"use": "text/debate", "options": {"rounds": 2}},
    "team": [
        {"name": "amber", "model": "pocket:arithmetic"},
        {"name": "blue", "model": "pocket:strings"},
    ],
    "topology": "ring",
    "task": {"use": "pocket", "limit": 4},
    "baselines": False,
    "seed": 3,
}


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of a debate of two."""
    folder = tmp_path_factory.mktemp("exported")
    (folder / "debate.yaml").write_text(yaml.safe_dump(DEBATE))
    command(["run", str(folder / "debate.yaml"), "--out", str(folder / "run")])
    return folder / "run"


@pytest.fixture(scope="module")
def recorded(finished: Path) -> Recorded:
    """The same, as it is exported."""
    return read(finished)


def command(words: list[str]) -> str:
    """What a command prints."""
    done = CliRunner().invoke(app, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def samples(run: Path) -> list[dict[str, Any]]:
    """The rows of a run's samples."""
    return [json.loads(line) for line in (run / "samples.jsonl").read_text().splitlines()]


def test_every_sample_has_the_calls_of_its_own_question(recorded: Recorded) -> None:
    for place, (sample, calls) in enumerate(recorded.asked):
        assert {call.asked.question.split("/")[1] for call in calls} == {str(place)}
        assert sum(call.usage.calls for call in calls) == sample.usage.calls
        assert sample.question in calls[0].turns[0].text


def test_inspects_log_has_our_samples_scores_and_metrics(finished: Path, recorded: Recorded, tmp_path: Path) -> None:
    log = pytest.importorskip("inspect_ai.log", reason="inspect_ai is not installed")
    out = tmp_path / "debate.eval"
    assert "4 samples" in command(["export", str(finished), str(out), "--to", "inspect"])
    found = log.read_eval_log(str(out))
    theirs = {one.id: one for one in found.samples}
    for ours in samples(finished):
        one = theirs[ours["id"]]
        assert (one.input, one.target, one.output.completion) == (ours["question"], ours["gold"], ours["output"])
        assert (one.scores["symposia"].value, one.scores["symposia"].answer) == (ours["score"], ours["parsed"])
        assert one.output.usage.total_tokens == ours["usage"]["prompt_tokens"] + ours["usage"]["completion_tokens"]
        assert len(one.events) == ours["usage"]["calls"]
    accuracy = next(one for one in recorded.report.rows if one.metric == "accuracy")
    told = found.results.scores[0].metrics
    assert [told[name].value for name in ("accuracy", "accuracy_low", "accuracy_high")] == [
        accuracy.value,
        accuracy.low,
        accuracy.high,
    ]
    assert found.eval.model_args["team"] == {"amber": "pocket:arithmetic", "blue": "pocket:strings"}


def test_an_unscored_sample_is_no_zero_in_inspects_log(recorded: Recorded) -> None:
    pytest.importorskip("inspect_ai.log", reason="inspect_ai is not installed")
    from symposia.scenarios.exporting.inspect_log import as_sample

    unscored = Sample(id="a", question="2 + 2?", output="", why="amber: the server is gone", stop="failed")
    found = as_sample(recorded, unscored, (), epoch=1)
    score = (found.scores or {})["symposia"]
    assert isinstance(score.value, float)
    assert isnan(score.value)
    assert score.explanation == "amber: the server is gone"


def test_spans_are_one_trace_a_question_and_lead_to_the_workflow(recorded: Recorded) -> None:
    pytest.importorskip("opentelemetry.sdk", reason="opentelemetry-sdk is not installed")
    found = list(spans(recorded))
    traces: dict[int, list[Any]] = {}
    for span in found:
        assert span.context is not None
        traces.setdefault(span.context.trace_id, []).append(span)
    assert len(traces) == 4
    for (sample, calls), own in zip(recorded.asked, traces.values(), strict=True):
        root, *others = own
        assert (root.name, root.parent, root.attributes["symposia.score"]) == (
            "invoke_workflow text/debate",
            None,
            sample.score,
        )
        assert len(others) == len(calls)
        ids = {span.context.span_id for span in own}
        assert all(span.parent.span_id in ids for span in others)
        tokens = sum(span.attributes["gen_ai.usage.output_tokens"] for span in others)
        assert tokens == root.attributes["gen_ai.usage.output_tokens"] == sample.usage.completion_tokens
        assert all(root.start_time <= span.start_time <= span.end_time <= root.end_time for span in others)
        assert {span.attributes["gen_ai.request.model"] for span in others} == {"pocket:arithmetic", "pocket:strings"}


def test_what_was_said_is_in_spans_only_where_it_is_asked_for(finished: Path, tmp_path: Path) -> None:
    pytest.importorskip("opentelemetry.sdk", reason="opentelemetry-sdk is not installed")
    bare, told = tmp_path / "bare.jsonl", tmp_path / "told.jsonl"
    command(["export", str(finished), str(bare), "--to", "otel"])
    command(["export", str(finished), str(told), "--to", "otel", "--texts"])
    question = samples(finished)[0]["question"]
    assert (question in bare.read_text(), question in told.read_text()) == (False, True)


def test_a_parquet_file_has_a_row_for_each_sample(finished: Path, tmp_path: Path) -> None:
    import pyarrow.parquet

    out = tmp_path / "samples.parquet"
    command(["export", str(finished), str(out), "--to", "parquet"])
    rows = pyarrow.parquet.read_table(out).to_pylist()
    for ours, theirs in zip(samples(finished), rows, strict=True):
        for name in ("id", "question", "gold", "output", "parsed", "score", "why", "stop", "group"):
            assert theirs[name] == ours[name]
        assert theirs["completion_tokens"] == ours["usage"]["completion_tokens"]


def test_a_gold_that_is_no_text_is_json() -> None:
    found = row(Sample(id="a", question="?", gold=["4", "four"], output="4", score=1.0, parts={"form": 0.5}))
    assert (found["gold"], found["parts"]) == ('["4", "four"]', '{"form": 0.5}')


def test_a_tracker_gets_the_reports_values_by_name(recorded: Recorded) -> None:
    accuracy = next(one for one in recorded.report.rows if one.metric == "accuracy")
    told = metrics(recorded)
    assert (told["accuracy"], told["accuracy_low"], told["accuracy_high"]) == (
        accuracy.value,
        accuracy.low,
        accuracy.high,
    )
    assert parameters(recorded)["team.amber"] == "pocket:arithmetic"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["out.log", "--to", "inspect"], "does not end with .eval"),
        (["out.eval", "--to", "inspekt"], "inspect"),
        (["no/where/out.parquet", "--to", "parquet"], "Make it first"),
    ],
)
def test_what_cannot_be_written_is_said_before_the_run_is_read(
    words: list[str], said: str, finished: Path, tmp_path: Path
) -> None:
    done = CliRunner().invoke(app, ["export", str(finished), str(tmp_path / words[0]), *words[1:]])
    assert done.exit_code != 0
    assert said in str(done.exception) + done.output
