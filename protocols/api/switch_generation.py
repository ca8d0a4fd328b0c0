"""Switch generation: models take turns at writing patches of one text; a selector says who writes the next.

    until the text ends:   j = argmax_j LM_selector(j | question, patches so far);   text += LM_j(text), P tokens

Feng et al. 2025, https://arxiv.org/abs/2510.09913, decoding. What differs from MoCo: the selector ranks the
writers in one forward pass instead of writing up to 512 tokens for a digit; the text ends at a writer's end
token, not at a short patch; patches are joined exactly; every writer keeps its cache and reads what the
others wrote when it is its turn. Without a trained selector, any model that follows the prompt can select.
"""

from ...agents import Answer, Ask, Stepper, Team
from ...agents.decoding.decoder import decode
from ...agents.decoding.switching import Switch
from ...agents.options import takes
from .options.switch_generation import Options


@takes(Options)
async def answer(team: Team[Stepper], question: Ask, options: Options) -> Answer:
    """An answer decoded in patches by several members."""
    writers = options.writers or tuple(name for name in team if name != options.selector)
    selector = team.named(options.selector, default=team.names[0])
    method = Switch(question=question.text, writers=writers, selector=selector, patch=options.patch)
    return await decode(team, question, method)
