"""Samples that lie in a file until they are looked at."""

import pytest
from symposia.evaluators.sample import Sample
from symposia.evaluators.samples import IN_MEMORY, Picked, Samples


def sample(number: int, text: str = "4") -> Sample:
    return Sample(id=str(number), question="2 + 2?", output=text, parsed="4", score=float(number % 2))


def filled(count: int, text: str = "4") -> Samples:
    found = Samples(count)
    for number in reversed(range(count)):
        found.put(number, sample(number, text))
    return found


def test_samples_are_in_the_order_of_their_positions_however_they_came() -> None:
    found = filled(5)
    assert [one.id for one in found] == ["0", "1", "2", "3", "4"]
    assert found == [sample(number) for number in range(5)]
    assert (found[-1].id, [one.id for one in found[1:3]], len(found)) == ("4", ["1", "2"], 5)
    with pytest.raises(IndexError):
        found[5]


def test_samples_survive_the_way_to_the_disk() -> None:
    found = filled(5, text="é" * IN_MEMORY)
    assert {one.output for one in found} == {"é" * IN_MEMORY}


def test_what_is_picked_is_read_from_its_system() -> None:
    first, second = filled(2), [sample(7), sample(8)]
    assert [one.id for one in Picked([first, second], [1, 0])] == ["7", "1"]
