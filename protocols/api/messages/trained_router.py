"""The result of the `prepare` of api/trained_router."""

from ....agents import Message


class Fallback(Message):
    """The result of `prepare`: the member that answers where the router names none.

    >>> Fallback(name="amber").name
    'amber'
    """

    name: str
