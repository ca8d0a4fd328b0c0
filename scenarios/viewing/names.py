"""Names by number, in the order of their first use."""

from ..reporting.untrusted import plain


class Names:
    """Numbers names as they come.

    >>> names = Names()
    >>> names.put("amber"), names.put("blue"), names.put("amber"), names.listed()
    (0, 1, 0, ['amber', 'blue'])
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def put(self, name: str) -> int:
        """The number of a name."""
        return self._numbers.setdefault(name, len(self._numbers))

    def listed(self) -> list[str]:
        """The names, by number, safe to show."""
        return [plain(name) for name in self._numbers]
