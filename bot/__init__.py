"""salarybot: a Discord bot that answers machine-learning pay questions from sourced figures."""
