"""The options of weight/merge."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from ....agents.options import ProtocolOptions
from ....trainers.merging import check_settings

Settings = Mapping[str, Any]


class Options(ProtocolOptions):
    """The merging method and its settings.

    >>> Options(method="slurp").check(("amber", "blue"))
    Traceback (most recent call last):
    symposia.agents.errors.UnknownName: merge: no merging method named 'slurp'. Did you mean 'slerp'? ...
    """

    method: str = Field("linear", description="A row of the table of merging methods.")
    base: str | None = Field(None, description="The member the others were trained from, for methods that need one.")
    settings: Settings | None = Field(None, description="The method's settings; weights are one a member but the base.")
    depth: Mapping[str, tuple[Any, ...]] | None = Field(
        None, description="Settings that change with depth: values at equal distances from first to last layer."
    )
    align: bool = Field(False, description="Match embeddings token by token where tokenizers differ.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `BadScenario` or `UnknownName` for settings that the method does not take."""
        check_settings(members, self.base, self.method, self.settings or {}, self.depth)
