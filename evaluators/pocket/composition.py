"""Compositions of two skills: the answer to the first question is an input of the second."""

from collections.abc import Callable, Mapping
from random import Random

from . import arithmetic, graphs, lookup, strings
from .problem import LETTERS, Problem, Step


def draw(rng: Random) -> Problem:
    """A random problem such as `last of m c b , then look it up in a = 12 b = 30 ...`, with the answer `30`."""
    return rng.choice(list(KINDS.values()))(rng)


def chained(kind: str, first: Problem, then: str, second: Problem) -> Problem:
    """Two problems as one; `then` describes the second step, which uses the first answer."""
    steps = tuple(Step(problem.question, problem.answer) for problem in (first, second))
    return Problem("composition", kind, f"{first.question} , then {then}", second.answer, steps)


def looked_up_then_added(rng: Random) -> Problem:
    """A problem such as `table a = 12 b = 30 ... : b , then add 11`."""
    first, term = lookup.draw(rng), rng.randint(10, 99)
    return chained("lookup arithmetic", first, f"add {term}", arithmetic.compute(int(first.answer), "+", term))


def walked_then_looked_up(rng: Random) -> Problem:
    """A problem such as `graph a > c b > a ... : 2 steps from a , then look it up in a = 12 b = 30 ...`."""
    return looked_up("graphs lookup", graphs.draw(rng), rng)


def last_then_looked_up(rng: Random) -> Problem:
    """A problem such as `last of m c b , then look it up in a = 12 b = 30 ...`."""
    letters = [*rng.sample(LETTERS, 2), rng.choice(lookup.KEYS)]
    return looked_up("strings lookup", strings.apply("last of", letters), rng)


def looked_up(kind: str, first: Problem, rng: Random) -> Problem:
    """A composition that looks up the first answer, a letter, in a table."""
    of = lookup.table(rng)
    return chained(kind, first, f"look it up in {lookup.rows(of)}", lookup.value_of(of, first.answer))


KINDS: Mapping[str, Callable[[Random], Problem]] = {
    "lookup arithmetic": looked_up_then_added,
    "graphs lookup": walked_then_looked_up,
    "strings lookup": last_then_looked_up,
}


def second_question(problem: Problem, first_answer: str) -> str:
    """The question of a composition's second step, given an answer to the first."""
    question = problem.steps[1].question
    if question.startswith("table "):
        return f"{question.rpartition(' : ')[0]} : {first_answer}"
    return f"compute {first_answer} + {question.rpartition(' + ')[2]}"
