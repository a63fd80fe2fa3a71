"""Choosing a page of ranked posts: who is on it, in which order, and why."""

import pytest

from models.reading.signals.descriptions import PostDescription
from resolvers.signals.reasons import ReasonKind, popular
from resolvers.signals.recommending.choosing import chosen
from resolvers.signals.recommending.exploring import most_promising, slots
from resolvers.signals.weighing.evidence import RankedPost


def post(id: str, score: float, author: str | None = None, views: int = 1000) -> RankedPost:
    return RankedPost(
        post_id=id,
        score=score,
        popularity=0.0,
        affinity=0.0,
        similarity=0.0,
        social=0.0,
        seen=False,
        suppressed=False,
        parts=[(score, popular)],
        favorites=0.0,
        views=views,
        description=PostDescription(id, author_alias=author),
    )


def flood(author: str, size: int, score: float) -> list[RankedPost]:
    return [post(f"{author}{n:02}", score - n / 1000, author) for n in range(size)]


def ids(posts: list[RankedPost]) -> list[str]:
    return [each.post_id for each in posts]


@pytest.mark.parametrize(("asked", "most"), [(20, 6), (10, 3), (3, 1), (2, 1), (1, 1)])
def test_three_authors_floods_keep_the_third(asked: int, most: int) -> None:
    """At most a third of what was asked, and at least one, is of one author; others follow."""
    floods = [*flood("a", 60, 9), *flood("b", 60, 8), *flood("c", 60, 7)]
    others = [post(f"x{n}", 1 - n / 100, f"x{n}") for n in range(30)]

    page = chosen([*floods, *others], asked, share=0.0)

    authors = [each.post_id[0] for each in page]
    assert len(page) == asked
    assert {authors.count(author) for author in set(authors) - {"x"}} == {most}
    assert authors == sorted(authors)  # the best first


def test_where_there_is_but_one_author_the_page_is_full() -> None:
    """A third is for where others are there."""
    assert len(chosen(flood("a", 30, 9), 20, share=0.0)) == 20


def test_what_speaks_against_a_post_keeps_it_from_exploring() -> None:
    """It sinks, however few have seen it; one of which nothing is known is raised."""
    known = [post(f"k{n:02}", 9 - n) for n in range(9)]
    disliked, new = post("disliked", -0.2, views=0), post("new", 0.0, views=3)

    page = chosen([*known, disliked, new], 10, share=0.1)

    assert ids(page).index("new") == 4
    assert "disliked" not in ids(page)


def test_posts_of_unknown_authors_are_of_different_ones() -> None:
    """Nobody said that they have one."""
    page = chosen([post(str(n), n) for n in range(30)], 20, share=0.0)

    assert ids(page) == [str(n) for n in range(29, 9, -1)]


def test_posts_alike_stay_in_their_order() -> None:
    """As candidates came."""
    assert ids(chosen([post("b", 1), post("a", 1)], 2, share=0.0)) == ["b", "a"]


@pytest.mark.parametrize(
    ("share", "before", "size", "places"),
    [
        (0.1, 0, 20, [4, 14]),
        (0.1, 5, 5, []),
        (0.1, 10, 10, [4]),
        (0.1, 0, 4, []),
        (0.0, 0, 20, []),
        (1.0, 0, 3, [0, 1, 2]),
        (0.25, 0, 8, [1, 5]),
    ],
)
def test_a_share_of_all_pages_explores(
    share: float, before: int, size: int, places: list[int]
) -> None:
    """Whatever the sizes of pages, over all of them it is the share."""
    assert slots(share, before, size) == places


def test_a_post_that_explores_says_so_and_stands_in_the_order_of_scores() -> None:
    """It is raised to the score before it, and its contributions add up to that."""
    known = [post(f"p{n}", 10 - n) for n in range(10)]
    fresh = [post("new", 0.5, views=3)]

    page = chosen([*known, *fresh], 10, share=0.1)

    assert ids(page) == ["p0", "p1", "p2", "p3", "new", "p4", "p5", "p6", "p7", "p8"]
    assert [each.score for each in page] == sorted((each.score for each in page), reverse=True)
    new = page[4]
    assert {each.kind for each in new.reasons} == {ReasonKind.POPULAR, ReasonKind.EXPLORATION}
    assert sum(each.contribution for each in new.reasons) == pytest.approx(new.score, abs=1e-9)


def test_where_nothing_is_to_be_explored_the_page_is_full_all_the_same() -> None:
    """What many saw is known well enough."""
    known = [post(f"p{n}", 10 - n) for n in range(10)]

    assert ids(chosen(known, 10, share=0.5)) == [f"p{n}" for n in range(10)]


def test_a_page_that_only_explores_has_new_posts_first() -> None:
    """And then the others."""
    known = [post(f"p{n}", 10 - n) for n in range(3)]
    fresh = [post("few", 0.1, views=9), post("none", 0.1, views=0)]

    page = chosen([*known, *fresh], 4, share=1.0)

    assert ids(page) == ["none", "few", "p0", "p1"]
    assert [each.score for each in page] == sorted((each.score for each in page), reverse=True)


@pytest.mark.parametrize("share", [0.5, 0.9, 1.0])
def test_whatever_explores_a_page_is_in_the_order_of_scores(share: float) -> None:
    """Also where most of it explores, and what explores best has not the best score."""
    fresh = [post(f"f{n}", n / 10, views=n) for n in range(8)]
    known = [post("k0", 0.0), post("k1", 0.25)]

    page = chosen([*known, *fresh], 10, share)

    assert len(page) == 10
    assert [each.score for each in page] == sorted((each.score for each in page), reverse=True)
    for each in page:
        added = sum(contribution for contribution, _ in each.parts)
        assert added == pytest.approx(each.score, abs=1e-9)


def test_what_explores_keeps_the_third_too() -> None:
    """A flood of new posts by one author is a flood."""
    fresh = [post(f"a{n}", 1, "a", views=0) for n in range(9)]
    known = [post(f"p{n}", 10 - n) for n in range(9)]

    page = chosen([*known, *fresh], 9, share=0.9)

    assert sum(each.post_id.startswith("a") for each in page) == 3
    assert len(page) == 9


def test_the_upper_confidence_bound_prefers_what_is_least_known() -> None:
    """Then what was liked more; of those alike, what ranks better for the user."""
    posts = [post("c", 1, views=50), post("a", 1, views=0), post("b", 2, views=0), post("d", 9)]

    assert ids(most_promising(posts)) == ["b", "a", "c"]
