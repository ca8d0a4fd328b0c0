"""The environment for verifiers, loaded with stand-ins for the classes that it is made of."""

import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, Generic, TypeVar

import pytest
from pydantic import BaseModel
from symposia.agents.errors import BadData
from symposia.tests.support.fake_verl import loaded
from symposia.trainers.multiturn.verifiers.environment import write_environment

ROWS = [
    {"single_turn_prompt": f"Sort {goal}.", "single_turn_completion": answer, "prompt": [], "completion": ""}
    for goal, answer in (("c a", "a c"), ("c a", "a c"), ('"b" {a}', "{a} 'b'"))
]
T = TypeVar("T")
D = TypeVar("D")
C = TypeVar("C")


class TaskData(BaseModel, frozen=True):
    """As verifiers': what a task is made of."""

    prompt: str | None = None
    system_prompt: str | None = None


class Config(BaseModel):
    """A configuration that has nothing."""


class Judge(BaseModel):
    """As verifiers' reference judge."""

    question_field: str
    view: str


class Task(Generic[D, T, C]):
    """As verifiers': it has its data."""

    def __init__(self, data: Any) -> None:
        self.data = data


class Taskset(Generic[T, C]):
    """As verifiers': its subclass loads tasks."""


class Env(Generic[C]):
    """As verifiers': an environment of a configuration."""


class UserSimEnvConfig(BaseModel):
    """As verifiers': it names the user and what it is told."""

    persona: str = "{scenario} {done}"
    done_marker: str = "done"


class UserSimEnv(Env[UserSimEnvConfig]):
    """As verifiers' own."""


def reward(weight: float = 1.0) -> Any:
    """As verifiers' decorator: the weight is kept."""

    def mark(function: Any) -> Any:
        function.weight = weight
        return function

    return mark


def environment(folder: Path, monkeypatch: pytest.MonkeyPatch, **options: Any) -> Any:
    """The environment's module."""
    write_environment(folder, ROWS, **options)
    found = {
        "verifiers": {},
        "verifiers.v1": {
            **{"TaskData": TaskData, "TaskConfig": Config, "TasksetConfig": Config, "State": object, "Trace": object},
            **{"Task": Task, "Taskset": Taskset, "Env": Env, "Judges": list[Judge], "ReferenceJudgeConfig": Judge},
            **{"AgentConfig": lambda **given: given, "reward": reward, "metric": lambda function: function},
        },
        "verifiers.v1.envs": {},
        "verifiers.v1.envs.user_sim": {"UserSimEnv": UserSimEnv, "UserSimEnvConfig": UserSimEnvConfig},
    }
    found["verifiers.v1"]["AgentConfig"] = type("AgentConfig", (BaseModel,), {"model_config": {"extra": "allow"}})
    for name, contents in found.items():
        module = ModuleType(name)
        for key, value in contents.items():
            setattr(module, key, value)
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setattr(sys.modules["verifiers"], "v1", sys.modules["verifiers.v1"], raising=False)
    return loaded(folder / "symposia_goals.py")


def test_each_goal_is_a_task_whose_prompt_the_user_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = environment(tmp_path, monkeypatch, system="Ask.")
    tasks = [task.data for task in module.GoalsTaskset().load()]
    assert [(one.prompt, one.goal, one.answer, one.system_prompt) for one in tasks] == [
        ("Sort c a.", "Sort c a.", "a c", "Ask."),
        ('Sort "b" {a}.', 'Sort "b" {a}.', "{a} 'b'", "Ask."),
    ]


def test_it_exports_one_taskset_and_one_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = environment(tmp_path, monkeypatch)
    assert module.__all__ == ["GoalsEnv", "GoalsTaskset"]
    config = module.GoalsEnvConfig()
    assert "Your goal:\n{scenario}" in config.persona
    assert "exactly {done} once" in config.persona
    assert config.done_marker == "[[done]]"
    assert [one.runtime for one in (config.user, config.assistant)] == [{"type": "subprocess"}] * 2


@pytest.mark.parametrize(
    ("said", "score"),
    [("a c", 1.0), ("A  C", 1.0), ("Sorted, it is a c.", 1.0), ("c a", 0.0), ("ba c", 0.0), ("", 0.0)],
)
async def test_the_outcome_is_the_last_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, score: float
) -> None:
    module = environment(tmp_path, monkeypatch)
    task = next(iter(module.GoalsTaskset().load()))
    trace = SimpleNamespace(last_reply=said, assistant_messages=[SimpleNamespace(content="Which?"), None][:1])
    assert await task.exact(task.data, trace) == score
    assert await task.words(trace) == 1.0
    assert module.GoalTask.exact.weight == 1.0


def test_a_judge_takes_the_place_of_the_comparison(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = environment(tmp_path, monkeypatch, outcome="judge")
    assert module.GoalTask.exact.weight == 0.0
    assert module.GoalConfig().judges == [Judge(question_field="goal", view="full_trace")]
    assert environment(tmp_path, monkeypatch).GoalConfig().judges == []


def test_a_goal_without_a_reference_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadData, match="verifiers: a row without single_turn_prompt or single_turn_completion"):
        write_environment(tmp_path, [{"single_turn_prompt": "Sort."}])
    assert not list(tmp_path.iterdir())
