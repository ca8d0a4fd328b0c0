"""The contracts of plug-ins: our own parts keep them, and what breaks one is told in a sentence."""

from itertools import count
from pathlib import Path
from typing import Any

import pytest
from symposia.agents.registry import GRADERS, METRICS, PROTOCOLS, TASKS, TRAINERS, names
from symposia.scenarios.starting_points import KINDS
from symposia.testing import CHECKS, check_topology, checks_of

OWN = {"protocol": PROTOCOLS, "task": TASKS, "grader": GRADERS, "metric": METRICS, "trainer": TRAINERS}
KEPT = [(kind, name, check) for kind, named in OWN.items() for name in names(named) for check in checks_of(kind)]
NUMBERS = count()


@pytest.mark.parametrize(("kind", "name", "check"), KEPT, ids=lambda one: getattr(one, "__name__", str(one)))
def test_our_own_parts_keep_their_contracts(kind: str, name: str, check: Any) -> None:
    check(name)


def test_every_kind_of_plugin_has_a_contract() -> None:
    assert tuple(CHECKS) == KINDS


BROKEN = {
    "a protocol that draws without a seed": (
        "protocol",
        '"""Says its own."""\nfrom random import random\nfrom symposia.agents import Answer, Ask, Team, Writer\n'
        "async def answer(team: Team[Writer], question: Ask) -> Answer:\n"
        "    await team.ask(team.names[0], question)\n    return Answer(text=str(random()))\n",
        "from its own trace",
    ),
    "an option without a description": (
        "protocol",
        '"""Says."""\nfrom symposia.agents import Answer, Ask, Team, Writer\n'
        "async def answer(team: Team[Writer], question: Ask, *, rounds: int = 1) -> Answer:\n"
        "    return await team.ask(team.names[0], question)\n",
        "option rounds has no description",
    ),
    "a task whose empty reply is right": (
        "task",
        '"""Asks."""\nfrom symposia.evaluators.task import Item, Items\nFORM = ""\n'
        "def load(*, split, limit=None, seed=0):\n    return Items([Item(split, '', '4')])\n"
        "def read(item, text):\n    return text\n"
        "def grade(item, text):\n    return 1.0\n",
        "an empty reply scores more than 0",
    ),
    "a task whose splits share an item": (
        "task",
        '"""Asks."""\nfrom symposia.evaluators.task import Item, Items\nFORM = ""\n'
        "def load(*, split, limit=None, seed=0):\n    return Items([Item('2 + 2?', '', '4')])\n"
        "def read(item, text):\n    return text\n"
        "def grade(item, text):\n    return float(text == '4')\n",
        "dev and test share an item",
    ),
    "a grader of one argument": (
        "grader",
        '"""Grades."""\ndef grade(text):\n    return 1.0\n',
        "grade takes 1 arguments. It should be 2.",
    ),
    "a metric that drops a sample": (
        "metric",
        '"""Measures."""\nfrom symposia.evaluators.metric import estimate\n'
        "def measure(samples):\n    return estimate(samples[:1], [1.0])\n",
        "1 + 0 samples of 2",
    ),
    "a topology that forgets an agent": (
        "topology",
        '"""Draws."""\nfrom symposia.topologies import Graph\ndef shape(*names):\n    return Graph(names[:2], [])\n',
        "not a Graph over amber, blue, coral",
    ),
    "a model that does not write": (
        "model",
        '"""Loads."""\ndef load(rest):\n    return object()\n',
        "load returns something that does not write",
    ),
    "a trainer of one argument": (
        "trainer",
        '"""Trains."""\ndef train(directory):\n    return []\n',
        "train takes 1 arguments. It should be directory, prompts.",
    ),
}


def keeps(kind: str, path: Path) -> None:
    for check in checks_of(kind):
        check(path)


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_contract_is_told_in_a_sentence(case: str, tmp_path: Path) -> None:
    kind, code, said = BROKEN[case]
    path = tmp_path / f"broken_{next(NUMBERS)}.py"
    path.write_text(code)
    with pytest.raises(AssertionError) as raised:
        keeps(kind, path)
    assert said in str(raised.value)
    assert str(path) in str(raised.value) or path.stem in str(raised.value)


def test_a_topology_is_a_plugin_by_its_file(tmp_path: Path) -> None:
    path = tmp_path / "alone.py"
    path.write_text(
        '"""Nobody."""\nfrom symposia.topologies import Graph\n\n\ndef shape(*names):\n    return Graph(names, [])\n'
    )
    check_topology(path)
