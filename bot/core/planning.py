"""Decides what a reading asks for: a Query that the knowledge can answer, or an Unclear that says why not.

The rule of the house is "right or silent": an answer is given only when every word that carries meaning is explained -
by a name, by the examples of the chosen intent, or by the list of filler words. Whatever is left over turns the answer
into a question back, or into "I have no figures for that".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from bot.core import text
from bot.core.dialogue import Amount, Direction, Gap, Mention, Period, Query, Unclear
from bot.core.intents import Ranked
from bot.core.knowledge import Knowledge
from bot.core.mentions import Reading

SOCIAL = frozenset({"greeting", "thanks", "help", "about"})
WORDS = frozenset({"topic", "sources", "employers", "who_says"})
NAMED = frozenset({"company", "role", "field", "source", "level", "years", "group", "amount", "people"})
_TRADE = frozenset({"company", "role", "field", "skill", "source", "level", "years", "group", "amount"})
FIGURES = frozenset({"pay", "compare", "rank_companies", "rank_sources", "ladder", "offer"})
# An intent has to lead the next one by this share of the two, or the bot asks back instead of answering ...
SURE = 0.5
# ... and it has to reach this share among all: less is noise.
PLAUSIBLE = 0.08
# Names that an answer has no use for speak against it: "3 yoe" is not asked about the growth of the job.
TELLING = frozenset({"company", "level", "years", "source", "skill", "amount", "group"})
UNTAKEN = 0.35
# How many intents are looked at; the right one was never further down on the tuning questions.
LOOKED_AT = 8
# Intents of one family don't compete: the names in the text, or closely related answers, decide between them.
FAMILIES = (
    frozenset({"pay", "compare", "offer"}),
    frozenset({"skills", "skill_pay", "languages", "frameworks"}),
    frozenset({"sources", "who_says", "rank_sources"}),
    frozenset({"greeting", "thanks", "help", "about"}),
    frozenset({"requirements", "education"}),
)
FIRST_YEAR, LAST_YEAR = 2021, 2028


@dataclass(slots=True)
class Slots:
    """What a reading names, sorted by what an answer can do with it."""

    companies: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    years: tuple[float, ...] = ()
    amounts: tuple[Amount, ...] = ()
    period: Period | None = None
    directions: tuple[Direction, ...] = ()
    gaps: tuple[Gap, ...] = ()
    group: bool = False
    people: bool = False
    kinds: frozenset[str] = frozenset()


class Planner:
    """Turns readings into queries. Build once per knowledge base; `explained` holds each intent's word stems."""

    def __init__(self, known: Knowledge, explained: dict[str, frozenset[str]]) -> None:
        vocabulary = known.vocabulary
        self._known = known
        self._explained = explained
        self._without_figures = frozenset(i.id for i in known.intents if i.answer == "no_figures")
        self._needs = {i.id: [set(need.split("|")) for need in i.needs] for i in known.intents if i.needs}
        self._takes = {intent.id: frozenset(intent.takes) for intent in known.intents}
        self._filler = _stems(vocabulary.filler)
        self._anchors = {
            intent.id: _stems(intent.anchors) | (_stems((intent.title,)) - self._filler) for intent in known.intents
        }
        self._pay = _stems(vocabulary.pay_words)
        self._weak_pay = _stems(vocabulary.weak_pay_words)
        self._career = _stems(vocabulary.career_words)
        self._questions = _stems(vocabulary.question_words)
        self._bare = _stems(vocabulary.bare_words)
        self._directions = {name: _stems(words) for name, words in vocabulary.directions.items()}
        self._all_directions = frozenset().union(*self._directions.values())
        self._role_of_field = {f.id: f.role for f in vocabulary.fields}

    def plan(self, reading: Reading, ranked: Sequence[Ranked]) -> Query | Unclear:
        """Decide on one reading. `ranked` are the intents, the likeliest first."""
        slots = self._slots(reading)
        stems = [text.stem(word.text) for word in reading.loose]
        if reading.near:
            return self._near_miss(reading, slots)
        bare = self._bare_name(reading, slots, stems)
        if bare is not None:
            return bare
        best, sureness, left = self._choose(reading, ranked, slots, stems)
        intent = self._known.intent(best)
        if left or intent is None:
            return self._left_over(reading, slots, stems, left, best, sureness)
        if sureness < SURE:
            return self._unsure(reading, slots, stems, best, sureness)
        if intent.answer in SOCIAL:
            return Query(
                answer=intent.answer,
                intent=best,
                confidence=sureness,
                mentions=reading.mentions,
                asked=reading.question_mark,
            )
        if intent.answer == "no_figures":
            return self._not_covered(reading, slots, intent.title, sureness)
        if intent.answer in WORDS and not self._is_anchored(slots, stems, best):
            return Unclear(status="off_topic", mentions=reading.mentions, confidence=sureness)
        if intent.answer in FIGURES and not self._speaks_of_pay(stems, best, slots):
            return self._unsure(reading, slots, stems, best, sureness)
        return self._query(reading, slots, best, sureness, stems)

    # -- what is named

    def _slots(self, reading: Reading) -> Slots:
        known, slots = self._known, Slots()
        stems = {text.stem(word.text) for word in reading.loose}
        named = [m for m in reading.mentions if not m.excluded]
        slots.kinds = frozenset([m.kind for m in named] + [f"{m.kind}:{m.id}" for m in named])
        slots.companies = _ids(m for m in reading.of("company") if m.known)
        slots.excluded = _ids(m for m in reading.mentions if m.excluded and m.kind == "company")
        slots.roles = _ids(m for m in reading.of("role") if m.known)
        slots.fields = _ids(reading.of("field"))
        slots.sources = _ids(reading.of("source"))
        slots.skills = _ids(reading.of("skill"))
        slots.levels = tuple(dict.fromkeys((*_ids(reading.of("level")), *self._levels_of_years(reading))))
        slots.years = tuple(dict.fromkeys(year for low, high in reading.years for year in (low, high)))
        slots.amounts = reading.amounts
        slots.group = bool(reading.of("group"))
        slots.people = bool(reading.of("people"))
        periods = [m.id for m in reading.of("period") if m.id != "year"]
        slots.period = cast("Period", periods[0]) if periods else None
        slots.directions = tuple(cast("Direction", name) for name, words in self._directions.items() if words & stems)
        slots.gaps = tuple(_gaps(reading))
        if slots.group and not slots.companies:
            slots.companies = tuple(c.id for c in known.companies if c.id not in slots.excluded)
        return slots

    def _levels_of_years(self, reading: Reading) -> list[str]:
        found = [self._known.level_of_years(year) for low, high in reading.years for year in (low, high)]
        return [level.id for level in found if level is not None]

    # -- choosing the intent

    def _choose(
        self, reading: Reading, ranked: Sequence[Ranked], slots: Slots, stems: list[str]
    ) -> tuple[str, float, list[str]]:
        """Return the likeliest intent among those that explain the text, its share of these, and what it leaves over."""
        looked: list[tuple[float, str, list[str]]] = []
        content = sum(1 for stem in stems if stem not in self._filler)
        for intent, share in self._eligible(ranked, slots, stems)[:LOOKED_AT]:
            left = self._left(intent, reading, stems)
            explained = max(0.0, 1 - len(left) / max(content, len(left), 1))
            fit = UNTAKEN ** len((slots.kinds & TELLING) - self._takes[intent])
            looked.append((share * fit * (0.02 + 0.98 * explained**3), intent, left))
        score, intent, left = max(looked, key=lambda item: item[0])
        kin = next((family for family in FAMILIES if intent in family), frozenset({intent}))
        together = sum(other for other, name, unexplained in looked if name in kin and not (unexplained and not left))
        runner_up = max((other for other, name, _ in looked if name not in kin), default=0.0)
        share = together / (together + runner_up) if together >= PLAUSIBLE else together
        return intent, min(share * _mended_discount(reading), 1.0), left

    def _eligible(self, ranked: Sequence[Ranked], slots: Slots, stems: list[str]) -> list[Ranked]:
        """Leave out the intents that need what the text does not name, or can't be meant with what it names."""
        one_level = len(slots.levels) == 1
        kept = [
            r
            for r in ranked
            if all(need & slots.kinds for need in self._needs.get(r.intent, ()))
            and not (one_level and r.intent == "ladder")
            and not self._denied(r.intent, stems)
        ]
        return kept

    def _left(self, intent: str, reading: Reading, stems: list[str]) -> list[str]:
        """Return the words that neither the intent's examples nor the filler explain, and mentions that explain nothing."""
        explained = self._explained[intent]
        figures = self._known.intent(intent).answer in FIGURES
        left = [
            word.typed
            for word, stem in zip(reading.loose, stems, strict=True)
            if stem not in explained
            and stem not in self._filler
            and not (figures and (stem in self._pay or stem in self._weak_pay or stem in self._all_directions))
        ]
        return left + [m.text for m in reading.mentions if m.kind in ("product", "impossible")]

    def _denied(self, intent: str, stems: Sequence[str]) -> bool:
        """Whether an intent without figures lacks its own word, so that it can't take a plain question of pay."""
        return intent in self._without_figures and self._anchors[intent].isdisjoint(stems)

    def _is_anchored(self, slots: Slots, stems: list[str], intent: str) -> bool:
        """Whether a text in plain words names anything of the trade: "what day are we in" must not be "a day at work"."""
        return bool(slots.kinds & _TRADE) or not self._anchors[intent].isdisjoint(stems)

    def _speaks_of_pay(self, stems: list[str], intent: str, slots: Slots) -> bool:
        """Whether pay is asked for, and not a company's revenue or the weather at its door."""
        if any(stem in self._pay for stem in stems) or slots.amounts or slots.period:
            return True
        if intent == "compare" and (
            len(slots.roles) + len(slots.fields) + len(slots.companies) + len(slots.levels) + len(slots.sources) > 1
        ):
            return True
        people = slots.kinds & {"role", "field", "level", "years", "people", "source"}
        weakly = bool(people) and any(stem in self._weak_pay for stem in stems)
        return weakly or intent in ("rank_sources", "rank_companies", "ladder")

    # -- outcomes

    def _bare_name(self, reading: Reading, slots: Slots, stems: list[str]) -> Query | Unclear | None:
        """Read a name alone ("google", "senior mle", "apple vs amazon") as the question what it pays."""
        if not all(stem in self._bare for stem in stems):
            return None
        named = slots.companies or slots.levels or slots.roles or slots.sources
        if not named or slots.skills or slots.amounts:
            return self._not_covered(reading, slots, "", 0.9) if slots.gaps and not slots.skills else None
        several = max(len(slots.companies), len(slots.roles), len(slots.levels), len(slots.sources)) > 1
        intent = "compare" if several and not slots.group else "pay"
        return self._query(reading, slots, intent, 0.92, stems)

    def _query(self, reading: Reading, slots: Slots, best: str, sureness: float, stems: list[str]) -> Query | Unclear:
        intent = self._known.intent(best)
        refused = self._refusal(reading, slots, best, sureness)
        if refused is not None:
            return refused
        answer = self._answer_kind(intent.answer, slots)
        if answer == "pay" and not (slots.kinds & NAMED) and self._own_pay(reading):
            return self._not_covered(reading, slots, "your own pay", sureness)
        levels = slots.levels
        if answer == "pay" and "start" in slots.directions and not levels and not slots.companies:
            # "starting salary" without a company is what a fresher gets.
            levels = (self._known.vocabulary.levels[0].id,)
        roles = slots.roles
        if intent.answer in FIGURES | {"who_says"}:
            roles = tuple(dict.fromkeys((*roles, *filter(None, map(self._role_of_field.get, slots.fields)))))
        return Query(
            answer=answer,
            intent=best,
            topic=intent.topic,
            companies=slots.companies,
            excluded=slots.excluded,
            roles=roles,
            levels=levels,
            sources=slots.sources,
            skills=slots.skills,
            years=slots.years,
            amounts=slots.amounts,
            period=slots.period or next((a.period for a in slots.amounts if a.period and answer != "offer"), None),
            directions=slots.directions,
            gaps=self._told_gaps(slots, best),
            mentions=reading.mentions,
            confidence=sureness,
            asked=self._asked(reading, stems),
        )

    @staticmethod
    def _own_pay(reading: Reading) -> bool:
        """Whether somebody asks what they themselves are paid, which nobody here can know."""
        said = [word.text for word in reading.words]
        return "my" in said or any(pair in (("do", "i"), ("am", "i")) for pair in zip(said, said[1:], strict=False))

    def _answer_kind(self, answer: str, slots: Slots) -> str:
        """Let the names decide between telling and comparing: "apple msft mle pay" compares whatever the words say."""
        if slots.amounts and slots.period:
            return "pay" if slots.levels or slots.companies else "convert"
        if answer == "pay" and slots.amounts:
            return "offer"
        if (
            answer == "pay"
            and not slots.group
            and (len(slots.companies) > 1 or len(slots.roles) > 1 or len(slots.levels) > 1 or len(slots.sources) > 1)
        ):
            return "compare"
        if answer == "compare" and slots.group:
            return "rank_companies"
        return answer

    def _asked(self, reading: Reading, stems: list[str]) -> bool:
        if reading.question_mark:
            return True
        return any(stem in self._questions for stem in stems[:2]) or any(stem in self._pay for stem in stems)

    def _refusal(self, reading: Reading, slots: Slots, best: str, sureness: float) -> Unclear | None:
        """Return why a well-understood question has no answer here, or None."""
        kinds = {gap.kind for gap in slots.gaps}
        intent = self._known.intent(best)
        if "employment" in kinds or "currency" in kinds or self._foreign_year(slots):
            return self._not_covered(reading, slots, "", sureness)
        if intent.answer in FIGURES | {"who_says"}:
            return self._refused_figures(reading, slots, best, sureness)
        return self._refused_words(reading, slots, best, sureness)

    def _refused_figures(self, reading: Reading, slots: Slots, best: str, sureness: float) -> Unclear | None:
        kinds = {gap.kind for gap in slots.gaps}
        about = self._known.intent(best).about
        roles = [*slots.roles, *(self._role_of_field.get(f) for f in slots.fields)]
        other = [role for role in roles if role != "ml_engineer"]
        no = lambda: self._not_covered(reading, slots, "", sureness)  # noqa: E731 - one word at five places
        if ("role" in kinds and not slots.roles) or any(role not in about for role in roles):
            return no()
        if "role" in kinds and slots.companies:
            return no()
        if other and (slots.companies or best in ("rank_companies", "ladder")):
            return no()
        if ("company" in kinds and not slots.companies) or ("place" in kinds and not slots.companies):
            return no()
        if "grade" in kinds and not slots.companies:
            return no()
        return None

    def _refused_words(self, reading: Reading, slots: Slots, best: str, sureness: float) -> Unclear | None:
        intent = self._known.intent(best)
        if intent.topic is None:
            foreign = {gap.kind for gap in slots.gaps} & {"role", "company", "place"}
            return self._not_covered(reading, slots, "", sureness) if foreign else None
        spoken = self._known.topic(intent.topic).names
        roles = {*slots.roles, *(self._role_of_field.get(f) or f for f in slots.fields)}
        covered = roles & set(intent.about)
        near = best == "growth" and "ai" in slots.fields
        strangers = [gap for gap in slots.gaps if gap.kind in ("role", "company") and gap.name not in spoken]
        companies = slots.companies and "company" not in intent.takes and not slots.group
        if (roles and not covered and not near) or companies:
            return self._not_covered(reading, slots, intent.title, sureness)
        if strangers and not covered:
            return self._not_covered(reading, slots, intent.title, sureness)
        if any(gap.kind == "place" for gap in slots.gaps) and best == "growth":
            return self._not_covered(reading, slots, intent.title, sureness)
        return None

    @staticmethod
    def _foreign_year(slots: Slots) -> bool:
        dates = [gap.name for gap in slots.gaps if gap.kind == "date"]
        years = [int(part) for date in dates for part in date.replace("-", " ").split() if part.isdigit()]
        return any(not FIRST_YEAR <= year <= LAST_YEAR for year in years)

    def _told_gaps(self, slots: Slots, best: str) -> tuple[Gap, ...]:
        intent = self._known.intent(best)
        spoken = self._known.topic(intent.topic).names if intent.topic else ()
        gaps = [gap for gap in slots.gaps if gap.name not in spoken]
        if best == "growth":
            gaps = [gap for gap in gaps if gap.kind != "date"]
        if intent.topic:
            others = [*slots.roles, *(self._role_of_field.get(f) or f for f in slots.fields)]
            gaps += [Gap(kind="role", name=self._name(r)) for r in others if r not in intent.about]
        return tuple(gaps)

    def _name(self, role: str) -> str:
        return self._known.role(role).name if self._known.has("role", role) else role

    def _not_covered(self, reading: Reading, slots: Slots, reason: str, sureness: float) -> Unclear:
        gaps = list(slots.gaps)
        if not [gap for gap in gaps if gap.kind in ("company", "place", "employment", "currency")]:
            gaps += [Gap(kind="role", name=self._name(r)) for r in slots.roles if r != "ml_engineer"]
        return Unclear(
            status="not_covered",
            reason=reason,
            gaps=tuple(dict.fromkeys(gaps)),
            mentions=reading.mentions,
            confidence=sureness,
            asked=reading.question_mark,
        )

    def _left_over(
        self, reading: Reading, slots: Slots, stems: list[str], left: list[str], best: str, sureness: float
    ) -> Unclear:
        """Decide on a text with unexplained words: pay without figures, a guess to ask about, or another subject."""
        about_pay = any(stem in self._pay or stem in self._career for stem in stems)
        if not about_pay and not (slots.roles or slots.levels or slots.fields):
            return Unclear(status="off_topic", mentions=reading.mentions, confidence=1 - sureness)
        if len(left) == 1 and sureness >= PLAUSIBLE and self._known.intent(best).answer not in SOCIAL | {"no_figures"}:
            again = self._query(reading, slots, best, sureness, stems)
            if isinstance(again, Query):
                return self._clarify(reading, slots, best, sureness, left)
        if not about_pay:
            return Unclear(status="off_topic", mentions=reading.mentions, confidence=1 - sureness)
        return self._not_covered(reading, slots, "", 1 - sureness)

    def _unsure(self, reading: Reading, slots: Slots, stems: list[str], best: str, sureness: float) -> Unclear:
        about_pay = any(stem in self._pay or stem in self._career for stem in stems)
        named = slots.companies or slots.roles or slots.levels or slots.sources
        if self._known.intent(best).answer in SOCIAL or not (about_pay or named or slots.fields):
            return Unclear(status="off_topic", mentions=reading.mentions, confidence=1 - sureness)
        if slots.gaps and not named:
            return self._not_covered(reading, slots, "", 1 - sureness)
        return self._clarify(reading, slots, best, sureness, [])

    def _clarify(self, reading: Reading, slots: Slots, best: str, sureness: float, left: list[str]) -> Unclear:
        return Unclear(
            status="clarify",
            reason=", ".join(left),
            gaps=slots.gaps,
            mentions=reading.mentions,
            suggestions=tuple(dict.fromkeys(self._guesses(slots, best)))[:3],
            confidence=sureness,
            asked=reading.question_mark,
        )

    def _near_miss(self, reading: Reading, slots: Slots) -> Unclear:
        near = reading.near[0]
        level = self._known.level(near.id)
        return replace(
            self._clarify(reading, slots, "pay", 0.5, [near.text]),
            suggestions=(f"{level.aliases[0]} ML engineer salary",),
        )

    def _guesses(self, slots: Slots, best: str) -> Iterable[str]:
        known = self._known
        for company in slots.companies[:2]:
            yield f"{known.company(company).name} ML engineer salary"
        for level in slots.levels[:1]:
            yield f"{known.level(level).aliases[0]} ML engineer salary"
        for role in slots.roles[:1]:
            yield f"{known.role(role).short} salary"
        intent = known.intent(best)
        if intent.answer not in ("no_figures", "pay", "compare", *SOCIAL):
            yield intent.examples[0]
        yield "average ML engineer salary"


def _gaps(reading: Reading) -> Iterable[Gap]:
    for m in reading.mentions:
        if m.excluded:
            continue
        if m.kind in ("company", "role", "place") and not m.known:
            yield Gap(kind=m.kind, name=m.id)
        elif m.kind in ("grade", "employment", "statistic", "breakdown", "date"):
            yield Gap(kind=m.kind, name=m.text)
    for amount in reading.amounts:
        if amount.currency != "USD":
            yield Gap(kind="currency", name=amount.currency)


def _ids(mentions: Iterable[Mention]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(m.id for m in mentions))


def _stems(phrases: Iterable[str]) -> frozenset[str]:
    return frozenset(text.stem(word) for phrase in phrases for word in text.words(phrase))


def _mended_discount(reading: Reading) -> float:
    """Each mended word takes a little of the confidence, more for a name than for a plain word."""
    names = sum(1 for m in reading.mentions if not m.exact)
    plain = sum(1 for word in reading.loose if word.mended)
    return 0.97**plain * 0.95**names
