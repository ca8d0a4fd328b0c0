"""What a training file can name: one file, one trainer, with `train(directory, prompts, *, ..) -> names made`."""
