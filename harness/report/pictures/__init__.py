"""Plots as Vega-Lite specifications, drawn to SVG."""
