"""Progress of a bench: that of each of its cells."""

from typing import Any

from ...evaluators.sample import Sample


class Named:
    """Progress of one cell: its stages by the name of the cell.

    >>> class Counted:
    ...     def expect(self, stage: str, count: int) -> None:
    ...         print(stage, count)
    >>> Named("pocket/pair/vote/0", Counted()).expect("test", 2)
    pocket/pair/vote/0 2
    """

    def __init__(self, name: str, progress: Any) -> None:  # noqa: ANN401 - a `Progress`, with `expect` or without
        self.name = name
        self.progress = progress

    def expect(self, stage: str, count: int) -> None:
        """Expect this many more samples of the cell."""
        expect = getattr(self.progress, "expect", None)
        if expect is not None:
            expect(self.name, count)

    def __call__(self, stage: str, sample: Sample) -> None:
        """A sample of the cell."""
        self.progress(self.name, sample)
