"""One update of a policy by its messages and what each was worth: the policy gradient, token by token.

    loss = - sum over messages and their tokens of advantage * log p(token) / number of tokens

A message is used once, by the policy that wrote it, so the ratio of PPO is 1 and there is nothing to clip.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import torch
from torch import Tensor, nn

from ...agents.message import Answer
from ..finetuning.policy import Policy

IGNORED: Final = -100


class Message(NamedTuple):
    """A message of a policy, with its tokens, and its advantage.

    >>> Message(Answer(text="c2", prompt_ids=(1, 2), ids=(7, 9)), 0.5).advantage
    0.5
    """

    answer: Answer
    advantage: float


class Updates:
    """The optimizer of a policy: AdamW on the parameters that are trained, at a constant rate.

    >>> from symposia.agents.loading import load
    >>> updates = Updates(Policy(load("pocket:base"), called="student"), rate=1e-4)
    >>> updates.step([])
    0.0
    """

    def __init__(self, policy: Policy, *, rate: float, clip: float = 1.0) -> None:
        self.policy = policy
        self._clip = clip
        self._trained = [one for one in policy.network.parameters() if one.requires_grad] or list(
            policy.network.parameters()
        )
        for one in self._trained:
            one.requires_grad_()
        self._optimizer = torch.optim.AdamW(self._trained, lr=rate, weight_decay=0.0)

    def step(self, messages: Sequence[Message]) -> float:
        """Change the weights by these messages and publish them; returns the loss, 0 where all are worth nothing."""
        worth = [one for one in messages if one.advantage != 0.0 and one.answer.ids]
        if not worth:
            return 0.0
        with self.policy.training(), torch.enable_grad():
            loss = policy_loss(self.policy.network, worth, tokens=sum(len(one.answer.ids) for one in messages))
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(self._trained, self._clip)
            self._optimizer.step()
            self._optimizer.zero_grad()
        self.policy.publish()
        return float(loss.detach())


def policy_loss(network: Any, messages: Sequence[Message], *, tokens: int) -> Tensor:  # noqa: ANN401 - a network
    """The loss of messages, over the number of tokens of all that were sampled."""
    rows = [[*one.answer.prompt_ids, *one.answer.ids] for one in messages]
    longest = max(map(len, rows))
    ids = torch.tensor([row + [0] * (longest - len(row)) for row in rows], device=network.device)
    labels = torch.full_like(ids, IGNORED)
    for place, one in enumerate(messages):
        begin = len(one.answer.prompt_ids)
        labels[place, begin : begin + len(one.answer.ids)] = torch.tensor(one.answer.ids)
    attended = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in rows], device=network.device)
    logits = network(input_ids=ids, attention_mask=attended, use_cache=False).logits[:, :-1].float()
    losses = nn.functional.cross_entropy(logits.transpose(1, 2), labels[:, 1:], ignore_index=IGNORED, reduction="none")
    advantages = torch.tensor([one.advantage for one in messages], device=network.device)
    return (losses.sum(1) * advantages).sum() / tokens
