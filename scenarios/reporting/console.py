"""Console output: tables, plans, conversations. Model output is untrusted, so control characters are removed."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ...evaluators.judging.controls import QUESTIONS, REPLIES
from ...topologies import drawing
from ..planning.dry_run import MOST
from ..planning.plan import grader_module
from ..planning.stand_ins import place_in, stand_ins
from .report import Report
from .tables import table
from .untrusted import plain

if TYPE_CHECKING:
    from ..planning.plan import Plan
    from ..running.conversations import Conversation
    from ..running.job import Finished
    from ..running.questions import Questions


def console() -> Console:
    """The console for results: as wide as the terminal, or 140 columns in a pipe."""
    out = Console(highlight=False, markup=False)
    return out if out.is_terminal else Console(highlight=False, markup=False, width=140)


def show_listing(found: Sequence[Mapping[str, Any]]) -> None:
    """Print a listing as a table."""
    shown = Table(box=None, pad_edge=False)
    keys = [key for key in ("name", "summary", "needs", "options") if any(row.get(key) for row in found)]
    for key in keys:
        shown.add_column(key, overflow="fold", no_wrap=key == "name")
    for row in found:
        shown.add_row(*(Text(plain(cell(row.get(key, "")))) for key in keys))
    console().print(shown)


def cell(value: object) -> str:
    """A value of a listing as text."""
    return ", ".join(map(str, value)) if isinstance(value, Mapping | list | tuple) else str(value)


def show_report(report: Report, directory: Path) -> None:
    """Print a report as a table, its notes, and the run directory."""
    out = console()
    header, *lines = table(report.rows)
    title = plain(f"{report.protocol} on {report.task}: means with 95 % intervals, cost in tokens a question")
    shown = Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for name in header:
        shown.add_column(name, justify="left" if name in ("team", "what") else "right", overflow="fold")
    for number, line in enumerate(lines):
        shown.add_row(*(Text(plain(cell)) for cell in line), style="bold" if number == 0 else "")
    out.print(shown)
    for note in (*report.notes, *report.work):
        out.print(Text(plain(note)))
    if report.judges:
        out.print(judged(report))
    out.print(Text(f"Run directory: {directory}"), soft_wrap=True)


def judged(report: Report) -> Table:
    """The section on judges as a table."""
    shown = Table(title="Judges", title_justify="left", box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for name in ("of", "what", "value"):
        shown.add_column(name, overflow="fold")
    for row in report.judges:
        shown.add_row(*(Text(plain(text)) for text in (row.of, row.name, row.value)))
    return shown


def show_plan(plan: "Plan", questions: "Questions", notes: Sequence[str], calls: Mapping[str, int]) -> None:
    """Print a plan: models, topology, plug-in code, calls, and notes on its questions."""
    out = console()
    scenario, part = plan.scenario, plan.part
    out.print(Text(f"{plan.where}: {part.protocol.name} on {scenario.task.use}"), style="bold")
    out.print(Text(f"  {part.protocol.summary}"))
    lent = "" if plan.scenario.runtime is None else f", lent at {plain(plan.scenario.runtime)}"
    out.print(f"\nModels{lent}", markup=False)
    for name, url in plan.models().items():
        out.print(Text(f"  {name}: {url}"))
    if part.topology is not None:
        out.print("\nTopology")
        out.print(Text(drawing.text(part.topology)))
    for one in plan.code:
        out.print(Text(f"\nRuns code of {one.word} {one.name}: {plain(one.file)} (SHA-256 {one.hash}..)"))
    out.print("\nCalls")
    for line in planned_calls(plan, questions, calls):
        out.print(Text(f"  {line}"))
    for note in notes:
        out.print(Text(f"\n{plain(note)}"))
    out.print("\nEvery name, option, capability and edge was checked; no model was loaded.")


def planned_calls(plan: "Plan", questions: "Questions", calls: Mapping[str, int]) -> Iterator[str]:
    """The planned calls, a line a stage. A protocol's own calls are counted with empty answers."""
    members, asked, dev = len(plan.part.members), len(questions.items), len(questions.dev)
    singles = members + len(plan.scenario.against)
    each = ", ".join(f"{name} x {times}" for name, times in calls.items()) or "as many as `prepare` finds right"
    each = each if sum(calls.values()) <= MOST else f"more than {MOST:,} calls"
    turns = sum(1 + len(item.further) for item in questions.items)
    unit = "each" if turns == asked else f"{turns} turns in all, each turn"
    yield f"protocol: {asked} questions of the {plan.scenario.task.split} split, {unit}: {each}"
    if plan.part.protocol.looks_at_dev(plan.part.options):
        candidates = "and to each candidate of a search"
        yield f"prepare: at most {dev} questions of the dev split to each of {members} members, {candidates}"
    if plan.scenario.control is not None:
        first = min(asked, plan.scenario.control)
        yield f"control: the calls of {first} questions that were shown others' answers, once more"
    place = place_in(plan)
    if plan.scenario.baselines and place is not None:
        others = stand_ins(place, [one.name for one in (*plan.part.members, *plan.scenario.against)])
        yield f"in the place of {place.name}: {asked} questions to {', '.join(others) or 'no one'}, as the protocol"
    elif plan.scenario.baselines:
        yield f"single models: {asked} questions to each of {singles}"
        yield f"best single by dev: {dev} questions to each of {singles}, if not asked before"
        yield f"equal tokens: {dev} and {asked} questions to the best single, as often as the protocol's tokens pay for"
    if plan.scenario.judges:
        yield f"judges: about every answer above{controls_of(plan, asked)}"


def controls_of(plan: "Plan", asked: int) -> str:
    """The part of a line on the control replies that judges are asked about."""
    module = grader_module(plan.scenario, plan.folder)
    count = len(REPLIES) * min(QUESTIONS, asked)
    return f", and about {count} control replies" if getattr(module, "CONTROLS", False) and count else ""


def show_conversations(conversations: Sequence["Conversation"], finished: "Finished") -> None:
    """Print conversations, what they have in common, and the report of their run."""
    from ..running.conversation_facts import facts

    out = console()
    for conversation in conversations:
        out.print(Text(f"goal: {plain(conversation.goal)}"), style="bold")
        for role, text in conversation.turns:
            out.print(Text(f"  {role}: {plain(text)}"))
        out.print(Text(f"  ({conversation.ending})\n"), style="dim")
    if conversations:
        out.print(Text(str(facts(conversations))))
    show_report(finished.report, finished.directory)
