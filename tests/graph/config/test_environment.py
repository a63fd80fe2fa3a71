"""Where settings come from: secrets in files, and beside what Kubernetes injects."""

from pathlib import Path

import pytest

from graph.config.settings import BadSettings, Settings

LONG = "a secret of enough letters"


def _problem(**environment: str) -> str:
    with pytest.raises(BadSettings) as caught:
        Settings.read(environment)
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("secret", LONG),
        ("token_secret", LONG),
        ("database_url", "postgres://ann:hunter2@localhost/trailmark"),
    ],
)
def test_secrets_are_read_from_files(tmp_path: Path, name: str, text: str) -> None:
    """The line end that editors add is not part of it."""
    file = tmp_path / "secret"
    file.write_text(text + "\n")

    settings = Settings.read({f"TRAILMARK_{name.upper()}_FILE": str(file)})

    assert getattr(settings, name) == text


def test_a_secret_is_given_once(tmp_path: Path) -> None:
    """Which of two is meant could not be told."""
    file = tmp_path / "secret"
    file.write_text(LONG)

    problem = _problem(TRAILMARK_SECRET=LONG, TRAILMARK_SECRET_FILE=str(file))

    assert problem == "TRAILMARK_SECRET_FILE is set beside TRAILMARK_SECRET; allowed is one"


def test_a_secret_in_place_of_its_file_is_not_shown() -> None:
    """Messages about files of secrets quote nothing."""
    given = {"TRAILMARK_SECRET_FILE": "hunter2hunter2hunter2"}

    assert _problem(**given) == (
        "TRAILMARK_SECRET_FILE names a file that cannot be read: No such file or directory"
    )


def test_what_a_file_holds_is_checked_as_ever(tmp_path: Path) -> None:
    """The message names the variable that was set."""
    file = tmp_path / "secret"
    file.write_text("short\n")

    problem = _problem(TRAILMARK_SECRET_FILE=str(file))

    assert problem == "TRAILMARK_SECRET_FILE has 5 characters; allowed are 16 or more"


def test_only_secrets_come_from_files() -> None:
    """Others are no settings; the nearest is named."""
    assert _problem(TRAILMARK_WEIGHTS_FILE="x").startswith(
        "TRAILMARK_WEIGHTS_FILE is no setting; did you mean TRAILMARK_"
    )


INJECTED = {
    "TRAILMARK_SERVICE_HOST": "10.96.0.17",
    "TRAILMARK_SERVICE_PORT": "8000",
    "TRAILMARK_SERVICE_PORT_HTTP": "8000",
    "TRAILMARK_PORT": "tcp://10.96.0.17:8000",
    "TRAILMARK_PORT_8000_TCP": "tcp://10.96.0.17:8000",
    "TRAILMARK_PORT_8000_TCP_PROTO": "tcp",
    "TRAILMARK_PORT_8000_TCP_PORT": "8000",
    "TRAILMARK_PORT_8000_TCP_ADDR": "10.96.0.17",
    "TRAILMARK_POSTGRES_SERVICE_HOST": "fd00::17",
    "TRAILMARK_POSTGRES_PORT": "tcp://[fd00::17]:5432",
}


def test_what_kubernetes_injects_is_no_mistake() -> None:
    """A Service of our name gives every container of its namespace such variables."""
    assert Settings.read(INJECTED) == Settings()


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("TRAILMARK_PORT", "8000"),
        ("TRAILMARK_PORT", "tcp://example.org:8000"),
        ("TRAILMARK_PORT", "tcp://fd00::17:8000"),
        ("TRAILMARK_PORT", "tcp://10.96.0.17:70000"),
        ("TRAILMARK_SERVICE_PORT", "http"),
        ("TRAILMARK_SERVICE_PORT", "70000"),
        ("TRAILMARK_SERVICE_HOST", "example.org"),
        ("TRAILMARK_PORT_HTTP_TCP", "tcp://10.96.0.17:8000"),
        ("TRAILMARK_PORT_8000_TCP_PROTO", "http"),
        ("TRAILMARK_SECRET_PORT", "5432"),
    ],
)
def test_a_setting_that_only_looks_injected_is_a_mistake(variable: str, value: str) -> None:
    """Names and values count in exactly the forms that Kubernetes gives."""
    assert _problem(**{variable: value}).startswith(f"{variable} is no setting; ")
