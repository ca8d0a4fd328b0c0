"""Traces of schema 1 are read as they were written, and go on in today's schema."""

import json
from pathlib import Path
from typing import Any

import pytest
from symposia.agents import Answer, Ask
from symposia.agents.message import Request, Sampling
from symposia.agents.schema1 import tag_of_name, upgraded
from symposia.agents.trace import SCHEMA, Trace
from symposia.agents.trace_reader import check_of, read


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("symposia.agents.message.Ask", "ask/1"),
        ("symposia.agents.message.Request", "request/1"),
        ("symposia.protocols.text.debate.Revise", "debate.revise/1"),
        ("symposia.agents.replay.Failure", "failure/1"),
        ("symposia.agents.models.decoding.Decoded", "decoded/1"),
        ("symposia.trainers.heads.forks.Fork", "branch_points.fork/1"),
    ],
)
def test_a_type_that_was_called_by_its_module_has_a_tag(name: str, tag: str) -> None:
    assert tag_of_name(name) == tag


def test_fields_that_were_renamed_have_their_new_names_however_deep_they_are() -> None:
    old = {"@type": "symposia.agents.models.decoding.Decoded", "given": {"amber": [0.5]}, "apart": [0.1], "spans": []}
    new = {"@type": "decoded/1", "peer_logprobs": {"amber": [0.5]}, "divergence": [0.1], "spans": []}
    assert upgraded({"messages": [old, 7, None, "given"]}) == {"messages": [new, 7, None, "given"]}


def written(path: Path, *messages: dict[str, Any]) -> Path:
    """A trace of schema 1, as its time wrote it: a conductor, amber, and so on in turns."""
    bodies: list[dict[str, Any]] = [{"trace": 1, "run": "r"}]
    for seq, message in enumerate(messages):
        route = {"sender": "conductor", "to": "amber"} if seq % 2 == 0 else {"sender": "amber", "to": "conductor"}
        cause = None if seq == 0 else seq - 1
        bodies.append(
            {"seq": seq, "cause": cause, "question": "q", **route, "turn": seq // 2, "seconds": 1.5, "message": message}
        )
    check, lines = "", []
    for body in bodies:
        text = json.dumps(body, separators=(",", ":")).encode()
        check = check_of(check, text)
        lines.append(text[:-1] + f',"check":"{check}"}}\n'.encode())
    path.write_bytes(b"".join(lines))
    return path


ASKED = {
    "@type": "symposia.agents.message.Request",
    "prompt": {"@type": "symposia.agents.message.Ask", "text": "2 + 2?"},
    "sampling": {"max_tokens": 9},
    "place": "q/amber.0",
}
SAID = {"@type": "symposia.agents.message.Answer", "text": "4"}


def test_a_trace_of_schema_1_is_read(tmp_path: Path) -> None:
    header, events, _ = read(written(tmp_path / "trace.jsonl", ASKED, SAID))
    assert header == {"trace": 1, "run": "r"}
    assert [event.message for event in events] == [
        Request(prompt=Ask(text="2 + 2?"), sampling=Sampling(max_tokens=9), place="q/amber.0"),
        Answer(text="4"),
    ]


def test_a_run_that_was_begun_in_schema_1_goes_on_in_todays(tmp_path: Path) -> None:
    path = written(tmp_path / "trace.jsonl", ASKED, SAID)
    before = [event.message for event in read(path)[1]]
    trace = Trace(path, run="r")
    event = trace.add(None, "q", ("conductor", "amber"), 1, Ask(text="And 3 + 3?"))
    trace.close()
    header, events, _ = read(path)
    assert header == {"trace": SCHEMA, "run": "r"}
    assert [one.message for one in events] == [*before, Ask(text="And 3 + 3?")]
    assert event.seq == 2
    assert event.seconds >= 1.5


def test_the_way_of_a_decode_is_its_method() -> None:
    assert upgraded({"@type": "symposia.agents.models.decoding.Decode", "way": 1}) == {"@type": "decode/1", "method": 1}
