"""Find what is counted in a text: years of experience, amounts of money, dates, ranks such as L5.

Each quantity is replaced by a mark (`§years0`), so that the words around it are matched without its digits. Nothing is
guessed: what does not read as a quantity stays an ordinary, unexplained word. The words that count come from
knowledge/words/quantities.yaml; the patterns are built from them once.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from bot.core.model.dialogue import Amount, Period
from bot.core.model.knowledge import Knowledge
from bot.core.model.words import QuantityWords
from bot.core.text import formatting, normalization
from bot.core.text.patterns import any_of, shortest

MARK = re.compile(r"§[a-z]+\d+")
MOST_YEARS, HUNDRED = 60, 100
# A bare number this large is money in a chat about pay; smaller ones need a currency, a "k" or a period.
LEAST_BARE_AMOUNT = 10_000
# Of these beside pay the thousands are left out: "is 150 good".
LEAST_THOUSANDS, MOST_THOUSANDS = 40, 1_000
# From here on a bare number "a day" is what a day is paid.
LEAST_EACH = 200
LEAST_FULL, MOST_FULL = 35, 45  # hours a week
# From here on a number in words may have another behind it ("twenty two").
LEAST_TENS = 20

# "1,50,000", "150'000", "150.000", "150 000", "1,5" (or a slip of "1,500"), "1e6", "150", ".15".
_NUMBER = (
    r"\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d+)?|\d{1,3}(?:'\d{3})+|\d{2,3}(?:\.\d{3})+(?![\d.])|\d{1,3}(?: \d{3})+(?![\d,])"
    r"|\d+,\d{1,2}(?![\d,])|\d+(?:\.\d+)?e\d(?![\w.])|\d+(?:\.\d+)?|\.\d+"
)
_GROUPING = str.maketrans("", "", ", '")
_DECIMAL_COMMA = re.compile(r"\d+,\d{1,2}")
_DOTTED = re.compile(r"\d{2,3}(?:\.\d{3})+")
_TWO_WAYS = re.compile(
    r"(?<![\d.,])\d{1,3}(?:\.\d{3})+(?![\d.]|\s?m)"
    r"|(?<!\d)\d{1,3}(?:,\d{3})*,\d{1,2}(?![\d,])|(?<![\d,])\d{1,2},\d{2},\d{3}(?!\d)"
)
_DIGIT = re.compile(r"\d")
# One of these stands in every rank: a digit, or a Roman numeral behind a title.
_NUMERALS = (*"0123456789", " i", "-i", " v", "-v")


@dataclass(frozen=True, slots=True)
class Quantities:
    """The quantities of a text, and the text with a mark for each; the marks count from 0 by kind.

    `years` are spans (low, high) of experience, `impossible` those that nobody can have.
    """

    marked: str
    years: tuple[tuple[float, float], ...]
    amounts: tuple[Amount, ...]
    dates: tuple[str, ...]
    grades: tuple[str, ...]
    percentiles: tuple[str, ...]
    impossible: tuple[str, ...]
    ages: tuple[str, ...]

    def resolve(self, mark: str) -> tuple[str, str]:
        """Return the kind and the text of what a mark stands for."""
        kind = mark.strip("§0123456789")
        n = int(mark[1 + len(kind) :])
        if kind == "amount":
            return kind, self.amounts[n].text
        if kind == "years":
            return kind, f"{formatting.number(self.years[n][0])} years"
        texts = {
            "date": self.dates,
            "grade": self.grades,
            "statistic": self.percentiles,
            "impossible": self.impossible,
            "condition": self.ages,
        }
        return kind, texts[kind][n]


def reads_two_ways(text: str) -> bool:
    """Tell whether the signs in a number mean one thing here and another elsewhere: "150.000", "12,50", "1,50,000".

    >>> reads_two_ways("150.000"), reads_two_ways("$12,50/h"), reads_two_ways("150,000.00"), reads_two_ways("1.25m")
    (True, True, False, False)
    """
    return _TWO_WAYS.search(text) is not None


class QuantityParser:
    """Finds quantities by the words of one knowledge base."""

    def __init__(self, knowledge: Knowledge) -> None:
        words, grammar = knowledge.words.quantities, knowledge.words.grammar
        # What is counted by; misspelled, it is corrected before the numbers are read.
        self.units = frozenset(words.units)
        # Those of one word; misspelled, they are left alone.
        self.number_words = frozenset(word for word in words.numbers if word.isalpha())
        self._cardinals = _CardinalParser(words)
        definite = {*grammar.articles, *grammar.demonstratives}.difference(grammar.indefinite_articles)
        self._experience = _ExperienceParser(words, definite)
        self._hours = _WorkingHours(words)
        self._money = _MoneyParser(words, _periods(knowledge))
        year = r"(?:19[5-9]\d|20[0-4]\d)"
        self._dates = re.compile(
            rf"(?<![\d.,$-]){year}(?:\s?(?:-|{any_of(words.date_ranges)})\s?{year})?"
            rf"(?![\d%]|[.,]\d|\s?k\b|{self._money.currency_behind})"
            # "2000 per month" is an amount, but "2021 per month" a year: nobody's pay is given to the dollar.
            rf"(?:(?!{self._money.period_behind})|(?<=200[1-9])|(?<=20[12]\d))"
        )
        self._ranks = _rank_pattern(words)
        self.percentiles = PercentileParser(words)

    def find(self, normalized: str) -> Quantities:
        """Find and mark the quantities of a normalized text."""
        draft = _Draft(normalized.replace("§", " "))
        self.percentiles.mark(draft)
        self._cardinals.replace(draft)
        self._money.replace_words(draft)
        self._experience.mark_worded(draft)
        if _DIGIT.search(draft.text):
            self._hours.mark(draft)
            self._experience.mark_months(draft)
            self._money.replace_names(draft)
            self._experience.mark_years(draft)
            self._money.mark_thousands(draft)
            draft.text = self._dates.sub(lambda m: draft.mark("date", m[0]), draft.text)
            self._money.mark(draft)
        if any(map(draft.text.__contains__, _NUMERALS)):
            draft.text = self._ranks.sub(lambda m: draft.mark("grade", m[0].strip(" -")), draft.text)
        return draft.finish()

    def has_stray_digits(self, text: str) -> bool:
        """Tell whether a text has digits that belong to no quantity: "back in 2 hours"."""
        return any(c.isdigit() for c in MARK.sub("", self.find(normalization.normalize(text)).marked))

    def names_foreign_money(self, normalized: str) -> bool:
        """Tell whether a normalized text has the sign or the code of a currency other than the dollar anywhere."""
        return self._money.foreign.search(normalized) is not None


class _Draft:
    """A text whose quantities are being marked."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._texts: dict[str, list[str]] = defaultdict(list)
        self._years: list[tuple[float, float]] = []
        self._amounts: list[Amount] = []

    # A digit may follow a quantity without a space, and must not become part of its mark.

    def mark(self, kind: str, text: str) -> str:
        texts = self._texts[kind]
        texts.append(text)
        return f" §{kind}{len(texts) - 1} "

    def mark_years(self, low: float, high: float) -> str:
        self._years.append((low, high))
        return f" §years{len(self._years) - 1} "

    def mark_amount(self, amount: Amount) -> str:
        self._amounts.append(amount)
        return f" §amount{len(self._amounts) - 1} "

    def finish(self) -> Quantities:
        return Quantities(
            marked=" ".join(self.text.split()),
            years=tuple(self._years),
            amounts=tuple(self._amounts),
            dates=tuple(self._texts["date"]),
            grades=tuple(self._texts["grade"]),
            percentiles=tuple(self._texts["statistic"]),
            impossible=tuple(self._texts["impossible"]),
            ages=tuple(self._texts["condition"]),
        )


class PercentileParser:
    """Finds percentiles of any number."""

    def __init__(self, words: QuantityWords) -> None:
        self._numbers = words.numbers
        number = rf"\d{{1,2}}|{any_of(word for word, n in words.numbers.items() if n and word.isalpha())}"
        top, bottom, share = any_of(words.highest_shares), any_of(words.lowest_shares), any_of(words.shares)
        self._pattern = re.compile(
            rf"\b(?:(?P<top>{top})|{bottom})\s+(?P<share>{number})\s?{share}(?!\w)"
            rf"|(?<![\w.,$])(?P<nth>\d{{1,2}}){any_of(words.ordinal_endings)}?\s?{any_of(words.percentiles)}(?!\w)"
            r"|(?<![\w.,$])p(?P<p>\d\d)(?![\w%])"
        )
        self._signs = shortest((*words.shares, *words.percentiles))

    def mark(self, draft: _Draft) -> None:
        """Mark percentiles as typed."""
        if _DIGIT.search(draft.text) or any(map(draft.text.__contains__, self._signs)):
            draft.text = self._pattern.sub(lambda m: draft.mark("statistic", m[0]), draft.text)

    def percentile(self, text: str) -> int | None:
        """Return which percentile a text stands for, 1 to 99; None where it is none.

        "top 5%" is the 95th.
        """
        m = self._pattern.fullmatch(text)
        if m is None:
            return None
        typed = m["share"] or m["nth"] or m["p"]
        number = int(typed) if typed.isdecimal() else self._numbers[typed]
        number = HUNDRED - number if m["top"] else number
        return number if 0 < number < HUNDRED else None


class _CardinalParser:
    """Reads numbers in words in front of a scale, and hundreds: "one hundred and fifty thousand", "half a million"."""

    def __init__(self, words: QuantityWords) -> None:
        self._numbers, self._fractions = words.numbers, words.fractions
        ones = any_of(word for word, n in words.numbers.items() if 0 < n < LEAST_TENS)
        tens = any_of(word for word, n in words.numbers.items() if n >= LEAST_TENS)
        below_hundred = rf"(?:{tens}[ -]{ones}|{tens}|{ones})"
        hundred, scale = any_of(words.hundreds), any_of(word for word in words.scales if len(word) > 1)
        self._hundreds = re.compile(
            rf"\b(?:(?P<count>{below_hundred}|\d{{1,2}}|{any_of(words.indefinite)}) {hundred}"
            rf"(?:[ -](?:{any_of(words.hundred_joiners)} )?(?P<rest>{below_hundred}))?"
            rf"|(?P<digit>{ones})[ -](?P<tens>{tens}(?:[ -]{ones})?))(?!\w)"
        )
        self._scaled = re.compile(rf"\b{below_hundred}(?=[ -](?:{scale}|k)\b)")
        self._fraction = re.compile(rf"\b(?P<part>{any_of(words.fractions)}) (?P<scale>{scale})\b")
        self._signs = shortest((*words.hundreds, *words.numbers, *words.fractions))
        self._scales = words.scales

    def replace(self, draft: _Draft) -> None:
        """Replace numbers in words by digits that are read later."""
        if not any(map(draft.text.__contains__, self._signs)):
            return
        draft.text = self._fraction.sub(
            lambda m: f"{self._fractions[m['part']] * self._scales[m['scale']]:.0f}", draft.text
        )
        draft.text = self._hundreds.sub(self._in_digits, draft.text)
        draft.text = self._scaled.sub(lambda m: str(self._below_hundred(m[0])), draft.text)

    def _in_digits(self, m: re.Match[str]) -> str:
        if m["digit"]:
            return str(100 * self._numbers[m["digit"]] + self._below_hundred(m["tens"]))
        count = int(m["count"]) if m["count"].isdecimal() else self._below_hundred(m["count"]) or 1
        return str(100 * count + self._below_hundred(m["rest"] or ""))

    def _below_hundred(self, words: str) -> int:
        return sum(self._numbers.get(word, 0) for word in words.replace("-", " ").split())


class _ExperienceParser:
    """Finds years of experience; behind one of the `definite` words a field is the one asked about ("in the field")."""

    def __init__(self, words: QuantityWords, definite: Iterable[str]) -> None:
        unit, more, less = any_of(words.years), any_of(words.or_more), any_of(words.less_than)
        self._numbers = words.numbers
        self._spans = words.spans
        self._decades = words.decades
        self._labels, self._ahead = words.experience_labels, frozenset(words.ahead)
        # Looked for first, as most questions count nothing.
        self._signs = shortest((*words.years, *words.spans, *words.decades, *words.experience))
        half = any_of(words.and_a_half)
        tens = any_of(word for word, n in words.numbers.items() if n >= LEAST_TENS)
        self._worded = re.compile(
            rf"\b(?:({tens})[ -])?({any_of(words.numbers)})(?=(?: {half})?\s*-?\s*(?:\+|{more})?\s*{unit}(?!\w))"
        )
        self._halves = re.compile(rf"(\d) {half}(?=\s*-?\s*{unit}(?!\w))")
        self._decade = re.compile(rf"\b({any_of(words.decades)})\b")
        self._span = re.compile(rf"\b({any_of(words.spans)})\b")
        self._years = re.compile(
            rf"(?P<before>\b{any_of(words.not_experience_after)}\s+|\b(?P<within>{any_of(words.within)})\s+)?"
            rf"(?P<less>\b{less}\s+|<\s*)?"
            rf"(?P<sign>(?<![\w)])-)?(?<![\w.,$])(?P<low>\d{{1,4}}(?:\.\d)?)\s*"
            rf"(?:(?:-|{any_of(words.year_ranges)})\s*(?P<high>\d{{1,3}})\s*)?"
            rf"(?:\+|{more})?\s*-?\s*{unit}(?:'|'s)?(?![a-z])"
            rf"(?P<after>\s+{any_of(words.not_experience_before)}|(?P<age>\s+{any_of(words.of_age)})"
            rf"|(?=\s(?P<lasting>{any_of(words.lasting)})\b))?(?P<spent>(?=\s{any_of(words.experience_in_months)}\b))?"
        )
        self._bare = re.compile(rf"(?<![\w.,$])(?P<low>\d{{1,2}})\+?\s{any_of(words.experience)}\b")
        self._labeled = re.compile(
            rf"\b{any_of(words.experience_labels)}\s?(?:{any_of(words.experience_links)}|=|:)?\s?"
            r"(?P<low>\d{1,2})\b(?!\s*(?:k|%|[.,]\d))"
        )
        self._none = re.compile(rf"\b{any_of(words.none)}((?: [a-z]+){{0,2}}?) {any_of(words.experience)}\b")
        self._never = re.compile(
            rf"\b(?:{any_of(words.never)} (?:[a-z]+ ){{0,2}}?{any_of(words.jobs)}|{any_of(words.never_worked)}"
            rf"|{any_of(words.none)} {any_of(words.earlier)} {any_of(words.jobs)})"
            rf"(?: {any_of(words.within)} {any_of(definite)} [a-z]+)?"
            rf"(?=\s*(?:$|[,.;:!?)])|\s{any_of(words.clause_ends)}\b)"
        )
        self._never_signs = shortest((*words.never, *words.never_worked, *words.earlier))
        self._months = re.compile(
            rf"(?<![\w.,$])(\d{{1,3}})\+?\s?{any_of(words.months)}(?= {any_of(words.experience_in_months)}\b)"
        )

    def mark_worded(self, draft: _Draft) -> None:
        """Mark what is counted in words, or replace it by digits that are read later."""
        if any(map(draft.text.__contains__, self._never_signs)):
            draft.text = self._never.sub(lambda _: draft.mark_years(0, 0), draft.text)
        if not any(map(draft.text.__contains__, self._signs)):
            return
        draft.text = self._worded.sub(lambda m: str(self._numbers.get(m[1], 0) + self._numbers[m[2]]), draft.text)
        draft.text = self._halves.sub(r"\1.5", draft.text)
        draft.text = self._decade.sub(lambda m: f"{self._decades[m[1]]} years", draft.text)
        draft.text = self._none.sub(lambda m: draft.mark_years(0, 0) + m[1], draft.text)
        draft.text = self._span.sub(lambda m: draft.mark_years(self._spans[m[1]], self._spans[m[1]]), draft.text)

    def mark_months(self, draft: _Draft) -> None:
        """Mark months of experience."""
        draft.text = self._months.sub(lambda m: draft.mark_years(int(m[1]) / 12, int(m[1]) / 12), draft.text)

    def mark_years(self, draft: _Draft) -> None:
        """Mark years of experience, and other years as dates."""
        draft.text = self._years.sub(lambda m: self._mark(m, draft), draft.text)
        for pattern in (self._bare, self._labeled):
            draft.text = pattern.sub(lambda m: draft.mark_years(float(m["low"]), float(m["low"])), draft.text)

    def _mark(self, m: re.Match[str], draft: _Draft) -> str:
        in_a_year = m["within"] and m["low"] == "1" and not m["high"] and m["spent"] is None
        if m["lasting"] is not None or in_a_year:
            return " "  # "a 4 year degree", "what is earned in one year"
        if m["age"]:
            return draft.mark("condition", m[0].strip())
        if (m["before"] and not m["within"]) or m["after"]:
            return f"{draft.mark('date', m[0].strip())}{(m['after'] or '').strip()} "
        plain = m["spent"] is None and not any(map(m[0].__contains__, self._labels))
        if m["within"] in self._ahead and plain and not m["high"]:
            return draft.mark("date", m[0].strip())  # "what is earned in five years"
        low = float(m["low"])
        high = float(m["high"] or low)
        if m["sign"] or max(low, high) > MOST_YEARS or high < low:
            return draft.mark("impossible", m[0].strip())
        if m["less"]:
            low = high = max(low - 1, 0)
        return (m["within"] or "") + draft.mark_years(low, high)


class _WorkingHours:
    """Finds how many hours a week somebody works: full time is left out, anything else is marked, none is an amount."""

    def __init__(self, words: QuantityWords) -> None:
        each, hours, weeks = any_of((*words.per, *words.every)), any_of(words.hours), any_of(words.weeks)
        self._pattern = re.compile(
            rf"(?<![\w.,$-])(?:\d{{1,2}}\s?-\s?)?(?P<hours>\d{{1,2}})\+?[ -]?{hours}"
            rf"\s?(?:/\s?|{each}\s|-)?\s?{weeks}\b"
        )
        self._signs = shortest(words.weeks)

    def mark(self, draft: _Draft) -> None:
        """Mark the hours of part-time work, and leave those of full time out."""
        if any(map(draft.text.__contains__, self._signs)):
            draft.text = self._pattern.sub(lambda m: self._mark(m, draft), draft.text)

    def _mark(self, m: re.Match[str], draft: _Draft) -> str:
        return " " if LEAST_FULL <= int(m["hours"]) <= MOST_FULL else draft.mark("condition", m[0].strip())


class _MoneyParser:
    """Finds amounts of money."""

    def __init__(self, words: QuantityWords, periods: dict[str, Period]) -> None:
        currencies = words.currencies
        signs = {sign: code for code, one in currencies.items() for sign in (code.lower(), *one.signs)}
        self._currencies = signs | {name: code for code, one in currencies.items() for name in one.names}
        self._currency_of_scale = {scale: code for code, one in currencies.items() for scale in one.scales}
        self._scales = dict(words.scales)
        for one in currencies.values():
            self._scales |= one.scales
        self._periods = periods
        self._unclear_periods = frozenset(words.unclear_periods)
        self._per = frozenset(words.per)
        symbols = "".join(sign for sign in signs if len(sign) == 1)
        value, second = (_value_pattern(n, signs, self._scales) for n in (1, 2))
        self._money = re.compile(
            rf"(?P<minus>(?<!\S)-|\b{any_of(words.negatives)}\s)?(?<![\w.,{re.escape(symbols)}]){value}(?:\s*(?:-|{any_of(words.amount_ranges)})\s*{second})?"
            rf"(?:\s?(?P<word>{any_of(self._currencies)})(?![a-z]))?"
            rf"(?:\s?(?P<by>/\s?|{any_of(words.per)}\s|{any_of(words.every)}\s)?"
            rf"(?P<per>{any_of(periods)})(?![a-z]))?(?![\d%])"
        )
        foreign = {*words.foreign_money, *(code.lower() for code in currencies if code != "USD")}
        foreign_symbols = {sign for sign in foreign if len(sign) == 1}
        self.foreign = re.compile(rf"{any_of(foreign_symbols)}|\b{any_of(foreign - foreign_symbols)}(?!\w)")
        self._worded = {_letters(phrase): amount for phrase, amount in words.worded_amounts.items()}
        self._worded_signs = shortest(phrase.split()[-1] for phrase in words.worded_amounts)
        self._worded_pattern = re.compile(rf"\b{any_of(words.worded_amounts, gap='[ -]?')}\b")
        each = any_of((*words.per, *words.every))
        # What stands behind a number of money.
        self.currency_behind = rf"\s?{any_of(self._currencies)}(?![a-z])"
        self.period_behind = rf"\s?{each}\s{any_of(periods)}\b"
        self._thousands = _thousands_pattern(words, periods)
        self._approximate = re.compile(rf"(?<=\d)( ?k)?[ -]?{any_of(words.approximate)}\b")
        self._names = {_letters(name): replacement for name, replacement in words.not_amounts.items()}
        # "401 (k)" is spelled in many ways.
        spelled = (r"\s?\(?".join(re.findall(r"\d+|[a-z]+", name)) + r"\)?" for name in words.not_amounts)
        self._names_pattern = re.compile(rf"\b(?:{'|'.join(spelled) or '(?!)'})")

    def replace_words(self, draft: _Draft) -> None:
        """Replace amounts in words by digits that are read later."""
        if any(map(draft.text.__contains__, self._worded_signs)):
            draft.text = self._worded_pattern.sub(lambda m: self._worded[_letters(m[0])], draft.text)

    def replace_names(self, draft: _Draft) -> None:
        """Replace names that look like amounts by words."""
        draft.text = self._names_pattern.sub(lambda m: f" {self._names[_letters(m[0])]} ", draft.text)

    def mark_thousands(self, draft: _Draft) -> None:
        """Mark numbers whose thousands people leave out ("is 150 good"), and those that can be no year's pay."""
        draft.text = self._approximate.sub(lambda m: m[1] or "", draft.text)
        draft.text = self._thousands.sub(lambda m: self._mark_thousands(m, draft), draft.text)

    def _mark_thousands(self, m: re.Match[str], draft: _Draft) -> str:
        low, high = (float(m[name] or m["low"]) for name in ("low", "high"))
        before = m["before"] or ""
        if low >= MOST_THOUSANDS and not m["per"]:
            return before + draft.mark("impossible", m["number"])
        if not LEAST_THOUSANDS <= low <= high < MOST_THOUSANDS:
            return m[0]
        period = self._periods[m["per"]] if m["per"] else None
        text, named = m["number"], m["number"].startswith("$")
        amount = Amount(low=low * 1e3, high=high * 1e3, text=text, period=period, assumed=True, named=named)
        return before + draft.mark_amount(amount)

    def mark(self, draft: _Draft) -> None:
        """Mark the amounts of money."""
        draft.text = self._money.sub(lambda m: self._mark(m, draft), draft.text)

    def _mark(self, m: re.Match[str], draft: _Draft) -> str:
        signs = [sign for sign in (m["cur1"], m["cur2"], m["word"]) if sign]
        scaled = next((m[s] for s in ("suf1", "suf2") if m[s] in self._currency_of_scale), None)
        # "$150k CAD" are no US dollars: the plain sign is that of many.
        foreign = (self._currencies[sign] for sign in signs if self._currencies[sign] != "USD")
        currency = self._currency_of_scale[scaled] if scaled else next(foreign, "USD")
        suffix = m["suf2"] or m["suf1"]
        # Of the dots in "33.333 an hour" and "12.500k" none parts thousands.
        dotted = suffix is None and (m["per"] is None or self._periods[m["per"]] == "year")
        low = self._value(m["num1"], m["suf1"] or (suffix if m["num2"] else None), dotted=dotted)
        high = self._value(m["num2"], suffix, dotted=dotted) if m["num2"] else low
        by = (m["by"] or "").strip()
        large = low >= LEAST_EACH
        clear = by == "/" or by in self._per or (by and large)
        plain_period = m["per"] is not None and (m["per"] not in self._unclear_periods or clear)
        period = self._periods[m["per"]] if m["per"] and (plain_period or signs or suffix) else None
        bare = not signs and not suffix and period in (None, "year")
        ambiguous = (
            currency == "USD" and not suffix and any(map(_DECIMAL_COMMA.fullmatch, (m["num1"], m["num2"] or "")))
        )
        if (bare and max(low, high) < LEAST_BARE_AMOUNT) or (m["num2"] and low > high):
            return m[0]
        if m["minus"] or ambiguous:
            return draft.mark("impossible", m[0].strip())
        named = bool(signs or scaled)
        amount = Amount(low=low, high=high, text=m[0].strip(), currency=currency, period=period, named=named)
        return draft.mark_amount(amount)

    def _value(self, number: str, suffix: str | None, *, dotted: bool) -> float:
        return _number(number, dotted=dotted) * self._scales.get(suffix or "", 1)


def _number(typed: str, *, dotted: bool = True) -> float:
    """Return the value of a number in any of the notations that `_NUMBER` finds; `dotted` if dots may part thousands.

    >>> [_number(typed) for typed in ("150'000", "150.000", "1,50,000", "1,5", "1e6", ".15")]
    [150000.0, 150000.0, 150000.0, 1.5, 1000000.0, 0.15]
    """
    if _DECIMAL_COMMA.fullmatch(typed):
        return float(typed.replace(",", "."))
    return float(typed.replace(".", "") if dotted and _DOTTED.fullmatch(typed) else typed.translate(_GROUPING))


def _letters(text: str) -> str:
    """Return the letters and digits of a text, by which its spellings are one ("401 (k)", "401k")."""
    return "".join(filter(str.isalnum, text))


def _value_pattern(n: int, signs: Iterable[str], scales: Iterable[str]) -> str:
    return rf"(?:(?P<cur{n}>{any_of(signs)})\s?)?(?P<num{n}>{_NUMBER})(?:\s?(?P<suf{n}>{any_of(scales)})(?![a-z]))?"


def _periods(knowledge: Knowledge) -> dict[str, Period]:
    """Map each word for a period behind an amount to the period."""
    lists = (*knowledge.vocabulary.periods.items(), *knowledge.words.quantities.periods.items())
    return {word: period for period, words in lists for word in words if " " not in word}


def _thousands_pattern(words: QuantityWords, periods: dict[str, Period]) -> re.Pattern[str]:
    """Return what finds a bare number beside words that make it pay: it is paid, judged, or told by the year."""
    there = words.in_thousands
    span = rf"(?:\s?(?:-|{any_of(words.amount_ranges)}|{any_of(words.year_ranges)})\s?(?P<high>\d{{2,3}}))?"
    number = rf"(?<![\w.,-])\$?(?P<low>\d{{2,4}}){span}(?![\w%]|[.,]\d)"
    year = any_of(word for word, period in periods.items() if period == "year")
    by_year = rf"\s(?:(?:{any_of(words.per)}|{any_of(words.every)})\s)?(?P<per>{year})\b"
    paid = rf"\b{any_of(there.paid)}:?\s(?:{any_of(there.hedges)}\s){{0,2}}(?=\d{{2,3}}\b)"
    other = rf"(?!{any_of(periods)}\b)\w+"  # "60 an hour" is no thousands
    fit, unfit = any_of((*there.judged, *there.behind)), any_of(there.not_behind)
    judged = rf"(?:{any_of(words.every)}\s{other}\s)?{fit}\b(?!\s{unfit})"
    ends = rf"\s?$|\s?[?.,;:!)+]|\s{any_of(there.ends)}\b"
    return re.compile(
        rf"(?P<before>{paid})?(?P<number>{number})(?:{by_year}|(?=\s{judged})|(?(before)(?={ends})|(?!)))"
    )


def _rank_pattern(words: QuantityWords) -> re.Pattern[str]:
    roman = "ii|iii|iv|[1-6]"
    titles = [
        *(rf"(?<={re.escape(title)})[ -]?(?:{roman}|i|v)\b" for title in words.ranked_titles),
        *(rf"(?<={re.escape(title)})[ -](?:{roman})\b" for title in words.titles),
    ]
    ranks = rf"\b(?:{any_of(words.ranks)}\s?-?\d{{1,2}}|{any_of(words.short_ranks)}\d)\b"
    return re.compile("|".join((ranks, *titles)))
