"""Plans as JSON."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .console import planned_calls

if TYPE_CHECKING:
    from ..planning.plan import Plan
    from ..running.questions import Questions


def plan_as_json(plan: "Plan", questions: "Questions", calls: Mapping[str, int]) -> str:
    """What `symposia plan` prints, as a JSON object: models, who hears whom, plug-in code, questions and calls.

    `calls` is the protocol's own for one question, by member; empty where it depends on what `prepare` finds.
    """
    scenario, part = plan.scenario, plan.part
    content: dict[str, Any] = {
        "scenario": plan.where,
        "protocol": part.protocol.name,
        "task": scenario.task.use,
        "models": plan.models(),
        "hears": None if part.topology is None else {one: part.topology.speakers(one) for one in part.topology.names},
        "code": [{"kind": one.word, "name": one.name, "file": one.file, "hash": one.hash} for one in plan.code],
        "questions": {scenario.task.split: len(questions.items), "dev": len(questions.dev)},
        "calls": dict(calls),
        "stages": list(planned_calls(plan, questions, calls)),
    }
    return json.dumps(content, indent=2)
