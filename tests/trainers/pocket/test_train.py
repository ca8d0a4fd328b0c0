"""Training of the packaged models."""

import json
from itertools import count
from pathlib import Path
from random import Random

import pytest
from symposia.agents.errors import UnknownName
from symposia.agents.models import pocket
from symposia.agents.turn import Turn
from symposia.evaluators.pocket import CORE


def test_training_reads_conversations_as_the_chat_template_writes_them() -> None:
    from symposia.trainers.pocket.example import prompt_ids
    from symposia.trainers.pocket.network import tokenizer_of

    tokenizer = tokenizer_of(pocket.path("base"))
    turns = tuple(Turn(role=role, text="sort k c a") for role in ("system", "user", "assistant", "user"))
    chat = [{"role": turn.role, "content": turn.text} for turn in turns]
    expected = tokenizer.apply_chat_template(chat, add_generation_prompt=True, return_dict=False)
    assert prompt_ids(tokenizer.backend_tokenizer, turns) == expected


@pytest.mark.parametrize("name", [name for name in pocket.names() if pocket.card(name)["kind"] != "reward"])
def test_a_model_is_as_accurate_as_its_card_says(name: str) -> None:
    """A hundred items of each skill it is good at: further below its card than that is not chance."""
    from symposia.trainers.pocket.measure import answered, held_out
    from symposia.trainers.pocket.network import read, tokenizer_of

    model, tokenizer = read(pocket.path(name)), tokenizer_of(pocket.path(name))
    for skill in CORE:
        stated = pocket.card(name)["accuracy"][skill]
        right = sum(answered(model, tokenizer, held_out(skill, 50)))
        assert stated["low"] - 0.2 <= right / 50 <= stated["high"] + 0.2


def test_an_interrupted_training_goes_on_to_the_same_weights(tmp_path: Path) -> None:
    import torch
    from symposia.trainers.pocket.example import Encoded, asked, encode
    from symposia.trainers.pocket.learn import answer_loss, learn
    from symposia.trainers.pocket.network import read, tokenizer_of
    from symposia.trainers.pocket.schedule import Schedule

    words = tokenizer_of(pocket.path("base")).backend_tokenizer
    schedule = Schedule(steps=4, rate=1e-3, batch=1, warmup=1, every=2)

    def trained(file: Path, stop: int) -> torch.Tensor:
        calls = count()

        def batch(rng: Random) -> list[Encoded]:
            if next(calls) == stop:
                raise KeyboardInterrupt
            return [encode(words, asked(f"sort {rng.choice('abc')}", "a"))]

        model = read(pocket.path("base"))
        learn(model, answer_loss, batch, schedule, (file, "seed"))
        return model.get_input_embeddings().weight

    with pytest.raises(KeyboardInterrupt):
        trained(tmp_path / "interrupted.safetensors", stop=3)
    assert torch.equal(
        trained(tmp_path / "interrupted.safetensors", stop=4), trained(tmp_path / "whole.safetensors", 4)
    )


def test_a_missing_prompt_is_named(tmp_path: Path) -> None:
    from symposia.trainers.pocket.train import train

    with pytest.raises(
        UnknownName, match=r"^pocket training: no prompt named 'api/prompt_routing\.Route'\. Known: none\.$"
    ):
        train(tmp_path, {})
    with pytest.raises(UnknownName, match=r"^no pocket model named 'bas'\. Did you mean 'base'\?"):
        train(tmp_path, {}, only=("bas",))


def test_cards_and_pages_agree() -> None:
    from symposia.trainers.pocket.card import page

    for name in pocket.names():
        card = json.loads((pocket.path(name) / "card.json").read_text())
        assert (pocket.path(name) / "README.md").read_text() == page(card)
