"""Prompts about a question."""

import pytest
from pydantic import ValidationError
from symposia.agents import Ask, Prompt
from symposia.agents.about import about
from symposia.agents.aggregation import bulleted
from symposia.agents.parts import Image

QUESTION = Ask(text="2 + 2?", form="Give a number.", images=(Image.from_bytes(b"GIF89a..."),))


class Rated(Prompt):
    """A prompt without a form."""

    question: str
    answer: str
    template = "{question} {answer}"


class Revised(Prompt):
    """A prompt with one."""

    question: str
    form: str
    template = "{question} {form}"


def test_a_prompt_shows_the_text_and_the_images_of_its_question() -> None:
    assert about(QUESTION, Rated, answer="4") == Rated(question="2 + 2?", answer="4", images=QUESTION.images)


def test_the_form_is_shown_where_the_prompt_has_a_field_for_it() -> None:
    assert about(QUESTION, Revised).form == "Give a number."


def test_what_is_given_takes_the_place_of_the_questions() -> None:
    assert about(QUESTION, Revised, question="3 + 3?", form="").render() == "3 + 3? "


def test_a_field_that_the_prompt_does_not_have_is_an_error() -> None:
    with pytest.raises(ValidationError, match="anser"):
        about(QUESTION, Rated, anser="4")


def test_texts_in_a_list_have_a_dash_each() -> None:
    assert bulleted(text for text in ("4", "5")) == "- 4\n- 5"
    assert bulleted(()) == ""
