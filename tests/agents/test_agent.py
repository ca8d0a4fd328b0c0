"""Agents, messages and how they are told apart."""

import pytest
from symposia.agents import Agent, Answer, Ask, LMAgent, Message, Prompt, Sampling, Usage, handles
from symposia.agents.errors import BadHandler, BadMessage, CannotHandle, UnknownName
from symposia.agents.labels import named_labels, numbered
from symposia.agents.message import Choice, Choose, Conversation, Request, Turn
from symposia.agents.models.scripted import Scripted
from symposia.agents.registry import find, names
from symposia.agents.seeds import derive
from symposia.agents.voting import leaders, plurality, unanimous


class Draft(Message):
    text: str


class LongDraft(Draft):
    pages: int


class Critique(Message):
    text: str


class Critic(Agent):
    @handles
    async def review(self, draft: Draft) -> Critique:
        return Critique(text=f"too short: {draft.text}")


class StrictCritic(Critic):
    @handles
    async def review_long(self, draft: LongDraft) -> Critique:
        return Critique(text=f"too long: {draft.pages} pages")


async def test_a_handler_is_chosen_by_type() -> None:
    assert await Critic("critic").receive(Draft(text="hm")) == Critique(text="too short: hm")


async def test_a_handler_of_a_base_class_hears_its_subclasses() -> None:
    assert await Critic("critic").receive(LongDraft(text="hm", pages=9)) == Critique(text="too short: hm")


async def test_the_most_specific_handler_wins() -> None:
    assert await StrictCritic("critic").receive(LongDraft(text="hm", pages=9)) == Critique(text="too long: 9 pages")


async def test_a_message_without_a_handler_is_an_error() -> None:
    with pytest.raises(CannotHandle) as raised:
        await Critic("critic").receive(Ask(text="?"))
    assert str(raised.value) == "critic (Critic): no handler for Ask. Handles: Draft."


def test_a_bad_handler_is_named_when_its_class_is_defined() -> None:
    with pytest.raises(BadHandler) as raised:

        class Broken(Agent):
            @handles  # type: ignore[type-var]
            def review(self, draft: Draft) -> Critique:
                return Critique(text="")

    assert str(raised.value) == ("Broken.review: not a handler. Write `async def review(self, message: M) -> Reply`.")


def test_two_handlers_of_one_message_are_an_error() -> None:
    with pytest.raises(BadHandler) as raised:

        class Torn(Agent):
            @handles
            async def one(self, draft: Draft) -> Critique:
                return Critique(text="")

            @handles
            async def two(self, draft: Draft) -> Critique:
                return Critique(text="")

    assert str(raised.value) == "Torn: one and two both handle Draft. Keep one."


def test_a_template_may_only_use_its_fields() -> None:
    with pytest.raises(BadMessage) as raised:

        class Typo(Prompt):
            answer: str
            template = "{anser}"

    assert str(raised.value) == "Typo.template: uses 'anser'. Its fields: answer."


def test_a_prompt_without_a_template_is_no_prompt() -> None:
    with pytest.raises(BadMessage) as raised:

        class Mute(Prompt):
            answer: str

    assert str(raised.value) == "Mute: no template, so a model cannot read it. Give it one: template = '...'."


def test_a_message_cannot_be_changed_or_extended() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Draft(text="a").text = "b"
    with pytest.raises(ValueError, match="extra_forbidden"):
        Draft(text="a", author="b")  # type: ignore[call-arg]


def test_a_question_keeps_its_form_apart() -> None:
    question = Ask(text="2 + 2?", form="Answer with a number.")
    assert question.render() == "2 + 2?\n\nAnswer with a number."
    assert Ask(text="2 + 2?").render() == "2 + 2?"


def test_text_with_braces_is_no_template() -> None:
    assert Ask(text="{x} and {").render() == "{x} and {"


async def test_an_agent_speaks_as_its_persona() -> None:
    model = Scripted("yes")
    agent = LMAgent("coder", model, persona="You write code.")
    request = Request(
        prompt=Conversation(history=(Turn(role="user", text="Can you?"),)), sampling=Sampling(), place="q"
    )
    assert await agent.receive(request) == Answer(
        text="yes", usage=Usage(prompt_tokens=5, completion_tokens=1, calls=1)
    )


async def test_what_an_agent_heard_is_its_state() -> None:
    agent = LMAgent("amber", Scripted())
    await agent.receive(Answer(text="4"))
    again = LMAgent("amber", Scripted())
    again.load(agent.save())
    assert again.heard == [Answer(text="4")]


async def test_a_writer_that_names_no_label_chooses_none() -> None:
    agent = LMAgent("judge", Scripted("neither, really"))
    choice = await agent.receive(Choose(prompt=Ask(text="1 or 2?"), labels=("1", "2"), sampling=Sampling()))
    assert isinstance(choice, Choice)
    assert choice.ranking == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [("2", (1,)), ("Model 2.", (1,)), ("I pick 1, not 3", (0, 2)), ("12", ()), ("", ()), ("3 or 1", (2, 0))],
)
def test_labels_are_read_as_whole_words(text: str, found: tuple[int, ...]) -> None:
    assert named_labels(text, ("1", "2", "3")) == found


def test_options_are_numbered_from_one() -> None:
    assert numbered([("amber", "adds"), ("blue", "")]) == "1. amber: adds\n2. blue"


def test_a_choice_ranks_by_log_probability_and_keeps_order_in_ties() -> None:
    assert Choice(labels=("a", "b", "c"), logprobs=(-1.0, -0.5, -1.0)).ranking == (1, 0, 2)


def answers(*texts: str) -> list[Answer]:
    return [Answer(text=text) for text in texts]


def number(text: str) -> str | None:
    return text.strip() if text.strip().isdigit() else None


def test_the_most_frequent_answer_wins() -> None:
    assert plurality(answers("A", "B", "B")).text == "B"


def test_of_equals_the_first_wins() -> None:
    assert [one.text for one in leaders(answers("A", "B", "A", "B", "C"))] == ["A", "B"]


def test_answers_are_counted_as_they_are_read() -> None:
    assert plurality(answers("Paris.", "London", "paris")).text == "Paris."


def test_an_answer_that_cannot_be_read_abstains() -> None:
    assert plurality(answers("none", "none", "7"), number).text == "7"


def test_if_all_abstain_the_first_is_returned() -> None:
    assert plurality(answers("none", "no idea"), number).text == "none"


def test_silence_is_not_unanimous() -> None:
    assert unanimous(answers("4", "4"), number)
    assert not unanimous(answers("?", "?"), number)


def test_seeds_depend_on_their_parts_alone() -> None:
    assert derive(7, "test/3/amber.0") == 2180640670024468332
    assert derive(7, "test/3/amber.1") != derive(7, "test/3/amber.0")


def test_a_module_is_found_by_its_path() -> None:
    assert find("symposia.protocols", "text/debate").__name__ == "symposia.protocols.text.debate"
    assert "logit/fusion" in names("symposia.protocols")


def test_a_name_that_is_not_there_has_a_near_miss() -> None:
    with pytest.raises(UnknownName, match=r"^no protocol named 'text/debat'\. Did you mean 'text/debate'\? Known: "):
        find("symposia.protocols", "text/debat")


def test_costs_add_up_and_unknown_stays_unknown() -> None:
    free = Usage(prompt_tokens=1, completion_tokens=2, calls=1)
    paid = Usage(prompt_tokens=10, completion_tokens=20, calls=1, cost=0.5)
    assert free + paid == Usage(prompt_tokens=11, completion_tokens=22, calls=2, cost=0.5)
    assert (free + free).cost is None
