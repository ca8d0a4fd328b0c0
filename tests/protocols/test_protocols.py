"""The protocols, each with scripted models, and what holds for all of them."""

from collections.abc import Sequence
from inspect import Parameter, signature
from typing import Any

import pytest
from symposia.agents import Answer, Ask, Message, Stepper, Team, Writer
from symposia.agents.errors import BadScenario, MissingCapability, UnknownName
from symposia.agents.message import Choice
from symposia.agents.models.base import GREEDY
from symposia.agents.models.scripted import Scripted
from symposia.agents.objective import Graded
from symposia.protocols.api import cascade, prompt_routing
from symposia.protocols.text import client_server, debate, majority_vote, user_loop
from symposia.scenarios.planning.protocol_spec import CAPABILITIES, protocol, protocols
from symposia.topologies import complete, ring

QUESTION = Ask(text="2 + 2?")
NAMES = [one.name for one in protocols()]


class Dev:
    """A dev split that knows its scores."""

    def __init__(self, scores: dict[str, float], answers: dict[str, Sequence[Answer]] | None = None) -> None:
        self.scores = scores
        self.answers = answers or {}

    async def __call__(self, team: Team[Any]) -> float:
        return self.scores[team.names[0]]

    async def graded(self, team: Team[Any]) -> Sequence[Graded]:
        return [Graded(answer, 1.0) for answer in self.answers[team.names[0]]]

    async def rank(self, team: Team[Any]) -> list[str]:
        return sorted(team, key=lambda name: -self.scores[name])


class Sure:
    """Writes one text, every time as likely as it is told."""

    def __init__(self, text: str, *logprobs: float) -> None:
        self.text = text
        self.logprobs = list(logprobs)

    async def write(self, turns: object, sampling: object = GREEDY) -> Answer:
        return Answer(text=self.text, logprobs=(self.logprobs.pop(0),))


# What holds for every file.


@pytest.mark.parametrize("name", NAMES)
def test_a_protocol_says_what_it_does_in_a_sentence(name: str) -> None:
    assert protocol(name).summary.endswith(".")
    assert len(protocol(name).summary) < 120


@pytest.mark.parametrize("name", NAMES)
def test_every_option_has_a_default(name: str) -> None:
    assert not [option for option, default in protocol(name).defaults.items() if default is Parameter.empty]


@pytest.mark.parametrize("name", NAMES)
def test_every_protocol_says_what_it_needs(name: str) -> None:
    assert protocol(name).needs in CAPABILITIES


@pytest.mark.parametrize("name", [one.name for one in protocols() if one.check is not None])
def test_what_a_protocol_checks_are_its_options_as_they_are(name: str) -> None:
    one = protocol(name)
    assert one.check is not None
    (members, *checked) = signature(one.check).parameters.values()
    assert members.name == "members"
    assert {option.name: option.default for option in checked}.items() <= one.defaults.items()
    one.check_options({}, ("amber", "blue"), where="s.yaml")


UNKNOWN = "team: no agent named 'ambr'. Did you mean 'amber'? Known: amber, blue, coral."


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("logit/fusion", {"weights": (1.0, 2.0)}, "weights: 2 for 3 models. Give one a model."),
        ("api/nudging", {"base": "ambr"}, UNKNOWN),
        ("api/co_llm", {"mentor": "ambr"}, UNKNOWN),
        ("api/mentor_collab", {"generator": "ambr"}, UNKNOWN),
        ("api/switch_generation", {"writers": ("blue", "ambr")}, UNKNOWN),
        ("api/mentor_collab", {"patch": 0}, "api/mentor_collab.patch: drafts of 0 tokens. Use 1 or more."),
        (
            "api/mentor_collab",
            {"consult": 25.0},
            "api/mentor_collab.consult: 25.0 is no probability. Use 0 to 1, 0.25 for 25 percent.",
        ),
        (
            "api/co_llm",
            {"head": "x", "fit": True},
            "api/co_llm.head: 'x' is a token. Leave it out to fit a head or to search auto.",
        ),
        (
            "logit/fusion",
            {"weights": (1.0, -1.0, 0.0)},
            "weights: (1.0, -1.0, 0.0) have no mean. Their sum may not be zero, nor one negative in a mixture.",
        ),
        (
            "logit/fusion",
            {"weights": (1.0, -1.0, 3.0), "of": "probabilities"},
            "weights: (1.0, -1.0, 3.0) have no mean. Their sum may not be zero, nor one negative in a mixture.",
        ),
        (
            "logit/fusion",
            {"weights": (1.0, float("nan"), 3.0)},
            "weights: (1.0, nan, 3.0) are not all finite. Give a number a model.",
        ),
        (
            "logit/contrast",
            {"k": 2},
            "logit/contrast.k: 2 best and 2 worst of 3 models. Use a k from 1 to 1, or allow_overlap: true; models in "
            "both cancel out.",
        ),
        ("logit/contrast", {"base": "ambr"}, "logit/contrast: no agent named 'ambr'. Did you mean 'amber'? Known: "),
        ("logit/contrast", {"strength": float("inf")}, "logit/contrast.strength: inf is not finite. Use a number"),
        ("logit/contrast", {"plausible": -0.1}, "logit/contrast.plausible: -0.1 is no fraction. Use 0 to 1; 0 masks"),
        ("logit/unite", {"k": 0}, "logit/unite.k: 0 likeliest tokens. Use 1 or more; the paper uses 10."),
        ("logit/unite", {"draft": 0}, "logit/unite.draft: 0 tokens. Use 1 or more; the paper uses 5."),
        (
            "logit/unite",
            {"weights": (0.0, 0.0, 0.0)},
            "logit/unite.weights: (0.0, 0.0, 0.0) for 3 models. Give each one, none negative.",
        ),
    ],
)
def test_options_that_cannot_be_are_refused_before_a_model_is_read(
    name: str, options: dict[str, Any], message: str
) -> None:
    with pytest.raises((BadScenario, UnknownName)) as raised:
        protocol(name).check_options(options, ("amber", "blue", "coral"), where="s.yaml")
    assert str(raised.value).startswith(f"s.yaml: {message}")


def test_a_logit_protocol_refuses_a_model_that_only_writes() -> None:
    with pytest.raises(MissingCapability) as raised:
        protocol("logit/fusion").check_capability(
            "amber", "scripted:a.txt", offers=Writer, wanted=Stepper, where="s.yaml"
        )
    assert str(raised.value) == (
        "s.yaml: logit/fusion needs models that show next-token distributions; amber (scripted:a.txt) does not. "
        "Use a pocket: or hf: model."
    )


# text/majority_vote


async def test_a_vote_is_won_by_the_most_frequent_answer() -> None:
    team = Team({"a": Scripted("B"), "b": Scripted("A"), "c": Scripted("A")})
    assert (await majority_vote.answer(team, QUESTION)).text == "A"


async def test_a_tie_is_settled_by_the_better_model_on_dev() -> None:
    models = {"amber": Scripted("A"), "blue": Scripted("B"), "coral": Scripted("C")}
    dev = Dev({"amber": 0.2, "blue": 0.9, "coral": 0.5})
    team = await majority_vote.prepare(Team(models), dev, tie="dev")
    assert (await majority_vote.answer(team, QUESTION, tie="dev")).text == "B"


async def test_a_random_tie_is_the_same_for_the_same_question() -> None:
    said = set()
    for _ in range(3):
        team = Team({"a": Scripted("A"), "b": Scripted("B")})
        said.add((await majority_vote.answer(team.at("test/3"), QUESTION, tie="random")).text)
    assert len(said) == 1


# text/debate


async def test_the_most_frequent_final_answer_wins() -> None:
    models = {"amber": Scripted("4", "4"), "blue": Scripted("5", "4"), "coral": Scripted("3", "5")}
    assert (await debate.answer(Team(models, complete), QUESTION, rounds=1)).text == "4"


async def test_an_agent_hears_its_speakers_and_no_one_else() -> None:
    models = {"amber": Scripted("4", "4"), "blue": Scripted("5", "5"), "coral": Scripted("3", "3")}
    await debate.answer(Team(models, ring), QUESTION, rounds=1)
    assert "- 5" in models["coral"].prompts[1]
    assert "- 4" not in models["coral"].prompts[1]


async def test_a_debate_stops_once_all_agree() -> None:
    team = Team({"amber": Scripted("4"), "blue": Scripted("4.")}, complete)
    assert (await debate.answer(team, QUESTION, rounds=5, until_consensus=True)).text == "4"
    assert team.stopped == "consensus"


# api/prompt_routing


async def test_the_router_names_who_answers() -> None:
    models = {"amber": Scripted(), "blue": Scripted("4"), "judge": Scripted("Model 2.")}
    described = {"amber": "reads", "blue": "adds"}
    said = await prompt_routing.answer(Team(models), QUESTION, descriptions=described, router="judge")
    assert said.text == "4"
    assert "1. amber: reads\n2. blue: adds" in models["judge"].prompts[0]


async def test_a_router_that_names_nobody_answers_itself() -> None:
    models = {"amber": Scripted("who knows", "5"), "blue": Scripted()}
    assert (await prompt_routing.answer(Team(models), QUESTION, router="amber")).text == "5"


async def test_the_best_model_on_dev_routes() -> None:
    models = {"amber": Scripted("4"), "blue": Scripted("1")}
    team = await prompt_routing.prepare(Team(models), Dev({"amber": 0.1, "blue": 0.9}))
    assert (await prompt_routing.answer(team, QUESTION)).text == "4"


async def test_rotations_cancel_position_bias() -> None:
    always_first = Scripted("1", "1", "4")
    models = {"amber": always_first, "blue": Scripted("5")}
    await prompt_routing.answer(Team(models), QUESTION, router="amber", orders=2)
    assert "1. amber\n2. blue" in always_first.prompts[0]
    assert "1. blue\n2. amber" in always_first.prompts[1]


async def test_routing_to_a_stranger_is_an_error() -> None:
    with pytest.raises(UnknownName, match="no agent named 'ambre'"):
        await prompt_routing.answer(Team({"amber": Scripted()}), QUESTION, descriptions={"ambre": "adds"})


# api/cascade


async def test_a_sure_cheap_model_spares_the_dear_one() -> None:
    team = Team({"cheap": Sure("4", -0.1), "dear": Scripted()})
    assert (await cascade.answer(team, QUESTION, thresholds=(-0.5,))).text == "4"


async def test_an_unsure_cheap_model_hands_on() -> None:
    team = Team({"cheap": Sure("5", -0.9), "dear": Scripted("4")})
    assert (await cascade.answer(team, QUESTION, thresholds=(-0.5,))).text == "4"


async def test_stated_confidence_is_a_second_turn() -> None:
    cheap = Scripted("4", "95 percent")
    team = Team({"cheap": cheap, "dear": Scripted()})
    assert (await cascade.answer(team, QUESTION, confidence="stated", thresholds=(0.7,))).text == "4"
    assert "How likely is it right" in cheap.prompts[1]


@pytest.mark.parametrize(("fraction", "threshold"), [(0.5, -0.3), (0.25, -0.4), (0.0, -0.5), (1.0, -0.1)])
async def test_a_threshold_is_a_quantile_of_dev(fraction: float, threshold: float) -> None:
    dev = Dev({}, {"cheap": [Answer(text="", logprobs=(p,)) for p in (-0.1, -0.2, -0.3, -0.4, -0.5)]})
    team = await cascade.prepare(Team({"cheap": Scripted(), "dear": Scripted()}), dev, defer_fraction=fraction)
    learned = team.learned_as(cascade.Thresholds)
    assert learned is not None
    assert learned.values == pytest.approx((threshold,))


async def test_a_second_threshold_is_from_what_reaches_it() -> None:
    one = [Answer(text="", logprobs=(p,)) for p in (-0.1, -0.2, -0.8, -0.9)]
    two = [Answer(text="", logprobs=(p,)) for p in (-9.0, -9.0, -0.4, -0.2)]
    team = Team({"a": Scripted(), "b": Scripted(), "c": Scripted()})
    learned = (await cascade.prepare(team, Dev({}, {"a": one, "b": two}))).learned_as(cascade.Thresholds)
    assert learned is not None
    assert learned.values == pytest.approx((-0.5, -0.3))


async def test_a_cascade_without_thresholds_is_an_error() -> None:
    with pytest.raises(BadScenario) as raised:
        await cascade.answer(Team({"a": Scripted(), "b": Scripted()}), QUESTION)
    assert str(raised.value) == "api/cascade: 0 thresholds for 1 levels. Every one but the last has one."


async def test_a_model_without_log_probabilities_cannot_cascade_by_them() -> None:
    with pytest.raises(MissingCapability) as raised:
        await cascade.answer(Team({"a": Scripted("4"), "b": Scripted()}), QUESTION, thresholds=(-1.0,))
    assert str(raised.value) == ("a: shows no log-probabilities. Use confidence: stated, or a model that does.")


# text/client_server


def pool(selector: str, *client: str) -> dict[str, Scripted]:
    return {
        "client": Scripted(*client),
        "judge": Scripted(selector, "it is 4", "surely 4"),
        "amber": Scripted("4", "4", "4"),
        "blue": Scripted("5", "5", "5"),
        "coral": Scripted("6", "6", "6"),
    }


async def served(models: dict[str, Scripted], **options: Any) -> Answer:
    return await client_server.answer(
        Team(models), QUESTION, client="client", selector="judge", summarizer="judge", **options
    )


async def test_the_client_revises_under_the_guidance_of_the_chosen_servers() -> None:
    models = pool("1, 3", "3", "4")
    assert (await served(models, iterations=1)).text == "4"
    assert "- amber: 4\n- coral: 6" in models["judge"].prompts[1]
    assert "Your answer was: 3\nGuidance from stronger models: it is 4" in models["client"].prompts[1]
    assert models["blue"].prompts == []


async def test_a_selector_that_names_nobody_leaves_the_order() -> None:
    models = pool("none of them", "3", "4")
    await served(models, iterations=1, top_k=1)
    assert [len(models[name].prompts) for name in ("amber", "blue", "coral")] == [1, 0, 0]


async def test_without_selection_every_server_answers() -> None:
    models = pool("unused", "3", "4")
    await served(models, iterations=1, use_selection=False)
    assert [len(models[name].prompts) for name in ("amber", "blue", "coral")] == [1, 1, 1]


async def test_all_servers_refine_as_in_the_original() -> None:
    models = pool("1", "3", "4", "4")
    await served(models, iterations=2, top_k=1, refine="all")
    assert [len(models[name].prompts) for name in ("client", "amber", "blue", "coral")] == [3, 3, 2, 2]
    assert "Your answer was: (none yet)" in models["blue"].prompts[0]


async def test_the_calls_are_those_of_the_original() -> None:
    models = pool("1, 2", "3", "4", "4")
    team = Team(models)
    options = {
        "client": "client",
        "selector": "judge",
        "summarizer": "judge",
        "refine": "all",
        "top_k": 2,
        "iterations": 2,
    }
    await client_server.answer(team, QUESTION, **options)
    original, client = 1 + 2 + 2 * (1 + 3), 3
    assert team.spent.calls == original + client


async def test_a_client_without_servers_is_an_error() -> None:
    with pytest.raises(BadScenario) as raised:
        await client_server.answer(Team({"client": Scripted()}), QUESTION)
    assert str(raised.value) == "text/client_server: no member is a server. Add one that has no other role."


# text/user_loop


async def test_a_conversation_ends_when_the_user_has_what_it_wants() -> None:
    models = {"user": Scripted("sort b a", "[[done]]"), "assistant": Scripted("a b")}
    team = Team(models)
    assert (await user_loop.answer(team, Ask(text="sort b a"))).text == "a b"
    assert team.stopped == "done"
    assert "user: sort b a\nassistant: a b" in models["user"].prompts[1]


async def test_the_assistant_never_sees_the_goal() -> None:
    models = {"user": Scripted("hello", "[[done]]"), "assistant": Scripted("hi")}
    await user_loop.answer(Team(models), Ask(text="a secret goal"))
    assert models["assistant"].prompts == ["hello"]


async def test_a_conversation_that_does_not_end_is_over_budget() -> None:
    team = Team({"user": Scripted("one", "two"), "assistant": Scripted("1", "2")})
    assert (await user_loop.answer(team, QUESTION, max_turns=2)).text == "2"
    assert team.stopped == "budget"


async def test_a_user_that_says_nothing_refuses() -> None:
    team = Team({"user": Scripted("[[done]]"), "assistant": Scripted()})
    assert (await user_loop.answer(team, QUESTION)).finish == "refused"
    assert team.stopped == "refused"


class Noted(Message):
    text: str


def test_what_prepare_found_out_is_known_to_the_same_team_elsewhere() -> None:
    team = Team({"a": Scripted()}).with_learned(Noted(text="hm"))
    assert team.at("test/1").learned_as(Noted) == Noted(text="hm")
    assert team.learned_as(Choice) is None
