"""The result of the `prepare` of text/slm_mux."""

from ....agents import Message


class Chosen(Message):
    """The result of `prepare`: the members that are asked, the better one on dev first where that settles ties.

    >>> Chosen(names=("amber",)).names
    ('amber',)
    """

    names: tuple[str, ...]
