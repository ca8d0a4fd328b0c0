"""The messages between a model that shares its distributions and its peers.

Distributions travel as logits, since a deferral head needs their constant too. Tensors are base64 of their
little-endian bytes: float32, and int32 for token ids.
"""

from ..failure import Failure
from ..frozen import Frozen
from ..message import Message
from ..turn import Turn


class Introduce(Message):
    """A request for a peer's vocabulary and tokenizer.

    >>> from symposia.agents.codec import decode, encode
    >>> decode(encode(Introduce())) == Introduce()
    True
    """


class Introduction(Message):
    """A peer's vocabulary; `tokenizer` is JSON of the `tokenizers` library.

    >>> Introduction(fingerprint="5f", size=715, ends=(1,), tokenizer="{}").ends
    (1,)
    """

    fingerprint: str
    size: int
    ends: tuple[int, ...]
    tokenizer: str


class Describe(Message):
    """A request for what a model offers.

    >>> from symposia.agents.codec import encode
    >>> encode(Describe())
    {'@type': 'messages.describe/1'}
    """


class Description(Message):
    """The offer of a model: text always, unless it `scores`; labels' log-probabilities; distributions; its files.

    >>> Description(ranks=True).introduction is None
    True
    """

    scores: bool = False
    ranks: bool = False
    introduction: Introduction | None = None
    files: bool = False


class ListFiles(Message):
    """A request for the names of a model's files: those that transformers loads it from.

    >>> ListFiles() == ListFiles()
    True
    """


class ModelFile(Frozen):
    """A file of a model: its name, the number and the SHA-256 of its bytes.

    >>> ModelFile(name="config.json", size=2, sha256="44").name
    'config.json'
    """

    name: str
    size: int
    sha256: str


class Files(Message):
    """The files of a model.

    >>> Files(files=()).files
    ()
    """

    files: tuple[ModelFile, ...]


class ReadPiece(Message):
    """A request for `count` bytes of a model's file, from the byte `at` on.

    >>> ReadPiece(name="config.json", at=0, count=100).count
    100
    """

    name: str
    at: int
    count: int


class Piece(Message):
    """Bytes of a file, in base64.

    >>> Piece(data="e30=").data
    'e30='
    """

    data: str


class Begin(Message):
    """A request to open a text after these turns, as a fork of the text `origin` if that is still open.

    >>> Begin(turns=(Turn("user", "12 + 7 = ?"),), origin=3).turns[0].text
    '12 + 7 = ?'
    """

    turns: tuple[Turn, ...]
    origin: int | None = None


class Begun(Message):
    """The number of a new text and its tokens so far.

    >>> Begun(text=4, ids=(2, 474)).text
    4
    """

    text: int
    ids: tuple[int, ...]


class Passage(Frozen):
    """An update of a text: truncate it to its first `keep` tokens, append `ids`; `count` is the positions with logits.

    It is idempotent, so that a cancelled message may or may not have arrived.

    >>> Passage(text=4, keep=2, ids=(22, 468)).count
    1
    """

    text: int
    keep: int
    ids: tuple[int, ...] = ()
    count: int = 1


class ReadDistributions(Message):
    """A request for the next-token distributions of texts, in one batch: the `top` likeliest tokens, or all for None.

    `fingerprint` is that of the vocabulary that the ids belong to.

    >>> ReadDistributions(fingerprint="5f", passages=(Passage(text=4, keep=2),), top=16).top
    16
    """

    fingerprint: str
    passages: tuple[Passage, ...]
    top: int | None


class Whole(Frozen):
    """All logits at each position, in base64.

    >>> import torch
    >>> from symposia.agents.peers.distributions import read, written
    >>> shown = written(torch.tensor([[0.0, 1.0]]), None, "amber")
    >>> type(shown).__name__, read(shown, 2).tolist()
    ('Whole', [[0.0, 1.0]])
    """

    logits: str


class Top(Frozen):
    """The likeliest tokens at each position, their logits, and the log-sum-exp of all other logits.

    `errors` is the total variation distance between each distribution and the one rebuilt from these.

    >>> import torch
    >>> from symposia.agents.peers.distributions import written
    >>> shown = written(torch.tensor([[2.0, 0.0, 9.0]]), 1, "amber")
    >>> type(shown).__name__, round(shown.errors[0], 4)  # the other two are rebuilt as equal
    ('Top', 0.0004)
    """

    ids: str
    logits: str
    tails: tuple[float, ...]
    errors: tuple[float, ...]


class Shown(Message):
    """The distributions of each text, or its failure.

    >>> Shown(texts=(Failure(kind="PromptTooLong", text="base: too long."),)).texts[0].kind
    'PromptTooLong'
    """

    texts: tuple[Whole | Top | Failure, ...]


class End(Message):
    """A request to close a text.

    >>> End(text=4).text
    4
    """

    text: int
