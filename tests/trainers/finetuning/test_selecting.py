"""What a selector is trained on, and that it is what it is asked."""

from pathlib import Path
from typing import Any

import pytest
import torch
from symposia.agents.decoding.switching import WhoWrites
from symposia.agents.loading import load
from symposia.agents.turn import Turn
from symposia.tests.support.nearness import flat
from symposia.tests.support.tiny import llama
from symposia.trainers.finetuning.branching import Labelled
from symposia.trainers.finetuning.pupil import Pupil
from symposia.trainers.finetuning.selecting import Selecting, chosen_at_random, sequence_of
from symposia.trainers.finetuning.settings import Lora, SupervisedSettings


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A random selector with room for its prompt."""
    return load(f"hf:{llama(tmp_path_factory.mktemp('selector') / 'm', max_position_embeddings=1024)}")


def row(label: int, last: int = 1, question: str = "2 + 2?") -> Labelled:
    return Labelled(asked=WhoWrites(question=question, written="(nothing yet)", last=last), label=label)


@pytest.mark.parametrize(("label", "last"), [(1, 1), (1, 11), (11, 11)])
async def test_the_loss_is_that_of_the_label_as_the_decoding_method_asks_for_it(
    model: Any, label: int, last: int
) -> None:
    """With twelve writers, 1 begins other labels and is followed by an end token."""
    given = row(label, last)
    turns = (Turn("system", "Be brief."), *given.asked.turns())
    choice = await model.choose(turns, given.asked.labels)
    sequence = sequence_of(model, given, "Be brief.")
    ids = torch.tensor([sequence.ids])
    logprobs = model.module()(input_ids=ids).logits[0].log_softmax(-1)
    count = sequence.trained
    said = sum(float(logprobs[-count - 1 + place, sequence.ids[-count + place]]) for place in range(count))
    assert count == (1 if last == 1 else 2)
    assert said == pytest.approx(choice.logprobs[label], abs=1e-4)


@pytest.mark.parametrize("lora", [None, Lora(rank=4)])
async def test_a_selector_learns_who_should_write(model: Any, lora: Lora | None, tmp_path: Path) -> None:
    rows = [row(place % 2, question="sums" if place % 2 else "graphs") for place in range(2)]
    settings = SupervisedSettings(rate=1e-2, steps=12, batch=2, schedule="constant")
    after = await Selecting(rows, settings)(Pupil.of("selector", model), "m", tmp_path / "a", lora=lora)
    for one in rows:
        choice = await after.model.choose(one.asked.turns(), one.asked.labels)
        assert choice.ranking[0] == one.label


async def test_without_rows_it_stays_as_it_was(model: Any, tmp_path: Path) -> None:
    none = await Selecting((), SupervisedSettings())(Pupil.of("selector", model), "m", tmp_path / "b")
    assert (flat(none.model) == flat(model)).all()


def test_labels_by_chance_are_drawn_for_the_same_rows() -> None:
    rows = [row(0, 3) for _ in range(40)]
    drawn = chosen_at_random(rows, 7)
    assert [one.asked for one in drawn] == [one.asked for one in rows]
    assert {one.label for one in drawn} == {0, 1, 2, 3}
    assert chosen_at_random(rows, 7) == drawn
