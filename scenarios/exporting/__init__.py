"""Finished runs in the forms of other programs: logs of inspect_ai, spans of OpenTelemetry, Parquet, trackers."""
