"""Answers what is no question of pay: greetings, thanks, help, and who the bot is.

Small talk is answered in a line and counts as off topic; help counts as answered, it is what was asked for.
"""

from __future__ import annotations

from bot.core.model.dialogue import Answer, Points, Query, Text
from bot.core.phrases.phrasebook import Phrasebook

# Beside its details help offers so many questions, and what is no question of pay still fewer.
MOST, FEW = 3, 2


def greeting(query: Query, phrases: Phrasebook) -> Answer:
    """Greet back and say what to try."""
    del query
    return Answer(
        status="off_topic",
        title=phrases.say("Hello"),
        headline=phrases.say("Hi! Ask me what {profession} earn, or paste an offer.", profession=phrases.profession),
        limits=(_on_file(phrases),),
        suggestions=phrases.suggestions(),
    )


def thanks(query: Query, phrases: Phrasebook) -> Answer:
    """Take thanks and say goodbye."""
    del query
    return Answer(
        status="off_topic",
        title=phrases.say("Thanks"),
        headline=phrases.say("Anytime."),
    )


def misread(query: Query, phrases: Phrasebook) -> Answer:
    """Take it that an answer was not what was asked for, and say how to get on."""
    del query
    return Answer(
        status="off_topic",
        title=phrases.say("Misread"),
        headline=phrases.say("Then I misread you. Put it in other words, or start from one of these."),
        limits=(phrases.say("A figure looks wrong? Details says where it's from"),),
        suggestions=phrases.suggestions(FEW),
    )


def help_(query: Query, phrases: Phrasebook) -> Answer:
    """Say what can be asked, with examples."""
    del query
    say, about = phrases.say, phrases.knowledge.about
    # For translators: say here too that questions have to be asked in English.
    headline = say("Ask me about {field} pay in your own words:", field=say(phrases.knowledge.main_field))
    return Answer(
        status="answered",
        title=say("What you can ask"),
        headline=headline,
        also=(
            Points(
                (
                    *(f"{say(label)}: {question}" for label, question in about.examples.items()),
                    say("Skills, requirements, what {people} do, growth, what pay depends on"),
                )
            ),
        ),
        limits=(
            *_follow_ups(phrases),
            say("/offer is private"),
            say("/sources"),
            say("/privacy"),
        ),
        details=_everything(phrases),
        suggestions=phrases.suggestions(MOST),
    )


def _follow_ups(phrases: Phrasebook) -> tuple[str, ...]:
    companies = phrases.knowledge.companies
    company = companies[0].name if companies else ""
    return (phrases.say("“per month?” and “and {company}?” work as follow-ups", company=company),) if company else ()


def _on_file(phrases: Phrasebook) -> str:
    """Count what is on file."""
    knowledge = phrases.knowledge
    levels = sum(knowledge.band(level.id) is not None for level in knowledge.vocabulary.levels)
    return phrases.listing(
        [
            phrases.count("{count} company", "{count} companies", len(knowledge.companies)),
            phrases.count("{count} role", "{count} roles", len(knowledge.roles)),
            phrases.count("{count} level", "{count} levels", levels),
        ]
    )


def _everything(phrases: Phrasebook) -> tuple[Points, ...]:
    companies = phrases.some([company.name for company in phrases.knowledge.companies])
    roles = phrases.listing([phrases.plural(role.id) for role in phrases.knowledge.roles])
    say = phrases.say
    return (
        Points(
            (
                say("Companies: {companies}.", companies=companies),
                say("Roles: {roles}; {people} also by years of experience.", roles=roles),
                say("Comparisons, rankings, pay by the month or hour, where an offer lies."),
                say(
                    "Commands: /salary, /compare, /offer (only you see it), /sources, /privacy, /settings. A right "
                    "click on a message, Apps, Check this pay, does what it says."
                ),
                say("Every figure comes with its source. What I don't know I say, or I stay silent."),
            )
        ),
    )


def about(query: Query, phrases: Phrasebook) -> Answer:
    """Say who the bot is."""
    del query
    say = phrases.say
    return Answer(
        status="off_topic",
        title=say("About me"),
        headline=say("I'm salarybot, a program without a salary: I look pay questions up in sourced figures."),
        also=(Text(say("No language model, no guessing: each figure has its source, and each sum is shown.")),),
        suggestions=phrases.suggestions(FEW),
    )
