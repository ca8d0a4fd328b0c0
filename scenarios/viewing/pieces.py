"""The text of each token, by the tokenizers of the models that are on this machine; no weights are loaded."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Final

TOKENIZER: Final = "tokenizer.json"
REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"


class Pieces:
    """Splits texts into the pieces of their tokens.

    `files` are the tokenizers by agent; one is used only for texts that its own decoding reproduces.

    >>> Pieces({}).of("amber", (3, 4), "hi") is None
    True
    """

    def __init__(self, files: Mapping[str, Path]) -> None:
        self.files = files
        self._read: dict[Path, Any] = {}

    @cached_property
    def every(self) -> tuple[Path, ...]:
        """The different files."""
        return tuple(dict.fromkeys(self.files.values()))

    def of(self, agent: str, ids: Sequence[int], text: str) -> list[str] | None:
        """The pieces of a text, one a token, end tokens as they are written; None where no tokenizer gives this text.

        The agent's own is tried first, then those of all others: a decoder writes with the tokens of its peers.
        """
        own = self.files.get(agent)
        for path in dict.fromkeys(([own] if own else []) + list(self.every)):
            tokenizer = self._tokenizer(path)
            if tokenizer is not None and tokenizer.decode(list(ids)).strip() == text.strip():
                return split(tokenizer, ids)
        return None

    def _tokenizer(self, path: Path) -> Any:  # noqa: ANN401 - of tokenizers
        from tokenizers import Tokenizer

        if path not in self._read:
            try:
                self._read[path] = Tokenizer.from_file(str(path))
            except Exception:  # noqa: BLE001 - the library raises no more special one for a file it cannot read
                self._read[path] = None
        return self._read[path]


def split(tokenizer: Any, ids: Sequence[int]) -> list[str]:  # noqa: ANN401 - of tokenizers
    """The text that each token adds; bytes of an unfinished character are shown with the token that finishes it."""
    found, before, start = [], "", 0
    for end in range(1, len(ids) + 1):
        now = tokenizer.decode(list(ids[start:end]), skip_special_tokens=False)
        if now.endswith(REPLACEMENT) and end < len(ids):
            found.append("")
            continue
        found.append(now[len(before) :])
        before = now
        if end - start >= 64:  # a window, so that a long text takes no quadratic time
            start, before = end, ""
    return found


def tokenizers_of(models: Mapping[str, str], folder: Path) -> dict[str, Path]:
    """The tokenizer files of the models that are folders on this machine, by agent."""
    from ...agents.model_url import in_folder
    from ...agents.models import pocket

    found = {}
    for name, url in models.items():
        scheme, _, rest = url.partition(":")
        if scheme == "pocket" and rest in pocket.names():
            path = Path(pocket.__path__[0]) / rest / TOKENIZER
        elif scheme == "hf":
            path = Path(in_folder(url, folder).partition(":")[2].partition("?")[0]) / TOKENIZER
        else:
            continue
        if path.is_file():
            found[name] = path
    return found
