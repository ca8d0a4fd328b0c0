"""api/graph_routing: a graph network over questions and members says who answers."""

from typing import Any

import pytest
from symposia.agents import Ask, Team
from symposia.agents.errors import BadScenario, UnknownName
from symposia.agents.models.scripted import Scripted
from symposia.protocols.api import graph_routing
from symposia.tests.support.doubles import Tabled

SUMS = [f"compute the sum {number}" for number in range(10)]
SORTS = [f"sort these letters {letter}" for letter in "abcdefghij"]
SKILLS = Tabled(SUMS + SORTS, {"adds": [1.0] * 10 + [0.0] * 10, "sorts": [0.0] * 10 + [1.0] * 10})


async def prepared(dev: Tabled, **options: Any) -> Team[Scripted]:
    team = Team({name: Scripted(name, name) for name in dev.scores})
    return await graph_routing.prepare(team, dev, **{"steps": 60, **options})


def learned(team: Team[Scripted]) -> graph_routing.Router:
    found = team.learned_as(graph_routing.Router)
    assert found is not None
    return found


@pytest.mark.parametrize(("question", "who"), [("compute the sum 77", "adds"), ("sort these letters xyz", "sorts")])
async def test_a_question_goes_to_who_does_best_on_its_kind_and_costs_one_call(question: str, who: str) -> None:
    team = await prepared(SKILLS)
    assert (await graph_routing.answer(team, Ask(text=question, form="Shortly."))).text == who
    assert team.spent.calls == 1
    assert team.models[who].prompts == [f"{question}\n\nShortly."]
    assert (learned(team).routed, learned(team).single, learned(team).always) == (1.0, 0.5, None)


async def test_where_routing_gains_nothing_the_best_member_answers_everything_and_the_report_says_so() -> None:
    dev = Tabled(SUMS + SORTS, {"adds": [1.0] * 20, "sorts": [1.0, 0.0] * 10})
    team = await prepared(dev)
    assert (await graph_routing.answer(team, Ask(text="sort these letters q"))).text == "adds"
    written = await graph_routing.review(team, dev, dev)
    assert written == {"router.json": {"routed": 1.0, "single": 1.0, "always": "adds"}}
    assert learned(await prepared(dev, fallback=False)).always is None


async def test_the_fallback_answers_what_the_router_would_give_to_another() -> None:
    team = await prepared(SKILLS)
    team = team.with_learned(learned(team).model_copy(update={"always": "adds"}))
    assert (await graph_routing.answer(team, Ask(text="sort these letters q"))).text == "adds"


@pytest.mark.parametrize(("price", "who"), [(0.0, "dear"), (0.9, "cheap")])
async def test_a_dear_member_has_to_be_worth_its_price(price: float, who: str) -> None:
    dev = Tabled(SUMS, {"dear": [1.0] * 10, "cheap": [0.8] * 10}, {"dear": 1000, "cheap": 100})
    team = await prepared(dev, price=price, fallback=False)
    assert (await graph_routing.answer(team, Ask(text="compute the sum 3"), price=price)).text == who


async def test_with_no_outcome_in_the_graph_members_differ_by_their_descriptions_alone() -> None:
    options = {"edges": False, "fallback": False}
    team = await prepared(SKILLS, **options)
    assert (await graph_routing.answer(team, Ask(text="sort these letters q"), edges=False)).text == "adds"
    described = {"descriptions": {"adds": "sums of numbers", "sorts": "orders of letters"}, "steps": 200}
    team = await prepared(SKILLS, **options, **described)
    assert (
        await graph_routing.answer(team, Ask(text="sort these letters q"), edges=False, **described)
    ).text == "sorts"


async def test_the_same_team_and_dev_give_the_same_router() -> None:
    assert learned(await prepared(SKILLS)) == learned(await prepared(SKILLS))


@pytest.mark.parametrize(("scores", "count"), [({"a": [1.0], "b": [0.0]}, 1), ({"a": [None, 1.0], "b": [1.0, 1.0]}, 1)])
async def test_fewer_than_two_dev_questions_are_refused(scores: dict[str, list[float | None]], count: int) -> None:
    with pytest.raises(BadScenario) as raised:
        await prepared(Tabled(["one", "two"][: len(scores["a"])], scores))
    assert str(raised.value) == (
        f"api/graph_routing: {count} dev questions with a score of every member. "
        "Two are the least, one to fit to and one to tell what that is worth."
    )


async def test_routing_without_dev_is_refused() -> None:
    with pytest.raises(BadScenario) as raised:
        await graph_routing.answer(Team({"a": Scripted(), "b": Scripted()}), Ask(text="2 + 2?"))
    assert str(raised.value) == "api/graph_routing: no router. Prepare the team on dev first."


async def test_an_encoder_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(BadScenario, match=r"api/graph_routing\.encoder: no sentence encoder '/nowhere'"):
        await prepared(SKILLS, encoder="/nowhere")


def test_options_that_cannot_be_are_refused() -> None:
    with pytest.raises(BadScenario, match=r"a alone leaves nothing to route\. Add a member"):
        graph_routing.Options().check(("a",))
    with pytest.raises(UnknownName, match="no agent named 'zoe'"):
        graph_routing.Options(descriptions={"zoe": "sums"}).check(("a", "b"))
