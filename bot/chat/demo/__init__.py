"""The demo: a simulated Discord on a local page."""
