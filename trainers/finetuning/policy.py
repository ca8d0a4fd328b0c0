"""A model in training that answers: always with its newest weights, and with their version in every answer."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from peft import PeftModel
from torch import Tensor
from transformers import PreTrainedModel

from ...agents.errors import BadModel, ModelUnavailable
from ...agents.message import Answer, Choice, Sampling
from ...agents.models.base import GREEDY, Vocabulary
from ...agents.models.hf.engine import Engine
from ...agents.models.hf.model import Model
from ...agents.models.hf.runner import ModelRunner
from ...agents.models.hf.text_session import TextSession
from ...agents.turn import Turn
from .lineage import Lineage, begun
from .network import live_adapter, whole, with_adapter, with_new_adapter
from .settings import Lora


class Policy:
    """A `Stepper` whose weights are trained while it answers: an adapter on a model, or a copy of a whole model.

    `lora` makes a new adapter, `adapter` is the folder of one that is trained on; with neither, all weights are
    trained. An adapter answers on its base's engine, in one batch with all others there. Its name is `called@version`;
    the version grows whenever new weights are published, which nothing has to load.

    >>> from symposia.agents.loading import load
    >>> Policy(load("pocket:base"), called="student", lora=Lora(rank=4)).name
    'student@0'
    """

    def __init__(
        self,
        base: Model,
        *,
        called: str = "policy",
        lora: Lora | None = None,
        adapter: Path | None = None,
        seed: int = 0,
    ) -> None:
        if not isinstance(base, Model):
            raise BadModel(
                f"{called}: a {type(base).__name__} cannot be trained. Load a model of pocket:, hf: or smol: on one "
                "device."
            )
        self.base = base
        self.called = called
        self.lineage: Lineage = begun(base, called, adapter)
        self.network: PreTrainedModel | PeftModel
        if adapter is not None:
            self.network = with_adapter(base, adapter)
        else:
            self.network = whole(base) if lora is None else with_new_adapter(base, lora, seed)
        self.version = self.lineage.version
        self._served = self._serving()
        self._training = False

    @property
    def name(self) -> str:
        """Its name with the version of its weights: `student@3`."""
        return f"{self.called}@{self.version}"

    @property
    def adapts(self) -> bool:
        """True if an adapter is trained, False if all weights are."""
        return isinstance(self.network, PeftModel)

    @property
    def model(self) -> Model:
        """The model of its newest weights under its name. Raises `ModelUnavailable` while they change."""
        if self._training:
            raise ModelUnavailable(f"{self.name}: its weights are being changed. Ask it when the step is over.")
        return self._served

    @property
    def vocabulary(self) -> Vocabulary:
        """The identity of its vocabulary."""
        return self._served.vocabulary

    @property
    def engine(self) -> Engine:
        """The engine that answers: an adapter's base's."""
        return self._served.engine

    @property
    def parameters(self) -> Mapping[str, Tensor]:
        """Its parameters by name as they are now, an adapter merged in on access."""
        return self._served.parameters

    def decode(self, ids: Sequence[int]) -> str:
        """The text of token ids, without special tokens."""
        return self._served.decode(ids)

    def encode(self, text: str, *, begins: bool = False) -> list[int]:
        """The token ids of a text that continues another, or begins an answer."""
        return self._served.encode(text, begins=begins)

    def named_in(self, stops: Sequence[str]) -> Mapping[int, str]:
        """The special tokens that stop strings name, by id."""
        return self._served.named_in(stops)

    async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> Answer:
        """The next assistant turn, with the version that wrote it. Raises what `Model.write` raises."""
        model = self.model
        said = await model.write(turns, sampling)
        return said.model_copy(update={"policy": model.name})

    async def open(self, turns: Sequence[Turn]) -> TextSession:
        """A session that decodes the next assistant turn token by token."""
        return await self.model.open(turns)

    async def step(self, sessions: Sequence[TextSession], keep: Sequence[int] | None = None) -> Tensor:
        """The logits at the last `keep` positions of sessions of its engine."""
        return await self.model.step(sessions, keep)

    async def show(self, sessions: Sequence[TextSession], keep: Sequence[int]) -> tuple[Tensor, Tensor]:
        """The logits and the last hidden states at the last `keep` positions of sessions of its engine."""
        return await self.model.show(sessions, keep)

    async def choose(self, turns: Sequence[Turn], labels: Sequence[str]) -> Choice:
        """The log-probability of each label as the next turn."""
        return await self.model.choose(turns, labels)

    def with_parameters(self, parameters: Mapping[str, Tensor], *, name: str) -> Model:
        """A model of the same architecture and vocabulary with these parameters, which is not trained."""
        return self.base.with_parameters(parameters, name=name)

    def publish(self) -> None:
        """Answer with the weights as they are now, under the next version; what was read with older ones is not reused.

        Weights that a trainer has moved elsewhere, as sharded ones, are copied.
        """
        self.version += 1
        self.refresh()

    def refresh(self) -> None:
        """Answer with the weights as they are now, under the same version."""
        served = self._served.adapter
        if served is not None and isinstance(self.network, PeftModel):
            for module, now in live_adapter(self.name, self.network).deltas.items():
                for own, new in ((served.deltas[module].down, now.down), (served.deltas[module].up, now.up)):
                    if own.data_ptr() != new.data_ptr():
                        own.copy_(new)
        self._served = self._served.named(self.name)
        self.engine.submit(self._forget)

    def _forget(self, runner: ModelRunner) -> None:
        """Have the open sessions of older weights read again."""
        for sequence in runner.cache.sequences:
            if sequence.adapter is self._served.adapter:
                sequence.cached = 0

    @contextmanager
    def training(self) -> Iterator[None]:
        """A context in which its weights change, so that it does not answer."""
        self._training = True
        try:
            yield
        finally:
            self._training = False

    @contextmanager
    def answering(self) -> Iterator[None]:
        """A context, within `training`, in which its weights stay as they are, so that it answers."""
        before, self._training = self._training, False
        try:
            yield
        finally:
            self._training = before

    def _serving(self) -> Model:
        if isinstance(self.network, PeftModel):
            return self.base.through(live_adapter(self.name, self.network)).named(self.name)
        return self.base.serving(self.network, name=self.name)
