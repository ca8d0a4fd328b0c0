"""LLM-Blender: a ranker and a fuser are trained on the members' dev answers; then all answer, and the best are fused.

    c_i(q) = LM_i(q), scored, on dev-train
    ranker <- SFT(copy, {(compare c_i with c_j, letter of the better) : scores differ, both orders})
    fuser  <- SFT(copy, {(fuse the top_k by score, the gold text or else the best candidate)})
    return   LM_fuser(q, top_k of c by the ranker),  or by both as they were, or the vote: best on dev-choose

Jiang et al. 2023, https://arxiv.org/abs/2306.02561, and MoCo's text_llm_blender; text/llm_blender says how it serves.
What differs: pairs are trained in both orders (MoCo: one, so that places are learned), a fuser is never taught a wrong
candidate, a gold text is taught only where the task grades it right as it is, and the trained ones serve only where
they beat the vote and their untrained selves on questions that they were not trained on (`keep: trained` always), for
ties the cheaper. `labels: chance` is the control: the same training where what is better was drawn.
"""

from typing import Any

from ...agents import Answer, Ask, Team, Writer
from ...agents.objective import Objective
from ...agents.options import takes
from ...agents.roles import role_of
from ...agents.voting import plurality
from ...trainers.finetuning.blending import candidates, lessons_of, measured
from ...trainers.finetuning.lessons import Halves, score_of
from ...trainers.finetuning.pupil import Pupil
from ...trainers.finetuning.settings import SupervisedSettings
from ...trainers.finetuning.teaching import Role, with_taught
from .messages.llm_blender import Blending
from .options.llm_blender import Options


@takes(Options)
async def prepare(team: Team[Writer], dev: Objective, options: Options) -> Team[Writer]:
    """The team with its ranker and its fuser, copies of members. Training is not in the trace, the answers are."""
    halves = Halves.split(dev.questions, dev.groups, where="weight/llm_blender")
    names = answering(team, options)
    fuser = options.fuser or (await dev.rank(team.only(names)))[0]
    members = {"ranker": options.ranker or fuser, "fuser": fuser}
    roles = {kind: role_of(team, members[kind], kind, where="weight/llm_blender") for kind in options.trained}
    for kind, role in roles.items():
        Pupil.of(role, team.models[members[kind]]).check()
    sets = await candidates(team, dev, names)
    held = [one for one in sets if one.place in halves.choose]
    chance = team.seed("labels") if options.labels == "chance" else None
    lessons = await lessons_of([one for one in sets if one.place in halves.train], dev, options, chance)
    given = {one: getattr(options, one) for one in ("rate", "epochs", "batch")}
    settings = SupervisedSettings(**given, seed=team.seed("train") % 2**31)
    taught = {role: Role(members[kind], lessons[kind]) for kind, role in roles.items()}
    teams = {"vote": team, **await with_taught(team, taught, settings, options.lora)}
    scores = {"vote": score_of([one.vote for one in held])}
    blender = options.blender(**{**members, **roles})
    for kind in ("untrained", "trained"):
        scores[kind] = await measured(teams[kind].at(f"{team.question}/{kind}"), dev, held, blender)
    found = Blending(
        answering=tuple(names),
        ranker=blender.ranker,
        fuser=blender.fuser,
        kept="trained" if options.keep == "trained" else max(scores, key=lambda kind: scores[kind]),
        scores=scores,
        taught={kind: len(lessons[kind]) for kind in roles},
    )
    return teams[found.kept].with_learned(found)


@takes(Options)
async def answer(team: Team[Writer], question: Ask, options: Options) -> Answer:
    """The fused answer, or the best candidate, or the vote of the candidates."""
    names = answering(team, options)
    fuser = options.fuser or names[0]
    unprepared = Blending(answering=names, ranker=options.ranker or fuser, fuser=fuser, kept="untrained", scores={})
    known = team.learned_as(Blending) or unprepared
    said = await team.ask_each(dict.fromkeys(known.answering, question))
    if known.kept == "vote":
        return plurality(said.values(), team.read)
    return await options.blender(known.ranker, known.fuser).answer(team, question, said)


def answering(team: Team[Writer], options: Options) -> tuple[str, ...]:
    """The members that answer: all but a ranker that is named."""
    return tuple(name for name in team if name != options.ranker)


async def review(team: Team[Writer], dev: Objective, test: Objective) -> dict[str, Any]:
    """`blender.json`: the scores of the vote and of ranker and fuser before and after, and the rows trained on."""
    found = team.learned_as(Blending)
    return {} if found is None else {"blender.json": found.model_dump(mode="json")}
