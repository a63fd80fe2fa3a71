"""Trusted documents as operators name them: folders, manifests, and what is wrong with either."""

import hashlib
import json
from pathlib import Path

import pytest

from graph.config.settings import BadSettings, Settings

VIEWER, POST = "query Viewer { viewer { alias } }", 'query Post { post(id: "p") { postId } }'


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _read(path: Path) -> dict[str, str]:
    return Settings.read({"TRAILMARK_DOCUMENTS": str(path)}).documents


def _problem(path: Path) -> str:
    with pytest.raises(BadSettings) as caught:
        _read(path)
    return str(caught.value).removeprefix("TRAILMARK_DOCUMENTS ")


def test_a_folder_names_documents_by_their_paths_and_hashes(tmp_path: Path) -> None:
    """Folders within it are part of the id; other files are left alone."""
    (tmp_path / "pages").mkdir()
    (tmp_path / "viewer.graphql").write_text(VIEWER)
    (tmp_path / "pages" / "post.gql").write_text(POST)
    (tmp_path / "README.md").write_text("no document")

    assert _read(tmp_path) == {
        "viewer": VIEWER,
        _hash(VIEWER): VIEWER,
        "pages/post": POST,
        _hash(POST): POST,
    }


@pytest.mark.parametrize(
    "manifest",
    [
        {"1": VIEWER, "2": POST},
        {
            "format": "apollo-persisted-query-manifest",
            "version": 1,
            "operations": [
                {"id": "1", "name": "Viewer", "type": "query", "body": VIEWER},
                {"id": "2", "name": "Post", "type": "query", "body": POST},
            ],
        },
    ],
    ids=["relay", "apollo"],
)
@pytest.mark.parametrize("is_folder", [False, True], ids=["file", "folder"])
def test_manifests_of_compilers_are_read(
    tmp_path: Path, manifest: dict[str, object], is_folder: bool
) -> None:
    """Named themselves, or found in a folder."""
    file = tmp_path / "persisted.json"
    file.write_text(json.dumps(manifest))

    read = _read(tmp_path if is_folder else file)

    assert read == {"1": VIEWER, _hash(VIEWER): VIEWER, "2": POST, _hash(POST): POST}


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("{", "persisted.json is not JSON; allowed are "),
        ("[]", "persisted.json is no manifest of documents; allowed are "),
        ('{"1": 2}', "persisted.json is no manifest of documents; allowed are "),
        ('{"1": ""}', "persisted.json is no manifest of documents; allowed are "),
        ('{"operations": [{"id": "1"}]}', "persisted.json is no manifest of documents; allowed "),
        ("{}", "holds no document; allowed are files named *.graphql, and manifests"),
    ],
)
def test_what_is_no_manifest_is_refused(tmp_path: Path, content: str, problem: str) -> None:
    """The message names the file, and the forms that are allowed."""
    file = tmp_path / "persisted.json"
    file.write_text(content)

    assert _problem(file).startswith(problem)


def test_two_documents_cannot_have_the_same_id(tmp_path: Path) -> None:
    """Which one is meant could not be told."""
    (tmp_path / "a.json").write_text(json.dumps({"1": VIEWER}))
    (tmp_path / "b.json").write_text(json.dumps({"1": POST}))

    assert _problem(tmp_path) == "holds two documents with the id '1'; allowed is one"


def test_what_is_not_there_is_refused(tmp_path: Path) -> None:
    """With the reason of the file system."""
    problem = "names 'nothing.json', which cannot be read: No such file or directory"

    assert _problem(tmp_path / "nothing.json") == problem


def test_only_trusted_documents_need_some() -> None:
    """Without any, callers with user tokens could send nothing at all."""
    with pytest.raises(BadSettings, match="DOCUMENTS_ONLY needs TRAILMARK_DOCUMENTS beside it"):
        Settings.read({"TRAILMARK_DOCUMENTS_ONLY": "true"})
