r"""Likelihood: of the options that a question lists, the one that its models find likeliest is the answer.

    s_o = mean over models of log softmax_o log p(o | question);    return the letter of argmax_o s_o

As evaluation harnesses ask base models, which follow no form: `by: letter` compares the letters after the question with
its options, `by: text` the options' texts after the question alone, and `by: character` those by their log-probability
a character, so that long ones are not at a loss. What differs: several models are averaged. Options are the lines
`A) ...` or `A. ...`, lettered from A, at the end of a question; one without any ends the run.
"""

from typing import Literal

from pydantic import Field

from ...agents import Answer, Ask, Prompt, Stepper, Team
from ...agents.about import about
from ...agents.errors import BadScenario
from ...agents.listed_options import LETTERS, listed_options, shares
from ...agents.options import ProtocolOptions, takes
from .messages.likelihood import Letter, Text


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
    prompt: Prompt = about(question, Letter)
    if options.by != "letter":
        prompt = about(question, Text, question=bare)
    sums = [0.0] * len(texts)
    for name in team:
        choice = await team.choose(name, prompt, texts)
        scores = list(choice.logprobs)
        if options.by == "character":
            scores = [score / len(text) for score, text in zip(scores, texts, strict=True)]
        sums = [total + one for total, one in zip(sums, shares(scores), strict=True)]
    best = max(range(len(texts)), key=sums.__getitem__)
    return Answer(text=LETTERS[best if options.by == "letter" else listed.index(texts[best])])
