"""The resident models of this process: each source is loaded once."""

from pathlib import Path
from threading import Lock

from ...errors import BadModel
from .address import ModelAddress
from .admission import changing_positions, check_independent, refused
from .chat import ChatTokenizer
from .host import Host, threads_for
from .hub import fetch
from .independence import check_measured
from .loading import (
    Source,
    limits,
    read_model,
    read_processor,
    read_reward_model,
    read_tokenizer,
    read_vision_model,
    stated_context,
)
from .model import Model
from .notes import note_what_is_ignored
from .replicated import Replicated
from .reward import RewardModel
from .vision import VisionModel

_MODELS: dict[Source, Model] = {}
_REPLICATED: dict[tuple[Source, ...], Replicated] = {}
_ADAPTED: dict[str, Model | Replicated] = {}
_REWARDS: dict[Source, RewardModel] = {}
_SEEING: dict[Source, VisionModel] = {}
_READING = Lock()


def load(source: Source, name: str) -> Model:
    """The resident model of a source, loaded on first use. Raises `BadModel`.

    The same source under another name shares its host.
    """
    with _READING:
        model = _MODELS.get(source)
        if model is None or model.engine.closed:
            model = _MODELS[source] = _read(source, name)
    return model if model.name == name else model.named(name)


def load_on_all(sources: tuple[Source, ...], name: str) -> Model | Replicated:
    """The resident model of one source, or a `Replicated` of several."""
    models = [load(source, name) for source in sources]
    if len(models) == 1:
        return models[0]
    with _READING:
        known = _REPLICATED.get(sources)
        if known is None or any(one.engine is not two.engine for one, two in zip(known.replicas, models, strict=True)):
            known = _REPLICATED[sources] = Replicated(models)
    return known


def seeing(source: Source, name: str) -> VisionModel:
    """The resident image-text-to-text model of a source, read now if no one has asked for it yet. Raises `BadModel`."""
    with _READING:
        if source not in _SEEING:
            folder = folder_of(source, name)
            network, processor = read_vision_model(name, folder, source), read_processor(name, folder)
            # It writes one text at a time, and keeps what it has read: a text that grows must not change its past.
            if reason := changing_positions(network, stated_context(network) or 1):
                raise refused(name, network, reason)
            _SEEING[source] = VisionModel(name, network, processor)
    return _SEEING[source]


def adapted(base: Model | Replicated, name: str, folder: Path) -> Model | Replicated:
    """A resident model with the adapter in a folder; the same name is the same model."""
    with _READING:
        model = _ADAPTED.get(name)
        if model is None or model.engine is not base.engine:
            model = _ADAPTED[name] = base.with_adapter(name, folder)
    return model


def adapter_folder(at: ModelAddress, name: str) -> Path:
    """The folder with the adapter of an address, downloaded from the hub if needed. Raises `BadModel`."""
    if at.hub_adapter is None:
        return Path(at.adapter or "").expanduser()
    repository, revision = at.hub_adapter
    return Path(fetch(name, repository, revision))


def folder_of(source: Source, name: str) -> str:
    """The folder with the files of a source, downloaded from the hub if needed. Raises `BadModel`."""
    path = Path(source.path).expanduser()
    return str(path) if path.is_dir() else fetch(name, source.path, source.revision)


def _read(source: Source, name: str) -> Model:
    folder = folder_of(source, name)
    tokenizer = read_tokenizer(name, folder)
    pretrained = read_model(name, folder, source)
    check_independent(name, pretrained, stated_context(pretrained) or 1)  # without one, `limits` refuses it
    chat = ChatTokenizer(name, tokenizer, source.template, limits(name, pretrained, tokenizer))
    outputs = pretrained.get_output_embeddings().weight.shape[0]  # type: ignore[no-untyped-call]
    if chat.vocabulary.size > outputs:
        raise BadModel(
            f"{name}: its tokenizer has {chat.vocabulary.size:,} tokens, its output layer {outputs:,}. "
            "Save the tokenizer and the model that belong together."
        )
    check_measured(name, pretrained, chat.context, chat.vocabulary.size)
    note_what_is_ignored(name, pretrained)
    return Model(Host(name, pretrained, chat.vocabulary.size, source.threads), chat)


def reward(source: Source, name: str) -> RewardModel:
    """The resident reward model of a source, loaded on first use. Raises `BadModel`."""
    with _READING:
        if source not in _REWARDS:
            folder = folder_of(source, name)
            model = read_reward_model(name, folder, source)
            tokenizer = read_tokenizer(name, folder)
            chat = ChatTokenizer(name, tokenizer, source.template, limits(name, model, tokenizer))
            check_independent(name, model, chat.context, cached=False)
            _REWARDS[source] = RewardModel(model, chat, threads_for(model, source.threads))
    return _REWARDS[source]
