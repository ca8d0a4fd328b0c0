"""What the processes of a site offer: retained messages, which the broker empties when a process is gone."""

import hmac
from collections.abc import Callable, Mapping

from ...errors import BadMessage
from ...message import Message
from .frame import Frame
from .topics import Place


class Offer(Message, tag="wire.offer/1"):
    """The offer of a process: types of agents, models by their URL, how many requests it works on at once, its version.

    `began` is the time of its start in seconds since 1970, `host` the name of its machine; both are hints.

    >>> Offer(kinds=("model-5f",), models={"pocket:base": "model-5f"}, window=8).models["pocket:base"]
    'model-5f'
    """

    kinds: tuple[str, ...] = ()
    models: Mapping[str, str] = {}
    window: int = 1
    host: str = ""
    version: str = ""
    began: float = 0.0
    signature: str = ""

    def signed(self, process: str, key: bytes | None) -> "Offer":
        """The offer with its signature: HMAC-SHA256 of what it says and of the process that says it."""
        return self if key is None else self.model_copy(update={"signature": self.mark(process, key)})

    def mark(self, process: str, key: bytes) -> str:
        """The signature that it should have."""
        said = self.model_copy(update={"signature": ""}).model_dump_json()
        return hmac.new(key, f"{process}\n{said}".encode(), "sha256").hexdigest()


class Offers:
    """The offers that are known, by process; `changed` is called with each process whose offer comes or goes.

    With a `key`, offers that are not signed with it are not listened to.

    >>> Offers(print).known
    {}
    """

    def __init__(self, changed: Callable[[str], None], key: bytes | None = None) -> None:
        self.known: dict[str, Offer] = {}
        self._key = key
        self._changed = changed

    def heard(self, place: Place, data: bytes) -> None:
        """Note an offer, or that a process is gone. Raises `BadMessage` for one in another user's name."""
        if not data:
            self.known.pop(place.name, None)
            self._changed(place.name)
            return
        frame = Frame.read(data)
        if frame.header.by != place.name:
            raise BadMessage(f"{place.name}: its offer says that it is of {frame.header.by}.")
        offer = frame.message()
        if not isinstance(offer, Offer):
            raise BadMessage(f"{place.name}: offers a {type(offer).__name__}.")
        if self._key is not None and not hmac.compare_digest(offer.mark(place.name, self._key), offer.signature):
            raise BadMessage(f"{place.name}: its offer is not signed with the key of this site.")
        self.known[place.name] = offer
        self._changed(place.name)

    def window(self, kind: str) -> int:
        """The requests that those who make agents of a type work on at once, together."""
        return sum(offer.window for offer in self.known.values() if kind in offer.kinds)

    def of(self, url: str) -> dict[str, str]:
        """The agent types of the model at a URL, by the process that offers it."""
        return {process: offer.models[url] for process, offer in self.known.items() if url in offer.models}
