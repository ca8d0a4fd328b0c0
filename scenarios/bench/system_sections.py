"""The sections on systems: which beats which, at what cost, and what differences would have been seen."""

from .report import BenchReport
from .section import Section, interval, share
from .system_rows import BEST, WinRow


def wins(found: BenchReport) -> Section:
    """Which system beats which."""
    names = list(dict.fromkeys(row.one for row in found.wins))
    names = [*(name for name in names if name != BEST), *(name for name in names if name == BEST)]
    cells = {(row.one, row.other): f"{row.wins} / {row.ties} / {row.losses}" for row in found.wins}
    rows = [(name, *(cells.get((name, other), "") for other in names)) for name in names]
    said = " ".join(beaten(row) for row in found.wins if row.other == BEST)
    about = (
        "Wins / ties / losses of the row against the column over settings, a team on a task each. A method without any "
        f"effect wins about half of them; p is of the sign test. {said}"
    )
    return Section("Wins", about.strip(), ("", *names), rows if len(names) > 1 else [])


def beaten(row: WinRow) -> str:
    """The sentence on a protocol against the best single model."""
    count = row.wins + row.ties + row.losses
    return f"{row.one} beats the {BEST} in {row.wins} of {count} settings, {share(row.share)} (p = {row.p:.2g})."


def front(found: BenchReport) -> Section:
    """Score against cost."""
    about = (
        "Systems by tokens a question. Those marked are on the Pareto front of the task: no other scores at least as "
        "much for at most as many tokens."
    )
    rows = [
        (row.task, row.system, f"{row.tokens:,.0f}", interval(row.score), "yes" if row.on_front else "")
        for row in found.front
    ]
    return Section("Cost", about, ("task", "system", "tokens", "score", "on the front"), rows)


def power(found: BenchReport) -> Section:
    """What differences would have been seen."""
    about = (
        "The smallest difference to the best single model that would have been seen with a probability of 0.8 at the "
        "0.05 level, two-sided, and the questions that smaller and larger ones need, by how much the two systems "
        "were seen to differ. A difference that was not found is no proof that there is none below this."
    )
    rows = [
        (
            row.task,
            row.team,
            row.protocol,
            f"{row.questions:,}",
            f"{100 * row.smallest:.1f} points",
            *(f"{count:,}" for count in (row.needed_1, row.needed_3, row.needed_5)),
        )
        for row in found.power
    ]
    header = (
        "task",
        "team",
        "protocol",
        "questions",
        "would be seen",
        "1 point needs",
        "3 points need",
        "5 points need",
    )
    return Section("Power", about, header, rows)
