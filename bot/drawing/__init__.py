"""Draws charts: in a process of its own, so that neither matplotlib's memory nor its time is the bot's."""
