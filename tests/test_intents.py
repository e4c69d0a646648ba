"""The ranker: fitted on examples, the same each time."""

from bot.core.nlu.classifier import IntentClassifier, features, fitted

EXAMPLES = [
    ("weather", ("will", "it", "rain", "today")),
    ("weather", ("how", "is", "the", "weather")),
    ("weather", ("rain", "tomorrow")),
    ("pay", ("what", "does", "<company:google>", "pay")),
    ("pay", ("salary", "at", "<company:apple>")),
    ("pay", ("pay", "of", "<role:ml_engineer>")),
]


def test_the_likeliest_intent_comes_first_and_shares_sum_to_one() -> None:
    ranked = IntentClassifier(fitted(EXAMPLES)).rank(("salary", "at", "<company:google>"))
    assert ranked[0].intent == "pay"
    assert abs(sum(one.share for one in ranked) - 1) < 1e-5


def test_the_fit_is_the_same_each_time() -> None:
    tokens = ("does", "it", "rain")
    assert IntentClassifier(fitted(EXAMPLES)).rank(tokens) == IntentClassifier(fitted(EXAMPLES)).rank(tokens)


def test_many_examples_are_fitted_by_chance_and_yet_the_same_each_time() -> None:
    many = EXAMPLES * 40
    tokens = ("does", "it", "rain")
    assert IntentClassifier(fitted(many)).rank(tokens) == IntentClassifier(fitted(many)).rank(tokens)
    assert IntentClassifier(fitted(many)).rank(tokens)[0].intent == "weather"


def test_unknown_words_and_an_empty_text_are_ranked_too() -> None:
    ranker = IntentClassifier(fitted(EXAMPLES))
    assert {one.intent for one in ranker.rank(("zebra",))} == {"weather", "pay"}
    assert {one.intent for one in ranker.rank(())} == {"weather", "pay"}


def test_two_names_of_one_kind_are_a_feature_of_their_own() -> None:
    words, _ = features(("<company:google>", "or", "<company:apple>"))
    assert "<company>x2" in words


def test_a_word_nobody_knows_makes_the_ranker_less_sure() -> None:
    ranker = IntentClassifier(fitted(EXAMPLES))
    sure, unsure = ranker.rank(("rain", "today")), ranker.rank(("rain", "zebra", "quagga", "okapi"))
    assert sure[0].share > unsure[0].share > unsure[1].share


def test_the_pieces_of_a_word_tie_it_to_its_kin() -> None:
    assert IntentClassifier(fitted(EXAMPLES)).rank(("rainy",))[0].intent == "weather"
