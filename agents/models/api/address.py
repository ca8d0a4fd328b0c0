"""The address of a model behind an API: `api:PROVIDER/MODEL[@URL][#KEY]`.

`URL` is the base URL of an OpenAI-compatible server, by default the provider's own. `KEY` is the
*name* of the environment variable that holds the API key, never the key.

    api:openai/gpt-4o-mini
    api:hosted_vllm/Qwen/Qwen3-8B@http://127.0.0.1:8000/v1
    api:openai/our-model@https://models.example.org/v1#LAB_API_KEY
"""

import os
import re
from dataclasses import dataclass
from types import ModuleType
from typing import Final, Self
from urllib.parse import urlsplit

from ...errors import BadModel, ModelUnavailable, UnknownName

SCHEME: Final = "api:"
FORM: Final = re.compile(r"([^#]*?)(?:@(https?:[^#]*))?(?:#(.*))?", re.DOTALL)
"""Matches model, server and key; it matches every text."""

NO_KEY: Final = "none"
"""The key sent to a server with its own URL and no key name: it must not get the provider's key."""


@dataclass(frozen=True)
class Address:
    """A model, its server, and the name of the environment variable with the API key.

    >>> Address.parse("api:openai/our-model@https://models.example.org/v1#LAB_API_KEY").key_name
    'LAB_API_KEY'
    """

    model: str
    base_url: str | None = None
    key_name: str | None = None

    def check(self) -> None:
        """Raise `BadModel` unless all parts are well formed."""
        provider, _, name = self.model.partition("/")
        if not provider or not name:
            raise BadModel(
                f"{SCHEME}{self.model}: no provider. Write api:PROVIDER/MODEL, as in api:openai/gpt-4o-mini."
            )
        if self.base_url is not None:
            check_url(f"{SCHEME}{self.model}", self.base_url)
        if self.key_name is not None and not re.fullmatch("[A-Z_][A-Z0-9_]*", self.key_name):
            raise BadModel(
                f"{SCHEME}{self.model}: what follows # is not the name of an environment variable. "
                "Name the variable that holds the key, as in #LAB_API_KEY; never write the key itself."
            )

    @classmethod
    def parse(cls, url: str) -> Self:
        """Parse a URL of a scenario file. Raises `BadModel`."""
        if not url.startswith(SCHEME):
            raise BadModel(f"{url}: not an API model. Write api:PROVIDER/MODEL, as in api:openai/gpt-4o-mini.")
        # Model names may hold an @ of their own (vertex_ai/claude@20240620): only @http begins a server's URL.
        model, base_url, key_name = FORM.fullmatch(url.removeprefix(SCHEME)).groups()  # type: ignore[union-attr]
        return cls(model, base_url, key_name)

    def __str__(self) -> str:
        server = f"@{self.base_url}" if self.base_url else ""
        return f"{SCHEME}{self.model}{server}{'#' + self.key_name if self.key_name else ''}"

    @property
    def provider(self) -> str:
        """The part of the model name before the first slash."""
        return self.model.partition("/")[0]

    @property
    def endpoint(self) -> str:
        """The unit that limits apply to: the server's URL, or else the provider."""
        return self.base_url or self.provider

    def check_provider(self, litellm: ModuleType) -> None:
        """Raise `UnknownName` for a provider that LiteLLM does not know."""
        known = [str(getattr(provider, "value", provider)) for provider in litellm.provider_list]
        if self.provider not in known:
            raise UnknownName("provider", self.provider, known, where=str(self))

    def key(self, litellm: ModuleType) -> str | None:
        """The API key; None if LiteLLM finds it itself. Raises `ModelUnavailable` where it is not set."""
        if self.key_name is not None:
            if key := os.environ.get(self.key_name):
                return key
            raise ModelUnavailable(f"{self}: no API key. Set the environment variable {self.key_name}.")
        if self.base_url is not None:
            return NO_KEY
        found = litellm.validate_environment(self.model)
        missing = [name for name in found["missing_keys"] if name.endswith("_API_KEY")]
        if missing and not found["keys_in_environment"]:
            raise ModelUnavailable(f"{self}: no API key. Set the environment variable {' or '.join(missing)}.")
        return None


def check_url(where: str, url: str) -> None:
    """Raise `BadModel` unless this is the http(s) URL of a server, without credentials."""
    parts = urlsplit(url)
    if parts.username or parts.password:
        raise BadModel(
            f"{where}: the URL holds credentials. Put the key into an environment variable and add #ITS_NAME."
        )
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadModel(f"{where}: {url!r} is not the URL of a server. Write it as in @http://127.0.0.1:8000/v1.")
