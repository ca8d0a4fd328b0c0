"""The result of the `prepare` of weight/expo."""

from ....agents import Message


class Step(Message):
    """The result of `prepare`: the models to go from, those to go towards, and the step beyond them.

    >>> Step(sources=("sft",), targets=("dpo",), alpha=0.3).targets
    ('dpo',)
    """

    sources: tuple[str, ...]
    targets: tuple[str, ...]
    alpha: float
