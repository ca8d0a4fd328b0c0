"""The words that are single tokens of the shared tokenizer."""

from collections.abc import Iterator
from itertools import islice

from ...agents.dialogue.talk import NOTHING, SIGNAL
from ...evaluators.pocket import SKILLS, problems
from .descriptions import PARAPHRASES, STRANGERS
from .dialogues import NONE_YET, Prompts

NAMES = ("base", "generalist", "mentor", "judge", "user", "assistant")
SAMPLE = 200


def texts(prompts: Prompts) -> Iterator[str]:
    """Texts with all words that models read or write in training."""
    for prompt in prompts.values():
        yield prompt.template.replace("{", " ").replace("}", " ")
    for skill in SKILLS:
        yield from (f"{problem.question} {problem.answer}" for problem in islice(problems(skill, "train"), SAMPLE))
    for said in PARAPHRASES.values():
        yield from said
    yield from (*STRANGERS, *NAMES, SIGNAL, NOTHING, NONE_YET)
