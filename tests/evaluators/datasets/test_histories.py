"""Histories in data: conversations that questions go on from."""

from pathlib import Path

import pytest
from symposia.agents import Turn
from symposia.agents.continued import Continued
from symposia.agents.errors import BadData
from symposia.evaluators.datasets.histories import history_of
from symposia.evaluators.tasks import short_answer
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
