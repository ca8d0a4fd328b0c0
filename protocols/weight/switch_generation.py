"""Switch generation, trained: the selector learns from rollouts which of the writers should go on.

    for q in dev-train:   prefix = c patches by drawn writers;   u_j = mean score of rollouts that go on with writer j
        rows += (what the selector reads after the prefix -> argmax_j u_j),  where the best is better than the second
    selector <- SFT(selector, rows), loss on the label alone
    return   patches by the selector, by the untrained one, by chance, or the best writer alone: best on dev-choose

Feng et al. 2025, https://arxiv.org/abs/2510.09913, and MoCo's api_switch_generation. What differs: rewards are scores
of the task on dev; rollouts begin equally often with every writer, and a tie teaches nothing; a prefix may be empty, as
at the first choice; the selector is trained on the tokens that it is asked by. `labels: chance` is the control: the
same training on drawn labels.
"""

from collections import Counter
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from ...agents import Answer, Ask, Open, Team
from ...agents.decoding.decoder import decode
from ...agents.decoding.switching import Scheduled, Switch
from ...agents.errors import BadScenario
from ...agents.final import finish
from ...agents.objective import Objective
from ...agents.options import takes
from ...agents.roles import with_roles
from ...trainers.finetuning.branching import Branching, drawn_writers, labelled, patches_of
from ...trainers.finetuning.held import held_out
from ...trainers.finetuning.lessons import Halves, score_of
from ...trainers.finetuning.pupil import Pupil
from ...trainers.finetuning.selecting import Selecting as Training
from ...trainers.finetuning.selecting import chosen_at_random
from ...trainers.finetuning.settings import SupervisedSettings
from .messages.switch_generation import Selecting
from .options.switch_generation import Options


@takes(Options)
async def prepare(team: Team[Open], dev: Objective, options: Options) -> Team[Open]:
    """The team with its selector, a copy of a member. Training is not in the trace, the rollouts are."""
    halves = Halves.split(dev.questions, dev.groups, where="weight/switch_generation")
    name, writers = options.selector or team.names[0], options.writing(team.names)
    role = f"{name}-selector"
    if role in team.names:
        raise BadScenario(
            f"weight/switch_generation: {role} is what the trained copy of {name} is called. Rename the member."
        )
    method = Switch(question="", writers=writers, selector=writers[0], patch=options.patch)
    drawn = Branching(prefixes=options.prefixes, before=options.before, rollouts=options.rollouts)
    rows = await labelled(team, dev, halves.train, method, drawn)
    taught = chosen_at_random(rows, team.seed("labels")) if options.labels == "chance" else rows
    given = {one: getattr(options, one) for one in ("rate", "epochs", "batch")}
    train = Training(taught, SupervisedSettings(**given, seed=team.seed("train") % 2**31), team.context.personas)
    pupil = Pupil.of(role, team.models[name])
    with TemporaryDirectory() as folder:
        after = await train(pupil, name, Path(folder), lora=options.lora)
    counts = Counter(one.label for one in taught)
    found = Selecting(
        selector=role,
        writers=writers,
        labels=tuple(counts[number] for number in range(len(writers))),
        skipped=options.prefixes * len(halves.train) - len(rows),
    )
    before = with_roles(team, {**team.models, role: pupil.model}, {role: name}).with_learned(found)
    trained = with_roles(team, {**team.models, role: after.model}, {role: name}).with_learned(found)
    return await best_of_all(before, trained, dev, halves, options)


async def best_of_all(
    before: Team[Open], trained: Team[Open], dev: Objective, halves: Halves, options: Options
) -> Team[Open]:
    """The team of what is best on the dev questions that choose, for ties the cheaper."""
    found = before.learned_as(Selecting) or trained_on_nothing(before, options)
    alone = {one: [said.score for said in await dev.graded(before.only([one]))] for one in found.writers}
    best = max(alone, key=lambda one: score_of([alone[one][place] for place in halves.train]))
    scores = {"writer": score_of([alone[best][place] for place in halves.choose])}
    for kind, team in (("random", before), ("untrained", before), ("trained", trained)):
        own = team.with_learned(found.model_copy(update={"kept": kind}))
        scores[kind] = await held_out(own, dev, halves.choose, partial(answer, options=options), name=kind)
    kept = "trained" if options.keep == "trained" else max(scores, key=lambda kind: scores[kind])
    served = trained if kept == "trained" else before
    return served.with_learned(found.model_copy(update={"writer": best, "kept": kept, "scores": scores}))


def trained_on_nothing(team: Team[Open], options: Options) -> Selecting:
    """What answers without `prepare`: a member that selects untrained."""
    return Selecting(selector=options.selector or team.names[0], writers=options.writing(team.names))


@takes(Options)
async def answer(team: Team[Open], question: Ask, options: Options) -> Answer:
    """An answer in patches by the writers that the selector names, or by what was better on dev."""
    found = team.learned_as(Selecting) or trained_on_nothing(team, options)
    if found.kept == "writer" and found.writer is not None:
        return await finish(team, found.writer, question)
    if found.kept == "random":
        count = patches_of(team.context.sampling.max_tokens, options.patch)
        schedule = drawn_writers(Random(team.seed("writers")), len(found.writers), count)
        return await decode(team, question, Scheduled(writers=found.writers, patch=options.patch, schedule=schedule))
    method = Switch(question=question.text, writers=found.writers, selector=found.selector, patch=options.patch)
    return await decode(team, question, method)


async def review(team: Team[Open], dev: Objective, test: Objective) -> dict[str, Any]:
    """`selector.json`: the dev scores of the selector before and after, of chance and of a writer, and the labels."""
    found = team.learned_as(Selecting)
    return {} if found is None else {"selector.json": found.model_dump(mode="json")}
