"""A scorer behind HTTP, as a `Scorer`: what is sent, and where the value is in the reply, is said in a JSON file.

    {"url": "https://commentanalyzer.googleapis.com/v1alpha1/comments:analyze",
     "query": {"key": "${PERSPECTIVE_API_KEY}"},
     "body": {"comment": {"text": "{first_line}"}, "requestedAttributes": {"TOXICITY": {}}},
     "value": "attributeScores.TOXICITY.summaryScore.value",
     "limits": {"per_minute": 60, "timeout": 20}}

That is Perspective's form; its service ends with the year 2026. In texts of the body `{answer}`, `{first_line}` (of the
answer) and `{question}` are filled in; `${NAME}` in the query or in `headers` is the environment variable of this name.
No key is in a trace or an error. Requests are made again as `limits` say; a scorer that fails, fails for one answer.
"""

import asyncio
import os
import re
from collections.abc import Mapping, Sequence
from math import isfinite
from pathlib import Path
from typing import Any, Final, Self

from pydantic import Field, ValidationError

from ..accounting import Usage
from ..errors import BadModel, CallFailed, ModelUnavailable
from ..frozen import Frozen
from ..message import Reward
from ..turn import Turn
from .api.limits import Limits, gate, retry_after

SCHEME: Final = "http-score"
_FIELD: Final = re.compile(r"\{(answer|first_line|question)\}")
_SECRET: Final = re.compile(r"\$\{([A-Z_][A-Z0-9_]*)\}")
PASSING: Final = (408, 425, 429, 500, 502, 503, 504)
"""The status codes after which a request is made again."""


class HttpScore(Frozen, tag="http_score.http_score/1"):
    """The settings of a scorer, and the scorer. `value` is the path to its number: names and positions, with dots.

    >>> scorer = HttpScore(url="https://example.org/score", body={"text": "{answer}"}, value="scores.0")
    >>> scorer.found({"scores": [0.25]}), filled(scorer.body, {"answer": "four"})
    (0.25, {'text': 'four'})
    """

    url: str = Field(pattern="^https?://")
    body: Mapping[str, Any]
    value: str
    query: Mapping[str, str] = {}
    headers: Mapping[str, str] = {}
    limits: Limits = Limits(timeout=20.0, attempts=3, patience=30.0)

    @classmethod
    def read(cls, path: Path, *, where: str) -> Self:
        """The scorer of a file. Raises `BadModel`."""
        try:
            return cls.model_validate_json(path.read_text(encoding="utf-8"))
        except OSError:
            raise BadModel(f"{where}: there is no file {path}. Give a JSON file with url, body and value.") from None
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"])) or "the file"
            raise BadModel(f"{where}: {place}: {first['msg']}. Give a JSON object with url, body and value.") from None

    def check(self, where: str) -> None:
        """Raise `ModelUnavailable` where an environment variable that it names is not set."""
        for text in (*self.query.values(), *self.headers.values()):
            for name in _SECRET.findall(text):
                if not os.environ.get(name):
                    raise ModelUnavailable(f"{where}: no API key. Set the environment variable {name}.")

    async def score(self, turns: Sequence[Turn]) -> Reward:
        """The service's value for the last turn, the assistant's. Raises `CallFailed`."""
        answer = turns[-1].text
        asked = next((turn.text for turn in reversed(turns[:-1]) if turn.role == "user"), "")
        lines = answer.strip().splitlines()
        words = {"answer": answer, "first_line": lines[0].strip() if lines else "", "question": asked}
        entrance, number = gate(self.url, self.limits), 1
        while True:
            async with entrance.enter():
                reply = await self._post(filled(self.body, words))
            if isinstance(reply, float):
                return Reward(value=reply, usage=Usage(calls=1))
            problem, passing, hint = reply
            wait = self.limits.wait(number, hint)
            if not passing or number >= self.limits.attempts or wait > self.limits.longest_wait:
                raise CallFailed(f"{SCHEME}: {self.url}: {problem}. Check the scorer's file and its service.")
            await asyncio.sleep(wait)
            number += 1

    async def _post(self, body: object) -> float | tuple[str, bool, float | None]:
        """The value in the reply to one request; or what went wrong, whether it may pass, and the wait asked for."""
        import httpx

        query, headers = ({name: secret(text) for name, text in one.items()} for one in (self.query, self.headers))
        try:
            async with httpx.AsyncClient(timeout=self.limits.http(), follow_redirects=False) as client:
                reply = await client.post(self.url, params=query, headers=headers, json=body)
        except httpx.TimeoutException:
            return f"nothing within {self.limits.timeout:g} s", True, None
        except httpx.HTTPError as error:  # its text may hold the whole address, with the key
            return f"it cannot be reached ({type(error).__name__})", True, None
        if reply.status_code != 200:
            return f"it said {reply.status_code}", reply.status_code in PASSING, retry_after(reply.headers)
        try:
            return self.found(reply.json())
        except (ValueError, LookupError, TypeError):
            return f"its reply has no number at {self.value}", False, None

    def found(self, reply: Any) -> float:  # noqa: ANN401 - JSON
        """The number at the path in a reply. Raises `LookupError`, `TypeError` or `ValueError` without one."""
        for name in self.value.split("."):
            reply = reply[int(name)] if isinstance(reply, list) else reply[name]
        if isinstance(reply, bool) or not isinstance(reply, int | float) or not isfinite(reply):
            raise ValueError(self.value)
        return float(reply)


def filled(part: Any, words: Mapping[str, str]) -> Any:  # noqa: ANN401 - JSON
    """A JSON value with the fields in its texts filled in, each once: what is filled in is never searched."""
    if isinstance(part, str):
        return _FIELD.sub(lambda field: words[field.group(1)], part)
    if isinstance(part, Mapping):
        return {name: filled(one, words) for name, one in part.items()}
    return [filled(one, words) for one in part] if isinstance(part, list | tuple) else part


def secret(text: str) -> str:
    """A text with the environment variables that it names."""
    return _SECRET.sub(lambda name: os.environ.get(name.group(1), ""), text)
