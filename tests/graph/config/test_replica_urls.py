"""`TRAILMARK_DATABASE_REPLICA_URLS`: which addresses it takes."""

from pathlib import Path

import pytest

from graph.config.settings import BadSettings, Settings

URL = "TRAILMARK_DATABASE_URL"
REPLICAS = "TRAILMARK_DATABASE_REPLICA_URLS"
PRIMARY = "postgres://ann:hunter2@one/trailmark"


def test_replicas_are_addresses_between_commas() -> None:
    """Blanks around them do not matter."""
    given = "postgres://ann:a,b@two/trailmark, postgresql://three:5433/trailmark?sslmode=disable,"

    settings = Settings.read({URL: PRIMARY, REPLICAS: given})

    addresses = [each.address for each in settings.replicas]
    assert addresses == ["postgres://ann@two:5432/trailmark", "postgres://three:5433/trailmark"]
    assert Settings.read({URL: PRIMARY}).replicas == []


def test_they_may_be_in_a_file(tmp_path: Path) -> None:
    """They have passwords, as the database's own address does."""
    file = tmp_path / "replicas"
    file.write_text("postgres://ann:hunter2@two/trailmark\n")

    settings = Settings.read({URL: PRIMARY, f"{REPLICAS}_FILE": str(file)})

    assert [each.address for each in settings.replicas] == ["postgres://ann@two:5432/trailmark"]
    assert "hunter2" not in repr(settings)


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ("", "has at place 1 what must begin with sqlite:// or postgres://"),
        ("two", "has at place 1 what must begin with sqlite:// or postgres://"),
        (
            "postgres://a/b,sqlite://trailmark.db",
            "has at place 2 what is a file; allowed are addresses of PostgreSQL's standbys",
        ),
        (
            "postgres://ann:hunter2@two,three/trailmark",
            "has at place 1 what names several hosts; give each standby an address of its own",
        ),
    ],
)
def test_others_are_refused(given: str, problem: str) -> None:
    """By their place, since they hold passwords."""
    with pytest.raises(BadSettings) as refused:
        Settings.read({URL: PRIMARY, REPLICAS: given})

    assert str(refused.value) == f"{REPLICAS} {problem}"


@pytest.mark.parametrize("url", [None, "sqlite://trailmark.db"])
def test_an_embedded_database_has_none(url: str | None) -> None:
    """Whether it is named or the default."""
    environment = {REPLICAS: "postgres://two/trailmark"} | ({URL: url} if url else {})

    with pytest.raises(BadSettings) as refused:
        Settings.read(environment)

    assert str(refused.value) == f"{REPLICAS} needs PostgreSQL in {URL} beside it"
