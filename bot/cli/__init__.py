"""The command line and its views in the terminal."""
