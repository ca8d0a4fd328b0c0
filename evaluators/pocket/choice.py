"""Multiple-choice problems over the four core skills."""

from random import Random

from . import arithmetic, graphs, lookup, strings
from .problem import LETTERS, Problem

OPTIONS = "ABCD"


def draw(rng: Random) -> Problem:
    """A random question of a core skill with four options; the answer is the letter of the correct one."""
    skill = rng.choice((arithmetic, strings, graphs, lookup))
    asked = skill.draw(rng)
    options = [asked.answer]
    while len(options) < len(OPTIONS):
        wrong = distractor(asked, rng)
        if wrong not in options:
            options.append(wrong)
    rng.shuffle(options)
    lines = [f"{letter}. {option}" for letter, option in zip(OPTIONS, options, strict=True)]
    answer = OPTIONS[options.index(asked.answer)]
    return Problem("choice", asked.skill, "\n".join((asked.question, *lines)), answer)


def distractor(asked: Problem, rng: Random) -> str:
    """A plausible wrong answer: a number nearby, or letters of the question and two others."""
    if asked.answer.isdigit():
        return str(abs(int(asked.answer) + rng.choice((-100, -20, -10, -2, -1, 1, 2, 10, 20, 100))))
    found = {word for word in asked.question.split() if len(word) == 1 and word.isalpha()}
    letters = sorted(found | set(rng.sample(LETTERS, 2)))
    return " ".join(rng.sample(letters, len(asked.answer.split())))
