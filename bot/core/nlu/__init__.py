"""Language understanding: entities, quantities, spelling, slots and the intent classifier."""
