"""Follow-ups: what a text asks for in its conversation."""
