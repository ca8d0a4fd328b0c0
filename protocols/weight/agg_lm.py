"""AggLM: a member is trained to write the solution from all members' attempts, rewarded where it is right.

    A_l = {the l-th sample of every solver on q},  hard if their vote is wrong;  rows = all hard + as many easy
    aggregator <- GRPO(aggregator, (q, A_l) for rows of dev-train, reward = score of what it writes)
    return   LM_aggregator(question, attempts in a drawn order), or the vote, or the untrained one: best on dev-choose

Zhao et al. 2025, https://arxiv.org/abs/2509.06870, and MoCo's text_agglm. What differs: rewards are looked up by place,
never by an id that rows may share; an attempt that cannot be read has no vote; the trained aggregator serves only
where it beats the vote and its untrained self on questions that it was not trained on (`keep: trained` always), for
ties the cheaper. `reward: chance` is the control: the same training on drawn rewards.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ...agents import Answer, Ask, Open, Team
from ...agents.attempts import ORDER, synthesis
from ...agents.concurrency import gather
from ...agents.final import finish
from ...agents.objective import Objective
from ...agents.options import takes
from ...agents.roles import role_of, with_roles
from ...agents.voting import plurality
from ...trainers.finetuning.aggregating import Aggregating as Training
from ...trainers.finetuning.aggregating import AttemptSet, attempt_sets, mixture
from ...trainers.finetuning.lessons import Halves, score_of
from ...trainers.finetuning.pupil import Pupil
from ...trainers.finetuning.settings import GroupSettings
from .messages.agg_lm import Aggregating
from .options.agg_lm import Options


@takes(Options)
async def prepare(team: Team[Open], dev: Objective, options: Options) -> Team[Open]:
    """The team with its aggregator, a copy of a member. Training is not in the trace, the attempts are."""
    halves = Halves.split(dev.questions, dev.groups, where="weight/agg_lm")
    name = options.aggregator or (await dev.rank(team))[0]
    solvers = tuple(one for one in team if options.solves or one != name)
    role = role_of(team, name, "aggregator", where="weight/agg_lm")
    sets = [await attempt_sets(team, dev, solvers, f"set-{number}") for number in range(options.sets)]
    rows = [one for some in sets for one in some if one.place in halves.train]
    held = [one for one in sets[0] if one.place in halves.choose]
    chosen = mixture(rows, options.easy, team.seed("easy sets"))
    given = {one: getattr(options, one) for one in ("samples", "batch", "epochs", "rate", "temperature")}
    settings = GroupSettings(
        **given, scale="group", max_tokens=team.context.sampling.max_tokens, seed=team.seed("train") % 2**31
    )
    train = Training(dev, chosen, settings, team.context.personas, options.reward == "chance")
    pupil = Pupil.of(role, team.models[name])
    with TemporaryDirectory() as folder:
        after = await train(pupil, name, Path(folder), lora=options.lora)
    teams = {
        kind: with_roles(team, {**team.models, role: model}, {role: name})
        for kind, model in (("untrained", pupil.model), ("trained", after.model))
    }
    scores = {"vote": score_of([one.score for one in held])}
    for kind, own in teams.items():
        scores[kind] = await score(own, dev, held, role, kind)
    kept = "trained" if options.keep == "trained" else max(scores, key=lambda kind: scores[kind])
    hard = sum(one.hard for one in chosen)
    found = Aggregating(solvers=solvers, aggregator=role, kept=kept, scores=scores, hard=hard, easy=len(chosen) - hard)
    return teams["untrained" if kept == "untrained" else "trained"].with_learned(found)


async def score(team: Team[Any], dev: Objective, held: list[AttemptSet], role: str, kind: str) -> float:
    """The mean score of an aggregator's solutions from these attempts."""

    async def one(given: AttemptSet) -> float | None:
        there = team.at(f"{team.question}/{kind}/{given.place}")
        try:
            said = await there.ask(role, given.prompt(dev.questions, team.seed(ORDER)))
        finally:
            await there.close()
        return await dev.grade(given.place, said.text)

    return score_of(list((await gather({given.place: one(given) for given in held})).values()))


@takes(Options)
async def answer(team: Team[Open], question: Ask, options: Options) -> Answer:
    """The aggregator's solution, or the vote of the attempts."""
    found = team.learned_as(Aggregating)
    last = options.aggregator or team.names[0]
    known = found or Aggregating(solvers=team.names, aggregator=last, kept="untrained", scores={})
    said = list((await team.ask_each(dict.fromkeys(known.solvers, question))).values())
    if known.kept == "vote":
        return plurality(said, team.read)
    return await finish(team, known.aggregator, synthesis(question, said, team.seed(ORDER)))


async def review(team: Team[Open], dev: Objective, test: Objective) -> dict[str, Any]:
    """`aggregator.json`: the scores of the vote and of the aggregator before and after, and the sets trained on."""
    found = team.learned_as(Aggregating)
    return {} if found is None else {"aggregator.json": found.model_dump(mode="json")}
