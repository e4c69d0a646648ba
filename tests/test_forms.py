"""The form of a question that is counted: what stays, and that nothing else does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.advisor import Advisor
from bot.core.model.knowledge import names_of, recognized_names
from bot.core.nlu.anonymizer import LONGEST, MOST_WORDS
from bot.core.text import normalization
from tests.test_properties import QUESTIONS, WORDS


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("parental leave at google?", "parental <word> at google"),
        ("RSU vesting schedule at Amazon?", "rsu vesting schedule at amazon"),
        ("does Acme pay John 150k", "does <word> pay <word> <amount>"),
        ("what does netflix pay in Germany", "what does netflix pay in germany"),
        ("wat does gogle pay for an intren", "what does google pay for an intern"),
        ("my friend john smith works at google and earns 150k", "my <word> works at google and earns <amount>"),
        ("Mercer told me that Mark earns well", "<word> me that <word> earns well"),
        ("MY FRIEND JOHN WORKS AT GOOGLE", "my <word> works at google"),
        ("How Much Does Google Pay", "how much does google pay"),
        ("How Much Does Nadia Petrova Make", "how much does <word> make"),
        ("who is Elon Musk", "who is <word>"),
        ("my name is nadia and i live in berlin", "my name is <word> and i live in berlin"),
        ("may I ask what Will and Rose earn", "may i ask what <word> and <word> earn"),
        ("petroleum engineer salary", "petroleum engineer salary"),
        ("xyzzy engineer salary", "<word> engineer salary"),
        ("what about Austin", "what about <word>"),
        ("pay in austin", "pay in austin"),
        ("7 yoe salary at openai", "<number> years salary at openai"),
        ("i live at 12 elm street", "i live at <number> <word>"),
        ("call +1 555 123 4567", "call <amount>"),
        ("email john.doe@gmail.com please", "<word> please"),
        ("<@80351110224678912> see https://a.b/c and @nadia", "see and"),
        ("john.smith#1234 asks", "asks"),
        ("ticket ABC-1234 about l5 at 23andme", "ticket about <grade> at <company>"),
        ("\u043f\u0440\u0438\u0432\u0435\u0442 salary", "<word> salary"),
        ("o'brien's salary", "<word> salary"),
        ("a" * 500, "<word>"),
        ("one hundred fifty grand for me", "<amount> for me"),
        ("which one pays one hundred and fifty thousand", "which one pays <amount>"),
        ("i make twelve thousand a month", "i make <amount>"),
        ("what does elon musk earn", "what does <word> earn"),
        ("parker told me his rent", "<word> me his rent"),
        ("i have cancer and earn nothing", "i have <word> and earn nothing"),
        ("visa sponsorship at google", "visa sponsorship at google"),
        ("", ""),
    ],
)
def test_form(advisor: Advisor, text: str, form: str) -> None:
    assert advisor.form(text) == form


def test_questions_that_differ_in_names_and_figures_of_people_are_one(advisor: Advisor) -> None:
    assert advisor.form("does Tim get 140k in rsus?") == advisor.form("Does ANNA get $170,000 in RSUs")


@pytest.fixture(scope="module")
def allowed(advisor: Advisor) -> frozenset[str]:
    """Every word that may stand in a form."""
    knowledge = advisor.knowledge
    names = [alias for found in (names_of(knowledge), recognized_names(knowledge)) for _, _, alias, _ in found]
    examples = [example for intent in knowledge.intents for example in (intent.title, *intent.examples)]
    return frozenset(
        (
            *knowledge.vocabulary.career_words,
            *(word for phrase in (*names, *examples) for word in normalization.words(phrase)),
            *advisor._components.rewriter._lexicon.plain,
            *(
                word
                for phrase in knowledge.vocabulary.neutral
                for word in advisor._components.rewriter._lexicon.names.spell_out(phrase)
            ),
            *("us", "years"),
            *knowledge.words.anonymization.work,
        )
    )


PIECES = st.lists(
    WORDS | st.text(max_size=12) | st.sampled_from(["john", "MARIA", "Nadia", "a1b2", "+49 30 1234", "\u0665"]),
    max_size=14,
)


@given(text=QUESTIONS | PIECES.map(" ".join))
def test_nothing_of_a_message_survives_but_common_words(advisor: Advisor, allowed: frozenset[str], text: str) -> None:
    form = advisor.form(text)
    assert len(form) <= LONGEST
    assert len(form.split()) <= MOST_WORDS
    assert not any(c.isnumeric() for c in form)
    for word in form.split():
        assert word in allowed or (word[0] == "<" and word[-1] == ">") or f"{word}s" in allowed or word[:-1] in allowed


@given(secret=st.text(alphabet="bcdfghjklmnpqrstvwxz", min_size=6, max_size=20), before=WORDS, after=WORDS)
def test_an_unknown_word_never_survives(advisor: Advisor, secret: str, before: str, after: str) -> None:
    assert secret not in advisor.form(f"{before} {secret} {after}").split()


def test_no_name_of_a_person_survives_in_whatever_case(advisor: Advisor) -> None:
    for name in advisor.knowledge.people:
        for typed in (name, name.title(), name.upper()):
            assert name not in advisor.form(f"what does {typed} earn").split(), typed
