"""Trainers of training files: one file, one trainer, with `train(directory, prompts, *, ..) -> names made`."""
