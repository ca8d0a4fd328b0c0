"""Plots of reports, each as PNG and as SVG. matplotlib is imported when one is drawn."""
