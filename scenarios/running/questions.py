"""The questions of a run: the items of the reported split and of dev, and notes on them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from ...agents.errors import BadData, BadScenario, DataAbsent, MissingCapability, UnknownName
from ...agents.model_url import in_folder, reads
from ...evaluators import task
from ...evaluators.contamination import overlap
from ...evaluators.datasets.sources import located
from ...evaluators.task import Dropped, Items
from ..planning.plan import Plan, checked_task
from ..reporting.untrusted import excerpt


class Questions(NamedTuple):
    """The items of the reported split and of dev; `no_dev` is the reason for a missing dev split.

    `absent` is the reason for no items at all: the data is not on this machine.

    >>> notes(Questions(Items([]), Items([]), no_dev="sums.jsonl has no split dev"))
    ['No best single model could be chosen on dev: sums.jsonl has no split dev']
    """

    items: Items
    dev: Items
    no_dev: str | None = None
    absent: str | None = None


def questions_if_here(plan: Plan) -> Questions:
    """The questions of a plan, or none where their data is not on this machine. Raises `BadData` for other faults."""
    try:
        return questions_of(plan)
    except DataAbsent as error:
        return Questions(Items([]), Items([]), absent=str(error))


def questions_of(plan: Plan) -> Questions:
    """Load the questions of a plan. Raises `BadData` for the reported split; the dev split may be missing."""
    use = plan.scenario.task
    options: dict[str, Any] = checked_task(use, where=f"{plan.where}: task", folder=plan.folder)
    if use.data is not None:
        options["data"] = located(use.data, plan.folder)
    found = task.find(use.use, folder=plan.folder)
    load = found.load
    for name in set(getattr(found, "FILES", ())) & set(options):
        options[name] = located(options[name], plan.folder)
    items = load(split=use.split, limit=use.limit, seed=plan.scenario.seed, **options)
    check_parts(plan, items)
    check_histories(plan, items)
    items = rolled_out(items, use.rollouts)
    try:
        return Questions(items, load(split="dev", limit=use.dev_limit, seed=plan.scenario.seed, **options))
    except (BadData, UnknownName) as error:
        return Questions(items, Items([]), no_dev=str(error))


def check_parts(plan: Plan, items: Items) -> None:
    """Raise `MissingCapability` for a text-only model where questions have images, unless its member is blind."""
    seen = [item for item in items if item.images]
    for name, member in plan.members().items() if seen else ():
        url = member.model
        if isinstance(url, str) and not member.blind and "image" not in reads(in_folder(url, plan.folder)):
            raise MissingCapability(
                f"{plan.where}: {len(seen)} of {len(items)} questions have images, and {name} ({url}) reads text "
                "alone. Use a model that reads images, an hf: folder with a vision tower or api:, or say blind: true "
                "of a member that answers without them."
            )


def check_histories(plan: Plan, items: Items) -> None:
    """Raise `BadScenario` where questions go on from a conversation, which the protocol would leave out."""
    seen = [item for item in items if item.history]
    part = plan.part.protocol
    if seen and not getattr(part.module, "CONTINUES", False):
        raise BadScenario(
            f"{plan.where}: {len(seen)} of {len(items)} questions go on from a history, which {part.name} leaves out. "
            "Use text/user_loop, or rename the field in the data."
        )


def rolled_out(items: Items, times: int) -> Items:
    """Each item as often as it is asked, one after another; the answers to one item are a cluster of their own."""
    if times == 1:
        return items
    return Items((replace(one, cluster=one.cluster or one.id) for one in items for _ in range(times)), items.dropped)


def rollouts(plan: Plan, questions: Questions) -> list[str]:
    """The report's note on questions that were asked more than once."""
    times = plan.scenario.task.rollouts
    if times == 1:
        return []
    said = f"{len(questions.items) // times} questions were asked {times} times each; intervals take this into account."
    return [f"{said} At temperature 0 the answers to one are the same." if is_greedy(plan) else said]


def is_greedy(plan: Plan) -> bool:
    """True if no member is sampled at a temperature above 0."""
    changed = [member.sampling for part in plan.parts.values() for member in part.members if member.sampling]
    return not any([plan.scenario.sampling.temperature, *(one.temperature for one in changed)])


def check_apart(plan: Plan, questions: Questions) -> None:
    """Raise `BadScenario` where dev chooses something, and every question that is reported on is in dev too."""
    chooses = plan.scenario.baselines or any(part.protocol.looks_at_dev(part.options) for part in plan.parts.values())
    if chooses and questions.items and len(overlap(questions.dev, questions.items)) == len(questions.items):
        use = plan.scenario.task
        raise BadScenario(
            f"{plan.where}: all {len(questions.items)} questions of {use.use}'s split {use.split} are in dev too, on "
            "which the best single model and what a protocol prepares are chosen. Report on other questions, or "
            "choose nothing: baselines: false, and a protocol without prepare."
        )


def in_dev(questions: Questions) -> list[str]:
    """The note on questions that are in dev too, with an example; none where there are none."""
    both = overlap(questions.dev, questions.items)
    if not both:
        return []
    return [
        f"{len(both)} of {len(questions.items)} questions are in dev too, on which models and options are chosen: "
        f"their scores are no evidence. For example {both[0].id}: {excerpt(both[0].question)}."
    ]


def notes(questions: Questions) -> list[str]:
    """The report's notes on the questions."""
    if questions.absent is not None:
        return [f"No question could be counted. {questions.absent}"]
    found = [] if questions.no_dev is None else [f"No best single model could be chosen on dev: {questions.no_dev}"]
    found += in_dev(questions)
    return [*found, left_out(questions.items.dropped)] if questions.items.dropped else found


def left_out(dropped: Sequence[Dropped]) -> str:
    """The note on rows of the data that were left out."""
    first = dropped[0]
    return f"{len(dropped)} rows of the data were left out. The first: {first.where}: {first.why}."
