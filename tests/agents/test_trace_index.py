"""A trace on disk is found by question, and is gone on with from its end."""

from pathlib import Path

import pytest
from symposia.agents import Answer, Ask
from symposia.agents.errors import BadTrace
from symposia.agents.event import CONDUCTOR, Event
from symposia.agents.trace import Trace
from symposia.agents.trace_index import End, Listed, TraceIndex


def written(path: Path) -> list[Event]:
    """Two questions whose events alternate."""
    trace = Trace(path, run="r")
    events = []
    for turn in range(3):
        for question in ("q1", "q2"):
            asked = trace.add(None, question, (CONDUCTOR, "amber"), turn, Ask(text=f"{question} {turn}"))
            events += [asked, trace.add(asked.seq, question, ("amber", CONDUCTOR), turn, Answer(text="4"))]
    trace.close()
    return events


def test_the_events_of_a_question_are_found_and_no_others(tmp_path: Path) -> None:
    events = written(tmp_path / "trace.jsonl")
    index = TraceIndex(tmp_path / "trace.jsonl")
    assert index.of("q2") == [event for event in events if event.question == "q2"]
    assert index.of("q3") == []
    assert (list(index), len(index), index.at(5)) == (events, 12, events[5])
    assert bytes(index.calls) == bytes([1, 0] * 6)
    index.close()


def test_events_in_memory_are_found_as_those_on_disk(tmp_path: Path) -> None:
    events = written(tmp_path / "trace.jsonl")
    index, listed = TraceIndex(tmp_path / "trace.jsonl"), Listed(events)
    assert listed.of("q1") == index.of("q1")
    assert (listed.calls, listed.at(3)) == (index.calls, index.at(3))


def test_a_trace_that_was_cut_ends_with_its_last_whole_line(tmp_path: Path) -> None:
    path = tmp_path / "trace.jsonl"
    events = written(path)
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(BadTrace, match="the last line is not finished"):
        TraceIndex(path)
    index = TraceIndex(path, cut=True)
    assert (len(index), index.end.seconds) == (11, events[10].seconds)
    assert path.read_bytes().endswith(b"\n")


def test_a_line_that_was_changed_is_named(tmp_path: Path) -> None:
    path = tmp_path / "trace.jsonl"
    written(path)
    path.write_bytes(path.read_bytes().replace(b"q2 1", b"q2 9", 1))
    with pytest.raises(BadTrace, match=r"trace\.jsonl:8: event 6 \(conductor -> amber\) was changed"):
        TraceIndex(path)


@pytest.mark.parametrize("text", [b"", b'{"trace"', b'{"trace":2,"run"\0\0'])
def test_a_trace_without_a_whole_header_holds_nothing(text: bytes, tmp_path: Path) -> None:
    path = tmp_path / "trace.jsonl"
    path.write_bytes(text)
    assert TraceIndex(path, cut=True).end == End(0, 0.0, "")


def test_questions_with_the_same_hash_are_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    events = written(tmp_path / "trace.jsonl")
    monkeypatch.setattr("symposia.agents.trace_index.hash", lambda question: 7, raising=False)
    assert TraceIndex(tmp_path / "trace.jsonl").of("q2") == [event for event in events if event.question == "q2"]
