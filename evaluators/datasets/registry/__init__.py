"""The rows of the registry: one YAML file a family of data sets, read by `registered`."""
