"""Training of the packaged pocket models: `train.train(out, prompts)`."""
