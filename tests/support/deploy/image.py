"""The image of deploy/container, built and run without a container's program.

Its stages run on this machine in folders that stand for their own. So the commands are those of the
Dockerfile, over what .dockerignore lets in, and the base images alone are not tried.
"""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.deploy.dockerfile import Instruction, read

ROOT = Path(__file__).parents[3]
DOCKERFILE = ROOT / "deploy" / "container" / "Dockerfile"
STEP_S = 900.0
"""How long one command may take; those that fetch packages take longest."""
_PATH = re.compile(r"(?<![\w./])/(build|opt|data)(?![\w-])")
#: What says how this machine reaches the registries; nothing else comes from outside.
_PASSED = re.compile(
    r"HOME|PATH|LANG|(PIP|NPM_CONFIG|SSL|UV)_\w+|NODE_EXTRA_CA_CERTS|\w+_PROXY", re.IGNORECASE
)


@dataclass
class Stage:
    """A stage that is being built, or the image that it gave."""

    folder: Path
    name: str
    cwd: Path = Path()
    environment: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Instruction] = field(default_factory=dict)

    def path(self, text: str) -> str:
        """A text of the Dockerfile, with its paths where they are on this machine.

        /opt is that of all stages: programs in it know where they are.
        """
        own = self.folder / (self.name or "image")
        return _PATH.sub(lambda it: f"{self.folder if it[1] == 'opt' else own}{it[0]}", text)

    def command(self, *arguments: str) -> list[str]:
        """The image's program with some arguments, or with those that it has by itself."""
        given = list(arguments) or self.settings["CMD"].arguments
        return [self.path(each) for each in (*self.settings["ENTRYPOINT"].arguments, *given)]

    @property
    def data(self) -> Path:
        """What stands for the folder that the image runs in."""
        return Path(self.path("/data"))


def build(context: Path, folder: Path) -> Stage:
    """Run all stages over a context; the image is the last of them."""
    stages = dict[str, Stage]()
    for name, instructions in read(DOCKERFILE).items():
        stage = stages[name] = Stage(folder, name)
        for each in instructions:
            _run(each, stage, stages, context)
    return stage


def _run(each: Instruction, stage: Stage, stages: dict[str, Stage], context: Path) -> None:
    match each.name:
        case "WORKDIR":
            stage.cwd = Path(stage.path(each.text))
            stage.cwd.mkdir(parents=True, exist_ok=True)
        case "ENV":
            for word in each.arguments:
                name, _, value = word.partition("=")
                path = os.environ["PATH"]
                stage.environment[name] = stage.path(value).replace("$PATH", path)
        case "COPY":
            _copy(each, stage, stages, context)
        case "RUN" if each.is_exec:
            _execute([stage.path(word) for word in each.arguments], stage)
        case "RUN" | "FROM":
            pass  # users and folders of the image, which this machine does not get
        case _:
            stage.settings[each.name] = each


def _copy(each: Instruction, stage: Stage, stages: dict[str, Stage], context: Path) -> None:
    *sources, target = each.arguments
    to = stage.cwd / stage.path(target)
    for source in sources:
        if "from" in each.flags:
            found = Path(stages[each.flags["from"]].path(source))
        else:
            found = context / source
        if found == to:
            continue
        if found.is_dir():
            shutil.copytree(found, to, dirs_exist_ok=True)
        else:
            file = to / found.name if target.endswith("/") else to
            file.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(found, file)
            file.chmod(int(each.flags.get("chmod", "0644"), 8))


def _execute(command: list[str], stage: Stage) -> None:
    program, *rest = command
    if program == "python":
        program = getattr(sys, "_base_executable", sys.executable)
    environment = {name: value for name, value in os.environ.items() if _PASSED.fullmatch(name)}
    ended = subprocess.run(
        [program, *rest],
        cwd=stage.cwd,
        env=environment | stage.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=STEP_S,
    )
    assert ended.returncode == 0, f"{command}\n{ended.stdout}\n{ended.stderr}"
