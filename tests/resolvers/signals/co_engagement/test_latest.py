"""Users' latest positives in memory: what a new one makes pairs with, and who is remembered."""

from resolvers.signals.co_engagement.latest import WINDOW, Latest, Recent, latest_of, put, take


def paired_with(latest: Latest) -> list[int]:
    """The posts that a new positive makes pairs with, lowest first."""
    return sorted(post for post in latest[:WINDOW] if post)


def test_a_new_positive_is_paired_with_the_20_before_it() -> None:
    """What is 21 before is too far."""
    latest = latest_of(range(101, 126), range(1, 26))
    assert paired_with(latest) == list(range(106, 126))

    put(latest, 900, 26)

    assert paired_with(latest) == [*range(107, 126), 900]


def test_what_was_taken_away_leaves_a_gap() -> None:
    """Its ordinal stays empty; one that was left behind already changes nothing."""
    latest = latest_of([5, 6, 7], [40, 41, 50])

    take(latest, 41)
    take(latest, 30)

    assert paired_with(latest) == [5, 7]
    put(latest, 8, 51)
    assert paired_with(latest) == [5, 7, 8]


def test_those_who_were_active_last_are_remembered() -> None:
    """Who is asked for is active."""
    recent = Recent(most_users=2)
    recent.add({"ann": latest_of([1], [1]), "ben": latest_of([2], [1])})
    recent.known(["ann"])
    recent.add({"cem": latest_of([3], [1])})

    recent.trim()

    assert sorted(recent.known(["ann", "ben", "cem"])) == ["ann", "cem"]
