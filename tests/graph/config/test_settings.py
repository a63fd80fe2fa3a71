"""Settings: what an operator may say, and what is answered to a mistake."""

import re
import traceback
from dataclasses import fields
from pathlib import Path

import pytest

from graph.config.settings import FILE, LIMIT, PREFIX, SECRETS, BadSettings, Settings
from graph.transport.documents.limits import Limits
from models.vocabulary import PrivacyLevel

ROOT = Path(__file__).parents[3]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
ROW = re.compile(r"^\| `(TRAILMARK_\w+)` \| (\S.*?) \| (\S.*?) \| \S.* \|$", re.MULTILINE)
DOCUMENTED = {
    name: (unit, default)
    for name, unit, default in ROW.findall((ROOT / "docs" / "settings.md").read_text("utf-8"))
}
URL, SECRET, DAYS, EXPLORER = (
    "TRAILMARK_DATABASE_URL",
    "TRAILMARK_SECRET",
    "TRAILMARK_PRUNE_AFTER_DAYS",
    "TRAILMARK_EXPLORER",
)
PRIVACY = "TRAILMARK_DEFAULT_PRIVACY"
WEIGHTS, ORIGINS = "TRAILMARK_WEIGHTS", "TRAILMARK_CORS_ORIGINS"
SHARE = "TRAILMARK_EXPLORATION"
JWKS_URL = "TRAILMARK_TOKEN_JWKS_URL"
DEFAULTS = {each.name: getattr(Settings(), each.name) for each in fields(Settings)}
del DEFAULTS["limits"]
DEFAULTS |= {LIMIT + each.name: getattr(Limits(), each.name) for each in fields(Limits)}
NAMES = [PREFIX + name.upper() for name in DEFAULTS]
WHOLE_DAYS = "allowed are whole days (0 keeps all) from 0 to 36500"
LEVELS = "allowed are full, limited, none"
SOME_WEIGHTS = "allowed are actions and numbers such as REPLY=4,HIDE=-3"
SOME_ORIGINS = "allowed are origins such as https://app.example, separated by commas"
SHARES = "allowed are numbers from 0 to 1"
AN_ADDRESS = "allowed is an https:// address, or an http:// one on this machine"
SWITCHES = "allowed are 1, true, on, 0, false, off"


def test_without_any_setting_the_defaults_hold() -> None:
    """An empty environment is an embedded database, 90 days and the explorer."""
    settings = Settings.read({})

    assert settings == Settings()
    assert settings.database_url == "sqlite://trailmark.db"
    assert settings.secret is None
    assert settings.prune_after_days == 90
    assert settings.explorer is None  # on for loopback


def test_every_setting_is_read_from_its_variable() -> None:
    """`TRAILMARK_` and a field's name in capitals set that field; other variables do not matter."""
    environment = {
        URL: "postgres://ann:hunter2@localhost:5433/trailmark",
        SECRET: "sixteen letters!",
        DAYS: "0",
        EXPLORER: "off",
        "PATH": "/usr/bin",
        "DATABASE_URL": "mysql://localhost/other",
    }

    settings = Settings.read(environment)

    assert settings == Settings(environment[URL], "sixteen letters!", 0, explorer=False)


@pytest.mark.parametrize(
    ("text", "value"),
    [("1", True), ("TRUE", True), (" On ", True), ("0", False), ("false", False), ("off", False)],
)
def test_a_switch_is_said_in_several_ways(text: str, value: bool) -> None:
    """Case and blanks around do not matter."""
    assert Settings.read({EXPLORER: text}).explorer is value


@pytest.mark.parametrize(("text", "level"), [("none", "NONE"), (" Limited", "LIMITED")])
def test_a_level_is_said_by_its_name(text: str, level: str) -> None:
    """Case and blanks around do not matter."""
    assert Settings.read({PRIVACY: text}).default_privacy is PrivacyLevel[level]


@pytest.mark.parametrize(
    ("variable", "value", "problem"),
    [
        (
            "TRAILMARK_TOKEN_LEEWAY_SECONDS",
            "-1",
            "is '-1'; allowed are whole seconds from 0 to 3600",
        ),
        (URL, "", "must begin with sqlite:// or postgres://"),
        (URL, "trailmark.db", "must begin with sqlite:// or postgres://"),
        (URL, "mysql://localhost/trailmark", "must begin with sqlite:// or postgres://"),
        (URL, "sqlite://", "needs a file, as in sqlite://trailmark.db"),
        (URL, "sqlite://:memory:", "needs a file, as in sqlite://trailmark.db"),
        (URL, "sqlite://a.db?mode=ro", "needs a file, as in sqlite://trailmark.db"),
        (
            URL,
            "postgres://localhost",
            "needs a database name, as in postgres://localhost/trailmark",
        ),
        (
            URL,
            "postgres://localhost:port/trailmark",
            "has the port 'port'; allowed are 1 to 65535",
        ),
        (SECRET, "", "has 0 characters; allowed are 16 or more"),
        (SECRET, "fifteen letters", "has 15 characters; allowed are 16 or more"),
        (DAYS, "", f"is ''; {WHOLE_DAYS}"),
        (DAYS, "-1", f"is '-1'; {WHOLE_DAYS}"),
        (DAYS, "1.5", f"is '1.5'; {WHOLE_DAYS}"),
        (DAYS, "36501", f"is '36501'; {WHOLE_DAYS}"),
        (DAYS, "９０", f"is '９０'; {WHOLE_DAYS}"),
        (DAYS, "9" * 5000, f"is '{'9' * 64}'; {WHOLE_DAYS}"),
        (EXPLORER, "", f"is ''; {SWITCHES}"),
        (EXPLORER, "yes", f"is 'yes'; {SWITCHES}"),
        (PRIVACY, "", f"is ''; {LEVELS}"),
        (PRIVACY, "some", f"is 'some'; {LEVELS}"),
        (WEIGHTS, "", f"is ''; {SOME_WEIGHTS}"),
        (WEIGHTS, " , ", f"is ' , '; {SOME_WEIGHTS}"),
        (WEIGHTS, "=", f"has '='; {SOME_WEIGHTS}"),
        (WEIGHTS, "REPLY=1,REPLY=2", "has 'REPLY=2'; allowed is each action once"),
        (ORIGINS, "", f"is ''; {SOME_ORIGINS}"),
        (ORIGINS, ",", f"is ','; {SOME_ORIGINS}"),
        (ORIGINS, "=,", f"has '='; {SOME_ORIGINS}"),
        (SHARE, "1.1", f"is '1.1'; {SHARES}"),
        (SHARE, "-0.1", f"is '-0.1'; {SHARES}"),
        (SHARE, "10%", f"is '10%'; {SHARES}"),
        (SHARE, "nan", f"is 'nan'; {SHARES}"),
        (JWKS_URL, "", f"is ''; {AN_ADDRESS}"),
        (JWKS_URL, "http://keys.example/", f"is 'http://keys.example/'; {AN_ADDRESS}"),
        (EXPLORER, "x" * 100, f"is '{'x' * 64}'; {SWITCHES}"),
    ],
)
def test_a_bad_value_is_named_with_what_is_allowed(variable: str, value: str, problem: str) -> None:
    """The message is the variable, what it is and what it may be."""
    with pytest.raises(BadSettings) as raised:
        Settings.read({variable: value})

    assert str(raised.value) == f"{variable} {problem}"


@pytest.mark.parametrize("variable", NAMES)
def test_an_empty_value_is_refused(variable: str) -> None:
    """Whoever wants a default leaves the variable out."""
    with pytest.raises(BadSettings, match=f"^{variable} .*allowed|must begin with"):
        Settings.read({variable: ""})


def test_all_mistakes_are_told_at_once() -> None:
    """One line for each mistake, in the order of the names."""
    with pytest.raises(BadSettings) as raised:
        Settings.read({SECRET: "short", EXPLORER: "maybe", DAYS: "many", "TRAILMARK_SECRETS": "1"})

    assert str(raised.value).splitlines() == [
        f"TRAILMARK_EXPLORER is 'maybe'; {SWITCHES}",
        f"TRAILMARK_PRUNE_AFTER_DAYS is 'many'; {WHOLE_DAYS}",
        "TRAILMARK_SECRET has 5 characters; allowed are 16 or more",
        "TRAILMARK_SECRETS is no setting; did you mean TRAILMARK_SECRET?",
    ]


def test_what_tokens_must_say_needs_what_they_are_checked_by() -> None:
    """An audience alone would look like credentials and be none."""
    audience = "TRAILMARK_TOKEN_AUDIENCE"
    with pytest.raises(BadSettings) as raised:
        Settings.read({audience: "app"})
    assert str(raised.value).startswith(f"{audience} needs one of TRAILMARK_TOKEN_SECRET, ")

    assert Settings.read({audience: "app", "TRAILMARK_TOKEN_SECRET": "sixteen letters."})


@pytest.mark.parametrize(
    ("variable", "hint"),
    [
        ("TRAILMARK_DATABSE_URL", f"did you mean {URL}?"),
        ("TRAILMARK_DATABASE_URI", f"did you mean {URL}?"),
        ("TRAILMARK_SECRETS", f"did you mean {SECRET}?"),
        ("TRAILMARK_PRUNE_DAYS", f"did you mean {DAYS}?"),
        ("TRAILMARK_explorer", f"did you mean {EXPLORER}?"),
        ("TRAILMARK_PORT", f"allowed are {', '.join(NAMES)}"),
    ],
)
def test_an_unknown_name_suggests_the_nearest_setting(variable: str, hint: str) -> None:
    """A misspelt name gets the one that was meant; a name unlike any gets all of them."""
    with pytest.raises(BadSettings) as raised:
        Settings.read({variable: "1"})

    assert str(raised.value) == f"{variable} is no setting; {hint}"


def test_an_option_that_no_connection_takes_is_refused() -> None:
    """A misspelt option of a PostgreSQL URL is told with the other mistakes, not at connecting."""
    with pytest.raises(BadSettings, match=f"^{URL} .*sslmod"):
        Settings.read({URL: "postgres://localhost/trailmark?sslmod=require"})


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        (URL, "postgres://ann:hunter2@localhost"),
        (URL, "postgres://ann:hunter2@localhost:port/trailmark"),
        (URL, "postgres://ann:hunter2@[localhost/trailmark"),
        (URL, "postgres://ann:hunter2@localhost:99999999/trailmark"),
        (URL, "mysql://ann:hunter2@localhost/trailmark"),
        (URL, "ann:hunter2@localhost/trailmark"),
        (URL, "sqlite://?password=hunter2"),
        (JWKS_URL, "http://ann:hunter2@keys.example/"),
        ("TRAILMARK_DATABASE_URI", "postgres://ann:hunter2@localhost/trailmark"),
        (SECRET, "hunter2"),
    ],
)
def test_a_password_is_never_shown(variable: str, value: str) -> None:
    """Neither the message nor the traceback of a mistake holds what is secret in it."""
    with pytest.raises(BadSettings) as raised:
        Settings.read({variable: value})

    assert "hunter2" not in "".join(traceback.format_exception(raised.value))


def test_docs_name_every_setting_and_no_other() -> None:
    """docs/settings.md has one row for each setting, with its unit, default and reason."""
    assert sorted(DOCUMENTED) == sorted(NAMES)


@pytest.mark.parametrize(("name", "default"), DEFAULTS.items())
def test_docs_tell_each_default(name: str, default: object) -> None:
    """What docs/settings.md calls a setting's default is what it is."""
    _, told = DOCUMENTED[PREFIX + name.upper()]

    assert told in _shown(default)


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.name)
def test_no_page_speaks_of_a_setting_that_is_not_there(file: Path) -> None:
    """Each name is a setting's; one that ends in … stands for all that begin so."""
    named = set(re.findall(rf"{PREFIX}[A-Z_]*(?:…)?", file.read_text("utf-8")))

    whole = {name for name in named if not name.endswith("…")}
    groups = {name.removesuffix("…") for name in named - whole}

    assert whole - {*NAMES} - {PREFIX + name.upper() + FILE for name in SECRETS} == set()
    assert {group for group in groups if not any(each.startswith(group) for each in NAMES)} == set()


def _shown(default: object) -> set[str]:
    """How a default may be told; what is None or empty is told in words."""
    if isinstance(default, bool):
        return {f"`{str(default).lower()}`"}
    if isinstance(default, PrivacyLevel):
        return {f"`{default.name.lower()}`"}
    if isinstance(default, tuple) and default:
        return {f"`{','.join(str(each).removesuffix('/128') for each in default)}`"}
    if isinstance(default, (int, float)):
        return {f"`{default:.10g}`"}
    return {f"`{default}`"} if default else {"unset", "generated", "on for loopback", "`none`"}
