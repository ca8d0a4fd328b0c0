r"""Likelihood: of the options that a question lists, the one that its models find likeliest is the answer.

    s_o = mean over models of log softmax_o log p(o | question);    return the letter of argmax_o s_o

As evaluation harnesses ask base models, which follow no form: `by: letter` compares the letters after the question with
its options, `by: text` the options' texts after the question alone, and `by: character` those by their log-probability
a character, so that long ones are not at a loss. What differs: several models are averaged. Options are the lines
`A) ...` or `A. ...`, lettered from A, at the end of a question; one without any ends the run.
"""

import re
from math import exp, fsum, log
from typing import Final, Literal

from pydantic import Field

from ...agents import Answer, Ask, Prompt, Stepper, Team
from ...agents.errors import BadScenario
from ...agents.options import ProtocolOptions, takes

_OPTION: Final = re.compile(r"^([A-Z])[).] (?=\S)", re.MULTILINE)
LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Letter(Prompt):
    """Asks for the letter of an option.

    >>> Letter(question="2 + 2?\\nA) 3\\nB) 4").render().splitlines()[-1]
    'Reply with the letter of the right option and nothing else.'
    """

    question: str
    template = "{question}\n\nReply with the letter of the right option and nothing else."


class Text(Prompt):
    """Asks for the answer to a question whose options are not shown.

    >>> Text(question="2 + 2?").render().splitlines()[-1]
    'Reply with the answer and nothing else.'
    """

    question: str
    template = "{question}\n\nReply with the answer and nothing else."


class Options(ProtocolOptions):
    """The texts whose likelihood counts.

    >>> Options().by
    'letter'
    """

    by: Literal["letter", "text", "character"] = Field(
        "letter", description="What is compared: letters, the options' texts, or the texts by character."
    )


@takes(Options)
async def answer(team: Team[Stepper], question: Ask, options: Options) -> Answer:
    """The letter of the likeliest option. Raises `BadScenario` for a question that lists none."""
    bare, listed = listed_options(question.text)
    if len(listed) < 2:
        raise BadScenario("api/likelihood: a question lists no options, lettered from A. Use it for multiple choice.")
    texts = list(LETTERS[: len(listed)]) if options.by == "letter" else list(dict.fromkeys(listed))
    prompt: Prompt = Letter(question=question.text, images=question.images)
    if options.by != "letter":
        prompt = Text(question=bare, images=question.images)
    sums = [0.0] * len(texts)
    for name in team:
        choice = await team.choose(name, prompt, texts)
        scores = list(choice.logprobs)
        if options.by == "character":
            scores = [score / len(text) for score, text in zip(scores, texts, strict=True)]
        sums = [total + one for total, one in zip(sums, shares(scores), strict=True)]
    best = max(range(len(texts)), key=sums.__getitem__)
    return Answer(text=LETTERS[best if options.by == "letter" else listed.index(texts[best])])


def listed_options(question: str) -> tuple[str, list[str]]:
    """A question without its options, and their texts: the last list that is lettered from A.

    >>> listed_options("Is A. B. C. true?\\nA) yes,\\n   it is\\nB) no")
    ('Is A. B. C. true?', ['yes,\\n   it is', 'no'])
    """
    marks = list(_OPTION.finditer(question))
    first = max((at for at, mark in enumerate(marks) if mark[1] == "A"), default=len(marks))
    found = marks[first:]
    if "".join(mark[1] for mark in found) != LETTERS[: len(found)] or not found:
        return question, []
    ends = [mark.start() for mark in found[1:]] + [len(question)]
    texts = [question[mark.end() : end].strip() for mark, end in zip(found, ends, strict=True)]
    return question[: found[0].start()].rstrip(), texts


def shares(scores: list[float]) -> list[float]:
    """Log-probabilities within a list: they add up to one.

    >>> [round(one, 4) for one in shares([-1.0, -1.0])]
    [-0.6931, -0.6931]
    """
    top = max(scores)
    whole = top + log(fsum(exp(score - top) for score in scores))
    return [score - whole for score in scores]
