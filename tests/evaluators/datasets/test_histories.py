"""Histories in data: conversations that questions go on from."""

import json
from pathlib import Path

import pytest
from symposia.agents import Turn
from symposia.agents.continued import Continued
from symposia.agents.errors import BadData
from symposia.evaluators.datasets.histories import history_of
from symposia.evaluators.tasks import open_ended, short_answer
from symposia.tests.support.command import inside
from symposia.tests.support.written import scenario

SAID = '[{"role": "user", "content": "hello"}, {"role": "assistant", "content": "hi"}]'


def test_a_row_without_a_history_has_none() -> None:
    assert [history_of(fields, "d:1") for fields in ({}, {"history": None}, {"history": []})] == [(), (), ()]


def test_the_history_of_a_row_is_asked_with_its_question(tmp_path: Path) -> None:
    path = tmp_path / "sums.jsonl"
    path.write_text(f'{{"input": "2 + 2?", "output": "4", "history": {SAID}}}\n{{"input": "2 + 2?", "output": "4"}}\n')
    first, second = short_answer.load(split="test", data=str(path))
    asked = first.ask()
    assert isinstance(asked, Continued)
    assert asked.history == (Turn("user", "hello"), Turn("assistant", "hi"))
    assert not isinstance(second.ask(), Continued)
    assert first.id != second.id


def test_a_row_of_collabllms_sets_goes_on_from_its_prompt_towards_its_goal(tmp_path: Path) -> None:
    row = {
        "prompt": [{"role": "user", "content": "Sums?"}, {"role": "assistant", "content": "Which?"}],
        "completion": "3",
        "single_turn_prompt": "2 + 2?",
        "single_turn_completion": "4",
        "single_turn_metadata": {"level": "5"},
    }
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps({**row, "completion": said}) + "\n" for said in ("3", "4")))
    (item,) = short_answer.load(split="test", data=str(path))
    assert (item.question, item.history) == ("2 + 2?", (Turn("user", "Sums?"), Turn("assistant", "Which?")))
    assert short_answer.grade(item, "4") == 1.0
    (item,) = open_ended.load(split="test", data=str(path))
    assert (item.question, item.gold, len(item.history)) == ("2 + 2?", {"reference": "4"}, 2)


def test_a_chat_is_a_question_after_a_history_or_a_start_towards_a_goal(tmp_path: Path) -> None:
    said = [
        {"role": "user", "content": "hello"},
        {"role": "assistant", "content": "hi"},
        {"role": "user", "content": "2 + 2?"},
        {"role": "assistant", "content": "5"},
    ]
    path = tmp_path / "chats.jsonl"
    rows = [{"messages": said, "output": "4"}, {"messages": said, "goal": "Add.", "output": "4"}]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    asked, started = short_answer.load(split="test", data=str(path))
    assert (asked.question, [turn.text for turn in asked.history]) == ("2 + 2?", ["hello", "hi"])
    assert (started.question, [turn.text for turn in started.history]) == ("Add.", ["hello", "hi", "2 + 2?"])


@pytest.mark.parametrize(
    ("history", "message"),
    [
        ("hello", "d:1: history: a str. Give a list of {role, content}, or rename it."),
        (["hello"], "d:1: history[0]: 'hello' is no turn. Give {role, content}, both texts, or rename it."),
        (
            [{"role": "user", "content": None}],
            "d:1: history[0]: \"{'role': 'user', 'content': None}\" is no turn. Give {role, content}, both texts, "
            "or rename it.",
        ),
        (
            [{"role": "bot", "content": "hi"}],
            "d:1: history[0]: role is 'bot'. Give one of system, user, assistant.",
        ),
    ],
)
def test_what_is_no_history_is_named(history: object, message: str) -> None:
    with pytest.raises(BadData) as raised:
        history_of({"history": history}, "d:1")
    assert str(raised.value) == message


def test_a_protocol_that_would_leave_a_history_out_is_refused(tmp_path: Path) -> None:
    scenario(tmp_path)
    (tmp_path / "sums.test.jsonl").write_text(f'{{"input": "2 + 2?", "output": "4", "history": {SAID}}}\n')
    done = inside("plan", "s.yaml", folder=tmp_path)
    assert (done.code, done.err) == (
        2,
        "s.yaml: 1 of 1 questions go on from a history, which text/debate leaves out. "
        "Use text/user_loop, or rename the field in the data.\n",
    )
