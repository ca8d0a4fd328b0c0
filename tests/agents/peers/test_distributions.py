"""Distributions on the wire: how exact they are."""

from functools import partial
from math import log
from typing import Any

import pytest
import torch
from symposia.agents import Sampling, Team
from symposia.agents.context import Context
from symposia.agents.errors import BadModel
from symposia.agents.models.sessions import Approximation
from symposia.agents.peers.distributions import read, written
from symposia.agents.peers.messages import Top, Whole
from symposia.agents.peers.peer import connect
from symposia.agents.peers.serving import serve
from symposia.protocols.api import co_llm, nudging, switch_generation
from symposia.protocols.logit import contrast, fusion, unite
from symposia.tests.support.peers import CONTEXT, QUESTION, shared
from symposia.tests.support.traces import decoded


def test_what_is_not_listed_is_rebuilt_with_an_even_share() -> None:
    row = torch.tensor([[0.4, 0.3, 0.2, 0.1, 0.0, 0.0]]).log()
    top = written(row, 2, "amber")
    assert isinstance(top, Top)
    assert read(top, 6).softmax(-1)[0].tolist() == pytest.approx([0.4, 0.3, 0.075, 0.075, 0.075, 0.075])
    # Off by .125, .025, .075 and .075; half of that.
    assert top.errors == pytest.approx((0.15,))
    assert top.tails == pytest.approx((log(0.3),))


def test_all_tokens_are_the_whole_distribution() -> None:
    rows = torch.randn(3, 7, generator=torch.Generator().manual_seed(0))
    for top in (7, None):
        shown = written(rows, top, "amber")
        assert torch.equal(read(shown, 7), rows)
        assert isinstance(shown, Whole) or shown.errors == (0.0, 0.0, 0.0)


@pytest.mark.parametrize("wrong", [float("nan"), float("inf")])
def test_a_distribution_that_is_none_is_not_shown(wrong: float) -> None:
    with pytest.raises(BadModel, match=r"^amber: its output is not a number\. Check its weights\.$"):
        written(torch.tensor([[0.0, wrong]]), 1, "amber")


async def test_the_measured_error_is_that_of_the_table(runtime: Any, models: dict[str, Any]) -> None:
    peers = await shared(runtime, models, "table", top=2)
    team = Team({"table": peers["table"]}, context=Context(sampling=Sampling(max_tokens=1)))
    assert (await fusion.answer(team, QUESTION)).text == " a"
    # .3 is shared by 264 tokens: |.2 - s| + |.1 - s| + 262 s, halved, with s = .3 / 264.
    found = decoded(team).approximation["table"]
    assert (found.top, found.count) == (2, 1)
    assert found.mean == found.worst == pytest.approx(0.29773, abs=1e-4)


def test_approximations_add_up() -> None:
    one, other = Approximation.of(8, [0.1, 0.3]), Approximation.of(4, [0.05])
    both = one + other
    assert (both.top, both.count, both.worst) == (4, 3, 0.3)
    assert both.mean == pytest.approx(0.15)


async def test_as_many_as_the_vocabulary_has_is_exact(runtime: Any, models: dict[str, Any]) -> None:
    here = {name: models[name] for name in ("amber", "blue")}
    expected = await fusion.answer(Team(here, context=CONTEXT), QUESTION)
    for top in (262, None):
        for name in here:
            await serve(runtime, f"{name}-{top}", models[name])
        peers = {name: await connect(runtime, f"{name}-{top}", top=top) for name in here}
        team = Team(peers, context=CONTEXT)
        assert await fusion.answer(team, QUESTION) == expected
        assert decoded(team).approximation == {}


async def test_peers_stand_wherever_models_stand(runtime: Any, models: dict[str, Any]) -> None:
    peers = {**(await shared(runtime, models, "amber", "blue", top=None)), "here": models["amber"]}
    here = {"amber": models["amber"], "blue": models["blue"], "here": models["amber"]}
    safe = partial(unite.answer, gate="safe")
    for by in (contrast.answer, nudging.answer, co_llm.answer, unite.answer, safe, switch_generation.answer):
        there, alone = [await by(Team(members, context=CONTEXT), QUESTION) for members in (peers, here)]
        assert (there.text, there.ids, there.finish) == (alone.text, alone.ids, alone.finish)
        assert there.usage == alone.usage
