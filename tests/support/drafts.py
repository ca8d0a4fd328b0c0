"""An author and a critic: messages and agents of one's own."""

from symposia.agents import Agent, Message, handles


class Draft(Message):
    text: str


class LongDraft(Draft):
    pages: int


class Critique(Message):
    text: str


class Critic(Agent):
    @handles
    async def review(self, draft: Draft) -> Critique:
        return Critique(text=f"too short: {draft.text}")
