"""The commands, listeners and component callbacks, one module a feature."""
