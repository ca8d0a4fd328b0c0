"""Training by gradient over TRL and PEFT: supervised, from preferences, and from rewards, from token ids alone.

A `Policy` is a model that is trained and answers at the same time. `sft`, `dpo` and `grpo` train it; each begins where
the one before it ended. Only what TRL keeps stable is used: `SFTTrainer`, `DPOTrainer` and `GRPOTrainer`. PPO left TRL;
`grpo` is offered in its place.
"""
