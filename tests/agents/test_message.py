"""Messages: their fields, prompts and their templates, choices."""

import pytest
from symposia.agents import Ask, Prompt
from symposia.agents.errors import BadMessage
from symposia.agents.message import Choice
from symposia.tests.support.drafts import Draft


def test_a_template_may_only_use_its_fields() -> None:
    with pytest.raises(BadMessage) as raised:

        class Typo(Prompt):
            answer: str
            template = "{anser}"

    assert str(raised.value) == "Typo: names 'anser'. Its fields: answer."


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


def test_a_choice_ranks_by_log_probability_and_keeps_order_in_ties() -> None:
    assert Choice(labels=("a", "b", "c"), logprobs=(-1.0, -0.5, -1.0)).ranking == (1, 0, 2)
