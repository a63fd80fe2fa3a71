"""Weighing a candidate: whatever is known, what is shown adds up, and what is turned away sinks."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.reading.signals.members import Engaged
from models.records import Subject
from models.vocabulary import ActionType, FacetKind, SubjectKind
from resolvers.scoring.facet_parts import facet
from resolvers.signals.descriptions import PostDescription
from resolvers.signals.preferences import Deed, Preferences
from resolvers.signals.social import Surroundings, Tie
from resolvers.signals.weighing.affinity import Tastes
from resolvers.signals.weighing.aversion import Aversion
from resolvers.signals.weighing.evidence import Evidence
from resolvers.signals.weighing.likeness import Likeness
from resolvers.signals.weighing.popularity import Popularity
from resolvers.signals.weighing.standing import Liked, Standing

GROUP = Subject(SubjectKind.GROUP, "g")
UNITS = st.floats(0, 1)
SCORES = st.floats(-1e6, 1e6)
TAGS = ("a", "b", "c", "d")


@st.composite
def evidence(draw: st.DrawFn) -> Evidence:
    """Anything that may be known of a candidate `p`, liked and turned away for all reasons."""
    facets = [
        facet(FacetKind.AUTHOR, "u"),
        facet(FacetKind.CONTENT_TYPE, "video"),
        *(facet(FacetKind.HASHTAG, tag) for tag in TAGS),
    ]
    deeds = {
        each: [Deed(ActionType.FAVORITE, 1, score)]
        for each in draw(st.sets(st.sampled_from(facets)))
        if (score := draw(SCORES))
    }
    description = PostDescription(
        "p",
        author_alias=draw(st.sampled_from(["u", None])),
        content_type=draw(st.sampled_from(["video", None])),
        hashtags=tuple(draw(st.sets(st.sampled_from(TAGS)))),
        places=(GROUP,) if draw(st.booleans()) else (),
        deleted=draw(st.booleans()),
    )
    states = draw(st.sets(st.sampled_from(["HIDE", "REPORT", "LESS_LIKE_THIS"])))
    return Evidence(
        popularity={"p": Popularity(draw(UNITS), 1.0, 1)},
        descriptions={"p": description} if draw(st.booleans()) else {},
        standing=Standing(
            states={"p": frozenset(map(ActionType, states))},
            liked={"l": Liked(ActionType.VIEW, 0.5)},
        ),
        tastes=Tastes(Preferences(deeds)),
        like={"p": Likeness(draw(UNITS), "l")} if draw(st.booleans()) else {},
        aversion=Aversion(
            like={"p": Likeness(draw(UNITS), "t")} if draw(st.booleans()) else {},
            close={"p": {f"t{number}" for number in range(draw(st.integers(0, 3)))}},
            described=[PostDescription("t", author_alias="u", hashtags=TAGS[:2])],
        ),
        surroundings=Surroundings(
            authors={"u": [Tie(draw(UNITS), "text", "u")]},
            joined=frozenset({GROUP}),
            liked={"p": Engaged(GROUP, "p", draw(st.integers(3, 50)))},
        ),
    )


@given(evidence())
def test_contributions_add_up_to_the_score(known: Evidence) -> None:
    """Largest by size first, and every signal from 0 to 1."""
    found = known.weigh("p")

    parts = [reason.contribution for reason in found.reasons]
    assert found.score == pytest.approx(math.fsum(parts), abs=1e-9)
    assert [abs(part) for part in parts] == sorted(map(abs, parts), reverse=True)
    for signal in (found.popularity, found.affinity, found.similarity, found.social):
        assert 0.0 <= signal <= 1.0


@given(evidence())
def test_what_is_suppressed_scores_below_zero(known: Evidence) -> None:
    """And a reason says why; what is not suppressed has no such reason but to be alike."""
    found = known.weigh("p")

    kinds = {str(reason.kind) for reason in found.reasons}
    why = kinds & {"HIDDEN", "REPORTED", "DISLIKED", "DELETED"}
    if found.suppressed:
        assert found.score <= -1.0 + 1e-9
        assert why or "TOO_SIMILAR" in kinds
    else:
        assert not why


def test_of_a_stranger_popularity_alone_is_known() -> None:
    """The default evidence is a stranger's."""
    found = Evidence({"p": Popularity(0.5, 3.0, 7)}, {}).weigh("p")

    assert found.score == pytest.approx(0.075, abs=1e-12)
    assert found.popularity == 0.5
    assert (found.affinity, found.similarity, found.social) == (0.0, 0.0, 0.0)
    assert [reason.text for reason in found.reasons] == ["popular right now"]
