"""The catalogs: the template holds all that the bot can say, each language all of that, and no answer is mixed."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache, partial
from itertools import islice, product
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.presentation.message import message_of
from bot.core.advisor import Advisor
from bot.core.answers import ANSWERS
from bot.core.model.dialogue import PARTS, Amount, Answer, Decision, Gap, GapKind, NotCovered, Period, Query
from bot.core.model.language import Language
from bot.core.render import markdown
from bot.core.text import formatting
from bot.storage.i18n import extraction
from bot.storage.i18n.catalogs import FOLDER, Languages, catalog_of, forms
from tests.reading import everything
from tests.yaml_file import content_of

ROOT = Path(__file__).parent.parent
CATALOGS = sorted(FOLDER.glob("*.po"))
PART = re.compile(r"\{[^{}]*\}")
# Of the 11,000 queries below; what it is no divisor of are the lengths of their lists.
EVERY = 7
# The run that one waits for looks at every fifth of the questions, and of those queries.
stepping = pytest.mark.parametrize("step", [pytest.param(1, marks=pytest.mark.long), 5])
NUMBER = re.compile(r"\d[\d.,]*\d|\d")


def swapped(text: str) -> str:
    return text.translate(str.maketrans(",.", ".,"))


@pytest.fixture(scope="module")
def german() -> Language:
    """German with marks of its own: those of Babel may change with any release."""
    return replace(
        Languages().of("de"),
        money=lambda amount: f"{swapped(formatting.money(amount)[1:])} $",
        number=lambda value: swapped(formatting.number(value)),
    )


@pytest.fixture(scope="module")
def template(advisor: Advisor) -> Catalog:
    return extraction.template(advisor.knowledge)


def of_program(catalog: Catalog) -> dict[object, tuple[list[str], list[str]]]:
    """Return the texts of the program in a catalog, each with its modules and its notes for translators."""
    modules = {message.id: [file for file, _ in message.locations if file.startswith("bot/")] for message in catalog}
    return {message.id: (modules[message.id], message.auto_comments) for message in catalog if modules[message.id]}


def test_the_template_holds_the_texts_of_the_program(template: Catalog) -> None:
    written = catalog_of(FOLDER / extraction.TEMPLATE)
    assert of_program(written) == of_program(template), "run `salarybot texts`"


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.stem)
def test_a_catalog_holds_the_texts_of_the_template_and_no_other(template: Catalog, path: Path) -> None:
    catalog = catalog_of(path)
    assert [message.id for message in catalog] == [
        message.id for message in catalog_of(FOLDER / extraction.TEMPLATE)
    ], "run `salarybot texts`"
    assert not catalog.obsolete
    # A text that was added to the knowledge base is shown in English until somebody translates it.
    texts = {str(message.id) for message in template}
    assert not [text for text in extraction.missing(path) if text in texts]


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.stem)
def test_a_translation_has_the_parts_and_forms_of_the_english(path: Path) -> None:
    for message in catalog_of(path):
        english, translated = forms(message.id), forms(message.string)
        if message.id and all(translated):
            assert len(translated) == len(english)
            assert {tuple(sorted(PART.findall(one))) for one in (*translated, *english)} == {
                tuple(sorted(PART.findall(english[0])))
            }
            assert {one[-1] for one in translated if one[-1] in ".?"} == {one[-1] for one in english if one[-1] in ".?"}


@cache
def tree_of(module: str) -> ast.Module:
    path = ROOT / f"{module.replace('.', '/')}.py"
    return ast.parse((path if path.exists() else path.with_suffix("") / "__init__.py").read_text(encoding="utf-8"))


def calls_of(module: str, *names: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree_of(module)):
        if isinstance(node, ast.Call) and node.args:
            func = node.func
            if (func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")) in names:
                yield node


def constant(module: str, name: str) -> tuple[str, ast.expr] | None:
    """Return the module that gives a name its value, and that value; None for what is no constant."""
    for node in tree_of(module).body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if name in {one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name)}:
                return module, node.value
        if isinstance(node, ast.ImportFrom) and name in {alias.name for alias in node.names}:
            return constant(node.module or "", name) if (node.module or "").startswith("bot.") else None
    return None


def test_what_is_said_by_name_is_marked_where_it_is_written() -> None:
    """Without `later` around it, a text in a constant would stand in no catalog."""
    unmarked = set()
    for module in (".".join(path.relative_to(ROOT).with_suffix("").parts) for path in (ROOT / "bot").rglob("*.py")):
        for call in calls_of(module.removesuffix(".__init__"), "say"):
            translated = call.args[0].value if isinstance(call.args[0], ast.Subscript) else call.args[0]
            found = (
                constant(module.removesuffix(".__init__"), translated.id) if isinstance(translated, ast.Name) else None
            )
            if found is None:
                continue
            marked = {id(part) for mark in calls_of(found[0], "later") for part in ast.walk(mark)}
            values = found[1].values if isinstance(found[1], ast.Dict) else [found[1]]
            parts = [part for value in values for part in ast.walk(value) if isinstance(part, ast.Constant)]
            unmarked |= {
                (found[0], part.value) for part in parts if isinstance(part.value, str) and id(part) not in marked
            }
    assert not unmarked


def test_the_template_has_every_literal_text_of_the_code(template: Catalog) -> None:
    """A text that is put together first, or stands inside an f-string, would be in no catalog."""
    listed = {form for message in template for form in forms(message.id)}
    missing = []
    for path in sorted((ROOT / "bot").rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and call.args:
                name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
                texts = {"say": call.args[:1], "later": call.args[:1], "count": call.args[:2]}.get(name, [])
                pieced = name != "count" and any(isinstance(text, ast.JoinedStr | ast.BinOp) for text in texts)
                literal = [text.value for text in texts if isinstance(text, ast.Constant)]
                unlisted = all(isinstance(text, str) for text in literal) and not listed.issuperset(literal)
                whole = len(literal) == len(texts) == (2 if name == "count" else 1)
                missing += [f"{path.name}:{call.lineno}"] if pieced or (whole and unlisted) else []
    assert not missing


def test_writing_the_texts_keeps_translations_and_drops_what_is_said_no_more(
    advisor: Advisor, template: Catalog, tmp_path: Path
) -> None:
    (tmp_path / "fr.po").write_text(
        'msgid ""\nmsgstr "Plural-Forms: nplurals=2; plural=(n > 1);\\n"\n\n'
        'msgid "Hello"\nmsgstr "Bonjour"\n\nmsgid "Gone"\nmsgstr "Parti"\n',
        encoding="utf-8",
    )
    lacking = extraction.write(advisor.knowledge, tmp_path)
    translated = (tmp_path / "fr.po").read_text(encoding="utf-8")
    assert 'msgid "Hello"\nmsgstr "Bonjour"' in translated
    assert "Parti" not in translated
    assert "plural=(n > 1)" in translated
    assert lacking == {"fr": len(template) - 1}


# ------------------------------------------------------------------ answers in German


def questions() -> list[str]:
    files = sorted((ROOT / "tests/questions").glob("*.yaml"))
    return [one["ask"] for path in files for one in content_of(path)["questions"]]


def queries(advisor: Advisor) -> Iterator[Decision]:
    """Yield what the questions hardly reach: each kind of answer with all that it can take into account."""
    knowledge = advisor.knowledge
    titles: dict[str, str] = {intent.answer: intent.id for intent in knowledge.intents}
    periods: tuple[Period | None, ...] = (None, "month", "hour")
    amounts = [(90_000, 90_000), (130_000, 250_000), (60_000, 400_000), (50_000, 60_000), (500_000, 500_000), (5, 5)]
    for answer, companies, roles, levels, sources, period in product(
        sorted(set(ANSWERS) - {"topic"}),
        ((), ("google",), ("google", "apple"), ("facebook", "microsoft", "amazon")),
        ((), ("ml_engineer",), ("data_scientist",), ("ml_engineer", "ai_engineer"), ("data_scientist", "ml_engineer")),
        ((), ("senior",), ("junior", "veteran")),
        ((), ("payscale",), ("glassdoor", "indeed"), ("ziprecruiter",)),
        periods,
    ):
        low, high = amounts[len(companies) + len(sources)]
        typed = Amount(low=low, high=high, text=str(low), period=period if low < 100 else None)
        yield Query(
            answer=answer,
            intent=titles.get(answer, "pay"),
            companies=companies,
            roles=roles,
            levels=levels,
            sources=sources,
            period=period,
            directions=("start",) if levels else ("lowest",) if sources else (),
            excluded=("apple",) if answer == "rank_companies" and not companies else (),
            amounts=(typed,) if answer in ("offer", "convert") else (),
        )
    yield from (Query(answer="topic", intent="skills", topic=topic.id) for topic in knowledge.topics)
    yield from (NotCovered(reason=i.title) for i in knowledge.intents if i.answer == "no_figures")
    yield from (NotCovered(gaps=(Gap(kind=kind, name="Foo"),)) for kind in (GapKind.OWN, GapKind.REST, GapKind.DATE))


def shown(answer: Answer) -> str:
    """All that a person reads of an answer, in the terminal and on Discord, but for the examples to try."""
    bare = replace(answer, suggestions=())
    pictured = message_of(bare, pictured=True)
    return "\n".join((answer.title, everything(bare), message_of(bare), pictured))


LONG = 1_500  # characters, from which on details may be cut
CURRENCIES = ("GBP", "EUR", "INR", "CAD")
LETTERS = re.compile(r"\{[^{}]*\}|[A-Za-z]")


@pytest.fixture(scope="module")
def redacted(template: Catalog) -> Language:
    """A language of one letter: what still has others was not said through the catalog."""

    def struck(text: str) -> str:
        return LETTERS.sub(lambda found: found[0] if found[0].startswith("{") else "#", text)

    messages = [message for message in template if message.id]
    plurals = {forms(one.id)[0]: [struck(form) for form in forms(one.id)] for one in messages}
    return Language(code="xx", sentences={one: struck(one) for one in plurals}, plurals=plurals)


def words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]{2,}", text.casefold()))


def strange(advisor: Advisor, answer: Answer, asked: str = "") -> set[str]:
    """Return the words of an answer that are neither in its language, nor names, nor the person's own."""
    knowledge = advisor.knowledge
    names = [company.name for company in knowledge.companies]
    names += [source.name for source in knowledge.sources if source.kind == "publisher"]
    names += [company.now_called for company in knowledge.companies if company.now_called]
    names += [name for group in knowledge.vocabulary.groups for name in group.others]
    names += knowledge.about.examples.values()
    own = [asked, *(part for mention in answer.mentions for part in (mention.id, mention.text))]
    text = shown(answer)
    for section in {figure.section for figure in knowledge.figures} | {topic.section for topic in knowledge.topics}:
        text = text.replace(section, "")
    return words(text) - words(" ".join((*names, *own, *CURRENCIES)))


@stepping
def test_everything_that_is_shown_was_said_through_the_catalog(advisor: Advisor, redacted: Language, step: int) -> None:
    for asked in questions()[::step]:
        assert not strange(advisor, advisor.ask(asked, redacted), asked), asked
    for query in islice(queries(advisor), None, None, EVERY * step):
        assert not strange(advisor, advisor.answer(query, redacted), "Foo"), query


@pytest.fixture(scope="module")
def english() -> tuple[str, ...]:
    """What of the English texts stands between two parts, and in no German text."""
    messages = [message for message in catalog_of(FOLDER / "de.po") if message.id]
    german = " ".join(translated for message in messages for translated in forms(message.string))
    pieces = {piece.strip() for message in messages for one in forms(message.id) for piece in PART.split(one)}
    return tuple(sorted(piece for piece in pieces if piece.count(" ") > 1 and piece not in german))


@pytest.fixture(scope="module")
def untranslated(advisor: Advisor, german: Language) -> re.Pattern[str]:
    """What the tests' knowledge base says in words that the shipped one, and so the catalog, has no more."""
    names = [one.name for one in advisor.knowledge.vocabulary.levels if one.name not in german.sentences]
    return re.compile("|".join(map(re.escape, names)) or "(?!)", re.IGNORECASE)


def assert_german(answer: Answer, english: tuple[str, ...], untranslated: re.Pattern[str]) -> None:
    text = untranslated.sub("", shown(answer))
    # The sections of the article are names, and stay as they are.
    text = re.sub("unter „[^“]*“", "", text)
    found = [piece for piece in english if piece in text]
    assert not [piece for piece in found if re.search(rf"(?<!\w){re.escape(piece)}(?!\w)", text)], text


def figures(text: str) -> Counter[str]:
    return Counter(NUMBER.findall(text))


def assert_same_figures(english: Answer, translated: Answer) -> None:
    """Every figure of the one stands in the other, with the marks changed; how many fit a list is its own affair."""
    for show in (markdown.details, partial(markdown.message, pictured=True)):
        if max(len(show(english)), len(show(translated))) > LONG:
            continue  # the longer language has room for less
        expected = figures(swapped(show(english)).replace("150k", ""))
        there = figures(show(translated).replace("150k", ""))
        trimmed = Counter({number.strip(".,"): count for number, count in expected.items()})
        assert trimmed == there


@stepping
def test_no_answer_to_a_german_is_half_english(
    advisor: Advisor, german: Language, english: tuple[str, ...], untranslated: re.Pattern[str], step: int
) -> None:
    for asked in questions()[::step]:
        decision = advisor.understand(asked)
        answer, plain = advisor.answer(decision, german), advisor.answer(decision)
        assert_german(answer, english, untranslated)
        assert_same_figures(plain, answer)
        assert [one.text for one in answer.suggestions] == [one.text for one in plain.suggestions]


@stepping
def test_no_kind_of_answer_is_half_english(
    advisor: Advisor, german: Language, english: tuple[str, ...], untranslated: re.Pattern[str], step: int
) -> None:
    for query in islice(queries(advisor), None, None, EVERY * step):
        answer = advisor.answer(query, german)
        assert_german(answer, english, untranslated)
        assert_same_figures(advisor.answer(query), answer)


def test_an_answer_is_about_the_same_in_every_language(advisor: Advisor, german: Language) -> None:
    for asked in questions()[::7]:
        one, other = advisor.ask(asked), advisor.ask(asked, german)
        assert (one.status, one.intent, one.confidence, one.mentions) == (
            other.status,
            other.intent,
            other.confidence,
            other.mentions,
        )
        assert [(row.low, row.high, row.value, row.sources) for row in one.rows] == [
            (row.low, row.high, row.value, row.sources) for row in other.rows
        ]


@given(text=st.text(max_size=60))
def test_whatever_is_asked_is_answered_in_german_too(advisor: Advisor, german: Language, text: str) -> None:
    one, other = advisor.ask(text), advisor.ask(text, german)
    assert (one.status, one.sources) == (other.status, other.sources)
    assert [suggested.text for suggested in one.suggestions] == [suggested.text for suggested in other.suggestions]
    assert everything(other)


@pytest.mark.parametrize("period", PARTS)
def test_every_period_is_told_in_german(advisor: Advisor, german: Language, period: str) -> None:
    headline = advisor.ask(f"google salary per {period}", german).headline
    word = {"year": "Jahr", "month": "Monat", "week": "Woche", "day": "Tag", "hour": "Stunde"}[period]
    assert f"$ pro {word}" in headline
