"""Figures of single lessons: arrays → Plotly figures or HTML."""
