"""A private broker for the tests of this folder; without Mosquitto they are skipped."""

from collections.abc import Iterator

import pytest
from symposia.agents.errors import MissingCapability
from symposia.agents.runtime.mqtt.broker import PrivateBroker, mosquitto, private_broker


@pytest.fixture(scope="session")
def broker() -> Iterator[PrivateBroker]:
    """A broker that runs, for all tests."""
    pytest.importorskip("aiomqtt", reason="aiomqtt is not installed: pip install 'symposia[mqtt]'")
    try:
        mosquitto()
    except MissingCapability as error:
        pytest.skip(str(error))
    with private_broker() as found:
        yield found
