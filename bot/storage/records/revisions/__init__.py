"""The changes of the tables, one a file, in their order; each is given Alembic's operations and keeps the data."""
