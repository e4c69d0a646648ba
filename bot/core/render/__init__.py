"""Rendering an answer as Markdown, pages and chart data."""
