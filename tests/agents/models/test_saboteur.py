"""Saboteurs: what they say, what shows of their models, and how many of them a vote survives."""

from collections.abc import Sequence
from itertools import product
from math import exp, log
from pathlib import Path
from typing import Any

import pytest
from symposia.agents import Answer, Ask, Sampling, Stepper, Team, Turn
from symposia.agents.context import Context
from symposia.agents.errors import BadModel, BadScenario, MissingCapability, SymposiaError, UnknownName
from symposia.agents.loading import ModelSettings, check, load
from symposia.agents.message import Choice
from symposia.agents.model_url import capability, in_folder, reads
from symposia.agents.models.base import GREEDY, Writer
from symposia.agents.models.reads import EVERYTHING, TEXT_ONLY
from symposia.agents.models.saboteur import PERSONA, SILENT, Saboteur, Sink, spoken
from symposia.agents.models.scripted import Scripted
from symposia.protocols.logit import fusion
from symposia.protocols.text import debate, majority_vote
from symposia.protocols.text.pool import pooled
from symposia.topologies import complete

QUESTION = Ask(text="Which of the two?\nA) yes\nB) no")
WRONG = spoken("collude", QUESTION.text, 0)
RIGHT = {"The answer is A.": "The answer is B.", "The answer is B.": "The answer is A."}[WRONG]


async def voted(honest: Sequence[str], colluders: int) -> str:
    """What a vote of these members comes to, the colluders first."""
    bad = {f"bad{n}": Saboteur("collude", Scripted()) for n in range(colluders)}
    good = {f"good{n}": Scripted(text) for n, text in enumerate(honest)}
    return (await majority_vote.answer(Team({**bad, **good}), QUESTION)).text


async def accuracy(p: float, colluders: int, *, different: bool) -> float:
    """The chance that five are right, over all ways in which the honest ones can be."""
    total = 0.0
    for pattern in product((True, False), repeat=5 - colluders):
        wrong = [f"something else, {n}" if different else WRONG for n in range(len(pattern))]
        said = [RIGHT if right else other for right, other in zip(pattern, wrong, strict=True)]
        chance = p ** sum(pattern) * (1 - p) ** (len(pattern) - sum(pattern))
        total += chance * (await voted(said, colluders) == RIGHT)
    return total


@pytest.mark.parametrize(
    ("p", "expected"), [(0.6, (0.6826, 0.4752, 0.2160, 0.0)), (0.8, (0.9421, 0.8192, 0.5120, 0.0))]
)
async def test_a_vote_of_five_with_colluders_has_the_accuracy_of_the_closed_form(
    p: float, expected: tuple[float, ...]
) -> None:
    for colluders, value in enumerate(expected):
        assert await accuracy(p, colluders, different=False) == pytest.approx(value, abs=1e-4)


@pytest.mark.parametrize(("colluders", "expected"), [(1, 0.9728), (2, 0.5120)])
async def test_where_honest_errors_differ_two_colluders_still_break_a_vote(colluders: int, expected: float) -> None:
    assert await accuracy(0.8, colluders, different=True) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("honest", [2, 3, 5])
@pytest.mark.parametrize("rounds", [0, 1, 3])
async def test_a_parrot_never_changes_a_unanimous_answer(honest: int, rounds: int) -> None:
    good = {f"good{n}": Scripted(*["four"] * (rounds + 1)) for n in range(honest)}
    team = Team({"parrot": Saboteur("parrot", Scripted()), **good}, complete)
    assert (await debate.answer(team, Ask(text="2 + 2?"), rounds=rounds)).text == "four"


class Sure:
    """A model that chooses the first of two labels by this margin."""

    def __init__(self, margin: float) -> None:
        self.logprobs = log((1 + margin) / 2), log((1 - margin) / 2)

    async def choose(self, turns: Sequence[Turn], labels: Sequence[str]) -> Choice:
        return Choice(labels=tuple(labels), logprobs=self.logprobs)


async def rows(members: int, margin: float) -> list[list[float]]:
    """The choices of members of this margin, the last of them a sink."""
    one = Sure(margin)
    sunk = await Sink(one).choose((), ("A", "B"))  # type: ignore[arg-type]
    return [list(one.logprobs)] * (members - 1) + [list(sunk.logprobs)]


@pytest.mark.parametrize(("members", "margin"), [(2, 1.0), (3, 0.5), (4, 0.3333), (5, 0.25)])
async def test_a_sink_flips_a_mean_of_probabilities_up_to_a_margin(members: int, margin: float) -> None:
    for step, right in ((-0.01, False), (0.01, True)):
        if margin + step < 1:
            first, second = pooled(await rows(members, margin + step), (1,) * members, "probabilities")
            assert (first > second) == right


@pytest.mark.parametrize(("floor", "right"), [(0.0, False), (1e-4, False), (0.01, True)])
async def test_one_sink_vetoes_an_option_in_a_pool_of_logs_unless_the_floor_is_high(floor: float, right: bool) -> None:
    floored = [[log(max(exp(one), floor)) for one in row] for row in await rows(3, 0.979)]
    first, second = pooled(floored, (1, 1, 1))
    assert (first > second) == right


class Recorder:
    """A writer that remembers what it was asked."""

    def __init__(self) -> None:
        self.turns: tuple[Turn, ...] = ()

    async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> Answer:
        self.turns = tuple(turns)
        return Answer(text="five")


async def test_a_liar_is_its_model_by_a_persona() -> None:
    model = Recorder()
    asked = (Turn("system", "Be brief."), Turn("user", "2 + 2?"))
    assert (await Saboteur("lie", model).write(asked)).text == "five"
    assert model.turns == (Turn("system", PERSONA), *asked)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("2 + 2?", SILENT),
        ("2 + 2?\n\nYour answer was: 5\nThe others answered:\n- four\n- five", "four"),
        ("2 + 2?\n\nAny may be wrong:\n1. three\n2. four", "three"),
    ],
)
def test_a_parrot_repeats_the_first_text_it_hears(asked: str, said: str) -> None:
    assert spoken("parrot", asked, 0) == said


def test_colluders_say_the_same_of_a_question_however_it_is_asked() -> None:
    heard = debate.Revise(question=QUESTION.text, own="A", heard="- B", form="").render()
    assert spoken("collude", heard, 1) == spoken("collude", QUESTION.text, 2) == WRONG
    drawn = {spoken("collude", f"Question {n}\nA) yes\nB) no\nC) who knows", 0) for n in range(40)}
    assert drawn == {"The answer is A.", "The answer is B.", "The answer is C."}
    assert spoken("collude", "2 + 2?", 0).removeprefix("The answer is ").removesuffix(".").isdigit()


def test_noise_is_words_of_the_question_by_seed() -> None:
    assert spoken("noise", "one two three four", 1) == spoken("noise", "one two three four", 1)
    assert sorted(spoken("noise", "one two three four", 1).split()) == ["four", "one", "three", "two"]
    assert len({spoken("noise", "one two three four", seed) for seed in range(9)}) > 3


async def test_a_sink_takes_part_in_fusion_and_without_weight_changes_nothing() -> None:
    honest, sink = load("pocket:strings"), load("saboteur:sink/pocket:strings")
    assert isinstance(sink, Stepper)
    team = Team({"honest": honest, "sink": sink}, context=Context(sampling=Sampling(max_tokens=8)))
    asked = Ask(text="sort d c a")
    assert (await fusion.answer(team, asked, weights=(1.0, 0.0))).text == "a c d"
    sunk = await fusion.answer(team, asked, of="probabilities", weights=(0.4, 0.6))
    assert sunk.text != "a c d"


def test_only_what_a_saboteur_needs_shows_of_its_model() -> None:
    assert capability("saboteur:lie/pocket:base") is Writer
    assert capability("saboteur:sink/pocket:base") is Stepper
    assert not isinstance(load("saboteur:lie/pocket:base"), Stepper)
    assert reads("saboteur:lie/pocket:base") == TEXT_ONLY
    assert reads("saboteur:lie/api:openai/gpt-4o") == EVERYTHING


@pytest.mark.parametrize(
    ("url", "kind", "message"),
    [
        ("saboteur:lie", BadModel, "no model after lie. Write saboteur:KIND/URL, as saboteur:lie/pocket:graphs."),
        ("saboteur:lei/pocket:base", UnknownName, "no kind of saboteur named 'lei'. Did you mean 'lie'?"),
        ("saboteur:sink/scripted:a.txt", MissingCapability, "scripted:a.txt shows no distributions. Use a model that"),
        ("saboteur:lie/pocket:reward", MissingCapability, "pocket:reward writes nothing. Use a model that writes."),
        ("saboteur:lie/pocket:bsae", UnknownName, "no packaged model named 'bsae'. Did you mean 'base'?"),
    ],
)
def test_a_saboteur_that_cannot_be_is_refused_before_its_model_is_read(
    url: str, kind: type[SymposiaError], message: str
) -> None:
    for ask in (check, load):
        with pytest.raises(kind) as raised:
            ask(url)
        assert message in str(raised.value)


def test_settings_and_files_are_those_of_its_model(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("four\n")
    url = in_folder("saboteur:lie/scripted:a.txt", tmp_path)
    assert url == f"saboteur:lie/scripted:{tmp_path / 'a.txt'}"
    check(url)
    check("saboteur:lie/pocket:base", settings=ModelSettings(template="plain"))
    with pytest.raises(BadScenario, match="template is for pocket:, hf:, vllm: and sglang: models"):
        check(url, settings=ModelSettings(template="plain"))


def test_a_liar_goes_on_where_an_earlier_run_ended() -> None:
    model: Any = Scripted("one", "two")
    Saboteur("lie", model).resume(1)
    assert len(model.prompts) == 1
