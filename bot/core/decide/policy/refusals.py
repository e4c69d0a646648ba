"""The rules that mostly refuse or ask back: what is no question of pay, what is not on file, what is not clear."""

from __future__ import annotations

from dataclasses import replace

from bot.core.decide.coverage import refusal
from bot.core.decide.policy.cases import (
    CLEAR,
    EVIDENT,
    OVERHEARD,
    SURE,
    TRADE,
    WORDS,
    Case,
    is_far_ahead,
    odd_exclusions,
)
from bot.core.decide.policy.outcomes import SUBJECT, Outcomes
from bot.core.decide.speech_acts import (
    asked_for_by_name,
    denies_pay,
    is_about_a_purchase,
    is_about_pay,
    is_asked,
    is_no_pay,
    is_remark,
    is_statement_about,
    is_unwanted,
    is_verdict,
    main_verb,
)
from bot.core.decide.word_effects import FIGURES, OCCUPATION
from bot.core.model.dialogue import Ambiguous, Decision, Gap, GapKind, NotCovered, OffTopic
from bot.core.text import formatting, inflection

# With more words than these that narrow a question it is about something else.
MOST_NARROWING = 2
RANKINGS = frozenset({"rank_companies", "rank_sources"})


def empty(case: Case, outcomes: Outcomes) -> Decision | None:
    """Refuse what has no word in it; a question mark alone asks what can be asked."""
    if case.slots.reading.words:
        return None
    asks = case.slots.reading.question_mark
    return outcomes.answer(case, outcomes.intent_of("help"), OVERHEARD) if asks else outcomes.refuse(OffTopic, case)


def product(case: Case, outcomes: Outcomes) -> Decision | None:
    """Refuse a product that has a company's name in it ("apple pay"); beside a role and pay it is an employer."""
    product = next((m for m in case.slots.reading.mentions if m.kind == "product"), None)
    if product is None:
        return None
    if case.slots.kinds & {"role", "field"} and "pay" in case.slots.kinds:
        return outcomes.refuse(NotCovered, case, gaps=(Gap(kind=GapKind.COMPANY, name=product.id),))
    return outcomes.refuse(OffTopic, case)


def impossible(case: Case, outcomes: Outcomes) -> Decision | None:
    """Ask back where a number can be no pay and no years."""
    odd = any(m.kind == "impossible" for m in case.slots.reading.mentions)
    return outcomes.ask_back(case) if odd else None


def purchase(case: Case, outcomes: Outcomes) -> Decision | None:
    """Refuse what an employer was bought for: that is nobody's pay."""
    if not is_about_a_purchase(case.slots, outcomes.lists):
        return None
    return outcomes.refuse(NotCovered, case, gaps=(SUBJECT,))


def no_amount_of_pay(case: Case, outcomes: Outcomes) -> Decision | None:
    """Refuse an amount that counts things or people, or is what something costs: as an offer it would be unasked."""
    other = is_no_pay(case.slots, outcomes.lists, outcomes.spent, outcomes.selector.weigher)
    return outcomes.refuse(OffTopic, case) if other else None


def unwanted(case: Case, outcomes: Outcomes) -> Decision | None:
    """Tell nothing to whoever does not want to be told; what else is wanted beside it is asked back."""
    if not is_unwanted(case.slots, outcomes.lists):
        return None
    return outcomes.ask_back(case) if case.slots.most > 1 else outcomes.refuse(OffTopic, case)


def verdict(case: Case, outcomes: Outcomes) -> Decision | None:
    """Ask back where it is only said how somebody pays ("google pays well"): a figure would be unasked."""
    company = next((m for m in case.slots.reading.mentions if m.kind == "company"), None)
    if company is None or not company.listed or not is_verdict(case.slots, outcomes.lists):
        return None
    question = outcomes.knowledge.about.questions.pay.format(name=company.text)
    return outcomes.refuse(Ambiguous, case, suggestions=(question,))


def near_level(case: Case, outcomes: Outcomes) -> Decision | None:
    """Ask back where a word is one slip from a level: a level is never guessed at."""
    if not case.slots.reading.near:
        return None
    near = case.slots.reading.near[0]
    knowledge = outcomes.knowledge
    name = f"{knowledge.level(near.id).aliases[0]} {knowledge.role(knowledge.main_role).short}"
    guess = knowledge.about.questions.pay.format(name=name)
    return outcomes.refuse(Ambiguous, case, gaps=case.slots.gaps, suggestions=(guess,))


def elsewhere(case: Case, outcomes: Outcomes) -> Decision | None:
    """Refuse ordinary talk; what is about pay all the same is not on file."""
    if case.intent.answer != "off_topic":
        return None
    if case.slots.gaps and is_about_pay(case.slots, outcomes.lists):
        return outcomes.refuse(NotCovered, case, gaps=case.slots.gaps)
    kind = NotCovered if "pay" in case.slots.kinds else OffTopic
    return outcomes.refuse(kind, case)


def no_trade(case: Case, outcomes: Outcomes) -> Decision | None:
    """Without an occupation every word has to be explained, as it is before any guess, or the evidence be enough."""
    slots = case.slots
    open_words = (*case.words("narrows"), *case.words("subject"), *case.words("denies"))
    # "which languages does google write its own code in": a company that the answer has no use for is a doubt too many.
    used = not slots.companies or "company" in case.intent.takes
    if slots.kinds & OCCUPATION or not open_words or (used and case.evidence >= EVIDENT):
        return None
    if is_about_pay(slots, outcomes.lists):
        return outcomes.refuse(NotCovered, case, gaps=slots.gaps)
    return outcomes.refuse(OffTopic, case)


def not_on_file(case: Case, outcomes: Outcomes) -> Decision | None:
    """Say what is known to be missing: a subject of its own, or an intent without figures."""
    intent = case.intent
    if intent.answer != "no_figures":
        return None
    pay = outcomes.intent_of("compare" if case.slots.most > 1 else "pay")
    if intent.beside_pay and case.cell and not refusal(case.slots, pay, outcomes.knowledge):
        answered = outcomes.answer(case, pay, SURE)
        return replace(
            answered, gaps=(*answered.gaps, Gap(kind=GapKind.ASPECT, name=formatting.in_sentence(intent.title)))
        )
    # What is a name by its place alone matters less than what is known to be missing.
    gaps = tuple(gap for gap in case.slots.gaps if gap.name)
    return outcomes.refuse(NotCovered, case, reason=case.intent.title, gaps=gaps)


def denied(case: Case, outcomes: Outcomes) -> Decision | None:
    """A negation that no answer can honor blocks figures: "not a senior"."""
    denied = (*case.words("denies"), *odd_exclusions(case.slots.reading))
    denials = outcomes.knowledge.words.grammar.denials
    if case.intent.answer in FIGURES and denies_pay(case.slots, outcomes.lists, denials):
        return outcomes.ask_back(case)
    if case.intent.answer not in FIGURES or not denied or "statistic" in case.slots.kinds:
        return None
    return outcomes.ask_back(case)


def subject(case: Case, outcomes: Outcomes) -> Decision | None:
    """A person, place or unknown name in a telling place is what is asked about, and is not on file."""
    if not case.words("subject") or case.intent.answer not in FIGURES:
        return None
    return outcomes.refuse(NotCovered, case, gaps=(*case.slots.gaps, SUBJECT))


def other_verb(case: Case, outcomes: Outcomes) -> Decision | None:
    """Refuse what is asked by a verb of its own that is no verb of pay: "does google sponsor ..."."""
    slots, intent = case.slots, case.intent
    if (
        intent.answer not in FIGURES | {"employers"}
        or slots.amounts
        or (slots.most > 1 and not slots.group)
        or "pay" in slots.kinds
    ):
        return None
    verb = inflection.stem(main_verb(slots, outcomes.lists, outcomes.selector.weigher.is_verb))
    plain = outcomes.lists.weak_pay | outcomes.lists.filler | outcomes.selector.explained(intent.id)
    if not verb or verb in plain or any(verb in words for words in outcomes.lists.directions.values()):
        return None
    return outcomes.refuse(NotCovered, case, gaps=slots.gaps)


def which_one(case: Case, outcomes: Outcomes) -> Decision | None:
    """Refuse where one of a group is asked for by its name, which no topic tells: "which university"."""
    if case.intent.answer != "topic" or case.intent.topic is None:
        return None
    noun = asked_for_by_name(case.slots, outcomes.lists)
    if not noun or not outcomes.selector.weigher.is_group(noun) or noun in outcomes.knowledge.vocabulary.generic_payers:
        return None
    return outcomes.refuse(NotCovered, case, gaps=(*case.slots.gaps, SUBJECT))


def no_pay(case: Case, outcomes: Outcomes) -> Decision | None:
    """Figures are told only where pay is asked for: "how much does google make" may ask for its revenue."""
    slots = case.slots
    if case.intent.answer not in FIGURES or case.of_pay or case.cell:
        return None
    if case.intent.answer in RANKINGS and case.selection.best.score >= SURE and is_far_ahead(case):
        return None  # "which of the employers is the most generous"
    if not (is_about_pay(slots, outcomes.lists) or slots.named or slots.fields):
        return outcomes.refuse(OffTopic, case)
    if slots.gaps and not slots.named:
        return outcomes.refuse(NotCovered, case, gaps=slots.gaps)
    return outcomes.overview(case)


def off_the_subject(case: Case, outcomes: Outcomes) -> Decision | None:
    """Many words that narrow a question make it another one."""
    narrowing = case.words("narrows")
    if len(narrowing) <= MOST_NARROWING:
        return None
    if case.cell and case.of_pay and len(narrowing) <= 2 * MOST_NARROWING:
        return None
    if is_about_pay(case.slots, outcomes.lists):
        return outcomes.ask_back(case)
    return outcomes.refuse(OffTopic, case)


def remark(case: Case, outcomes: Outcomes) -> Decision | None:
    """Somebody who tells something asks nothing: "we hired an ml engineer"."""
    slots = case.slots
    if (
        case.intent.answer in WORDS
        and is_statement_about(slots, outcomes.lists)
        and not is_asked(slots, outcomes.lists)
    ):
        return outcomes.refuse(OffTopic, case)
    paid = slots.kinds & {"pay", "salary_amount"} or (case.of_pay and slots.kinds & {"role", "field"})
    is_story = slots.reading.words[0].text in outcomes.lists.acts.storytellers
    about = not is_story and is_far_ahead(case) and case.selection.best.score >= SURE
    if not is_remark(slots, outcomes.lists) or paid or case.cell or about:
        return None
    if not slots.named:
        return outcomes.refuse(OffTopic, case)
    meant = case.selection.best._replace(intent=outcomes.intent_of("pay"))
    return outcomes.ask_back(replace(case, selection=replace(case.selection, best=meant)))


def unanchored(case: Case, outcomes: Outcomes) -> Decision | None:
    """Refuse an intent of words where no word of its subject and no name of the trade stands in the text."""
    slots = case.slots
    about = bool(slots.kinds & (OCCUPATION - {"people"}))
    if case.intent.answer != "who_says":
        about = about or case.evidence >= EVIDENT or bool(slots.kinds & TRADE and not case.words("narrows"))
    if case.intent.answer not in WORDS or about or outcomes.selector.is_anchored(case.intent.id, slots):
        return None
    if case.selection.best.score >= CLEAR:
        return None
    if slots.companies and "source" in slots.kinds:
        # "what does payscale say about amazon": what is on file of it, and that the source has none.
        return outcomes.answer_or_refuse(case, outcomes.intent_of("pay"), SURE)
    return outcomes.refuse(OffTopic, case)


def not_covered(case: Case, outcomes: Outcomes) -> Decision | None:
    """Say what the question is about and is not on file: an unknown employer, another country, another trade."""
    lacking = refusal(case.slots, case.intent, outcomes.knowledge)
    if not lacking:
        return None
    pay = outcomes.intent_of("pay")
    only_words = all(gap.kind == GapKind.ONLY_MAIN_ROLE for gap in lacking) and case.cell
    if only_words and not refusal(case.slots, pay, outcomes.knowledge):
        return outcomes.answer(case, pay, SURE)  # a role with figures, asked for in other words
    return outcomes.not_covered(case, case.intent, lacking)
