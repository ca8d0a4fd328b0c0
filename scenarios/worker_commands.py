"""What the commands `worker`, `workers` and `broker` do."""

import asyncio
import json
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typer

from ..agents.errors import BadScenario
from ..agents.loading import load_any
from ..agents.model_url import SCHEMES, in_folder, plugin_scheme
from ..agents.peers.lending import kinds_of, lend
from ..agents.runtime.mqtt.access import write_access
from ..agents.runtime.mqtt.address import BrokerAddress
from ..agents.runtime.mqtt.broker import PrivateBroker
from ..agents.runtime.mqtt.offers import Offer
from ..agents.runtime.mqtt.runtime import MqttRuntime
from .planning.wanted import planned
from .reporting.untrusted import plain
from .running.borrowed import lent

HEARD: float = 1.0
"""The seconds that the offers of a broker are listened to: it keeps them, and sends them at once."""


def worker(what: Sequence[str], address: str, window: int) -> None:
    """Lend models until it is told to stop."""
    asyncio.run(lending(models_of(what), BrokerAddress.parse(address), window))


def models_of(what: Sequence[str]) -> dict[str, str]:
    """The models that are named, or that scenarios name: where each is loaded from, by the URL under which it is lent.

    Raises `BadScenario` for none, and the errors of planning.
    """
    found: dict[str, str] = {}
    for one in what:
        if is_model(one):
            found[one] = in_folder(one, Path.cwd())
            continue
        plan = planned(one, [])
        for url in plan.models().values():
            own = lent(url)
            if own is not None:
                found[own] = in_folder(own, plan.folder)
    if not found:
        raise BadScenario(
            f"worker: {', '.join(what)}: has no model to lend. Name one, as pocket:base, or its scenario."
        )
    return found


def is_model(text: str) -> bool:
    """True for a model's URL: one of our schemes, or of a plug-in's."""
    return text.partition(":")[0] in SCHEMES or (":" in text and plugin_scheme(text) is not None)


async def lending(models: Mapping[str, str], address: BrokerAddress, window: int) -> None:
    """Lend these models until a signal comes; what is being worked on is finished."""
    runtime = MqttRuntime(address, name="worker", window=window)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    for url, place in models.items():
        typer.echo(f"loading {plain(url)}", err=True)
        await lend(runtime, url, load_any(place))
    runtime.process.announce({url: kinds_of(url)[0] for url in models})
    runtime.start()
    try:
        await runtime.ready()
        typer.echo(f"{runtime.process.name} lends {plain(', '.join(models))} at {address.url}", err=True)
        await stop.wait()
    finally:
        await runtime.stop()
    counts = runtime.process.answering.counts
    typer.echo(f"answered {counts['answered']:,}; {counts['came again']:,} came again", err=True)


def workers(address: str, *, as_json: bool) -> None:
    """Print who lends what."""
    found = asyncio.run(offers(BrokerAddress.parse(address)))
    if as_json:
        typer.echo(json.dumps({name: offer.model_dump(mode="json") for name, offer in found.items()}, indent=2))
    else:
        typer.echo(table(found))


async def offers(address: BrokerAddress) -> dict[str, Offer]:
    """The offers that a broker keeps, by process."""
    runtime = MqttRuntime(address, name="look")
    runtime.start()
    try:
        await runtime.ready()
        await asyncio.sleep(HEARD)
        return dict(sorted(runtime.process.offers.known.items()))
    finally:
        await runtime.stop()


def table(found: Mapping[str, Offer]) -> str:
    """The offers as text, a line a worker."""
    if not found:
        return "No worker. Start one: symposia worker FILE --runtime mqtt://HOST."
    rows: list[tuple[Any, ...]] = [("worker", "host", "at once", "version", "models")]
    rows += [
        (name, one.host, one.window, one.version, ", ".join(one.models) or ", ".join(one.kinds))
        for name, one in found.items()
    ]
    cells = [[plain(str(cell)) for cell in row] for row in rows]
    widths = [max(len(row[place]) for row in cells) for place in range(len(cells[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells
    )


def broker(port: int) -> None:
    """Run a private broker until it is told to stop."""
    with TemporaryDirectory(prefix="symposia-broker-") as folder:
        private = PrivateBroker(Path(folder), port)
        private.start()
        typer.echo(f"mqtt://localhost:{port}", err=True)
        try:
            signal.sigwait({signal.SIGINT, signal.SIGTERM})
        finally:
            private.stop()


def access(folder: Path, teams: Sequence[str], lenders: Sequence[str], place: tuple[str, int], site: str) -> None:
    """Write the files of a broker with accounts, and say how they are used."""
    kinds = {}
    for one in lenders:
        name, _, what = one.partition("=")
        if not what:
            raise BadScenario(f"access: {one!r}: names no models. Write NAME=FILE_OR_MODEL, as w1=pocket:base.")
        kinds[name] = [kind for url in models_of(what.split(",")) for kind in kinds_of(url)]
    host, port = place
    write_access(folder, teams=teams, workers=kinds, site=site, host=host, port=port)
    typer.echo(f"mosquitto -c {folder}/mosquitto.conf                     # starts the broker")
    typer.echo(f"export SYMPOSIA_MQTT_CA={folder}/ca.crt SYMPOSIA_SITE_KEY_FILE={folder}/site.key")
    for name in [*teams, *kinds]:
        verb = "run FILE --set runtime=" if name in teams else "worker FILE --runtime "
        typer.echo(
            f"SYMPOSIA_MQTT_PASSWORD_FILE={folder}/{name}.password symposia {verb}mqtts://{name}@{host}:{port}/{site}"
        )
    typer.echo("Give each account its own password and the three files ca.crt, site.key and NAME.password alone.")
