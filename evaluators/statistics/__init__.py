"""Statistics of scores: confidence intervals, paired significance tests, resampling, complementarity, baselines."""
