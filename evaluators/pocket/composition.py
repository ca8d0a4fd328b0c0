"""Compositions: the answer of a question of one skill is used in a question of another."""

from collections.abc import Callable, Mapping
from random import Random

from . import graphs, lookup, strings
from .lookup import Table
from .problem import Problem, Step


def draw(rng: Random) -> Problem:
    """For example `last of m c k , then look it up in k = 7 m = 3`, answered by `7`."""
    return rng.choice(list(KINDS.values()))(rng)


def chained(kind: str, first: Problem, then: str, second: Problem) -> Problem:
    """Two problems as one; `then` says in words what is done with the first answer."""
    steps = tuple(Step(problem.question, problem.answer) for problem in (first, second))
    return Problem("composition", kind, f"{first.question} , then {then}", second.answer, steps)


def looked_up_then_added(rng: Random) -> Problem:
    """For example `table k = 12 m = 30 : m , then add 11`."""
    of = lookup.table(rng)
    return added("lookup arithmetic", lookup.value_of(of, rng.choice(list(of))), rng)


def counted_then_added(rng: Random) -> Problem:
    """For example `graph b>c a>b : steps a to c , then add 11`."""
    return added("graphs arithmetic", graphs.draw(rng, ("steps",)), rng)


def added(kind: str, first: Problem, rng: Random) -> Problem:
    """The answer of the first question plus a number of two digits."""
    term = rng.randint(10, 99)
    total = str(int(first.answer) + term)
    second = Problem("arithmetic", "add", f"compute {first.answer} + {term}", total)
    return chained(kind, first, f"add {term}", second)


def last_then_looked_up(rng: Random) -> Problem:
    """For example `last of m c k , then look it up in k = 12 m = 30`."""
    of = lookup.table(rng, fewest=3)
    return looked_up("strings lookup", strings.apply("last of", rng.sample(list(of), 3)), of)


def next_then_looked_up(rng: Random) -> Problem:
    """For example `graph b>c a>b : next a to c , then look it up in a=12 b=30 c=11`."""
    first = graphs.draw(rng, ("next",))
    nodes = sorted({word for word in first.question.split() if len(word) == 1 and word.isalpha()})
    values = rng.sample(range(10), len(nodes))
    return looked_up("graphs lookup", first, dict(zip(nodes, values, strict=True)))


def looked_up(kind: str, first: Problem, of: Table) -> Problem:
    """The value of the letter that the first question is answered by."""
    return chained(kind, first, f"look it up in {lookup.rows(of)}", lookup.value_of(of, first.answer))


KINDS: Mapping[str, Callable[[Random], Problem]] = {
    "lookup arithmetic": looked_up_then_added,
    "graphs arithmetic": counted_then_added,
    "strings lookup": last_then_looked_up,
    "graphs lookup": next_then_looked_up,
}


def second_question(problem: Problem, first_answer: str) -> str:
    """What the second step of a composition asks, had the first been answered like this."""
    question = problem.steps[1].question
    if question.startswith("table "):
        return f"{question.rpartition(' : ')[0]} : {first_answer}"
    return f"compute {first_answer} + {question.rpartition(' + ')[2]}"
