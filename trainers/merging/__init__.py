"""Model merging: a new model whose parameters are computed from those of others.

`average`, `combine` and `merge` return a model that is ready to use. Methods are entries of `methods.METHODS`;
`streaming` reads the inputs tensor by tensor, so that memory holds the result and one tensor of each input. Sums are
formed in float32 and rounded once, and coefficients are never normalised implicitly.
"""

from .models import average, check_settings, combine, merge

__all__ = ["average", "check_settings", "combine", "merge"]
