"""MentorCollab: a small model writes; at random words it asks a mentor, and judges which of two drafts to follow.

    word = next word of G;   with probability `consult`: if M's next word differs,
        a, b = the next `patch` tokens of G, of M;   word = a if judge(a, b) >= threshold else b

    judge = `letters`: p_G("A" | text, a, b) against p_G("B" | ...);   `head`: sigmoid(w h + c), h a hidden state of G

MoCo's api_mentor_collab in its modes `free` and `train` (its docs name no paper; https://arxiv.org/abs/2602.05307
by title). What differs: `consult` is a probability (MoCo's draws made its default 0); the end of a text ends it;
each model has its own template and cache, drafts are kept in it or cut back, and the mentor reads nothing until it
is asked; the letters are compared by their probabilities and in both orders, so that position does not decide.
MoCo has heads for six generators and no code that made them; here `prepare` fits one on dev for any generator: the
label says whose draft, followed to the end, leads to the better answer. It is linear unless it is given a `width`.
"""

from ...agents import Answer, Ask, Stepper, Team
from ...agents.decoding.decoder import decode
from ...agents.errors import BadScenario
from ...agents.objective import Objective, required
from ...agents.options import takes
from ...trainers.heads.judging import Judge, fitted_judge
from .options.mentor_collab import Options


@takes(Options)
async def prepare(team: Team[Stepper], dev: Objective | None, options: Options) -> Team[Stepper]:
    """The team with a head fitted on dev (`head`), or only if it judges better than the letters do (`better`).

    `better` compares them on dev questions that the head was not fitted to.
    """
    if options.judge == "letters":
        return team
    dev = required(dev, "api/mentor_collab.judge: a head is fitted on dev, and there is none. Use judge: letters.")
    method = options.method(team, consult=1.0)
    found = await fitted_judge(team, dev, method, most=options.forks, width=options.width)
    if options.judge == "head" and found.head is None:
        raise BadScenario(
            f"api/mentor_collab.judge: {method.generator} and {method.mentor} differ at {found.places} places of "
            f"{len(dev.questions)} dev questions, and at none of them does one draft lead to a better answer. "
            "Give more dev questions, or use judge: better, which is letters where there is no head."
        )
    kept = found if options.judge == "head" or found.is_better else found.model_copy(update={"head": None})
    return team.with_learned(kept)


@takes(Options)
async def answer(team: Team[Stepper], question: Ask, options: Options) -> Answer:
    """An answer decoded with the generator and the mentor."""
    found = team.learned_as(Judge)
    if options.judge != "letters" and found is None:
        raise BadScenario(
            f"api/mentor_collab.judge: {options.judge}, and no head was fitted. Prepare the team on dev first."
        )
    head = found.head if found else None
    method = options.method(team, consult=options.consult, head=head, threshold=options.threshold)
    return await decode(team, question, method)
