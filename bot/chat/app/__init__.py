"""The Discord application: connection, life cycle, errors, health and log."""
