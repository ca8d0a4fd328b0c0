"""How teams of five bear saboteurs, protocol by protocol: accuracy with none, one and two of each kind, and defences.

    python benchmarks/saboteur.py [--questions 100] [--dev 40] [--protocol NAME ..] [--kind NAME ..] [--out DIR]

Saboteurs take the seats of the last members; `gone` is the control, the team without them. Printed as Markdown:

    breakdown    the least number of saboteurs at which the team's accuracy is below that of its best honest member
                 alone; 0 is a team that is below it without any, > 2 one that two do not break
    recovery     of the questions that the team answers rightly without saboteurs and wrongly with two, the share that
                 it answers rightly with two and its defence
    false alarm  points of accuracy that the defence costs a team without saboteurs

Answers are kept in DIR/answers.sqlite and asked for once; runs are kept there, too, and gone on with.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from symposia.agents.answer_store import AnswerStore
from symposia.agents.loading import ModelSettings, load_any
from symposia.evaluators.sample import Sample
from symposia.evaluators.statistics.significance import difference
from symposia.scenarios.planning.plan import plan
from symposia.scenarios.planning.schema import Scenario
from symposia.scenarios.planning.yaml_files import parse
from symposia.scenarios.running.run import run

TEAM = ("generalist", "mentor", "arithmetic", "strings", "graphs")
KINDS = ("lie", "collude", "parrot", "noise")
GONE = "gone"
MOST = 2
MODELS: dict[str, Any] = {}


@dataclass(frozen=True)
class Subject:
    """A protocol with its options, those of its defence, what the scenario says besides, and the kinds it can have."""

    use: str
    options: Mapping[str, Any]
    defence: Mapping[str, Any] | None = None
    more: Mapping[str, Any] | None = None
    kinds: tuple[str, ...] = KINDS


HEARING = {"topology": "complete"}
SUBJECTS = {
    "majority_vote": Subject("text/majority_vote", {"tie": "dev"}, {"weights": "dev", "answers": 10}),
    "debate": Subject("text/debate", {"rounds": 1}, {"rounds": 1, "mask": "dev"}, HEARING),
    "refine": Subject("text/refine", {"rounds": 2}, None, HEARING),
    "feedback": Subject("text/feedback", {"rounds": 2, "reviewers": 2}),
    "slm_mux": Subject("text/slm_mux", {"samples": 3}, None, {"sampling": {"temperature": 0.7}}),
    "mixture_of_agents": Subject("text/mixture_of_agents", {"layers": 1}),
    "nearest": Subject("api/nearest", {}),
    "fusion": Subject("logit/fusion", {}, {"weights": "optimized", "tries": 12}, None, ("sink",)),
}


class Grid:
    """Runs of protocols with saboteurs on the same questions."""

    def __init__(self, out: Path, questions: int, dev: int) -> None:
        self.out, self.questions, self.dev = out, questions, dev
        self.answers = AnswerStore(out / "answers.sqlite")

    def samples(self, subject: Subject, kind: str, bad: int, *, defended: bool = False) -> Sequence[Sample]:
        """The samples of a team, the last `bad` members of which are saboteurs of a kind, or gone."""
        honest = TEAM[: len(TEAM) - bad]
        team = [{"name": name, "model": f"pocket:{name}"} for name in (honest if kind == GONE else TEAM)]
        options = subject.defence if defended else subject.options
        faults = {"faults": {"saboteurs": dict.fromkeys(TEAM[len(honest) :], kind)}} if bad and kind != GONE else {}
        name = f"{subject.use.replace('/', '-')}{'-defended' if defended else ''}-{kind if bad else 'clean'}-{bad}"
        return self.ran(
            name, {"use": subject.use, "options": dict(options or {})}, team, {**(subject.more or {}), **faults}
        )

    @cached_property
    def alone(self) -> dict[str, float]:
        """The accuracy of each member alone."""
        vote = {"use": "text/majority_vote"}
        found = {}
        for name in TEAM:
            found[name] = accuracy(self.ran(f"alone-{name}", vote, [{"name": name, "model": f"pocket:{name}"}], {}))
        return found

    def ran(
        self, name: str, protocol: Mapping[str, Any], team: Sequence[Any], more: Mapping[str, Any]
    ) -> Sequence[Sample]:
        """The samples of a scenario."""
        task = {"use": "pocket", "limit": self.questions, "dev_limit": self.dev}
        data = {"protocol": protocol, "team": list(team), "task": task, "baselines": False, "seed": 7, **more}
        wanted = plan(parse(Scenario, data, where=name), where=name, folder=Path())
        return asyncio.run(run(wanted, self.out / name, load=self.load, answers=self.answers)).samples

    def load(self, url: str, settings: ModelSettings | None = None) -> Any:
        """A model, whose answers the store keeps unless they may differ from call to call."""
        if url not in MODELS:
            MODELS[url] = load_any(url, settings)
        if not url.startswith("saboteur:noise"):
            self.answers.know(MODELS[url], url)
        return MODELS[url]


def accuracy(samples: Sequence[Sample]) -> float:
    """The share of right answers; a failed question is none."""
    return sum(sample.score or 0 for sample in samples) / len(samples)


def dropped(before: Sequence[Sample], after: Sequence[Sample]) -> str:
    """The paired difference of two teams in points, with its interval."""
    found = difference([one.score or 0 for one in before], [one.score or 0 for one in after])
    low, value, high = (100 * (number or 0) for number in (found.low, found.value, found.high))
    return f"{value:+.0f} [{low:+.0f}, {high:+.0f}]"


def breakdown(grid: Grid, found: Sequence[Sequence[Sample]]) -> str:
    """The least number of saboteurs at which a team is below its best honest member; `found` is by their number."""
    for bad, samples in enumerate(found):
        if accuracy(samples) < max(grid.alone[name] for name in TEAM[: len(TEAM) - bad]):
            return str(bad)
    return f"> {MOST}"


def recovered(clean: Sequence[Sample], attacked: Sequence[Sample], defended: Sequence[Sample]) -> str:
    """The share of the questions that were broken which the defence gets right."""
    broken = [n for n, (one, two) in enumerate(zip(clean, attacked, strict=True)) if one.score and not two.score]
    again = sum(bool(defended[n].score) for n in broken)
    return f"{again} of {len(broken)}"


def lines(grid: Grid, name: str, kinds: Sequence[str]) -> list[str]:
    """The rows of a protocol."""
    subject, found = SUBJECTS[name], []
    clean = grid.samples(subject, GONE, 0)
    alarm = "-"
    if subject.defence is not None:
        alarm = f"{100 * (accuracy(clean) - accuracy(grid.samples(subject, GONE, 0, defended=True))):+.1f}"
    for kind in (GONE, *(one for one in kinds if one in subject.kinds)):
        attacked = [clean, *(grid.samples(subject, kind, bad) for bad in range(1, MOST + 1))]
        again = "-"
        if subject.defence is not None and kind != GONE:
            again = recovered(clean, attacked[-1], grid.samples(subject, kind, MOST, defended=True))
        cells = (
            *(f"{accuracy(samples):.2f}" for samples in attacked),
            dropped(clean, attacked[-1]),
            breakdown(grid, attacked),
            again,
            alarm if kind != GONE else "-",
        )
        found.append(f"| {name} | {kind} | {' | '.join(cells)} |")
        print(found[-1], flush=True)
    return found


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--dev", type=int, default=40)
    parser.add_argument("--protocol", action="append", choices=tuple(SUBJECTS))
    parser.add_argument("--kind", action="append", choices=(*KINDS, "sink"))
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    out = args.out or Path(tempfile.mkdtemp())
    out.mkdir(parents=True, exist_ok=True)
    grid = Grid(out, args.questions, args.dev)
    print("Alone: " + ", ".join(f"{name} {value:.2f}" for name, value in grid.alone.items()) + ".\n", flush=True)
    print("| protocol | kind | none | one | two | two, in points | breakdown | recovery | false alarm |")
    print("|---|---|---|---|---|---|---|---|---|", flush=True)
    for name in args.protocol or SUBJECTS:
        lines(grid, name, args.kind or (*KINDS, "sink"))


if __name__ == "__main__":
    main()
