"""A model's part in a text: what it reads, when, and what that costs."""

from typing import Any

import pytest
import torch
from symposia.agents import Ask, Turn
from symposia.agents.accounting import Usage
from symposia.agents.decoding.participant import Participant, common
from symposia.agents.errors import MissingCapability
from symposia.agents.parts import Image

QUESTION = Ask(text="hello")


def taking_part(model: Any, *system: Turn) -> Participant:
    return Participant(model, system, QUESTION)


async def test_nothing_is_read_before_it_is_asked_for_and_nothing_twice(models: dict[str, Any]) -> None:
    amber = taking_part(models["amber"])
    assert amber.usage == Usage()
    first = await amber.next()
    # <bos><user>hello<end><assistant> are nine tokens, of which logits are asked for once.
    assert amber.usage == Usage(prompt_tokens=9, completion_tokens=1, calls=1)
    assert await amber.next() is first
    assert amber.usage.completion_tokens == 1
    amber.close()


async def test_a_blind_one_reads_the_prompt_without_its_images(models: dict[str, Any]) -> None:
    pictured = Ask(text="hello", images=(Image.from_bytes(b"GIF89a"),))
    with pytest.raises(MissingCapability, match="reads text alone, and was given an image"):
        await Participant(models["amber"], (), pictured).open()
    blind, plain = Participant(models["amber"], (), pictured, blind=True), taking_part(models["amber"])
    await blind.open()
    await plain.open()
    assert blind.prompt_ids == plain.prompt_ids


async def test_what_was_drafted_and_is_kept_is_not_read_again(models: dict[str, Any]) -> None:
    amber, fresh = taking_part(models["amber"]), taking_part(models["amber"])
    await amber.next()
    await amber.next((65, 66))
    read = amber.usage
    amber.ids.extend((65, 66))
    kept = await amber.next()
    assert amber.usage == read
    fresh.ids.extend((65, 66))
    assert torch.allclose(kept, await fresh.next(), atol=1e-5)


async def test_what_was_drafted_and_is_not_kept_is_cut_back(models: dict[str, Any]) -> None:
    amber, fresh = taking_part(models["amber"]), taking_part(models["amber"])
    await amber.next((65, 66, 67))
    amber.ids.extend((65, 70))
    fresh.ids.extend((65, 70))
    assert torch.allclose(await amber.next(), await fresh.next(), atol=1e-5)
    assert amber.session.ids == (*amber.prompt_ids, 65, 70)


async def test_several_places_are_read_at_once(models: dict[str, Any]) -> None:
    amber, fresh = taking_part(models["amber"]), taking_part(models["amber"])
    rows = await amber.each((65, 66), 3)
    alone = [await fresh.next((65, 66)[:length]) for length in range(3)]
    assert torch.allclose(rows, torch.stack(alone), atol=1e-5)


async def test_a_hidden_state_comes_with_the_logits_and_is_read_once(models: dict[str, Any]) -> None:
    amber = taking_part(models["amber"])
    logits, state = await amber.show()
    assert (tuple(state.shape), amber.usage.completion_tokens) == ((32,), 1)
    again = await amber.show()
    assert again[0] is logits
    assert amber.usage.completion_tokens == 1
    assert torch.allclose(logits, await taking_part(models["amber"]).next(), atol=1e-5)


async def test_what_was_not_read_is_not_there(models: dict[str, Any]) -> None:
    amber = taking_part(models["amber"])
    for what, message in (("session", "Await open first"), ("logits", "Await next first"), ("state", "Await show")):
        with pytest.raises(RuntimeError, match=message):
            getattr(amber, what)


@pytest.mark.parametrize(("one", "other", "length"), [("abc", "abd", 2), ("ab", "abc", 2), ("", "a", 0), ("x", "y", 0)])
def test_the_longest_common_beginning(one: str, other: str, length: int) -> None:
    assert common(one, other) == length  # type: ignore[arg-type]
