"""Instants as text: what is understood, and that nothing is taken for another instant."""

from zoneinfo import ZoneInfo

import pytest

from resolvers.instants import (
    format_instant,
    format_instants,
    parse_instant,
    parse_loosely,
    parse_zone,
)

BERLIN = ZoneInfo("Europe/Berlin")
UNDERSTOOD = {
    "2026-10-04T10:08:33Z": "2026-10-04T10:08:33.000000Z",
    "2026-10-04t10:08:33z": "2026-10-04T10:08:33.000000Z",
    "2026-10-04 10:08:33+00": "2026-10-04T10:08:33.000000Z",
    "2026-10-04 10:08:33.123456+05:30": "2026-10-04T04:38:33.123456Z",
    "2026-10-04 10:08:33.123456789": "2026-10-04T10:08:33.123456Z",
    "2026-10-04 10:08:33.5 -0230": "2026-10-04T12:38:33.500000Z",
    "2026-10-04 10:08:33 UTC": "2026-10-04T10:08:33.000000Z",
    "2026-10-04t100833.5+0000": "2026-10-04T10:08:33.500000Z",
    "2026-10-04T1008": "2026-10-04T10:08:00.000000Z",
    "2026-10-04 10:08": "2026-10-04T10:08:00.000000Z",
    "2026/10/4 9:08": "2026-10-04T09:08:00.000000Z",
    " 2026-10-04 ": "2026-10-04T00:00:00.000000Z",
    "1610120502": "2021-01-08T15:41:42.000000Z",
    "1610120502.13": "2021-01-08T15:41:42.130000Z",
    "1610120502130": "2021-01-08T15:41:42.130000Z",
    "1610120502130.0": "2021-01-08T15:41:42.130000Z",
    "1610120502130001": "2021-01-08T15:41:42.130001Z",
    "1610120502130001999": "2021-01-08T15:41:42.130001Z",
    "100000000": "1973-03-03T09:46:40.000000Z",
}
AMBIGUOUS_OR_NONE = (
    "yesterday",
    "",
    "0",
    "20261004",
    "46299.42",  # days since 1900, as a spreadsheet counts
    "16101205021",
    "-1610120502",
    "1e9",
    "10/04/2026 10:08",  # a month's day, or a day's month
    "04.10.2026",
    "2026-10-04-05",
    "2026-W40-7",
    "2026-02-30",
    "2026-10-04 24:01",
    "2026-10-04T10083",
    "2026-10-04 10:08:61",
    "0001-01-01 00:00+01",
    "٢٠٢٦-10-04",
)


@pytest.mark.parametrize(("text", "instant"), UNDERSTOOD.items())
def test_what_psql_spreadsheets_and_pandas_write_is_understood(text: str, instant: str) -> None:
    """Dates with the year first, and numbers since 1970 in the unit that their length tells."""
    assert format_instant(parse_loosely(text)) == instant


@pytest.mark.parametrize("text", AMBIGUOUS_OR_NONE)
def test_what_could_be_several_instants_is_refused(text: str) -> None:
    """Rather than read as one that nobody meant."""
    with pytest.raises(ValueError, match="allowed is an instant such as 2026-11-20T09:30:00Z"):
        parse_loosely(text)


def test_numbers_of_json_are_read_as_their_digits_are() -> None:
    """What is a number and what is a text of digits is one instant; a truth is none."""
    assert parse_loosely(1610120502130) == parse_loosely("1610120502130") == 1610120502130000
    assert parse_loosely(1610120502.25) == 1610120502250000
    for value in (True, None, [1610120502], {"at": 1610120502}):
        with pytest.raises(ValueError, match="allowed is an instant"):
            parse_loosely(value)


def test_without_an_offset_it_is_of_the_zone() -> None:
    """Summer and winter alike; an offset that is written counts more."""
    assert (
        format_instant(parse_loosely("2026-07-01 12:00", BERLIN)) == "2026-07-01T10:00:00.000000Z"
    )
    assert (
        format_instant(parse_loosely("2026-01-01 12:00", BERLIN)) == "2026-01-01T11:00:00.000000Z"
    )
    assert (
        format_instant(parse_loosely("2026-07-01 12:00Z", BERLIN)) == "2026-07-01T12:00:00.000000Z"
    )
    assert parse_loosely("1610120502", BERLIN) == 1610120502000000


def test_a_time_shown_twice_is_the_first_and_a_skipped_one_is_later() -> None:
    """On 25 October clocks go back at 3:00, on 29 March forward at 2:00."""
    assert (
        format_instant(parse_loosely("2026-10-25 02:30", BERLIN)) == "2026-10-25T00:30:00.000000Z"
    )
    assert (
        format_instant(parse_loosely("2026-03-29 02:30", BERLIN)) == "2026-03-29T01:30:00.000000Z"
    )


def test_without_a_zone_an_offset_is_needed() -> None:
    """The message says so; numbers since 1970 have none and need none."""
    with pytest.raises(ValueError, match="'2026-07-01 12:00', which has no offset"):
        parse_loosely("2026-07-01 12:00", None)

    assert parse_loosely("1610120502", None) == 1610120502000000


def test_a_leap_second_is_the_next_second() -> None:
    """As clocks without leap seconds have it, in both readings."""
    for text in ("2016-12-31T23:59:60Z", "2017-01-01T05:29:60+05:30"):
        assert format_instant(parse_instant(text)) == "2017-01-01T00:00:00.000000Z"
        assert parse_loosely(text) == parse_instant(text)
    assert format_instant(parse_instant("2016-12-31T23:59:60.5Z")) == "2017-01-01T00:00:00.500000Z"
    with pytest.raises(ValueError, match="allowed is RFC 3339"):
        parse_instant("2016-12-31T23:59:61Z")


def test_zones_are_those_of_the_iana_database() -> None:
    """No abbreviations of offsets, and nothing that could be a file elsewhere."""
    assert parse_zone("Europe/Berlin") == BERLIN
    for name in ("Mars/Base", "", "../../etc/passwd", "/etc/localtime", "Europe"):
        with pytest.raises(ValueError, match="allowed are names of the IANA database"):
            parse_zone(name)


@pytest.mark.parametrize("first", [-1, 0, 999_999, 60_000_000, 1_790_000_000_000_000, 2**54])
def test_many_instants_are_shown_as_each_is(first: int) -> None:
    """Before 1970 and long after it, in the last microsecond of an hour and a year, and none."""
    ends = [first + end for end in (0, 1, 59_999_999, 3_599_999_999, 31_535_999_999_999)]

    assert format_instants(ends) == [format_instant(each) for each in ends]
    assert format_instants([]) == []
