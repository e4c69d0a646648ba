"""The part that thinks: pure functions and frozen data; no disk, clock, network, logging or Discord."""
