"""A sandbox for generated programs: two levels of containment, one supervisor a slot, verdicts that are not forged."""
