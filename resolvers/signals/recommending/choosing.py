"""Choosing a page: the best posts, few of one author, with some that explore among them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from resolvers.signals.reasons import exploration
from resolvers.signals.recommending.exploring import most_promising, slots
from resolvers.signals.weighing.evidence import RankedPost


def chosen(
    ranked: Iterable[RankedPost], asked: int, share: float, before: int = 0
) -> list[RankedPost]:
    """A page of at most `asked` of the posts, best first; those alike stay in their order.

    At most a third of what was asked, and at least one, are of one author, unless all are. `share`
    of them explore, beside those that were shown `before`.
    """
    order = sorted(ranked, key=_descending)
    most = most_of_one_author(order, asked)
    best = list(islice(_spread(order, most), asked))
    places = slots(share, before, len(best))
    base = best[: len(best) - len(places)]
    promising = most_promising(_others(order, base))
    explored = list(islice(_spread(promising, most, base), len(places)))
    taken = base + explored
    base += islice(_spread(_others(order, taken), most, taken), len(best) - len(taken))
    return sorted(_interleaved(base, explored, places), key=_descending)


def _descending(post: RankedPost) -> float:
    return -post.score


def most_of_one_author(posts: Iterable[RankedPost], asked: int) -> int:
    """How many posts of one author a page may have: all, where there is no other."""
    authors = {_author(post) or post.post_id for post in posts}
    return max(1, asked // 3) if len(authors) > 1 else asked


def _spread(
    posts: Iterable[RankedPost], most: int, beside: Iterable[RankedPost] = ()
) -> Iterator[RankedPost]:
    """The posts in their order, without those of whose author there are enough."""
    counts = Counter(map(_author, beside))
    for post in posts:
        author = _author(post)
        if author is None or counts[author] < most:
            counts[author] += 1
            yield post


def _author(post: RankedPost) -> str | None:
    return None if post.description is None else post.description.author_alias


def _others(posts: Iterable[RankedPost], but: Iterable[RankedPost]) -> list[RankedPost]:
    without = {post.post_id for post in but}
    return [post for post in posts if post.post_id not in without]


def _interleaved(
    base: Sequence[RankedPost], explored: Sequence[RankedPost], places: Sequence[int]
) -> Iterator[RankedPost]:
    """Both lists as one, in which those that explore are raised to the places kept for them."""
    best, new = iter(base), iter(explored)
    score = max((post.score for post in (*base[:1], *explored)), default=0.0)
    for place in range(len(base) + len(explored)):
        if place in places[: len(explored)]:
            yield _raised(next(new), score)
        else:
            post = next(best)
            score = post.score
            yield post


def _raised(post: RankedPost, score: float) -> RankedPost:
    """A post with the score of what stands before it, and the reason."""
    level = max(score, post.score)
    raised = level - post.score, exploration
    return post._replace(score=level, parts=(*post.parts, raised))
