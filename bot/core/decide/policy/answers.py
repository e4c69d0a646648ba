"""The rules that mostly answer: an example word for word, a name alone, small talk, a quoted figure, what is left."""

from __future__ import annotations

from dataclasses import replace

from bot.core.decide.coverage import refusal
from bot.core.decide.intent_selection import SOCIAL
from bot.core.decide.policy.cases import BARE_NAME, OVERHEARD, SURE, Case, is_far_ahead, odd_exclusions
from bot.core.decide.policy.outcomes import SUBJECT, Outcomes
from bot.core.decide.speech_acts import asks_whose, is_about_running, is_misread, names_ends
from bot.core.decide.word_effects import FIGURES
from bot.core.model.dialogue import Decision, GapKind, NotCovered, OffTopic
from bot.core.nlu.slots import Slots

EXAMPLE = 0.99


def example(case: Case, outcomes: Outcomes) -> Decision | None:
    """Read an example of the knowledge base as what it is an example of: whoever writes one can rely on it."""
    if case.example is None:
        return None
    intent = outcomes.knowledge.intent(case.example)
    if intent.answer == "off_topic":
        return outcomes.refuse(OffTopic, case)
    if intent.answer == "no_figures":
        return outcomes.refuse(NotCovered, case, reason=intent.title, gaps=case.slots.gaps)
    # An amount in an example stands for any, in any currency; an employer's name outlives its figures.
    lacking = tuple(gap for gap in case.slots.gaps if gap.kind in (GapKind.CURRENCY, GapKind.COMPANY))
    if lacking and refusal(case.slots, intent, outcomes.knowledge):
        return outcomes.not_covered(case, intent, lacking)
    return outcomes.builder.build(case.slots, intent, EXAMPLE, ())


def _names_only(slots: Slots, outcomes: Outcomes) -> bool:
    """Whether there is nothing but names, and what may stand beside one without making it another question."""
    lists = outcomes.lists
    if {m.kind for m in slots.reading.mentions} & {"product", "impossible", "skill"}:
        return False
    if "exclusion" in slots.kinds and (not slots.companies or odd_exclusions(slots.reading)):
        return False
    plain = lists.bare | lists.calls | names_ends(slots, lists)
    if slots.reading.years:
        plain |= lists.people | outcomes.hedges  # "someone with about 12 years"
    if slots.excluded:
        plain |= outcomes.restricting  # "not google, only amazon"
    return plain.issuperset(slots.stems)


def bare_name(case: Case, outcomes: Outcomes) -> Decision | None:
    """Read a name alone ("google", "senior mle", "apple vs amazon") as the question what it pays."""
    slots = case.slots
    if not _names_only(slots, outcomes):
        return None
    ends = names_ends(slots, outcomes.lists)
    if slots.named and not slots.amounts:
        intent = outcomes.intent_of("compare" if slots.most > 1 and not slots.group else "pay")
        if len(slots.reading.words) == 1 and slots.reading.words[0].text in outcomes.ordinary:
            # "mid" and "indeed" by themselves are chat more often than a question.
            return outcomes.ask_back(replace(case, selection=replace(case.selection, confidence=SURE)))
        sure = BARE_NAME if (slots.companies or slots.roles) and not ends else OVERHEARD
        return outcomes.answer_or_refuse(replace(case, of_pay=True), intent, sure)
    if (slots.averaged or ends or "period" in slots.kinds) and not slots.amounts:
        return outcomes.bare_pay(case)
    if slots.gaps and not slots.amounts:
        # "netflix" asks for the pay there; a name by its place alone ("mountain range") may ask for nothing.
        if all(m.listed for m in slots.reading.mentions):
            meant = replace(slots, roles=slots.all_roles or (slots.main_role,))
            case = replace(case, slots=meant, of_pay=True)
        return outcomes.not_covered(case, outcomes.intent_of("pay"), slots.gaps)
    return None


def misread(case: Case, outcomes: Outcomes) -> Decision | None:
    """Take it that an answer was not what was asked for, where somebody says no more than that."""
    if not is_misread(case.slots, outcomes.lists):
        return None
    return outcomes.answer(case, outcomes.intent_of("misread"), case.confidence)


def running(case: Case, outcomes: Outcomes) -> Decision | None:
    """Answer how the bot is run, or what it keeps, with its commands."""
    if not is_about_running(case.slots, outcomes.lists):
        return None
    return outcomes.answer(case, outcomes.intent_of("help"), case.confidence)


def small_talk(case: Case, outcomes: Outcomes) -> Decision | None:
    """Answer a greeting, thanks, or a question about the bot, where nothing else is asked."""
    if case.intent.answer not in SOCIAL:
        return None
    opened = (*case.words("narrows"), *case.words("subject"))
    if (case.confidence < SURE or opened) and (len(opened) > 1 or not is_far_ahead(case)):
        return outcomes.refuse(OffTopic, case)
    return outcomes.answer(case, case.intent, case.confidence)


def cited_figure(case: Case, outcomes: Outcomes) -> Decision | None:
    """Say whose a figure is that is quoted to the dollar, unless it is held against other pay."""
    slots = case.slots
    if not slots.amounts:
        return None
    if (topic := outcomes.cited.topic(slots)) is not None:
        return outcomes.builder.build(replace(slots, amounts=()), topic, OVERHEARD, ())
    if case.intent.answer in FIGURES and not asks_whose(slots, outcomes.lists):
        return None
    if (quoted := outcomes.cited.slots(slots)) is not None:
        intent = outcomes.intent_of("pay" if outcomes.cited.is_mean(slots) else "who_says")
        return outcomes.builder.build(quoted, intent, OVERHEARD, ())
    if case.intent.answer == "who_says" and not slots.named:
        return outcomes.refuse(NotCovered, case, gaps=(SUBJECT,))
    return None


def unsure(case: Case, outcomes: Outcomes) -> Decision | None:
    """Ask back where the next intent is nearly as likely; with a role and pay in sight, pay is meant."""
    if case.confidence >= SURE:
        return None
    slots = case.slots
    several = slots.most > 1 and not slots.group
    if case.cell or (case.of_pay and slots.kinds & {"role", "company"} and (several or "pay" in slots.kinds)):
        intent = outcomes.intent_of("compare" if several else "pay")
        return outcomes.answer_or_refuse(case, intent, SURE)
    return outcomes.overview(case)


def answer(case: Case, outcomes: Outcomes) -> Decision:
    """Answer as understood."""
    return outcomes.answer_or_refuse(case, case.intent, case.confidence)
