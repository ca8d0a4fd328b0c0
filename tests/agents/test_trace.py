"""The trace: read back as it was, and a change of any byte is found."""

from pathlib import Path

import pytest
from symposia.agents import Answer, Ask, Team
from symposia.agents.context import Context
from symposia.agents.errors import BadTrace
from symposia.agents.event import CONDUCTOR
from symposia.agents.trace import Trace
from symposia.agents.trace_reader import read
from symposia.protocols.text import debate
from symposia.tests.support.debates import QUESTION, cast, debated
from symposia.topologies import complete


async def test_a_trace_reads_back_as_it_was(tmp_path: Path) -> None:
    trace = Trace()
    await debate.answer(Team(cast(), complete, Context(trace=trace)), QUESTION, rounds=1)
    written = Trace(tmp_path / "trace.jsonl", run="debate")
    for event in trace.events:
        written.add(event.cause, event.question, (event.sender, event.to), event.turn, event.message)
    written.close()
    again = read(tmp_path / "trace.jsonl")[1]
    assert [(e.seq, e.cause, e.sender, e.to, e.turn, e.message) for e in again] == [
        (e.seq, e.cause, e.sender, e.to, e.turn, e.message) for e in trace.events
    ]


async def test_every_changed_byte_is_found_and_the_event_named(tmp_path: Path) -> None:
    path = await debated(tmp_path / "trace.jsonl")
    whole = path.read_bytes()
    lines = whole.splitlines(keepends=True)
    start = len(lines[0])
    for offset in range(start, len(whole), 7):
        changed = bytearray(whole)
        changed[offset] = ord("#") if changed[offset] != ord("#") else ord("x")
        path.write_bytes(changed)
        line = whole[:offset].count(b"\n") + 1
        with pytest.raises(BadTrace, match=rf"^(trace\.jsonl:{line}: event {line - 2}\b|.*last line is not finished)"):
            read(path)


async def test_an_edited_answer_names_its_event(tmp_path: Path) -> None:
    path = await debated(tmp_path / "trace.jsonl")
    path.write_bytes(path.read_bytes().replace(b'"text":"5"', b'"text":"6"', 1))
    with pytest.raises(BadTrace) as raised:
        read(path)
    assert str(raised.value) == (
        "trace.jsonl:5: event 3 (blue -> conductor) was changed after it was written. Restore it, or fork the run."
    )


async def test_a_missing_line_is_found(tmp_path: Path) -> None:
    path = await debated(tmp_path / "trace.jsonl")
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:3] + lines[4:]))
    with pytest.raises(BadTrace, match=r"^trace\.jsonl:4: event 2 .* was changed after it was written"):
        read(path)


async def test_a_whole_line_that_was_changed_with_its_own_check_breaks_the_next_one(tmp_path: Path) -> None:
    path = await debated(tmp_path / "trace.jsonl")
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:2], lines[3], lines[2], *lines[4:]]))
    with pytest.raises(BadTrace, match=r"^trace\.jsonl:3: event \d .* was changed after it was written"):
        read(path)


def test_the_clock_of_a_resumed_run_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("symposia.agents.trace.monotonic", lambda: now)
    first = Trace(tmp_path / "trace.jsonl", run="r")
    now = 1005.0
    first.add(None, "q", ("conductor", "amber"), 0, QUESTION)
    first.close()
    now = 9000.0
    again = Trace(tmp_path / "trace.jsonl", run="r")
    now = 9002.5
    event = again.add(None, "q", ("conductor", "amber"), 1, QUESTION)
    again.close()
    assert (event.seq, event.seconds) == (1, 7.5)
    assert [one.seconds for one in read(tmp_path / "trace.jsonl")[1]] == [5.0, 7.5]


def test_a_header_and_every_answer_are_in_the_file_at_once(tmp_path: Path) -> None:
    path = tmp_path / "trace.jsonl"
    trace = Trace(path, run="r")
    assert len(read(path)[1]) == 0
    for number in range(3):
        asked = trace.add(None, f"q{number}", (CONDUCTOR, "amber"), 0, Ask(text="2 + 2?"))
        trace.add(asked.seq, f"q{number}", ("amber", CONDUCTOR), 0, Answer(text="4"))
        assert len(read(path)[1]) == 2 * (number + 1)
    trace.close()
