"""How the packaged pocket models are made: `train.train(Workshop(out, prompts))`."""
