"""Sequences of samples that take next to no memory: written to a temporary file, read again when they are looked at."""

from array import array
from collections.abc import Iterator, Sequence
from tempfile import SpooledTemporaryFile
from typing import Final, SupportsIndex, overload

from .sample import Sample

IN_MEMORY: Final = 1 << 20
"""The bytes of samples that are kept in memory before they go to a file."""

Place = SupportsIndex | slice


class Lazy(Sequence[Sample]):
    """A sequence of samples that are made when they are looked at: `_at` makes one.

    >>> class Same(Lazy):
    ...     def __len__(self) -> int:
    ...         return 2
    ...     def _at(self, place: int) -> Sample:
    ...         return Sample(id=str(place), question="2 + 2?", output="4", score=1.0)
    >>> [sample.id for sample in Same()]
    ['0', '1']
    """

    def _at(self, place: int) -> Sample:
        raise NotImplementedError

    @overload
    def __getitem__(self, place: SupportsIndex) -> Sample: ...
    @overload
    def __getitem__(self, place: slice) -> list[Sample]: ...
    def __getitem__(self, place: Place) -> Sample | list[Sample]:
        numbers = range(len(self))
        return [self._at(number) for number in numbers[place]] if isinstance(place, slice) else self._at(numbers[place])

    def __iter__(self) -> Iterator[Sample]:
        return (self._at(place) for place in range(len(self)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]


class Samples(Lazy):
    """Samples by position, put there in any order.

    >>> samples = Samples(2)
    >>> samples.put(1, Sample(id="2", question="2 + 2?", output="4", score=1.0))
    >>> samples.put(0, Sample(id="1", question="1 + 1?", output="3", score=0.0))
    >>> [sample.score for sample in samples], samples[-1].id
    ([0.0, 1.0], '2')
    """

    def __init__(self, count: int) -> None:
        self._file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed when the samples are gone
        self._starts = array("Q", bytes(8 * count))
        self._sizes = array("Q", bytes(8 * count))
        self._end = 0

    def put(self, place: int, sample: Sample) -> None:
        """Keep the sample at a position."""
        data = sample.model_dump_json().encode()
        self._file.seek(self._end)
        self._file.write(data)
        self._starts[place], self._sizes[place] = self._end, len(data)
        self._end += len(data)

    def __len__(self) -> int:
        return len(self._starts)

    def _at(self, place: int) -> Sample:
        self._file.seek(self._starts[place])
        return Sample.model_validate_json(self._file.read(self._sizes[place]))


class Picked(Lazy):
    """For each question the sample of one of several systems, by the number of the system.

    >>> right, wrong = (Sample(id="1", question="2 + 2?", output="4", score=score) for score in (1.0, 0.0))
    >>> [sample.score for sample in Picked([[right, wrong], [wrong, right]], [0, 1])]
    [1.0, 1.0]
    """

    def __init__(self, systems: Sequence[Sequence[Sample]], picks: Sequence[int]) -> None:
        self._systems = systems
        self._picks = array("I", picks)

    def __len__(self) -> int:
        return len(self._picks)

    def _at(self, place: int) -> Sample:
        return self._systems[self._picks[place]][place]
