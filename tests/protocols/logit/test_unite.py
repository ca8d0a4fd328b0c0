"""logit/unite: models of different vocabularies write together."""

import math
from pathlib import Path
from typing import Any

import pytest
from symposia.agents import Answer, Ask, Sampling, Team
from symposia.agents.context import Context
from symposia.agents.decoding.messages import Decoded
from symposia.agents.errors import BadScenario
from symposia.agents.loading import load
from symposia.protocols.logit import unite
from symposia.tests.support.markov import START, markov
from symposia.tests.support.tiny import llama
from symposia.tests.support.traces import decoded

QUESTION = Ask(text="q")


@pytest.mark.parametrize(("weights", "first", "probability"), [(None, " mat", 0.4692), ((2.0, 1.0), " cat", 0.4769)])
async def test_models_of_two_vocabularies_unite(
    tmp_path: Path, weights: tuple[float, ...] | None, first: str, probability: float
) -> None:
    one = markov(tmp_path / "one", {START: {" cat": 0.6, " mat": 0.4}, " cat": {"<end>": 1.0}}, (" cat", " mat"))
    # Here " cat" counts as its first token, the space: q = [.3, .7, .3] / 1.3 for " cat", " mat" and " ".
    two = markov(tmp_path / "two", {START: {" mat": 0.7, " ": 0.3}, " mat": {"<end>": 1.0}}, (" mat",))
    team = Team({"one": load(f"hf:{one}"), "two": load(f"hf:{two}")}, context=Context(sampling=Sampling(max_tokens=1)))
    said = await unite.answer(team, QUESTION, k=2, weights=weights)
    assert said.text == first
    assert math.exp(said.logprobs[0]) == pytest.approx(probability, abs=1e-3)
    assert decoded(team).counts == {"united": 1}


QUESTION = Ask(text="q")
ENDS = {"<end>": 1.0}


def team(folder: Path, lead: Any, other: Any, words: tuple[tuple[str, ...], tuple[str, ...]], tokens: int = 8) -> Any:
    """Two models with tables over their own words; the first leads."""
    one, two = markov(folder / "lead", lead, words[0]), markov(folder / "other", other, words[1])
    models = {"lead": load(f"hf:{one}"), "other": load(f"hf:{two}")}
    return Team(models, context=Context(sampling=Sampling(max_tokens=tokens)))


async def safe(members: Team[Any], **options: Any) -> tuple[Answer, Decoded]:
    """The text, and what the trace says of it."""
    said = await unite.answer(members, QUESTION, gate="safe", **options)
    message = members.context.trace.events[-1].message
    assert isinstance(message, Decoded)
    return said, message


@pytest.mark.parametrize(("weights", "text"), [(None, " mat"), ((2.0, 1.0), " cat")])
async def test_they_unite_where_the_draft_is_nobodys_sure_choice(
    tmp_path: Path, weights: tuple[float, ...] | None, text: str
) -> None:
    # The mean of " cat" is (.6 + .3) / 2, of which two parts to one make (1.2 + .3) / 3: no more than a half.
    lead = {START: {" cat": 0.6, " mat": 0.4}, " cat": ENDS, " mat": ENDS}
    other = {START: {" mat": 0.7, " ": 0.3}, " mat": ENDS, "t": ENDS}
    members = team(tmp_path, lead, other, ((" cat", " mat"), (" mat",)))
    said, decoded = await safe(members, k=2, weights=weights)
    assert (said.text, decoded.counts) == (text, {"united": 1})


@pytest.mark.parametrize(
    ("other", "why"),
    [({" cat": 0.9, " mat": 0.1}, "everyone's first choice"), ({" mat": 0.55, " cat": 0.45}, "more than half")],
)
async def test_what_would_win_anyway_is_kept(tmp_path: Path, other: dict[str, float], why: str) -> None:
    lead = {START: {" cat": 0.6, " mat": 0.4}, " cat": ENDS}
    members = team(tmp_path, lead, {START: other, " cat": ENDS}, ((" cat", " mat"), (" cat", " mat", " more")))
    said, decoded = await safe(members)
    assert (said.text, decoded.counts) == (" cat", {}), why


SOFIA = {START: {" sofia": 0.5, " ": 0.5}, " sofia": {" x": 1.0}, " x": ENDS}


@pytest.mark.parametrize("draft", [1, 2, 5])
async def test_they_do_not_unite_inside_a_token_of_anothers(tmp_path: Path, draft: int) -> None:
    # After " so" the lead would say "fia", and whoever read only " so" something else. " sofia" is one token there,
    # also where a draft ended in it: what follows is then what follows " sofia".
    lead = {START: {" so": 1.0}, " so": {"fia": 1.0}, "fia": {"<end>": 0.6, " x": 0.4}, " x": ENDS}
    members = team(tmp_path, lead, SOFIA, ((" so", "fia", " x"), (" sofia", " x")))
    said, decoded = await safe(members, draft=draft)
    assert (said.text, decoded.counts) == (" sofia x", {"unsafe": 1, "united": 1})


@pytest.mark.parametrize(("sharpen", "text"), [(0.1, " so"), (0.35, " x"), (1.0, " x")])
async def test_a_word_takes_over_what_begins_with_it_where_nothing_is_likely(
    tmp_path: Path, sharpen: float, text: str
) -> None:
    # The mixture: " x" .375, " sofia" .355, " so" .27; " so" has .34 of the lead's.
    lead = {START: {" x": 0.36, " so": 0.34, " sofia": 0.3}}
    other = {START: {" sofia": 0.41, " x": 0.39, " so": 0.2}}
    words = (" so", " sofia", " x")
    members = team(tmp_path, lead, other, (words, (*words, " y")), tokens=1)
    said, decoded = await safe(members, k=3, sharpen=sharpen)
    assert (said.text, decoded.counts) == (text, {"united": 1})


async def test_a_draft_is_read_in_one_pass(tmp_path: Path) -> None:
    model: Any = load(f"hf:{llama(tmp_path / 'm', max_position_embeddings=1024)}")
    members = Team({"lead": model, "other": model}, context=Context(sampling=Sampling(max_tokens=15)))
    passes: list[int] = []
    hook = model._host._pretrained.register_forward_pre_hook(lambda *_: passes.append(1))
    said, _ = await safe(members, draft=5)
    hook.remove()
    # Fifteen passes by the lead and three by the other; both were asked what comes next at fifteen places.
    assert (len(said.ids), len(passes), said.usage.completion_tokens) == (15, 15 + 3, 15 + 15)


async def test_long_texts_are_told_piece_by_piece(tmp_path: Path) -> None:
    models: dict[str, Any] = {
        "lead": load(f"hf:{llama(tmp_path / 'lead', max_position_embeddings=1024)}"),
        "other": load(f"hf:{llama(tmp_path / 'other', 'hello', seed=1, max_position_embeddings=1024)}"),
    }
    members = Team(models, context=Context(sampling=Sampling(max_tokens=60)))
    said, decoded = await safe(members)
    assert sum(span.tokens for span in decoded.spans) == len(said.logprobs) == 60
    assert "".join(span.text for span in decoded.spans) == said.text
    again, _ = await safe(members.at("again"))
    assert again.text == said.text


async def test_a_draft_has_a_token(tmp_path: Path) -> None:
    members: Any = Team({"lead": object()})
    with pytest.raises(BadScenario, match=r"^logit/unite\.draft: 0 tokens\. Use 1 or more; the paper uses 5\.$"):
        await unite.answer(members, QUESTION, gate="safe", draft=0)
