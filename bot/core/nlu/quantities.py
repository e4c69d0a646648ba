"""Finds what is counted in a text: years of experience, amounts of money, dates, ranks such as L5.

Each found piece is replaced by a mark (`§years0`), so that the words around it are matched without its digits.
Quantities are never guessed: what does not read as one of these stays an ordinary, unexplained word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bot.core.model.dialogue import Amount, Period
from bot.core.text import formatting, normalization

MARK = re.compile(r"§[a-z]+\d+")
MOST_YEARS = 60
# A bare number this large is money in a chat about pay; smaller ones need a currency, a "k" or a period.
LEAST_BARE_AMOUNT = 10_000

# What is counted by; misspelt, they are mended before the numbers are read.
UNITS = frozenset(
    ("year", "years", "yoe", "month", "months", "monthly", "week", "weekly", "hour", "hourly", "annually")
)

_NUMBER_WORDS = {
    word: str(n)
    for n, word in enumerate(
        (
            *(
                "zero",
                "one",
                "two",
                "three",
                "four",
                "five",
                "six",
                "seven",
                "eight",
                "nine",
                "ten",
                "eleven",
                "twelve",
            ),
            *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
        )
    )
} | {"thirty": "30", "forty": "40", "a couple of": "2", "couple of": "2"}
_WORDED = re.compile(
    rf"\b({'|'.join(sorted(_NUMBER_WORDS, key=len, reverse=True))})"
    r"(?=\s*-?\s*(?:\+|plus|or more)?\s*(?:years?|yrs?|yoe)\b)"
)
# Those of one word; misspelt, they are left alone.
NUMBER_WORDS = frozenset(word for word in _NUMBER_WORDS if word.isalpha())
_DECADE = re.compile(r"\b(?:a|one)\s+decade\b|\b(two)\s+decades\b")
_SIX_FIGURES = re.compile(r"\b(?:six|6)[ -]?figs?(?:ures?)?\b")
_UNIT = r"(?:years?|yrs?|y\.?\s?o\.?\s?e\b\.?|yo\s?experience)"
_YEARS = re.compile(
    rf"(?P<before>\b(?:last|past|next|coming|every|each|within|these|in the next|in the last|last couple of)\s+)?"
    rf"(?P<less>\b(?:less than|under|below|fewer than)\s+|<\s*)?"
    rf"(?P<sign>(?<![\w)])-)?(?<![\w.,$])(?P<low>\d{{1,4}}(?:\.\d)?)\s*"
    rf"(?:(?:-|to|or|and|vs|versus)\s*(?P<high>\d{{1,3}})\s*)?"
    rf"(?:\+|plus|or more)?\s*-?\s*(?P<unit>{_UNIT})(?:'|'s)?(?![a-z])"
    rf"(?P<after>\s+(?:old|ago|from now|later|degree|contract|plan|vesting|program|course|warranty|cliff|lease|visa))?"
)
_BARE_EXPERIENCE = re.compile(r"(?<![\w.,$])(?P<low>\d{1,2})\+?\s(?:work\s)?(?:experience|exp)\b")
_YOE_FIRST = re.compile(r"\b(?:yoe|experience|exp)\s?(?:is|of|=|:)?\s?(?P<low>\d{1,2})\b(?!\s*(?:k|%|[.,]\d))")
_HALF = re.compile(r"\bhalf a year\b")
_MONTHS = re.compile(r"(?<![\w.,$])(\d{1,3})\+?\s?months?(?= (?:of )?(?:work )?(?:experience|exp\b|in (?:ml|machine)))")
_LESS_THAN_ONE = re.compile(r"\b(?:less than|under|below) (?:a|one|1) (?:year|yr)\b")

_CURRENCIES = {
    "us$": "USD", "usd": "USD", "$": "USD", "dollars": "USD", "dollar": "USD", "bucks": "USD", "us dollars": "USD",
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "£": "GBP", "gbp": "GBP", "pounds": "GBP", "quid": "GBP",
    "₹": "INR", "rs": "INR", "rs.": "INR", "inr": "INR", "rupees": "INR", "rupee": "INR", "lakh": "INR", "lakhs": "INR",
    "lac": "INR", "lacs": "INR", "lpa": "INR", "crore": "INR", "crores": "INR", "¥": "JPY", "yen": "JPY", "yuan": "CNY",
    "rmb": "CNY", "cad": "CAD", "c$": "CAD", "ca$": "CAD", "aud": "AUD", "a$": "AUD", "sgd": "SGD", "chf": "CHF",
    "francs": "CHF", "pesos": "MXN", "reais": "BRL", "sek": "SEK", "nok": "NOK", "dkk": "DKK", "pln": "PLN",
    "zloty": "PLN",    "won": "KRW", "naira": "NGN", "shekels": "ILS", "dirhams": "AED", "aed": "AED",
}  # fmt: skip
_SCALE = {"k": 1e3, "thousand": 1e3, "grand": 1e3, "m": 1e6, "mil": 1e6, "mill": 1e6, "million": 1e6}
_INDIAN = {"lakh": 1e5, "lakhs": 1e5, "lac": 1e5, "lacs": 1e5, "lpa": 1e5, "crore": 1e7, "crores": 1e7}
_PERIODS: dict[str, Period] = {
    "year": "year", "yr": "year", "annum": "year", "annually": "year", "yearly": "year", "pa": "year", "p.a": "year",
    "p.a.": "year", "annual": "year", "month": "month", "mo": "month", "mth": "month", "monthly": "month",
    "pm": "month", "week": "week", "wk": "week", "weekly": "week", "day": "day", "daily": "day", "hour": "hour",
    "hr": "hour", "h": "hour", "hourly": "hour",
}  # fmt: skip


def _either(words: dict[str, object]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_SIGNS = _either({sign: 0 for sign in _CURRENCIES if not sign.isalpha() or len(sign) <= 3})  # noqa: PLR2004 - ISO codes
_NUM = r"\d{1,3}(?:,\d{2,3})+(?:\.\d+)?|\d{1,3}(?: \d{3})+(?![\d,])|\d+(?:\.\d+)?"


def _one(n: int) -> str:
    suffix = _either({**_SCALE, **_INDIAN})
    return rf"(?:(?P<cur{n}>{_SIGNS})\s?)?(?P<num{n}>{_NUM})(?:\s?(?P<suf{n}>{suffix})(?![a-z]))?"


# Words such as "won" and "pounds" are money only behind a number.
_FOREIGN = re.compile(
    r"[€£₹¥]|\b(?:euros?|rupees?|lakhs?|lpa|crores?|ca?\$|a\$|hk\$|s\$|nz\$"
    rf"|{'|'.join(sorted({code.lower() for code in _CURRENCIES.values()} - {'usd'}))}|hkd|nzd)(?![\w])"
)
_MONEY = re.compile(
    rf"(?<![\w.,£€₹¥$]){_one(1)}(?:\s*(?:-|to|and)\s*{_one(2)})?"
    rf"(?:\s?(?P<word>{_either(dict(_CURRENCIES))})(?![a-z]))?"
    rf"(?:\s?(?:/\s?|per\s|an?\s|each\s|every\s)?(?P<per>{_either(dict(_PERIODS))})(?![a-z]))?(?![\d%])"
)
_PER_BARE = re.compile(r"(?:/|per|an?|each|every)\s?\w+$")
_RETIREMENT = re.compile(r"\b401\s?\(?k\)?")
_DATES = re.compile(
    r"(?<![\d.,$])(?:19[5-9]\d|20[0-4]\d)(?:\s?(?:-|to|until|and)\s?(?:19[5-9]\d|20[0-4]\d))?(?![\d%]|[.,]\d|\s?k\b)"
)
_TWO_WAYS = re.compile(
    r"(?<![\d.,])\d{1,3}(?:\.\d{3})+(?![\d.]|\s?m)"
    r"|(?<!\d)\d{1,3}(?:,\d{3})*,\d{1,2}(?![\d,])|(?<![\d,])\d{1,2},\d{2},\d{3}(?!\d)"
)
_GRADES = re.compile(
    r"\b(?:(?:l|e|ic|ict)\s?-?\d{1,2}|level\s?-?\d{1,2}|(?:t|p|m|g)\d)\b"
    r"|(?<=sde)[ -]?(?:i{1,3}|iv|v|[1-6])\b|(?<=swe)[ -]?(?:i{1,3}|iv|v|[1-6])\b|(?<=engineer)[ -](?:ii|iii|iv|[1-6])\b"
    r"|(?<=scientist)[ -](?:ii|iii|iv|[1-6])\b|(?<=mle)[ -](?:ii|iii|iv|[1-6])\b"
)


# One of these stands in every rank: a digit, or a Roman numeral behind a title.
_NUMERALS = (*"0123456789", " i", "-i", " v", "-v")


@dataclass(slots=True)
class Quantities:
    """What was counted. `years` are spans (low, high) of experience; the marks in `marked` count from 0 by kind."""

    marked: str
    years: list[tuple[float, float]] = field(default_factory=list)
    amounts: list[Amount] = field(default_factory=list)
    dates: list[str] = field(default_factory=list)
    grades: list[str] = field(default_factory=list)
    impossible: list[str] = field(default_factory=list)

    def said(self, mark: str) -> tuple[str, str]:
        """Return the kind and the words of what a mark stands for."""
        kind = mark.strip("§0123456789")
        n = int(mark[1 + len(kind) :])
        if kind == "amount":
            return kind, self.amounts[n].text
        if kind == "years":
            return kind, f"{formatting.number(self.years[n][0])} years"
        return kind, {"date": self.dates, "grade": self.grades, "impossible": self.impossible}[kind][n]


def find(normalised: str) -> Quantities:
    """Find and mark the quantities of a normalised text.

    >>> q = find("is 12.5k/month ok with 7 yoe at google l5?")
    >>> q.marked, q.years, q.amounts[0].low, q.amounts[0].period, q.grades
    ('is §amount0 ok with §years0 at google §grade0 ?', [(7.0, 7.0)], 12500.0, 'month', ['l5'])
    """
    found = Quantities(normalised.replace("§", " "))
    _worded(found)
    if any(c.isdigit() for c in found.marked):
        _digits(found)
    if any(numeral in found.marked for numeral in _NUMERALS):
        found.marked = _GRADES.sub(lambda m: _mark(found.grades, "grade", m[0].strip(" -")), found.marked)
    found.marked = " ".join(found.marked.split())
    return found


def stray_digits(said: str) -> bool:
    """Whether a text has digits that belong to nothing that is counted.

    >>> stray_digits("back in 2 hours"), stray_digits("with 7 years at 150k")
    (True, False)
    """
    return any(c.isdigit() for c in MARK.sub("", find(normalization.normalize(said)).marked))


def reads_two_ways(said: str) -> bool:
    """Whether the marks in a number mean one thing here and another elsewhere: "150.000", "12,50", "1,50,000".

    >>> reads_two_ways("150.000"), reads_two_ways("$12,50/h"), reads_two_ways("150,000.00"), reads_two_ways("1.25m")
    (True, True, False, False)
    """
    return _TWO_WAYS.search(said) is not None


def names_foreign_money(plain: str) -> bool:
    """Whether a normalised text has the sign or the code of a currency other than the dollar anywhere.

    >>> names_foreign_money("salary in eur: 80k"), names_foreign_money("they won 80k")
    (True, False)
    """
    return _FOREIGN.search(plain) is not None


def _digits(found: Quantities) -> None:
    found.marked = _MONTHS.sub(lambda m: _mark_years(found, int(m[1]) / 12, int(m[1]) / 12), found.marked)
    found.marked = _RETIREMENT.sub(" retirement ", found.marked)
    found.marked = _YEARS.sub(lambda m: _experience(m, found), found.marked)
    found.marked = _BARE_EXPERIENCE.sub(lambda m: _mark_years(found, float(m["low"]), float(m["low"])), found.marked)
    found.marked = _YOE_FIRST.sub(lambda m: _mark_years(found, float(m["low"]), float(m["low"])), found.marked)
    found.marked = _DATES.sub(lambda m: _mark(found.dates, "date", m[0]), found.marked)
    found.marked = _MONEY.sub(lambda m: _money(m, found), found.marked)


def _worded(found: Quantities) -> None:
    """Read what is counted in words; looked for first, as most questions count nothing."""
    if "fig" in found.marked:
        found.marked = _SIX_FIGURES.sub("100k", found.marked)
    if not any(unit in found.marked for unit in ("year", "yr", "yoe", "decade")):
        return
    found.marked = _WORDED.sub(lambda m: _NUMBER_WORDS[m[1]], found.marked)
    found.marked = _DECADE.sub(lambda m: "20 years" if m[1] else "10 years", found.marked)
    found.marked = _LESS_THAN_ONE.sub(lambda _: _mark_years(found, 0, 0), found.marked)
    found.marked = _HALF.sub(lambda _: _mark_years(found, 0.5, 0.5), found.marked)


def _mark(kept: list[str], kind: str, said: str) -> str:
    kept.append(said)
    # A digit may follow without a space, and must not become part of the mark.
    return f" §{kind}{len(kept) - 1} "


def _mark_years(found: Quantities, low: float, high: float) -> str:
    found.years.append((low, high))
    return f" §years{len(found.years) - 1} "


def _experience(m: re.Match[str], found: Quantities) -> str:
    if m["before"] or m["after"]:
        return f"{_mark(found.dates, 'date', m[0].strip())}{(m['after'] or '').strip()} "
    low = float(m["low"])
    high = float(m["high"] or low)
    if m["sign"] or max(low, high) > MOST_YEARS or high < low:
        return _mark(found.impossible, "impossible", m[0].strip())
    if m["less"]:
        low = high = max(low - 1, 0)
    return _mark_years(found, low, high)


def _money(m: re.Match[str], found: Quantities) -> str:
    signs = [sign for sign in (m["cur1"], m["cur2"], m["word"]) if sign]
    indian = next((m[s] for s in ("suf1", "suf2") if m[s] in _INDIAN), None)
    # "$150k CAD" are no US dollars: the plain sign is that of many.
    foreign = (_CURRENCIES[sign] for sign in signs if _CURRENCIES[sign] != "USD")
    currency = _CURRENCIES["lakh"] if indian else next(foreign, "USD")
    suffix = m["suf2"] or m["suf1"]
    low = _value(m["num1"], m["suf1"] or (suffix if m["num2"] else None))
    high = _value(m["num2"], m["suf2"] or m["suf1"]) if m["num2"] else low
    spelt = m["per"] is not None and (
        m["per"] not in ("h", "pa", "pm", "day", "annual") or "/" in m[0] or " per " in m[0]
    )
    period = _PERIODS[m["per"]] if m["per"] and (spelt or signs or suffix) else None
    plain = not signs and not suffix and period in (None, "year")
    if (plain and max(low, high) < LEAST_BARE_AMOUNT) or (m["num2"] and low > high):
        return m[0]
    found.amounts.append(Amount(low=low, high=high, text=m[0].strip(), currency=currency, period=period))
    return f" §amount{len(found.amounts) - 1} "


def _value(number: str, suffix: str | None) -> float:
    scale = {**_SCALE, **_INDIAN}.get(suffix or "", 1)
    return float(number.replace(",", "").replace(" ", "")) * scale
