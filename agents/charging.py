"""Charges replies: to the question that caused them, and, once, to the store of answers that several runs share."""

from .accounting import Meter, usage_of
from .context import Context
from .message import Answer, Choose, Message, Request


def charge(context: Context, meter: Meter, name: str, reply: Message) -> None:
    """Charge the usage of an agent's reply, if it has one, to a question, and note what its provider does not take."""
    if isinstance(reply, Answer) and reply.omitted:
        context.omitted.setdefault(name, set()).update(reply.omitted)
    if (usage := usage_of(reply)) is not None:
        meter.charge(usage)


def charge_store(context: Context, message: Message, reply: Message) -> None:
    """Count a live reply among what the store of answers has cost, unless the store was asked for it."""
    if context.answers is None or isinstance(message, Request | Choose):
        return
    if (usage := usage_of(reply)) is not None:
        context.answers.charge(usage)
