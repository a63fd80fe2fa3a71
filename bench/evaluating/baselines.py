"""What any recommender must beat: the same popular posts for everybody, and two known methods."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from bench.evaluating.events import ENGAGEMENTS, FAVORITES
from bench.evaluating.measures import PLACES, Lists
from bench.evaluating.splits import Split
from resolvers.scoring.weights import DAY

HALF_LIFE = 14 * DAY
NEIGHBORS = 100
FACTORS, ITERATIONS, REGULARIZATION, CONFIDENCE = 64, 20, 10.0, 2.0
_SEED = 20


def popular(split: Split) -> Lists:
    """The posts with the most favorites."""
    return _for_all(split, lambda at: 1.0)


def lately_popular(split: Split) -> Lists:
    """The posts with the most favorites, each counting half after 14 days."""
    return _for_all(split, lambda at: float(2.0 ** ((at - split.now) / HALF_LIFE)))


def _for_all(split: Split, worth: Callable[[int], float]) -> Lists:
    totals: Counter[str] = Counter()
    for event in split.training:
        if event.action in FAVORITES and not event.is_undo:
            totals[event.post] += worth(event.at)  # type: ignore[assignment]
    ranked = [post for post, _ in totals.most_common()]
    lists = {}
    for user, seen in split.seen.items():
        unseen = (post for post in ranked if post not in seen)
        lists[user] = [post for post, _ in zip(unseen, range(PLACES), strict=False)]
    return lists


def item_neighbors(split: Split) -> Lists:
    """Item-kNN by cosine, of the library implicit."""
    from implicit.nearest_neighbours import CosineRecommender

    return _learned(split, CosineRecommender(K=NEIGHBORS, num_threads=1))


def alternating_least_squares(split: Split) -> Lists:
    """Implicit matrix factorization by alternating least squares (Hu, Koren, Volinsky 2008)."""
    from implicit.als import AlternatingLeastSquares

    model = AlternatingLeastSquares(
        factors=FACTORS,
        iterations=ITERATIONS,
        regularization=REGULARIZATION,
        alpha=CONFIDENCE,
        random_state=_SEED,
        num_threads=1,
    )
    return _learned(split, model)


def _learned(split: Split, model: Any) -> Lists:
    """What a model of that library recommends, once it has learned who engaged with what."""
    import numpy
    from scipy.sparse import csr_matrix

    engaged = dict.fromkeys(
        (event.user, event.post)
        for event in split.training
        if event.action in ENGAGEMENTS and not event.is_undo
    )
    users = {user: row for row, user in enumerate(dict.fromkeys(user for user, _ in engaged))}
    posts = {post: column for column, post in enumerate(dict.fromkeys(post for _, post in engaged))}
    rows = [users[user] for user, _ in engaged]
    columns = [posts[post] for _, post in engaged]
    matrix = csr_matrix((numpy.ones(len(rows), dtype=numpy.float32), (rows, columns)))
    model.fit(matrix, show_progress=False)
    asked = [user for user in split.held if user in users]
    places = numpy.array([users[user] for user in asked])
    found, _ = model.recommend(places, matrix[places], N=PLACES, filter_already_liked_items=True)
    names = list(posts)
    return {
        user: [names[column] for column in row if column >= 0]
        for user, row in zip(asked, found, strict=True)
    }
