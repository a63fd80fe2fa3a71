"""Social signals: what the people and places around a user have to do with a post."""

from typing import Any

import pytest

from tests.support.client import Caller
from tests.support.pasts import alias, erase
from tests.support.signals.asking import describe, did, kinds, signal, targeted

WEIGHT = 0.3


def social(amount: float) -> Any:
    """The signal that an amount makes."""
    return pytest.approx(amount / (1 + amount), abs=1e-12)


async def circled(caller: Caller, user: str, circle: str, person: str, **more: Any) -> None:
    context = {"authorId": person}
    await targeted(caller, user, "CIRCLE_UPDATE", "CIRCLE", circle, context=context, **more)


async def test_whatever_an_update_of_a_circle_carries_it_can_be_read(caller: Caller) -> None:
    """Metadata is kept as given, with characters that databases make nothing of."""
    await describe(caller, "p", authorId="dan")
    context = {"authorId": "dan", "metadata": {"note": "a\0b"}}

    await targeted(caller, "ann", "CIRCLE_UPDATE", "CIRCLE", "inner", context=context)

    assert (await signal(caller, "ann", "p"))["social"] == social(1)


async def test_visits_to_the_author_s_profile_count(caller: Caller) -> None:
    """n visits amount to n / (n + 2), halved with every 14 days since the last one."""
    await describe(caller, "p", authorId="dan")
    assert (await signal(caller, "ann", "p"))["social"] == 0.0

    await targeted(caller, "ann", "PROFILE_VISIT", "PROFILE", "dan")

    found = await signal(caller, "ann", "p")
    assert found["social"] == social(1 / 3)
    assert found["reasons"] == ["you visited this author's profile"]
    (reason,) = found["contributions"]
    assert (reason["kind"], reason["subject"]) == ("SOCIAL", alias("dan"))
    assert reason["contribution"] == pytest.approx(WEIGHT * found["social"], abs=1e-12)

    await targeted(caller, "ann", "PROFILE_VISIT", "PROFILE", "dan")
    assert (await signal(caller, "ann", "p"))["social"] == social(1 / 2)
    caller.clock.advance(14 * 86_400)
    assert (await signal(caller, "ann", "p"))["social"] == social(1 / 4)
    assert (await signal(caller, "bob", "p"))["social"] == 0.0


async def test_a_vibe_to_the_author_counts_as_long_as_it_holds(caller: Caller) -> None:
    """It amounts to 1, and to nothing once it is undone."""
    await describe(caller, "p", authorId="dan")
    await targeted(caller, "ann", "PROFILE_VIBE", "PROFILE", "dan")

    found = await signal(caller, "ann", "p")
    assert found["social"] == social(1)
    assert found["reasons"] == ["you sent this author a vibe"]

    target = {"kind": "PROFILE", "id": "dan"}
    await caller.record(userId="ann", action="PROFILE_VIBE", target=target, undo=True)
    assert (await signal(caller, "ann", "p"))["social"] == 0.0


@pytest.mark.parametrize(("circle", "amount"), [("inner", 1), ("outer", 0.5), ("universal", 0.25)])
async def test_an_author_counts_by_the_circle_the_user_put_them_in(
    caller: Caller, circle: str, amount: float
) -> None:
    """The context's author says who was put there; for others' posts it says nothing."""
    await describe(caller, "p", authorId="dan")
    await describe(caller, "q", authorId="eve")
    await circled(caller, "ann", circle, "dan")

    found = await signal(caller, "ann", "p")

    assert found["social"] == social(amount)
    assert f"this author is in your {circle} circle" in found["reasons"]
    assert (await signal(caller, "ann", "q"))["social"] == 0.0


async def test_of_several_circles_the_latest_counts(caller: Caller) -> None:
    """By when it occurred, and of one instant by what was recorded last."""
    await describe(caller, "p", authorId="dan")
    await circled(caller, "ann", "inner", "dan", occurredAt="2026-11-20T11:00:00Z")
    await circled(caller, "ann", "outer", "dan", occurredAt="2026-11-20T11:30:00Z")
    await circled(caller, "ann", "inner", "dan", occurredAt="2026-11-20T10:00:00Z")
    assert (await signal(caller, "ann", "p"))["social"] == social(1 / 2)

    await circled(caller, "ann", "universal", "dan", occurredAt="2026-11-20T11:30:00Z")

    assert (await signal(caller, "ann", "p"))["social"] == social(1 / 4)


@pytest.mark.parametrize(
    ("action", "kind", "text"),
    [
        ("GROUP_JOIN", "GROUP", "posted in a group you joined"),
        ("COMMUNITY_JOIN", "COMMUNITY", "posted in a community you joined"),
    ],
)
async def test_a_post_counts_that_stands_where_the_user_joined(
    caller: Caller, action: str, kind: str, text: str
) -> None:
    """It amounts to 1, in one such place or in several; a place of another kind is another."""
    places = [{"kind": kind, "id": "there"}, {"kind": kind, "id": "too"}]
    await describe(caller, "p", places=places)
    other = {"GROUP": "COMMUNITY", "COMMUNITY": "GROUP"}[kind]
    await targeted(caller, "bob", f"{other}_JOIN", other, "there")
    for place in ("there", "too"):
        await targeted(caller, "ann", action, kind, place)

    found = await signal(caller, "ann", "p")

    assert found["social"] == social(1)
    assert found["reasons"] == [text]
    assert found["contributions"][0]["subject"] == f"{kind}:there"
    assert (await signal(caller, "bob", "p"))["social"] == 0.0


async def test_what_three_others_of_a_group_engage_with_counts(caller: Caller) -> None:
    """Two tell of nobody; the user's own engagement does not count, nor do views."""
    for user in ("ann", "bob", "cid", "dan", "eve"):
        await targeted(caller, user, "GROUP_JOIN", "GROUP", "there")
    await did(caller, "FAVORITE", "p", "ann", "bob", "cid", "outsider")
    await did(caller, "VIEW", "p", "dan")
    assert (await signal(caller, "ann", "p"))["social"] == 0.0

    await did(caller, "COMMENT", "p", "dan")

    found = await signal(caller, "ann", "p")
    assert found["social"] == social(3 / 8)
    (reason,) = [each for each in found["contributions"] if each["kind"] == "SOCIAL"]
    assert reason["text"] == "people in a group you joined engage with this"
    assert reason["subject"] == "GROUP:there"
    assert (await signal(caller, "outsider", "p"))["social"] == 0.0


async def test_how_many_engage_is_told_in_steps(caller: Caller) -> None:
    """So that one more person is not felt: 3 and 4 count as 3, and 5 to 9 as 5."""
    users = [f"user {number}" for number in range(6)]
    for user in ("ann", *users):
        await targeted(caller, user, "COMMUNITY_JOIN", "COMMUNITY", "there")
    found = []
    for user in users:
        await did(caller, "SHARE", "p", user)
        found.append((await signal(caller, "ann", "p"))["social"])

    assert found == [0.0, 0.0, social(3 / 8), social(3 / 8), social(1 / 2), social(1 / 2)]


async def test_members_who_left_or_are_erased_count_no_more(caller: Caller) -> None:
    """What is undone or erased is gone from the very next request."""
    members = ["bob", "cid", "dan", "eve"]
    for user in ("ann", *members):
        await targeted(caller, user, "GROUP_JOIN", "GROUP", "there")
    await did(caller, "FAVORITE", "p", *members)
    await erase(caller, userId="eve", confirm=True)
    assert (await signal(caller, "ann", "p"))["social"] == social(3 / 8)

    target = {"kind": "GROUP", "id": "there"}
    await caller.record(userId="dan", action="GROUP_JOIN", target=target, undo=True)

    assert (await signal(caller, "ann", "p"))["social"] == 0.0


async def test_all_ties_count_together(caller: Caller) -> None:
    """They make one signal, and each contributes its part, the largest first."""
    await describe(caller, "p", authorId="dan", places=[{"kind": "GROUP", "id": "there"}])
    await targeted(caller, "ann", "GROUP_JOIN", "GROUP", "there")
    await circled(caller, "ann", "outer", "dan")
    await targeted(caller, "ann", "PROFILE_VISIT", "PROFILE", "dan")

    found = await signal(caller, "ann", "p")

    assert found["social"] == social(1 + 1 / 2 + 1 / 3)
    assert [kind for kind in kinds(found) if kind == "SOCIAL"] == ["SOCIAL"] * 3
    contributions = [
        each["contribution"] for each in found["contributions"] if each["kind"] == "SOCIAL"
    ]
    assert contributions == sorted(contributions, reverse=True)
    assert sum(contributions) == pytest.approx(WEIGHT * found["social"], abs=1e-12)
