"""Merging by arithmetic: a new model whose parameters are combined from those of others.

`average`, `combine` and `merge` return a live model. What a method does to one tensor is a row of
`methods.METHODS`; `streaming` reads the inputs tensor by tensor, so that a merge holds its result and one
tensor of each input, and no more. Sums are formed in float32 and rounded once, and coefficients are taken
as they are: never normalised silently.
"""

from .models import average, check_settings, combine, merge

__all__ = ["average", "check_settings", "combine", "merge"]
