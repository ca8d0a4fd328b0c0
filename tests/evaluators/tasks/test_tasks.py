"""What holds for every task."""

import pytest
from symposia.agents.errors import UnknownName
from symposia.agents.registry import TASKS, names
from symposia.evaluators import task
from symposia.evaluators.parsing.kinds import KINDS


@pytest.mark.parametrize("name", names(TASKS))
def test_every_file_among_the_tasks_is_one(name: str) -> None:
    assert isinstance(task.find(name).FORM, str)
    assert getattr(task.find(name), "__doc__", None)


def test_an_unknown_task_is_named_with_the_near_miss() -> None:
    with pytest.raises(UnknownName, match=r"^no task named 'short_anwser'\. Did you mean 'short_answer'\?"):
        task.find("short_anwser")


def test_every_kind_reads_nothing_from_nothing() -> None:
    assert {kind.read(" ") for kind in KINDS.values()} == {None}
