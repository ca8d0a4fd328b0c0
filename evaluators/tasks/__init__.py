"""What can be asked: one file, one task."""
