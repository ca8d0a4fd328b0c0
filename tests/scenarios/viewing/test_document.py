"""The view document: what of a run directory is in it, and what is made safe."""

import json
from gzip import decompress
from pathlib import Path
from typing import Any

import pytest
from symposia.agents import Answer, Ask
from symposia.agents.decoding.combine import Mean
from symposia.agents.decoding.messages import Decode, Decoded, Span
from symposia.agents.errors import BadTrace, DeadlineExceeded
from symposia.agents.event import CONDUCTOR
from symposia.agents.failure import Failure
from symposia.agents.message import Sampling
from symposia.agents.trace import Trace
from symposia.scenarios.viewing.badges import BADGES, bits
from symposia.scenarios.viewing.document import document
from symposia.scenarios.viewing.run_view import opened
from symposia.tests.support.viewed import SCENARIO, request, said, written_run


def read(directory: Path, *more: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The head of a document and all of its blocks, as JSON."""
    blocks = {name: json.loads(decompress(block)) for name, block in document([directory, *more]).blocks.items()}
    return blocks["head"], blocks


def names(number: int) -> set[str]:
    """The badges in a set of bits."""
    return {name for place, name in enumerate(BADGES) if number >> place & 1}


def test_an_event_is_found_again_in_every_column(tmp_path: Path) -> None:
    head, blocks = read(written_run(tmp_path, {"arithmetic": ["4"], "strings": ["22"]}))
    run = head["runs"][0]
    columns = run["columns"]
    assert {len(values) for values in columns.values()} == {4}
    assert [run["agents"][one] for one in columns["sender"]] == ["conductor", "arithmetic", "conductor", "strings"]
    assert columns["cause"] == [-1, 0, -1, 2]
    assert columns["completion_tokens"] == [0, 2, 0, 2]
    texts = blocks["0/text/0"]
    assert [texts[one] for one in columns["text"]] == ["2 + 2? (0)", "4", "2 + 2? (0)", "22"]
    assert run["arrows"] == [["arithmetic", "strings"], ["strings", "arithmetic"]]
    assert run["questions"][0]["score"] == 1.0


def test_an_answer_that_is_passed_on_costs_nothing_again(tmp_path: Path) -> None:
    trace = Trace(tmp_path / "trace.jsonl")
    trace.add(None, "test/0", ("amber", "blue"), 0, said("4"))
    trace.close()
    head, _ = read(tmp_path)
    assert head["runs"][0]["columns"]["prompt_tokens"] == [0]


def test_control_characters_of_a_model_are_replaced(tmp_path: Path) -> None:
    _, blocks = read(written_run(tmp_path, {"arithmetic": ["a\x00b\x1b[31m\u202ec"]}))
    assert "a\ufffdb\ufffd[31m\ufffdc" in blocks["0/text/0"]


def test_an_agent_that_gave_up_a_right_answer_is_marked(tmp_path: Path) -> None:
    scenario = {**SCENARIO, "task": {"use": "./mine.py"}}  # a task of somebody's own is not run: equality with the gold
    head, _ = read(written_run(tmp_path, {"arithmetic": ["4", "5"], "strings": ["5", "4"]}, scenario=scenario))
    columns = head["runs"][0]["columns"]
    assert columns["right"] == [-1, -1, -1, -1, -1, -1, -1, -1]
    head, _ = read(written_run(tmp_path / "plain", {"arithmetic": ["4", "5"], "strings": ["5", "4"]}))
    columns = head["runs"][0]["columns"]
    assert columns["right"] == [-1, 1, -1, 0, -1, 0, -1, 1]
    assert [names(one) for one in columns["badges"]].count({"gave_up_right"}) == 1
    assert names(columns["badges"][5]) == {"gave_up_right"}


@pytest.mark.parametrize(
    ("answer", "badges"),
    [
        (Answer(text="4"), set()),
        (Answer(text=""), {"abstained"}),
        (Answer(text="no", finish="refused"), {"abstained"}),
        (Answer(text="so on", finish="length"), {"cut"}),
        (Answer(text="and so on. " * 5, finish="length"), {"cut", "repeats"}),
        (Answer(text="4", retries=("timed out",)), {"retry"}),
        (Failure.of(DeadlineExceeded("amber: no answer in 3 s.")), {"error", "timeout"}),
    ],
)
def test_what_may_have_gone_wrong_has_a_badge(tmp_path: Path, answer: Any, badges: set[str]) -> None:
    trace = Trace(tmp_path / "trace.jsonl")
    asked = trace.add(None, "test/0", (CONDUCTOR, "amber"), 0, request("2 + 2?", "test/0/amber.0"))
    trace.add(asked.seq, "test/0", ("amber", CONDUCTOR), 0, answer)
    trace.close()
    head, _ = read(tmp_path)
    assert names(head["runs"][0]["columns"]["badges"][1]) == badges


def test_badges_are_bits() -> None:
    assert bits("unparsed", "abstained", "unparsed") == 3


def test_a_text_that_several_models_moved_says_how_likely_each_found_it(tmp_path: Path) -> None:
    trace = Trace(tmp_path / "trace.jsonl")
    decode = Decode(prompt=Ask(text="2 + 2?"), peers=("amber", "blue"), method=Mean(), sampling=Sampling())
    asked = trace.add(None, "test/0", (CONDUCTOR, "decoder"), 0, decode)
    both = {"amber": (-0.1,), "blue": (-2.30004,)}
    answer = Answer(text="4", ids=(9,), logprobs=(-0.7,))
    trace.add(
        asked.seq, "test/0", ("decoder", CONDUCTOR), 0, Decoded(answer=answer, peer_logprobs=both, divergence=(0.4,))
    )
    trace.close()
    head, blocks = read(tmp_path)
    run = head["runs"][0]
    assert run["groups"][run["columns"]["peers"][0]] == ["amber", "blue"]
    assert blocks["0/detail/0"]["tokens"]["1"] == {
        "ids": [9],
        "logprobs": [-0.7],
        "peers": {"amber": [-0.1], "blue": [-2.3]},
        "divergence": [0.4],
    }


def test_a_text_by_turns_says_who_wrote_each_token(tmp_path: Path) -> None:
    trace = Trace(tmp_path / "trace.jsonl")
    spans = (Span(by="amber", tokens=1, text="4"), Span(by="blue", tokens=2, text="2."))
    trace.add(0, "test/0", ("decoder", CONDUCTOR), 0, Decoded(answer=Answer(text="42.", ids=(1, 2, 3)), spans=spans))
    trace.close()
    _, blocks = read(tmp_path)
    token = blocks["0/detail/0"]["tokens"]["0"]
    assert (token["writers"], token["by"]) == (["amber", "blue"], [0, 1, 1])


def test_the_first_divergence_of_two_runs_is_the_first_message_that_differs(tmp_path: Path) -> None:
    before = written_run(tmp_path / "before", {"arithmetic": ["4", "4"], "strings": ["5", "5"]})
    after = written_run(tmp_path / "after", {"arithmetic": ["4", "4"], "strings": ["4", "5"]})
    head, _ = read(before, after)
    assert head["versus"][0]["divergences"] == [{"place": "test/0", "before": 3, "after": 3}]


def test_runs_are_compared_over_the_questions_of_the_same_id(tmp_path: Path) -> None:
    before = written_run(tmp_path / "before", {"arithmetic": ["5"]})
    after = written_run(tmp_path / "after", {"arithmetic": ["4"]})
    paired = read(before, after)[0]["versus"][0]["paired"]
    assert (paired["questions"], paired["value"], paired["fixed"]) == (1, 1.0, 1.0)


def test_a_run_that_is_being_written_is_shown_up_to_its_last_whole_line(tmp_path: Path) -> None:
    directory = written_run(tmp_path, {"arithmetic": ["4"]})
    with (directory / "trace.jsonl").open("ab") as file:
        file.write(b'{"seq":2,"cau')
    assert len(read(directory)[0]["runs"][0]["columns"]["place"]) == 2


def test_a_line_that_was_changed_is_named(tmp_path: Path) -> None:
    directory = written_run(tmp_path, {"arithmetic": ["4"]})
    path = directory / "trace.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"text":"4"', b'"text":"5"'))
    with pytest.raises(BadTrace, match="event 1"):
        document([directory])


def test_a_message_of_a_type_that_is_not_known_here_is_shown_as_its_fields(tmp_path: Path) -> None:
    from symposia.agents.trace_reader import check_of

    header = b'{"trace":2,"run":""}'
    line = (
        b'{"seq":0,"cause":null,"question":"test/0","sender":"conductor","to":"amber","turn":0,"seconds":0.1,'
        b'"message":{"@type":"not_installed.said/1","words":"hello"}}'
    )
    check, raw = "", b""
    for body in (header, line):
        check = check_of(check, body)
        raw += body[:-1] + b',"check":"' + check.encode() + b'"}\n'
    (tmp_path / "trace.jsonl").write_bytes(raw)
    _, blocks = read(tmp_path)
    assert "hello" in blocks["0/text/0"][0]


def test_a_training_shows_its_rewards_and_which_answers_have_no_loss(tmp_path: Path) -> None:
    line = {"step": 1, "row": 0, "policy": "student@0", "text": "four", "finish": "eos", "tokens": 2}
    lines = [{**line, "reward": 1.0, "advantage": 0.5}, {**line, "reward": None, "advantage": None}]
    (tmp_path / "rollouts.jsonl").write_text("".join(json.dumps(one) + "\n" for one in lines))
    (tmp_path / "curve.jsonl").write_text(json.dumps({"step": 1, "reward": 1.0}) + "\n")
    training = read(tmp_path)[0]["runs"][0]["trainings"][0]
    assert [one["advantage"] for one in training["rollouts"]] == [0.5, None]
    assert training["steps"] == [{"step": 1.0, "reward": 1.0}]


def test_the_curves_of_a_search_are_shown(tmp_path: Path) -> None:
    written_run(tmp_path, {"arithmetic": ["4"]})
    (tmp_path / "utility_scratchpad.json").write_text(json.dumps({"g": 0.4, "g_history": [0.1, 0.4]}))
    (tmp_path / "overall_metrics.json").write_text(json.dumps({"ending_best": 0.4}))
    search = read(tmp_path)[0]["runs"][0]["search"]
    assert (search["curves"], search["numbers"]) == ({"g": [0.1, 0.4]}, {"ending_best": 0.4})


def test_where_a_calls_time_went_is_at_its_request_and_half_a_line_is_left_out(tmp_path: Path) -> None:
    run = written_run(tmp_path / "run", {"amber": ["4"], "blue": ["4"]})
    place = next(place for place in requests_of(run) if place.endswith("amber.0"))
    told = {"place": place, "queue": 0.25, "prefill": 0.5, "decode": 1.0}
    (run / "timing.jsonl").write_text(json.dumps(told) + "\n" + json.dumps({"place": "elsewhere"}) + '\n{"pla')
    view = opened(run).view
    ((number, parts),) = view.timings.items()
    assert parts == (0.25, 0.5, 1.0)
    assert view.agents[view.columns.to[number]] == "amber"


def requests_of(run: Path) -> list[str]:
    lines = [json.loads(line) for line in (run / "trace.jsonl").read_text().splitlines()[1:]]
    return [line["message"]["place"] for line in lines if "place" in line["message"]]
