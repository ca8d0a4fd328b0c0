"""Decoding methods: who takes part, and what is refused before the first token."""

from typing import Any

import pytest
from symposia.agents.decoding.method import DecodingMethod, check_vocabularies, stepper
from symposia.agents.errors import MissingCapability, VocabularyMismatch
from symposia.agents.models.scripted import Scripted
from symposia.tests.support.said import says


class Silent(DecodingMethod):
    """Does not say how to write."""


def test_by_default_all_members_take_part_the_first_leads() -> None:
    assert Silent().peers(("amber", "blue")) == ("amber", "blue")
    assert Silent.one_vocabulary


async def test_a_method_says_how_to_write() -> None:
    text: Any = None
    with pytest.raises(TypeError, match=r"^Silent: does not say how to write\. Define write\.$"):
        await Silent().write(text)


def test_a_model_that_only_writes_shows_no_distributions(models: dict[str, Any]) -> None:
    assert stepper("amber", models["amber"]) is models["amber"]
    with says(
        MissingCapability,
        "blue: a Scripted shows no distributions. Use a model that does: pocket: or hf:.",
    ):
        stepper("blue", Scripted())


def test_models_that_exchange_ids_have_one_vocabulary(models: dict[str, Any], nudged: dict[str, Any]) -> None:
    check_vocabularies({"amber": models["amber"], "blue": models["blue"]})
    with says(
        VocabularyMismatch,
        "stranger: its vocabulary is not amber's (272 and 262 tokens). Combine models of one tokenizer.",
    ):
        check_vocabularies({"amber": models["amber"], "stranger": nudged["stranger"]})
