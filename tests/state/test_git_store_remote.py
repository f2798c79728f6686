"""Remotes that refuse, break off, ask who is there, or are gone; and what is said of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from git_over_http import TOKEN, USER, GitServer, served
from git_rig import STATE, git, new_clone, wrapped_git
from hypothesis import given
from hypothesis import strategies as st

from reconciler.core.errors import StateConflictError, StateError
from reconciler.state.git import GitStore
from reconciler.state.git_command import LONGEST, fit_to_show

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def server(remote: Path) -> Iterator[GitServer]:
    """The remote over HTTP, open for pushes."""
    git(remote, "config", "http.receivepack", "true")
    with served(remote.parent) as server:
        yield server


@pytest.fixture
def store(server: GitServer, remote: Path, tmp_path: Path) -> GitStore:
    """A store in a clone over HTTP."""
    return GitStore(new_clone(server.address(remote.name), tmp_path / "over-http"), "prod")


def test_a_push_whose_answer_is_lost_was_done(store: GitStore, server: GitServer) -> None:
    server.breaks_after = lambda: None
    version = store.replace(b"one", None)
    second = store.replace(b"two", version)
    server.breaks_after = None
    assert store.read() == (b"two", second)
    assert store.history() == [(version, b"one")]


def test_a_push_that_broke_off_before_it_was_done_may_be_tried_again(
    store: GitStore, server: GitServer
) -> None:
    version = store.replace(b"one", None)
    server.breaks_before = True
    with pytest.raises(StateError, match="it is as it was") as failed:
        store.replace(b"two", version)
    assert failed.value.hint
    server.breaks_before = False
    assert store.read() == (b"one", version)
    assert store.replace(b"two", version)


def test_a_push_whose_answer_is_lost_to_a_faster_one_was_refused(
    store: GitStore, server: GitServer, remote: Path
) -> None:
    version = store.replace(b"one", None)
    tree = f"{version}^{{tree}}"
    theirs = git(remote, "commit-tree", tree, "-p", version, "-m", "theirs")

    def overtake() -> None:
        git(remote, "update-ref", STATE, theirs)

    server.breaks_after = overtake
    with pytest.raises(StateConflictError):
        store.replace(b"two", version)


def test_it_is_said_to_be_unknown_when_the_remote_is_gone_after_a_push(
    store: GitStore, server: GitServer, remote: Path
) -> None:
    version = store.replace(b"one", None)
    server.breaks_after = lambda: setattr(server, "is_down", True)
    with pytest.raises(StateError, match="is unknown") as failed:
        store.replace(b"two", version)
    assert failed.value.hint
    assert git(remote, "show", f"{STATE}:state.json") == "two"


def test_a_remote_that_is_down_is_an_error_never_an_empty_state(
    store: GitStore, server: GitServer
) -> None:
    server.is_down = True
    with pytest.raises(StateError, match="cannot be read") as failed:
        store.read()
    assert "git ls-remote origin" in failed.value.hint


def test_a_remote_that_goes_down_between_looking_and_fetching_is_told(
    store: GitStore, clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    GitStore(clone, "prod").replace(b"one", None)
    failing = 'case "$*" in *"fetch --quiet"*) echo "fatal: early EOF" >&2; exit 128;; esac'
    with monkeypatch.context() as patched:
        patched.setenv("PATH", wrapped_git(tmp_path / "bin", f'{failing}\nexec "$git" "$@"'))
        with pytest.raises(StateError, match="fatal: early EOF"):
            store.read()
    assert store.read()


def test_a_branch_that_moves_back_between_looking_and_fetching_is_told(
    clone: Path, remote: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = GitStore(clone, "prod")
    version = mine.replace(b"one", None)
    theirs = GitStore(new_clone(remote, tmp_path / "other"), "prod")
    assert theirs.read()
    mine.replace(b"two", version)
    moving = f"""
case "$*" in *"fetch --quiet"*) "$git" -C {remote} update-ref {STATE} {version};; esac
exec "$git" "$@\""""
    monkeypatch.setenv("PATH", wrapped_git(tmp_path / "bin", moving))
    with pytest.raises(StateError, match="while it was being read"):
        theirs.read()


def test_who_may_only_read_reads_and_writes_nothing(
    store: GitStore, server: GitServer, remote: Path, tmp_path: Path
) -> None:
    version = store.replace(b"one", None, {"copy.json": b"{}"})
    second = store.replace(b"two", version)
    git(remote, "config", "http.receivepack", "false")
    server.requests.clear()
    reader = GitStore(new_clone(server.address(remote.name), tmp_path / "reader"), "prod")
    assert reader.read() == (b"two", second)
    assert reader.beside("copy.json") == b"{}"
    assert reader.history() == [(version, b"one")]
    assert server.requests
    assert not any("receive-pack" in request for request in server.requests)
    with pytest.raises(StateError, match=r"could not be pushed.*403") as refused:
        reader.replace(b"three", second)
    assert "contents: write" in refused.value.hint
    with pytest.raises(StateError, match="403"):
        reader.self_check()
    assert reader.read() == (b"two", second)


def test_what_is_known_is_not_fetched_again(store: GitStore, server: GitServer) -> None:
    store.replace(b"one", None)
    server.requests.clear()
    assert store.read()
    assert [request.split("?")[0] for request in server.requests] == [
        "GET /remote.git/info/refs",
        "POST /remote.git/git-upload-pack",
    ]


def test_a_rule_of_the_remote_is_quoted_on_one_line(clone: Path, remote: Path) -> None:
    hook = remote / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nprintf '\\033[31mGH013: rule\\n\\nviolations\\n' >&2\nexit 1\n")
    hook.chmod(0o700)
    with pytest.raises(StateError) as refused:
        GitStore(clone, "prod").replace(b"one", None)
    assert "GH013: rule; remote: violations" in refused.value.detail
    assert "pre-receive hook declined" in refused.value.detail
    assert refused.value.detail.isprintable()
    assert GitStore(clone, "prod").read() is None


def test_credentials_in_the_url_work(server: GitServer, remote: Path, tmp_path: Path) -> None:
    server.asks_who = True
    place = new_clone(server.address(remote.name, f"{USER}:{TOKEN}"), tmp_path / "clone")
    store = GitStore(place, "prod")
    version = store.replace(b"one", None)
    assert store.read() == (b"one", version)


def test_credentials_of_the_configuration_in_the_environment_work(
    server: GitServer, store: GitStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.asks_who = True
    with pytest.raises(StateError):
        store.read()
    helper = f"!echo username={USER}; echo password={TOKEN}; :"
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "credential.helper")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", helper)
    assert store.read() is None


@pytest.mark.parametrize("tracing", ["0", "1"])
def test_no_credential_is_shown_whatever_goes_wrong(
    server: GitServer, remote: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tracing: str
) -> None:
    place = new_clone(server.address(remote.name, f"{USER}:{TOKEN}"), tmp_path / "clone")
    store, version = GitStore(place, "prod"), None
    monkeypatch.setenv("GIT_CURL_VERBOSE", tracing)
    monkeypatch.setenv("GIT_TRACE", tracing)
    monkeypatch.setenv("GIT_TRACE_REDACT", "0")
    shown = [str(store)]
    for fault in ("breaks_before", "is_down"):
        setattr(server, fault, True)
        for act in (store.read, lambda: store.replace(b"one", version), store.self_check):
            try:
                act()
            except StateError as failed:
                shown += [failed.summary, failed.detail, failed.hint]
    assert len(shown) > 12
    assert not any(secret in text for text in shown for secret in (TOKEN, "Authorization", "Basic"))


@given(
    st.text(st.characters(codec="ascii", exclude_categories=["Z", "C"]), min_size=1),
    st.text(st.characters(codec="ascii"), max_size=30),
)
def test_git_s_words_never_show_the_user_part_or_the_query_of_a_url(part: str, text: str) -> None:
    words = f"{text}\nfatal: unable to access 'https://canary{part}@host/x.git?canary=1': {text}"
    shown = fit_to_show(words)
    assert "canary" not in shown
    assert len(shown) <= LONGEST


def test_git_s_words_are_kept_and_its_advice_is_not() -> None:
    said = (
        "To https://host/x.git\n ! [remote rejected] a -> b (protected branch hook declined)\n"
        "error: failed to push some refs\nhint: try again\nremote: \nremote: No.\n"
    )
    assert fit_to_show(said) == (
        "! [remote rejected] a -> b (protected branch hook declined);"
        " error: failed to push some refs; remote: No."
    )
