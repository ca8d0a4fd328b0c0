"""Co-LLM: at every token a generator writes or defers to a mentor, by a deferral head or by how unsure it is.

    pi_t = sigmoid(d_t);   y_t = argmax p_G                              if pi_t <= eta_t
                           y_t = argmax p_M                              else, strategy `defer`
                           y_t = argmax (1 - pi_t) p_G + pi_t p_M        else, strategy `compose`

Shen et al. 2024, https://arxiv.org/abs/2403.03870. The deferral logit d_t is the generator's logit of the token
`head` (the original adds one; its own distribution then leaves it out); with `fit`, a head on the generator's hidden
state, fitted on dev; with neither, pi_t = 1 - max p_G. eta falls from 1 to `threshold` over `warmup` tokens.

    fit: maximise sum_t log[(1 - pi_t) p_G(x_t) + pi_t p_M(x_t)]  over dev answers x that are right

What differs from MoCo: one forward pass a token; the mentor reads only when it is deferred to, and catches up in one
pass; the head is fitted on the task's dev split and not on an external set, to answers of M, else of G, that the task
grades as right; it is a vector of its own, the generator stays as it is; the threshold can be searched on dev, as in
the paper, over quantiles of pi_t with `search_threshold: auto`.
"""

from functools import partial

from ...agents import Answer, Ask, Stepper, Team
from ...agents.decoding.decoder import decode
from ...agents.objective import Objective, best_of, required
from ...agents.options import takes
from ...trainers.heads.deferral import fitted_deferral
from ...trainers.heads.unsure import unsure
from .messages.co_llm import Threshold
from .options.co_llm import Options


@takes(Options)
async def prepare(team: Team[Stepper], dev: Objective | None, options: Options) -> Team[Stepper]:
    """The team with a head fitted on dev (`fit`), and with the best of the thresholds to search; ties to the first."""
    if not (options.search_threshold or options.fit):
        return team
    dev = required(dev, "api/co_llm: searches on dev, and there is none. Leave out search_threshold and fit.")
    both = options.method(team)
    fitted = await fitted_deferral(team, dev, both.generator, both.mentor, width=options.width) if options.fit else None
    tried = options.search_threshold
    if tried == "auto":
        tried = fitted.quantiles if fitted else await unsure(team, dev, both.generator)
    found = Threshold(head=fitted.head if fitted else None)
    if not tried:
        return team.with_learned(found)

    async def score(threshold: float) -> float:
        by = partial(answer, options=options.model_copy(update={"threshold": threshold}))
        return await dev.score(team.with_learned(found), by, name="both")

    best, scores = await best_of(tried, score)
    return team.with_learned(Threshold(value=best, scores=scores, tried=tried, head=found.head))


@takes(Options)
async def answer(team: Team[Stepper], question: Ask, options: Options) -> Answer:
    """An answer decoded with the generator and the mentor."""
    found = team.learned_as(Threshold)
    threshold = options.threshold if found is None or found.value is None else found.value
    method = options.method(team, fitted=found.head if found else None, threshold=threshold)
    return await decode(team, question, method)
