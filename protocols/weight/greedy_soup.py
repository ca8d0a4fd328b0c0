"""Greedy soup: go through the models from best to worst, keep each one that does not hurt the mean.

    m_1, m_2, ... = models, best dev score first;   soup = {m_1}
    for i = 2 ..  : if dev(mean(soup + m_i)) >= dev(mean(soup)): soup = soup + m_i
    return mean(soup)

Wortsman et al. 2022, https://arxiv.org/abs/2203.05482 (recipe 1, uniform weights). What differs: a mean is asked
dev questions only as long as it can still be kept, which decides the same.
"""

from math import inf, nextafter

from ...agents import Open, Team
from ...agents.objective import Objective, PartialScore, ScoreBand
from ...trainers.merging.checks import check_mergeable
from ...trainers.merging.mixture import mixture
from ...trainers.search.scoring import on_task


async def prepare(team: Team[Open], dev: Objective) -> Team[Open]:
    """A team of one, the soup, as a loaded model."""
    check_mergeable(team.models)
    best, *rest = await dev.rank(team)
    soup, model, goal = [best], team.models[best], on_task(dev)
    score = await dev(team.only([best]))
    for name in rest:
        tasted = (*soup, name)
        shares = [1 / len(tasted)] * len(tasted)
        mixed = mixture({one: team.models[one] for one in tasted}, shares, name="+".join(tasted))
        worse = ScoreBand(high=nextafter(score, -inf))
        tried = await goal(team.with_models({"soup": mixed}), worse)
        if not isinstance(tried, PartialScore) and tried >= score:
            soup, model, score = [*soup, name], mixed, tried
    return team.with_models({"soup": model})
