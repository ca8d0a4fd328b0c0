"""What was built: a conversation to look at, how conversations ended, rewards, and the rows of each set."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

from rich.text import Text

from ...evaluators.judging.facts import number
from ...evaluators.statistics.intervals import mean_interval
from ...trainers.multiturn.dialogue import Dialogue, Response, Step
from .console import console
from .untrusted import plain


def facts(dialogues: Sequence[Dialogue]) -> dict[str, Any]:
    """The facts of built conversations: how many, how they stopped, candidates, and mean rewards.

    `reward` is the mean over candidates, `said` that of those that were said; None without a scored one.
    """
    steps = [step for dialogue in dialogues for step in dialogue.steps]
    scores = [score for step in steps for score in scores_of(step)]
    said = [step.responses[step.said].score for step in steps if step.said is not None]
    kept = [score for score in said if score is not None]
    return {
        "conversations": len(dialogues),
        "stops": dict(Counter(dialogue.stop for dialogue in dialogues)),
        "turns": len(steps),
        "candidates": sum(len(step.responses) for step in steps),
        "unscored": sum(len(step.responses) for step in steps) - len(scores),
        "reward": fmean(scores) if scores else None,
        "said": fmean(kept) if kept else None,
        "metrics": metrics(dialogues),
    }


def metrics(dialogues: Sequence[Dialogue]) -> dict[str, float | None]:
    """The mean score over all futures, by metric; None where none was scored."""
    found: dict[str, list[float]] = {}
    for dialogue in dialogues:
        for step in dialogue.steps:
            for response in step.responses:
                for name, scores in response.rewards.items():
                    found.setdefault(name, []).extend(score for score in scores if score is not None)
    return {name: fmean(scores) if scores else None for name, scores in found.items()}


def show_built(dialogues: Sequence[Dialogue], written: Mapping[str, int], directory: Path) -> None:
    """Print the first conversation with its candidates, the facts, and the files."""
    out = console()
    if dialogues and dialogues[0].steps:
        show_first(dialogues[0])
    for line in (*lines(dialogues, written), f"Directory: {directory}"):
        out.print(Text(plain(line)), soft_wrap=True)


def lines(dialogues: Sequence[Dialogue], written: Mapping[str, int]) -> Iterator[str]:
    """The facts of built conversations as sentences."""
    found = facts(dialogues)
    stops = ", ".join(f"{count} {stop}" for stop, count in found["stops"].items())
    yield f"{found['conversations']} conversations ({stops}) of {found['turns']} turns."
    scores = {one.id: [score for step in one.steps for score in scores_of(step)] for one in dialogues}
    known = [score for some in scores.values() for score in some]
    if known:
        rewards = mean_interval(known, [name for name, some in scores.items() for _ in some])
        yield f"Reward: {number(rewards)} of {len(known)} candidates, {found['said']:.3f} of those said."
    if found["unscored"]:
        yield f"{found['unscored']} candidates could not be scored and are in no set."
    each = ", ".join(f"{name} {value:.3f}" for name, value in found["metrics"].items() if value is not None)
    yield f"Scores of futures: {each or 'none'}."
    yield f"Rows: {', '.join(f'{name} {count}' for name, count in written.items())}."
    failed = next((dialogue for dialogue in dialogues if dialogue.why), None)
    if failed is not None:
        yield f"The first that {failed.stop}: {failed.why}"
    if not written["preferences"]:
        yield "No preferences: no turn has two candidates of different scores. Sample at a higher temperature."


def scores_of(step: Step) -> list[float]:
    """The rewards of a turn's candidates that could be scored."""
    return [one.score for one in step.responses if one.score is not None]


def show_first(dialogue: Dialogue) -> None:
    """Print a conversation with its candidates; the one that was said is marked."""
    out = console()
    out.print(Text(f"goal: {plain(dialogue.goal)}"), style="bold")
    shown = 0
    for step in dialogue.steps:
        for turn in step.prompt[shown:]:
            if turn.role == "user":
                out.print(Text(f"  user: {plain(turn.text)}"))
        shown = len(step.prompt)
        for place, response in enumerate(step.responses):
            out.print(Text(f"  {'>' if place == step.said else ' '} {said(response)}"))
    out.print(Text(f"  ({dialogue.stop})\n"), style="dim")


def said(response: Response) -> str:
    """A candidate in a line: its score and its text."""
    score = "unscored" if response.score is None else f"{response.score:+.3f}"
    return f"{score}  {plain(response.answer.text)}"
