"""What holds for every protocol."""

from typing import Any

import pytest
from symposia.agents import Message, Stepper, Team, Writer
from symposia.agents.errors import BadScenario, MissingCapability, UnknownName
from symposia.agents.message import Choice
from symposia.agents.models.scripted import Scripted
from symposia.scenarios.planning.protocol_spec import CAPABILITIES, protocol, protocols

NAMES = [one.name for one in protocols()]


@pytest.mark.parametrize("name", NAMES)
def test_a_protocol_says_what_it_does_in_a_sentence(name: str) -> None:
    assert protocol(name).summary.endswith(".")
    assert len(protocol(name).summary) < 120


@pytest.mark.parametrize("name", NAMES)
def test_every_option_has_a_default_and_a_description(name: str) -> None:
    fields = protocol(name).options.model_fields
    assert [option for option, field in fields.items() if field.is_required() or not field.description] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_protocol_says_what_it_needs(name: str) -> None:
    assert protocol(name).needs in CAPABILITIES


@pytest.mark.parametrize("name", NAMES)
def test_the_defaults_fit_a_small_team(name: str) -> None:
    three = ("amber", "blue", "coral")
    teams = {"text/user_loop": ("user", "assistant"), "text/sparta": three, "weight/sparta": three}
    protocol(name).check_options({}, teams.get(name, ("amber", "blue")), where="s.yaml")


UNKNOWN = "team: no agent named 'ambr'. Did you mean 'amber'? Known: amber, blue, coral."


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("logit/fusion", {"weights": (1.0, 2.0)}, "logit/fusion.weights: 2 for 3 models. Give one a model."),
        ("api/nudging", {"base": "ambr"}, UNKNOWN),
        ("api/co_llm", {"mentor": "ambr"}, UNKNOWN),
        ("api/mentor_collab", {"generator": "ambr"}, UNKNOWN),
        ("api/switch_generation", {"writers": ("blue", "ambr")}, UNKNOWN),
        ("api/mentor_collab", {"patch": 0}, "api/mentor_collab.patch: drafts of 0 tokens. Use 1 or more."),
        (
            "api/mentor_collab",
            {"consult": 25.0},
            "api/mentor_collab.consult: 25.0 is not a probability. Use 0 to 1, 0.25 for 25 percent.",
        ),
        (
            "api/co_llm",
            {"head": "x", "fit": True},
            "api/co_llm.head: 'x' is a token. Leave it out to fit a head or to search auto.",
        ),
        (
            "logit/fusion",
            {"weights": (1.0, -1.0, 0.0)},
            "logit/fusion.weights: (1.0, -1.0, 0.0) have no mean. "
            "Their sum may not be zero, nor one negative in a mixture.",
        ),
        (
            "logit/fusion",
            {"weights": (1.0, -1.0, 3.0), "of": "probabilities"},
            "logit/fusion.weights: (1.0, -1.0, 3.0) have no mean. "
            "Their sum may not be zero, nor one negative in a mixture.",
        ),
        (
            "logit/contrast",
            {"k": 2},
            "logit/contrast.k: 2 best and 2 worst of 3 models. Use a k from 1 to 1, or allow_overlap: true; models in "
            "both cancel out.",
        ),
        ("logit/contrast", {"base": "ambr"}, "logit/contrast: no agent named 'ambr'. Did you mean 'amber'? Known: "),
        ("logit/contrast", {"plausible": -0.1}, "logit/contrast.plausible: -0.1 is not a fraction. Use 0 to 1; 0"),
        (
            "api/nearest",
            {"clusters": 1},
            "api/nearest.clusters: 1 is the best member on dev. Use 2 or more, 0 for neighbours.",
        ),
        ("api/trained_router", {"router": "ambr"}, UNKNOWN),
        (
            "text/pool",
            {"weights": (1.0, 2.0)},
            "text/pool.weights: (1.0, 2.0) for 3 members. Give each one, none negative, not all 0.",
        ),
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


class Noted(Message):
    text: str


def test_what_prepare_found_out_is_known_to_the_same_team_elsewhere() -> None:
    team = Team({"a": Scripted()}).with_learned(Noted(text="hm"))
    assert team.at("test/1").learned_as(Noted) == Noted(text="hm")
    assert team.learned_as(Choice) is None
