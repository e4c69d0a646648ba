"""What the datasets answer: names in a question -> ids of theirs -> the cells that are nearest to what is asked."""
