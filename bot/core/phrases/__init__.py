"""What answers are put into words with: figures and their sources in a language, and whose figures they are."""
