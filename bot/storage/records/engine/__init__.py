"""The database engine: address, file, upgrades, timeouts and outages."""
