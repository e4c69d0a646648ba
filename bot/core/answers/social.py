"""Answers what is no question of pay: greetings, thanks, help, and who the bot is.

Small talk is answered in a line and counts as off topic; help counts as answered, it is what was asked for.
"""

from __future__ import annotations

from bot.core.dialogue import Answer, Points, Query, Text
from bot.core.knowledge import Knowledge
from bot.core.text import listing

TRY = ("google ML engineer salary", "compare amazon and apple", "is 150k good with 6 years of experience?")


def greeting(query: Query, known: Knowledge) -> Answer:
    """Greet back and say what to try."""
    del query, known
    return Answer(
        status="off_topic",
        title="Hello",
        headline="Hello! Ask me what machine learning engineers earn.",
        suggestions=TRY,
    )


def thanks(query: Query, known: Knowledge) -> Answer:
    """Take thanks and say goodbye."""
    del query, known
    return Answer(status="off_topic", title="You're welcome", headline="You're welcome! Ask me about pay any time.")


def help_(query: Query, known: Knowledge) -> Answer:
    """Say what can be asked, with examples."""
    del query
    companies = listing([company.name for company in known.companies])
    roles = listing([f"{role.short}s" for role in known.roles])
    return Answer(
        status="answered",
        title="What you can ask",
        headline="Ask me about machine learning salaries: a company, a level, a role, a source, skills, or an offer.",
        blocks=(
            Points(
                (
                    f"Companies: {companies}.",
                    f"Roles: {roles}; ML engineers also by years of experience.",
                    "Comparisons, rankings, pay by the month or hour, where an offer lies.",
                    "Skills, requirements, what ML engineers do, growth, what pay depends on.",
                    "Commands: /salary, /compare, /sources, /help.",
                )
            ),
            Text("Every figure comes with its source. What I don't know I say, or I stay silent."),
        ),
        suggestions=TRY,
    )


def about(query: Query, known: Knowledge) -> Answer:
    """Say who the bot is."""
    del query, known
    return Answer(
        status="off_topic",
        title="About me",
        headline="I'm salarybot, a program without a salary: I look pay questions up in sourced figures.",
        blocks=(Text("No language model, no guessing: each figure has its source, and each sum is shown."),),
        suggestions=TRY[:2],
    )
