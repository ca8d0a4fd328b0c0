"""Self-consistency: members answer again and again; the most frequent answer wins, and asking stops once it is settled.

    a_t    = LM_(t mod n)(question)     t = 1 .. samples, until the rule says so
    return   argmax_a |{t : read(a_t) = a}|

Wang et al. 2022, https://arxiv.org/abs/2203.11171. The rules: `beta` after Adaptive-Consistency, Aggarwal et al. 2023,
https://arxiv.org/abs/2305.11860; `window` after ESC, Li et al. 2024, https://arxiv.org/abs/2401.10480; `certain`, which
changes no result; `evidence`, which keeps its promise however often one looks; see `agents/stopping.py`. What differs:
`beta` is exact; the end of a window is the plurality of all answers; what cannot be read abstains, and costs.
"""

from ...agents import Answer, Ask, Team, Writer
from ...agents.concurrency import gather
from ...agents.options import takes
from ...agents.stopping import beta, certain, evidence, two_largest
from ...agents.voting import plurality
from .options.self_consistency import Options


@takes(Options)
async def answer(team: Team[Writer], question: Ask, options: Options) -> Answer:
    """The most frequent answer; ties to the one given first."""
    said: list[Answer] = []
    while len(said) < options.samples:
        count = min(options.at_once, options.samples - len(said))
        asked = [team.names[(len(said) + number) % len(team)] for number in range(count)]
        found = await gather(
            {n: team.ask(name, question, temperature=options.temperature) for n, name in enumerate(asked)}
        )
        for one in found.values():
            said.append(one)
            if settled([team.read(answer.text) for answer in said], options):
                team.stop("settled")
                return plurality(said, team.read)
    return plurality(said, team.read)


def settled(readings: list[str | None], options: Options) -> bool:
    """True if the rule settles the vote with these readings, in the order of asking, before the last sample."""
    left = options.samples - len(readings)
    first, second = two_largest(readings)
    if options.rule == "none" or left == 0:
        return False
    if options.rule == "window":
        last = readings[-options.window :]
        return len(readings) % options.window == 0 and last[0] is not None and len(set(last)) == 1
    if options.rule == "certain":
        return certain(first, second, left)
    measured = beta(first, second) if options.rule == "beta" else 1 - 1 / max(1.0, evidence(first, second))
    return first > 0 and measured >= options.sure
