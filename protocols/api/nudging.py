"""Nudging: a base model writes; where it is not sure, a small aligned model writes a word for it.

    while the text is not done:
        nudger writes words until p = max p_base(. | text) >= gamma;     base writes while p >= gamma

Fei et al. 2024, https://arxiv.org/abs/2410.09300. The first word is the nudger's; the end of the model that
does not write is ignored. Any vocabularies: words travel as text, or as ids where the vocabularies are equal.
What differs from MoCo: every model reads each token once (the base a nudged word in one forward pass, the
nudger nothing while the base is sure); a word ends before any white space, not the space alone, and after
`longest` tokens in scripts that have none; the base never stops inside a character.
"""

from functools import partial

from ...agents import Answer, Ask, Stepper, Team
from ...agents.decoding.decoder import decode
from ...agents.objective import Objective, best_of, required
from ...agents.options import takes
from .decoding.nudging import Nudge
from .messages.nudging import Setting
from .options.nudging import Options


@takes(Options)
async def prepare(team: Team[Stepper], dev: Objective | None, options: Options) -> Team[Stepper]:
    """The team, with a search the one with the gamma and the nudger that are best on dev; ties to the first."""
    if not options.search_gamma and not options.search_nudger:
        return team
    dev = required(dev, "api/nudging: searches on dev, and there is none. Leave out search_gamma and search_nudger.")
    base, nudger = options.pair(team.names)
    nudgers = [name for name in team if name != base] if options.search_nudger else [nudger]
    settings = [(one, value) for one in nudgers for value in options.search_gamma or (options.gamma,)]

    async def score(setting: tuple[str, float]) -> float:
        tried = options.model_copy(update={"base": base, "nudger": setting[0], "gamma": setting[1]})
        return await dev.score(team, partial(answer, options=tried), name="nudged")

    (best_nudger, best_gamma), scores = await best_of(settings, score)
    return team.with_learned(Setting(gamma=best_gamma, nudger=best_nudger, scores=scores))


@takes(Options)
async def answer(team: Team[Stepper], question: Ask, options: Options) -> Answer:
    """An answer decoded with the base and the nudger."""
    base, nudger = options.pair(team.names)
    gamma = options.gamma
    if found := team.learned_as(Setting):
        nudger, gamma = found.nudger, found.gamma
    return await decode(team, question, Nudge(base=base, nudger=nudger, gamma=gamma, longest=options.longest))
