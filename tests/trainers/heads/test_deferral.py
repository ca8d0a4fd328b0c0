"""Heads on hidden states: what they are fitted to, and what they do on models whose every number is known."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from symposia.agents import Answer, Ask, Sampling, Team
from symposia.agents.context import Context
from symposia.agents.decoding.heads import Head, Layer, hidden
from symposia.agents.decoding.messages import Decoded
from symposia.agents.decoding.participant import Participant
from symposia.agents.errors import BadModel, BadScenario, MissingCapability
from symposia.agents.load import load
from symposia.agents.models.scripted import Scripted
from symposia.agents.replay import Memory
from symposia.evaluators.dev import Dev
from symposia.evaluators.evaluator import Evaluator
from symposia.evaluators.task import Item, Items
from symposia.protocols.api import co_llm, mentor_collab
from symposia.trainers.heads.deferral import Deferral, quantiles
from symposia.trainers.heads.fitting import Fit
from symposia.trainers.heads.judging import Judge
from symposia.trainers.heads.losses import cross_entropy, marginal, only_other

from .markov import START, markov
from .said import says

QUESTION = Ask(text="q")
WORDS = (" a", " b", " c", " d", " x")


# What a head is fitted to.


def marginal_and_slope(score: float, own: float, other: float) -> tuple[float, float]:
    """The loss of one token of these probabilities, and its derivative by the score."""
    scores = torch.tensor([score], requires_grad=True)
    loss = marginal(scores, torch.tensor([own]).log(), torch.tensor([other]).log())
    loss.backward()
    assert scores.grad is not None
    return float(loss.detach()), float(scores.grad)


def test_the_likelihood_of_a_token_sums_over_who_wrote_it() -> None:
    # pi = .25: .75 * .2 + .25 * .6 = .3
    assert marginal_and_slope(-1.0986123, 0.2, 0.6) == pytest.approx((1.20397, -0.25), abs=1e-5)


def test_where_both_say_the_same_the_head_does_not_matter() -> None:
    assert marginal_and_slope(0.7, 0.4, 0.4) == pytest.approx((0.91629, 0.0), abs=1e-5)


@pytest.mark.parametrize(("score", "loss"), [(-200.0, 1.60944), (200.0, 0.51083)])
def test_a_sure_head_leaves_the_likelihood_to_one_model(score: float, loss: float) -> None:
    assert marginal_and_slope(score, 0.2, 0.6)[0] == pytest.approx(loss, abs=1e-5)


def test_the_weak_label_is_where_only_the_other_is_right() -> None:
    # Both right, only the other, neither, only its own.
    own, other = torch.tensor([True, False, False, True]), torch.tensor([True, True, False, False])
    assert only_other(own, other).tolist() == [0, 1, 0, 0]


def test_positives_count_as_often_as_they_are_told_to() -> None:
    scores, labels = torch.zeros(2), torch.tensor([1.0, 0.0])
    assert float(cross_entropy(scores, labels, positive=8.0)) == pytest.approx(9 / 2 * 0.693147, abs=1e-5)


# Fitting.


def fitted(states: Sequence[Sequence[float]], labels: Sequence[float], **options: Any) -> Fit:
    wanted = torch.tensor(labels)
    return Fit(torch.tensor(states), [lambda scores, rows: cross_entropy(scores, wanted[rows])], **options)


XOR = ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0))


def test_a_linear_head_is_the_logistic_regression_of_standardised_states() -> None:
    # States are +1 and -1 once standardised: log(1 + exp(-w)) + .1 w^2 is least where 1 / (1 + exp(w)) = .2 w.
    (layer,) = fitted([[12.0], [8.0]], [1.0, 0.0]).head().layers
    (weight,) = layer.weights[0]
    assert weight * 2 == pytest.approx(1.17751, abs=1e-3)
    assert layer.biases[0] == pytest.approx(-10 * weight, abs=1e-3)


def test_a_state_that_never_changes_has_no_weight() -> None:
    (layer,) = fitted([[12.0, 3.0], [8.0, 3.0]], [1.0, 0.0]).head().layers
    assert layer.weights[0][1] == 0.0


def test_a_hidden_layer_tells_what_a_line_cannot() -> None:
    labels = [0.0, 1.0, 1.0, 0.0]
    narrow, wide = fitted(XOR, labels).head(), fitted(XOR, labels, width=16, decay=1e-4).head()
    assert [round(narrow(torch.tensor(state)), 2) for state in XOR] == [0.5] * 4
    assert [round(wide(torch.tensor(state))) for state in XOR] == labels


def test_the_same_seed_gives_the_same_head() -> None:
    labels = [0.0, 1.0, 1.0, 0.0]
    first, again, other = (fitted(XOR, labels, width=4, seed=seed).head() for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_what_is_held_out_was_not_seen() -> None:
    # Each group says the opposite of the other, so that a head of one is wrong about the other.
    fit = fitted([[1.0], [-1.0], [1.0], [-1.0]], [1.0, 0.0, 0.0, 1.0])
    scores = fit.held_out([3, 3, 8, 8])
    assert scores is not None
    assert [bool(score > 0) for score in scores] == [False, True, True, False]
    assert fit.held_out([3, 3, 3, 3]) is None


def test_a_state_that_is_no_number_is_refused() -> None:
    with says(BadModel, "heads: a hidden state is not a number. Check the model's weights."):
        fitted([[float("nan")], [1.0]], [1.0, 0.0]).head()


def test_a_head_far_out_is_sure() -> None:
    for bias, share in ((-2000.0, 0.0), (0.0, 0.5), (2000.0, 1.0)):
        assert Head(layers=(Layer(weights=((1.0, 1.0),), biases=(bias,)),))(torch.tensor([1.0, -1.0])) == share


# Reading hidden states.


async def test_a_hidden_state_comes_with_its_logits(tmp_path: Path) -> None:
    participant = Participant(load(f"hf:{markov(tmp_path, {START: {' a': 1.0}}, WORDS)}"), (), QUESTION)
    logits = await participant.next()
    shown, state = await participant.show()
    assert torch.equal(shown, logits)
    # The embedding of "<assistant>", normalised: one number of size sqrt(320).
    assert float(state.max()) == pytest.approx(320**0.5, abs=1e-2)
    assert int(state.argmax()) == participant.prompt_ids[-1]
    usage = participant.usage
    await participant.show()
    assert participant.usage == usage
    participant.close()


def test_a_model_that_only_writes_shows_no_hidden_states() -> None:
    with says(MissingCapability, "Scripted: shows no hidden states. A head reads those of a pocket: or hf: model."):
        hidden(Scripted("4"))


# On a dev split.


class Spelt:
    """A task: half a point for an " a" in the answer, half for a " d"."""

    FORM = ""
    load = None

    def read(self, item: Item, text: str) -> str | None:
        return text

    def grade(self, item: Item, text: str) -> float:
        return (" a" in text) / 2 + (" d" in text) / 2


class Fixed(Spelt):
    """A task whose answers are all as good: or bad."""

    def __init__(self, score: float) -> None:
        self.score = score

    def grade(self, item: Item, text: str) -> float:
        return self.score


def dev(task: Any) -> Dev:
    return Dev(Evaluator(task), Items([Item(question=text, form="", gold=None) for text in ("one", "two", "three")]))


def learned(team: Team[Any], kind: type[Any]) -> list[Any]:
    return [event.message for event in team.context.trace.events if isinstance(event.message, kind)]


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """At the start only g is right, at the second word only m."""
    folder = tmp_path_factory.mktemp("pair")
    ends = {" c": {"<end>": 1.0}, " d": {"<end>": 1.0}}
    own = {START: {" a": 0.9, " b": 0.1}, " a": {" c": 0.9, " d": 0.1}, " b": {" c": 0.9, " d": 0.1}, **ends}
    other = {START: {" b": 0.9, " a": 0.1}, " a": {" d": 0.9, " c": 0.1}, " b": {" d": 0.9, " c": 0.1}, **ends}
    return {name: load(f"hf:{markov(folder / name, table, WORDS)}") for name, table in (("g", own), ("m", other))}


def team_of(pair: dict[str, Any], memory: Memory | None = None) -> Team[Any]:
    return Team(pair, context=Context(sampling=Sampling(max_tokens=8), memory=memory), question="prepare")


async def mentored(team: Team[Any], task: Any, judge: Any) -> Answer:
    options: dict[str, Any] = {"patch": 1, "judge": judge}
    ready = await mentor_collab.prepare(team, dev(task), **options)
    return await mentor_collab.answer(ready.at("test/0"), QUESTION, consult=1.0, **options)


@pytest.mark.parametrize(("judge", "text"), [("letters", " a c"), ("head", " a d"), ("better", " a d")])
async def test_a_head_follows_the_draft_that_leads_to_the_better_answer(
    pair: dict[str, Any], judge: str, text: str
) -> None:
    assert (await mentored(team_of(pair), Spelt(), judge)).text == text


async def test_what_a_judge_was_fitted_to_is_in_the_trace(pair: dict[str, Any]) -> None:
    team = team_of(pair)
    await mentored(team, Spelt(), "head")
    (judge,) = learned(team, Judge)
    assert (judge.places, judge.examples, judge.own, judge.accuracy, judge.without) == (6, 6, 0.5, 1.0, 0.5)
    assert judge.is_better


async def test_a_head_without_an_example_is_refused(pair: dict[str, Any]) -> None:
    with says(
        BadScenario,
        "api/mentor_collab.judge: g and m differ at 6 places of 3 dev questions, and at none of them does one draft "
        "lead to a better answer. Give more dev questions, or use judge: better, which is letters where there is no "
        "head.",
    ):
        await mentored(team_of(pair), Fixed(1.0), "head")


async def test_the_better_judge_is_the_letters_where_there_is_no_head(pair: dict[str, Any]) -> None:
    team = team_of(pair)
    assert (await mentored(team, Fixed(1.0), "better")).text == " a c"
    assert learned(team, Judge) == [Judge(places=6)]


@pytest.mark.parametrize("wrong", [{"forks": 0}, {"width": -1}, {"orders": 3}])
async def test_numbers_that_cannot_be_are_refused_before_any_model_is_asked(
    pair: dict[str, Any], wrong: dict[str, Any]
) -> None:
    team = team_of(pair)
    with pytest.raises(BadScenario, match=r"Use (1 or more|a width of 1 or more|1 or 2)"):
        await mentor_collab.prepare(team, dev(Spelt()), judge="head", **wrong)
    assert len(team.context.trace) == 0


async def test_a_head_that_was_not_fitted_is_missed(pair: dict[str, Any]) -> None:
    with says(BadScenario, "api/mentor_collab.judge: head, and no head was fitted. Prepare the team on dev first."):
        await mentor_collab.answer(team_of(pair), QUESTION, judge="head")
    with says(BadScenario, "api/mentor_collab.judge: a head is fitted on dev, and there is none. Use judge: letters."):
        await mentor_collab.prepare(team_of(pair), None, judge="head")


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Right is " a d": at the start only m says so, afterwards both do, and g more surely."""
    folder = tmp_path_factory.mktemp("taught")
    own = {START: {" b": 0.9, " a": 0.1}, " a": {" d": 0.9, " x": 0.1}, " d": {"<end>": 1.0}, " b": {"<end>": 1.0}}
    other = {START: {" a": 0.8, " b": 0.2}, " a": {" d": 0.6, " x": 0.4}, " d": {"<end>": 0.7, " x": 0.3}}
    return {name: load(f"hf:{markov(folder / name, table, WORDS)}") for name, table in (("g", own), ("m", other))}


async def deferred(team: Team[Any], task: Any, **options: Any) -> Answer:
    ready = await co_llm.prepare(team, dev(task), **options)
    return await co_llm.answer(ready.at("test/0"), QUESTION)


async def test_a_deferral_head_defers_where_only_the_mentor_is_right(taught: dict[str, Any]) -> None:
    team = team_of(taught)
    assert (await deferred(team, Spelt(), fit=True)).text == " a d"
    said = team.context.trace.events[-1].message
    assert isinstance(said, Decoded)
    assert [(span.by, span.text) for span in said.spans] == [("m", " a"), ("g", " d")]


async def test_what_a_deferral_head_is_worth_is_in_the_trace(taught: dict[str, Any]) -> None:
    team = team_of(taught)
    await deferred(team, Spelt(), fit=True)
    (found,) = learned(team, Deferral)
    assert (found.texts, found.tokens) == (3, 9)
    assert found.only_other == pytest.approx(1 / 3)
    assert (found.own.accuracy, found.other.accuracy, found.both.accuracy) == (pytest.approx(2 / 3), 1.0, 1.0)
    # The logarithms of .1 .9 1 and of .8 .6 .7; at best those of .8 .9 1.
    assert (found.own.loss, found.other.loss) == pytest.approx((0.80265, 0.36355), abs=1e-4)
    assert 0.1095 < found.both.loss < 0.2
    assert (found.quantiles[0], found.quantiles[-1]) == (1.0, -1.0)


async def test_a_threshold_is_found_among_the_quantiles_of_the_head(taught: dict[str, Any]) -> None:
    team = team_of(taught)
    ready = await co_llm.prepare(team, dev(Spelt()), fit=True, search_threshold="auto")
    found = ready.learned_as(co_llm.Threshold)
    assert found is not None
    assert found.tried == learned(team, Deferral)[0].quantiles
    assert found.scores[0] == 0.0  # g alone says " b"
    assert found.value == found.tried[found.scores.index(1.0)]


async def test_without_a_head_the_thresholds_are_quantiles_of_how_unsure_the_generator_was(
    taught: dict[str, Any],
) -> None:
    ready = await co_llm.prepare(team_of(taught), dev(Spelt()), search_threshold="auto")
    found = ready.learned_as(co_llm.Threshold)
    assert found is not None
    # It says " b" with .9 and its end with 1, three times.
    assert found.tried == pytest.approx((1.0, 0.1, 0.0, -1.0), abs=1e-4)
    assert (found.head, found.value) == (None, pytest.approx(0.0, abs=1e-4))


def test_quantiles_go_from_never_to_always() -> None:
    shares = [number / 100 for number in range(100)]
    assert quantiles(shares) == (1.0, 0.99, 0.97, 0.95, 0.9, 0.8, 0.65, 0.5, 0.3, 0.1, -1.0)
    assert quantiles([0.5, 0.5]) == (1.0, 0.5, -1.0)


async def test_a_deferral_head_needs_a_right_answer(taught: dict[str, Any]) -> None:
    with says(
        BadScenario,
        "deferral: neither m nor g answers any of 3 dev questions rightly, so there is no text to fit a head to. "
        "Give more or easier dev questions.",
    ):
        await deferred(team_of(taught), Fixed(0.5), fit=True)


async def test_a_token_is_no_head_to_fit(taught: dict[str, Any]) -> None:
    with says(BadScenario, "api/co_llm.head: ' x' is a token. Leave it out to fit a head or to search auto."):
        await deferred(team_of(taught), Spelt(), fit=True, head=" x")


async def test_a_replay_fits_no_head(pair: dict[str, Any], taught: dict[str, Any]) -> None:
    for models, by in ((pair, mentored), (taught, deferred)):
        options: dict[str, Any] = {"judge": "head"} if by is mentored else {"fit": True, "search_threshold": "auto"}
        team = team_of(models)
        said = await by(team, Spelt(), **options)
        memory = Memory(team.context.trace.events, "replay")
        absent = {"g": object(), "m": object()}
        assert await by(team_of(absent, memory), Spelt(), **options) == said
        memory.check_used()
