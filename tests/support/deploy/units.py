"""Units of systemd, read as far as those of deploy/systemd go, and their commands run."""

import shlex
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.support.deploy.image import Stage


@dataclass(frozen=True)
class Unit:
    """A unit: its options, each with all its values; an empty one takes back those before it."""

    options: Mapping[str, list[str]]

    def one(self, name: str) -> str:
        """The value of an option that is given once."""
        (value,) = self.options[name]
        return value

    def command(self, name: str, image: Stage) -> list[str]:
        """A command, run by the program that an image has in the same place."""
        return [image.path(word) for word in shlex.split(self.one(name))]

    def credentials(self) -> dict[str, str]:
        """The files that systemd hands over, by their names."""
        pairs = (value.partition(":") for value in self.options["LoadCredential"])
        return {name: file for name, _, file in pairs}

    def environment(self, credentials: Path, state: Path) -> dict[str, str]:
        """What the service finds in its environment, but for what is in EnvironmentFile."""
        unset = set(" ".join(self.options.get("UnsetEnvironment", [])).split())
        found = dict[str, str]()
        for word in shlex.split(" ".join(self.options["Environment"])):
            name, _, value = word.partition("=")
            found[name] = value.replace("%d", str(credentials)).replace(
                "/var/lib/trailmark", str(state)
            )
        return {name: value for name, value in found.items() if name not in unset}


def read_unit(*files: Path) -> Unit:
    """A unit, and the drop-ins that change it."""
    options = defaultdict[str, list[str]](list)
    for file in files:
        for line in file.read_text("utf-8").splitlines():
            name, equals, value = line.partition("=")
            if not equals or line.startswith("#"):
                continue
            if value:
                options[name].append(value)
            else:
                options[name] = []
    return Unit(options)


def read_environment(file: Path) -> dict[str, str]:
    """The variables of an EnvironmentFile."""
    lines = file.read_text("utf-8").splitlines()
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name: value for name, _, value in pairs}
