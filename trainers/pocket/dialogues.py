"""Training examples in the protocols' own prompts.

The prompt classes are passed in by the caller, since this package may not import protocols, by the names in `NEEDED`.
Lists in them are formatted as by the protocols: answers as `- name: text`, what was heard as `- text`.
"""

from collections.abc import Mapping
from random import Random
from typing import Final

from ...agents.dialogue.prompts import Speak
from ...agents.dialogue.talk import NOTHING, SIGNAL
from ...agents.labels import numbered
from ...agents.message import Prompt
from ...evaluators.pocket import CORE, Problem
from ...evaluators.pocket.composition import second_question
from .descriptions import PARAPHRASES, STRANGERS
from .example import Example, asked
from .questions import other_answer, problem

Prompts = Mapping[str, type[Prompt]]

ROUTE, SELECT = "api/prompt_routing.Route", "text/client_server.Select"
REVISE, GUIDED, SUMMARIZE = "text/debate.Revise", "text/client_server.Guided", "text/client_server.Summarize"
NEEDED: Final = (ROUTE, SELECT, REVISE, GUIDED, SUMMARIZE)
SPEAK: Final = "text/user_loop.Speak"
NONE_YET = "(none yet)"


def worded(prompts: Prompts, name: str, **fields: str) -> Prompt:
    """The prompt of this name with these fields."""
    return prompts[name].model_validate(fields)


def routed(prompts: Prompts, rng: Random) -> Example:
    """Routing among two to five models: the answer is the number of the skill's specialist.

    Order, names and descriptions vary. Without a specialist it is the model for anything.
    """
    drawn = problem(rng.choice(CORE), rng)
    others = [skill for skill in CORE if skill != drawn.skill]
    suited = drawn.skill if rng.random() < 0.9 else "anything"
    listed = [suited, *rng.sample(others, rng.randint(1, 3))]
    if suited != "anything" and rng.random() < 0.3:
        listed.append("anything")
    rng.shuffle(listed)
    options = numbered([_described(skill, rng) for skill in listed])
    if rng.random() < 0.5:
        prompt = worded(prompts, ROUTE, question=drawn.question, models=options)
    else:
        prompt = worded(prompts, SELECT, question=drawn.question, candidates=options)
    return asked(prompt.render(), str(listed.index(suited) + 1))


def _described(skill: str, rng: Random) -> tuple[str, str]:
    """A name and a description, at least one of which reveals the skill."""
    named = rng.random() < 0.7
    name = rng.choice(("generalist", "mentor")) if skill == "anything" else skill
    text = "" if named and rng.random() < 0.1 else PARAPHRASES[skill][0 if rng.random() < 0.5 else -1]
    if text and rng.random() < 0.5:
        text = rng.choice(PARAPHRASES[skill])
    return (name if named else rng.choice(STRANGERS)), text


def summarized(prompts: Prompts, rng: Random) -> Example:
    """Selection of the correct answer among one to five: the specialist's, or else a frequent one."""
    drawn = problem(rng.choice(CORE), rng)
    if rng.random() < 0.6:
        others = rng.sample([skill for skill in (*CORE, "generalist") if skill != drawn.skill], rng.randint(0, 4))
        said = [(drawn.skill, drawn.answer), *((name, other_answer(drawn, rng)) for name in others)]
    else:
        names = rng.sample(STRANGERS, rng.randint(1, 4))
        said = list(zip(names, _opinions(drawn, len(names), rng), strict=True))
    rng.shuffle(said)
    answers = "\n".join(f"- {name}: {text}" for name, text in said)
    return asked(worded(prompts, SUMMARIZE, question=drawn.question, answers=answers).render(), drawn.answer)


def _opinions(drawn: Problem, count: int, rng: Random) -> list[str]:
    """Answers of which at least one is correct, and often several are."""
    right = rng.randint(1, max(1, count - 1))
    return [drawn.answer] * right + [other_answer(drawn, rng) for _ in range(count - right)]


def confirmed(prompts: Prompts, skill: str, rng: Random) -> Example:
    """Answering a known question again: correct whatever the others say."""
    drawn = problem(skill, rng)
    own = drawn.answer if rng.random() < 0.9 else other_answer(drawn, rng)
    heard = [other_answer(drawn, rng) for _ in range(rng.randint(1, 4))]
    if rng.random() < 0.2:
        heard[0] = drawn.answer
    return _again(prompts, drawn, own, heard, rng)


def convinced(prompts: Prompts, skill: str, rng: Random) -> Example:
    """Answering an unknown question again: the correct answer is among those heard."""
    drawn = problem(skill, rng)
    return _again(prompts, drawn, other_answer(drawn, rng), _opinions(drawn, rng.randint(1, 3), rng), rng)


def _again(prompts: Prompts, drawn: Problem, own: str, heard: list[str], rng: Random) -> Example:
    """An example in the prompt of a debate, or of a client guided by the first answer heard."""
    if rng.random() < 0.5:
        own = own if rng.random() < 0.8 else NONE_YET
        prompt = worded(prompts, GUIDED, question=drawn.question, own=own, guidance=heard[0], form="")
    else:
        rng.shuffle(heard)
        lines = "\n".join(f"- {text}" for text in heard)
        prompt = worded(prompts, REVISE, question=drawn.question, own=own, heard=lines, form="")
    return asked(prompt.render(), drawn.answer)


def spoken(prompts: Prompts, rng: Random) -> Example:
    """The next message of a user whose goal is a composition: the first step, the second, then the signal.

    The second step uses the assistant's answer to the first, correct or not.
    """
    drawn = problem("composition", rng)
    first, second = drawn.steps
    said = first.answer if rng.random() < 0.7 else second.answer
    question = second_question(drawn, said)
    history = ((first.question, said), (question, second.answer))[: rng.randint(0, 2)]
    transcript = "\n".join(f"user: {asks}\nassistant: {answers}" for asks, answers in history)
    message = (first.question, question, SIGNAL)[len(history)]
    prompt = Speak(goal=drawn.question, transcript=transcript or NOTHING, signal=SIGNAL)
    return asked(prompt.render(), message)
