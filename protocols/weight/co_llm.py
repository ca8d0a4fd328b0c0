"""Co-LLM, trained: a generator learns to write together with the head that says when to defer to a mentor.

    phase 1:   head <- max sum_t log[(1 - pi_t) p_G(x_t) + pi_t p_M(x_t)],   pi_t = sigmoid(head(h_t)),   G as it is
    phase 2:   G, head <- the same likelihood, from there;   x: right answers of M, else of G, to dev-train;  M as it is
    eta <- best on dev-choose, of quantiles of pi;   y_t = argmax p_M  if pi_t > eta  else argmax p_G
    return   both phases, phase 1 alone, G alone, or M alone: best on dev-choose

Shen et al. 2024, https://arxiv.org/abs/2403.03870, and MoCo's api_collm; api/co_llm is phase 1. What differs: texts are
answers to dev that the task grades as right, the head is a vector of its own, master weights are float32, and what is
trained serves only where it is better than what is not (`keep: trained` always), for ties the cheaper.
`probabilities: chance` is the control: the same training with the mentor's probabilities of drawn tokens.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from ...agents import Answer, Ask, Open, Team
from ...agents.decoding.decoder import decode
from ...agents.decoding.deferring import Defer
from ...agents.errors import BadScenario
from ...agents.final import finish
from ...agents.objective import Objective
from ...agents.options import takes
from ...agents.roles import with_roles
from ...trainers.finetuning.held import held_out
from ...trainers.finetuning.lessons import Halves
from ...trainers.finetuning.mentoring import Mentored
from ...trainers.finetuning.pupil import Pupil
from ...trainers.finetuning.settings import SupervisedSettings
from ...trainers.heads.deferral import fitted_deferral
from ...trainers.heads.right_texts import right_texts
from .messages.co_llm import CoTrained, Kind
from .options.co_llm import Options


@takes(Options)
async def prepare(team: Team[Open], dev: Objective, options: Options) -> Team[Open]:
    """The best team, with a copy of the generator. Training is not in the trace; the head that it found is."""
    halves = Halves.split(dev.questions, dev.groups, where="weight/co_llm")
    name, mentor = options.roles(team.names)
    role = f"{name}-generator"
    if role in team.names:
        raise BadScenario(f"weight/co_llm: {role} is what the trained copy of {name} is called. Rename the member.")
    texts = await right_texts(team, dev, name, mentor, halves.train)
    first = await fitted_deferral(team, dev, name, mentor, width=options.width, places=halves.train)
    given = {one: getattr(options, one) for one in ("rate", "epochs", "batch")}
    settings = SupervisedSettings(**given, seed=team.seed("train") % 2**31)
    train = Mentored(team, name, mentor, texts, first.head, settings, options.probabilities == "chance")
    pupil = Pupil.of(role, team.models[name])
    with TemporaryDirectory() as folder:
        after, second = await train(pupil, Path(folder), lora=options.lora)
    found = CoTrained(
        generator=role,
        mentor=mentor,
        kept="head",
        head=first.head,
        texts=second.texts,
        before=first.both.loss if first.both else None,
        after=second.both,
    )
    later = found.model_copy(update={"kept": "trained", "head": second.head})
    phases = {
        own.kept: Phase(with_roles(team, {**team.models, role: model}, {role: name}), own, tried)
        for model, own, tried in ((pupil.model, found, first.quantiles), (after.model, later, second.quantiles))
    }
    return await best_of_all(phases, dev, halves.choose, options)


class Phase(NamedTuple):
    """A team, what it learned, and thresholds to try.

    >>> Phase(None, None, (0.5,)).tried
    (0.5,)
    """

    team: Team[Open]
    found: CoTrained
    tried: tuple[float, ...]


async def best_of_all(
    phases: Mapping[Kind, Phase], dev: Objective, places: Sequence[int], options: Options
) -> Team[Open]:
    """The team of what is best on the dev questions at these places, for ties the cheaper."""
    by = partial(answer, options=options)
    scores: dict[str, float] = {}
    thresholds: dict[str, float] = {}
    for kind in ("generator", "mentor"):
        own = phases["head"].team.with_learned(phases["head"].found.model_copy(update={"kept": kind}))
        scores[kind] = await held_out(own, dev, places, by, name=kind)
    for kind, (team, found, tried) in phases.items():
        tries = []
        for number, threshold in enumerate(tried):
            own = team.with_learned(found.model_copy(update={"threshold": threshold}))
            tries.append(await held_out(own, dev, places, by, name=f"{kind}-{number}"))
        scores[kind] = max(tries)
        thresholds[kind] = tried[tries.index(max(tries))]
    kept = "trained" if options.keep == "trained" else max(scores, key=lambda kind: scores[kind])
    served = phases["trained" if kept == "trained" else "head"]
    told = {"kept": kept, "scores": scores, "thresholds": thresholds, "threshold": thresholds[served.found.kept]}
    return served.team.with_learned(served.found.model_copy(update=told))


@takes(Options)
async def answer(team: Team[Open], question: Ask, options: Options) -> Answer:
    """An answer of the generator and the mentor, or of one of them alone."""
    generator, mentor = options.roles(team.names)
    found = team.learned_as(CoTrained) or CoTrained(generator=generator, mentor=mentor, kept="head")
    if found.kept in ("generator", "mentor"):
        return await finish(team, found.generator if found.kept == "generator" else found.mentor, question)
    method = Defer(
        generator=found.generator,
        mentor=found.mentor,
        fitted=found.head,
        threshold=found.threshold,
        strategy=options.strategy,
    )
    return await decode(team, question, method)


async def review(team: Team[Open], dev: Objective, test: Objective) -> dict[str, Any]:
    """`deferral.json`: the dev scores and thresholds of both phases, and of either model alone, without the head."""
    found = team.learned_as(CoTrained)
    return {} if found is None else {"deferral.json": found.model_dump(mode="json", exclude={"head"})}
