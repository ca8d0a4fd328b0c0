"""The contracts of plug-ins as checks that anyone can run: those that Symposia's own tests run on its own parts.

    from symposia.testing import check_protocol, runs_and_replays

    def test_my_protocol():
        check_protocol("./judge_pick.py")

    def test_my_scenario(tmp_path):
        runs_and_replays("judge_pick.yaml", tmp_path)

A check takes the name of a thing, or the path of its file, and raises `AssertionError` with one clear sentence, or the
error that a user would get.
"""

import asyncio
import json
from collections.abc import Callable, Sequence
from inspect import Parameter, getdoc, iscoroutinefunction, signature
from pathlib import Path
from types import ModuleType
from typing import Any, TypeAlias

from .agents import Answer, Ask, Context, Sampling, Team, Turn, Writer
from .agents.accounting import Usage
from .agents.errors import BadData
from .agents.model_url import parse, scheme_module
from .agents.models.base import GREEDY
from .agents.registry import TOPOLOGIES, TRAINERS, Kind, find
from .agents.replay import Memory
from .evaluators import grading, metric, task
from .evaluators.sample import Sample
from .scenarios.planning.option_values import options_of
from .scenarios.planning.protocol_spec import ProtocolSpec, protocol
from .scenarios.planning.wanted import planned
from .scenarios.running.replaying import replay
from .scenarios.running.run import run
from .scenarios.running.training import train
from .topologies import Graph

Check: TypeAlias = Callable[[str | Path], None]

NAMES = ("amber", "blue", "coral")
QUESTION = Ask(text="2 + 2?", form="Give a number.")


class Says:
    """A model that answers `4` to everything: what a protocol does with it depends on nothing else.

    >>> import asyncio
    >>> asyncio.run(Says().write([])).text
    '4'
    """

    async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> Answer:
        """Four."""
        return Answer(text="4", logprobs=(-0.1,), usage=Usage(prompt_tokens=3, completion_tokens=1, calls=1))


def checks_of(kind: str) -> list[Check]:
    """The checks of a kind of plug-in: `protocol`, `task`, `grader`, `metric`, `topology`, `model`, `trainer`."""
    return list(CHECKS[kind])


def check_protocol(name: str | Path) -> None:
    """A protocol says what it does, names a capability, and describes every option."""
    spec = spec_of(name)
    expect(bool(spec.summary), f"{name}: its docstring has no first line. Say in one line what it does.")
    for option, field in spec.options.model_fields.items():
        expect(not field.is_required(), f"{name}: option {option} has no default. Give it one.")
        expect(
            bool(field.description), f"{name}: option {option} has no description. Field(description=...) gives one."
        )
    named = [spec.options.model_fields[option].default for option in spec.roles]
    spec.check_options({}, tuple(dict.fromkeys([*filter(None, named), *NAMES])), where=str(name))


def check_protocol_replays(name: str | Path) -> None:
    """A protocol of writers answers the same from its trace, with no model there: all it draws is seeded."""
    spec = spec_of(name)
    if spec.needs is Writer and "answer" in spec.verbs and "prepare" not in spec.verbs:
        asyncio.run(_answers_twice(spec))


async def _answers_twice(spec: ProtocolSpec) -> None:
    team = Team(dict.fromkeys(names_for(spec), Says()), complete, Context(seed=7))
    said = await spec.verbs["answer"](team.at("q"), QUESTION)
    memory = Memory(team.context.trace.events, "replay")
    again = Team(dict.fromkeys(team.names, object()), complete, Context(seed=7, memory=memory))
    replayed = await spec.verbs["answer"](again.at("q"), QUESTION)
    memory.check_used()
    expect(replayed == said, f"{spec.name}: answers {said.text!r}, and {replayed.text!r} from its own trace.")


def names_for(spec: ProtocolSpec) -> tuple[str, ...]:
    """Members for a protocol: three, and those that its options name by default."""
    fields = spec.options.model_fields.values()
    return (*[one.default for one in fields if one.annotation is str and one.default.isidentifier()], *NAMES)


def complete(*names: str) -> Graph:
    """Everyone hears everyone."""
    return Graph(names, [(one, other) for one in names for other in names if one != other])


def check_task(name: str | Path) -> None:
    """A task has what a task has, its options have defaults, and a reply without an answer scores least."""
    module = task.find(str(name))
    expect(bool(getdoc(module)), f"{name}: has no docstring. Say in one line what it asks.")
    for option in signature(module.load).parameters.values():
        optional = option.default is not Parameter.empty or option.name == "split"
        expect(optional, f"{name}: load has no default for {option.name}. Give it one.")


def check_task_items(name: str | Path) -> None:
    """A task that needs no data has the same items twice and none in two splits; an empty reply scores least."""
    module = task.find(str(name))
    if _needs_data(module):
        return
    test, again, dev = (module.load(split=split, limit=3, seed=1) for split in ("test", "test", "dev"))
    expect([item.id for item in test] == [item.id for item in again], f"{name}: other items for the same seed.")
    expect(not {item.id for item in test} & {item.id for item in dev}, f"{name}: dev and test share an item.")
    low = grading.range_of(module)[0]
    for item in test if not iscoroutinefunction(module.grade) else ():
        expect(module.grade(item, "") == low, f"{name}: an empty reply scores more than {low:g}.")


def _needs_data(module: Any) -> bool:  # noqa: ANN401 - a task
    try:
        module.load(split="test", limit=1, seed=0)
    except BadData:
        return True
    return False


def check_grader(name: str | Path) -> None:
    """A grader has `grade(item, text)`, or an asynchronous `grade(item, answer[, judges])`; options have defaults."""
    module = grading.find(str(name))
    expect(bool(getdoc(module)), f"{name}: has no docstring. Say in one line how it grades.")
    positional = [p for p in signature(module.grade).parameters.values() if p.kind is not Parameter.KEYWORD_ONLY]
    wanted = 3 if grading.needs_judges(module) else 2
    expect(len(positional) == wanted, f"{name}: grade takes {len(positional)} arguments. It should be {wanted}.")
    required = [option for option, field in options_of(module.grade).model_fields.items() if field.is_required()]
    expect(not required, f"{name}: grade has no default for {', '.join(required)}. Give it one.")


def check_metric(name: str | Path) -> None:
    """A metric measures samples, and counts those without a score as unscored, not as zero."""
    module = metric.find(str(name))
    scored = Sample(id="1", question="q", output="4", parsed="4", score=1.0)
    lost = Sample(id="2", question="q", output="", why="no answer")
    found = module.measure([scored, lost])
    expect(found.scored + found.unscored == 2, f"{name}: {found.scored} + {found.unscored} samples of 2.")
    expect(json.loads(found.model_dump_json())["scored"] >= 0, f"{name}: its estimate cannot be written.")


def check_topology(name: str | Path) -> None:
    """A topology is a graph over the names it is given, the same every time."""
    shape = module_of(TOPOLOGIES, name).shape
    for names in (NAMES[:1], NAMES):
        graph = shape(*names)
        expect(isinstance(graph, Graph) and graph.names == names, f"{name}: not a Graph over {', '.join(names)}.")
        expect(graph == shape(*names), f"{name}: another graph for the same names.")


def check_model(name: str | Path) -> None:
    """A scheme of models loads something that writes."""
    scheme, _ = parse(f"{name}:")
    module = scheme_module(scheme)
    expect(bool(getdoc(module)), f"{name}: has no docstring. Say in one line what it loads.")
    expect(isinstance(module.load(""), Writer), f"{name}: load returns something that does not write.")


def check_trainer(name: str | Path) -> None:
    """A trainer takes a directory and prompts, and its options by name alone."""
    work = module_of(TRAINERS, name).train
    positional = [p for p in signature(work).parameters.values() if p.kind is not Parameter.KEYWORD_ONLY]
    expect(len(positional) == 2, f"{name}: train takes {len(positional)} arguments. It should be directory, prompts.")
    options_of(work)  # raises for an option whose type cannot be checked


def runs_and_replays(scenario: str | Path, folder: Path) -> None:
    """A scenario is planned, run in a folder, and replayed with no model call; a training file trains."""
    path = Path(scenario)
    if "\ntrain:" in "\n" + path.read_text(encoding="utf-8"):
        _, made = train(path, (), folder / "made")
        expect(bool(made), f"{path.name}: made nothing.")
        return
    plan = planned(path)
    asyncio.run(run(plan, folder / "run"))
    expect(asyncio.run(replay(folder / "run")).samples > 0, f"{path.name}: nothing was replayed.")


def spec_of(name: str | Path) -> ProtocolSpec:
    """The protocol of a name, or in a file."""
    return protocol(str(name))


def module_of(kind: Kind, name: str | Path) -> ModuleType:
    """The module of a name, or in a file."""
    return find(kind, str(name))


def expect(holds: bool, otherwise: str) -> None:
    """Raise `AssertionError` with a sentence unless something holds."""
    if not holds:
        raise AssertionError(otherwise)


CHECKS: dict[str, tuple[Check, ...]] = {
    "protocol": (check_protocol, check_protocol_replays),
    "task": (check_task, check_task_items),
    "grader": (check_grader,),
    "metric": (check_metric,),
    "topology": (check_topology,),
    "model": (check_model,),
    "trainer": (check_trainer,),
}

__all__ = [
    "check_grader",
    "check_metric",
    "check_model",
    "check_protocol",
    "check_protocol_replays",
    "check_task",
    "check_task_items",
    "check_topology",
    "check_trainer",
    "checks_of",
    "runs_and_replays",
]
