"""A stand-in for GitHub's API: one repository in memory, which takes nothing that GitHub refuses.

What a real GitHub would answer with an error of the caller's making (an unknown member, a body that
is too long, a token that may not) is answered so here, and remembered in `refused`.
"""

from __future__ import annotations

import io
import json
import re
import threading
import zipfile
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlsplit

from threaded_server import listening

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

REPOSITORY: Final = "ann/personas"
BOT: Final = "github-actions[bot]"
MOST: Final = 65_536

Found = tuple[int, Any]
Answer = tuple[int, Mapping[str, str], bytes]


@dataclass(frozen=True)
class Fault:
    """An answer in place of the next one that fits."""

    method: str
    path: str
    """A regular expression."""
    status: int
    after: bool = False
    """Whether the request is carried out all the same."""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Repository:
    """What GitHub knows. Texts are as the API gives them back."""

    url: str = ""
    tokens: dict[str, str] = field(default_factory=lambda: {"job-token": BOT})
    """Token → login."""
    permissions: dict[str, str] | None = None
    """What the job may, as in a workflow; None for everything."""
    comments: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    issues: list[dict[str, Any]] = field(default_factory=list)
    pulls: list[dict[str, Any]] = field(default_factory=list)
    runs: list[dict[str, Any]] = field(default_factory=list)
    artifacts: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    files: dict[int, bytes] = field(default_factory=dict)
    commits: dict[str, list[str]] = field(default_factory=dict)
    """Commit → parents."""
    brought: dict[str, list[int]] = field(default_factory=dict)
    """Commit → pull requests."""
    faults: list[Fault] = field(default_factory=list)
    before: Callable[[str, str], None] | None = None
    """Called with method and path before a request is carried out."""
    requests: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    _last: int = 1000
    lock: threading.RLock = field(default_factory=threading.RLock)

    def next_id(self) -> int:
        """A number that grows, as ids of GitHub do."""
        self._last += 1
        return self._last

    def add_run(self, workflow: str, head: str, **more: Any) -> int:
        """A finished run of this repository; its number."""
        number = self.next_id()
        run = {
            "id": number,
            "path": f".github/workflows/{workflow}",
            "head_sha": head,
            "head_branch": "main",
            "event": "push",
            "status": "completed",
            "conclusion": "success",
            "head_repository": {"full_name": REPOSITORY},
        }
        self.runs.insert(0, {**run, **more})
        return number

    def keep(
        self, run: int, name: str, files: Mapping[str, bytes], *, expired: bool = False
    ) -> int:
        """An artifact of a run; its number."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for file, content in files.items():
                archive.writestr(file, content)
        number = self.next_id()
        self.files[number] = packed.getvalue()
        known = {"id": number, "name": name, "expired": expired}
        self.artifacts.setdefault(run, []).append(known)
        return number

    def add_pull(self, head: str, branch: str, **more: Any) -> int:
        """A pull request; its number."""
        with self.lock:
            number = self.next_id()
            owner = str(more.pop("owner", REPOSITORY)).partition("/")[0]
            self.pulls.append(
                {
                    "id": self.next_id(),
                    "number": number,
                    "state": "open",
                    "merged_at": None,
                    "head": {
                        "sha": head,
                        "ref": branch,
                        "label": f"{owner}:{branch}",
                        "repo": {"full_name": f"{owner}/personas"},
                    },
                    "base": {"ref": "main"},
                    "title": "A change",
                    "body": "",
                    "user": {"login": "ann"},
                    "html_url": f"https://github.invalid/{REPOSITORY}/pull/{number}",
                    **more,
                }
            )
            return number

    def texts(self, pull: int) -> list[str]:
        """The comments of a pull request."""
        return [comment["body"] for comment in self.comments.get(pull, [])]

    def open_issues(self) -> list[dict[str, Any]]:
        """The issues that are open."""
        return [issue for issue in self.issues if issue["state"] == "open"]

    def answer(self, method: str, target: str, token: str, content: bytes) -> Answer:
        """What GitHub answers."""
        with self.lock:
            self.requests.append(f"{method} {target}")
            fault = self._fault(method, target)
            if fault is not None and not fault.after:
                return fault.status, fault.headers, json.dumps(fault.body).encode()
            status, body = _Answering(self, method, target, token, content).answer()
            if status in {400, 422}:
                self.refused.append(f"{method} {target} {content[:300]!r}: {body}")
            if fault is not None:
                return fault.status, fault.headers, b""
            if status == 302:
                return status, {"location": body}, b""
            return status, {}, b"" if body is None else json.dumps(body).encode()

    def _fault(self, method: str, target: str) -> Fault | None:
        for fault in self.faults:
            if fault.method == method and re.search(fault.path, target):
                self.faults.remove(fault)
                return fault
        return None


@contextmanager
def stand_in(repository: Repository | None = None) -> Iterator[Repository]:
    """Serve a repository on a port of this machine."""
    known = repository or Repository()

    class Handler(_Handler):
        repository = known

    with listening(Handler) as known.url:
        yield known


class _Handler(BaseHTTPRequestHandler):
    repository: Repository

    def do_GET(self) -> None:
        self._handle()

    do_POST = do_PATCH = do_DELETE = do_GET  # noqa: N815 - names of the base class

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 - as in the base class
        pass

    def _handle(self) -> None:
        content = self.rfile.read(int(self.headers.get("content-length") or 0))
        path = urlsplit(self.path).path
        if path.startswith("/blob/"):
            self._blob(int(path.rpartition("/")[2]))
            return
        if self.repository.before:
            self.repository.before(self.command, path)
        token = str(self.headers.get("authorization", "")).removeprefix("Bearer ")
        self._send(*self.repository.answer(self.command, self.path, token, content))

    def _blob(self, number: int) -> None:
        # Another server: it must not see the token.
        if self.headers.get("authorization"):
            self.repository.refused.append("a token was sent to the file server")
        self._send(200, {}, self.repository.files[number])

    def _send(self, status: int, headers: Mapping[str, str], content: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


class _Answering:
    """One request."""

    def __init__(
        self, known: Repository, method: str, target: str, token: str, content: bytes
    ) -> None:
        self.known, self.method = known, method
        url = urlsplit(target)
        self.path, self.query = url.path, dict(parse_qsl(url.query))
        self.login = known.tokens.get(token)
        self.body: Any = json.loads(content) if content else None

    def answer(self) -> Found:
        if self.login is None:
            return 401, {"message": "Bad credentials"}
        if self.path == "/user":
            if self.login.endswith("[bot]"):
                return 403, {"message": "Resource not accessible by integration"}
            return 200, {"login": self.login}
        prefix = f"/repos/{REPOSITORY}"
        if not self.path.startswith(prefix):
            return 404, {"message": "Not Found"}
        below = self.path.removeprefix(prefix)
        for method, pattern, needs, run in _ROUTES:
            found = re.fullmatch(pattern, below)
            if method == self.method and found:
                if not self._may(needs):
                    return 403, {"message": "Resource not accessible by integration"}
                return run(self, *found.groups())
        return 404, {"message": "Not Found"}

    def _may(self, needs: str) -> bool:
        granted = self.known.permissions
        levels = {"read": {"read", "write"}, "write": {"write"}}
        return granted is None or any(
            granted.get(name) in levels[level]
            for name, _, level in (need.partition("=") for need in needs.split("|"))
        )

    def _page(self, items: list[Any], member: str = "") -> Found:
        size = min(int(self.query.get("per_page", 30)), 100)
        start = (int(self.query.get("page", 1)) - 1) * size
        shown = items[start : start + size]
        return 200, {"total_count": len(items), member: shown} if member else shown

    def _checked(self, allowed: set[str], needed: set[str]) -> str:
        if not isinstance(self.body, dict):
            return "no object"
        unknown, missing = self.body.keys() - allowed, needed - self.body.keys()
        if unknown or missing:
            return f"unknown {sorted(unknown)}, missing {sorted(missing)}"
        text = self.body.get("body", "")
        if "body" in self.body and not (isinstance(text, str) and text.strip()):
            return "body is empty"
        return f"body is too long (maximum is {MOST} characters)" if len(text) > MOST else ""

    def list_comments(self, number: str) -> Found:
        return self._page(self.known.comments.get(int(number), []))

    def create_comment(self, number: str) -> Found:
        if wrong := self._checked({"body"}, {"body"}):
            return 422, {"message": wrong}
        known_id = self.known.next_id()
        comment = {
            "id": known_id,
            "body": self.body["body"],
            "user": {"login": self.login},
            "html_url": f"https://github.invalid/c/{known_id}",
        }
        self.known.comments.setdefault(int(number), []).append(comment)
        return 201, comment

    def _comment(self, number: str) -> tuple[list[dict[str, Any]], dict[str, Any]] | None:
        for comments in self.known.comments.values():
            for comment in comments:
                if comment["id"] == int(number):
                    return comments, comment
        return None

    def edit_comment(self, number: str) -> Found:
        if wrong := self._checked({"body"}, {"body"}):
            return 422, {"message": wrong}
        found = self._comment(number)
        if found is None:
            return 404, {"message": "Not Found"}
        if found[1]["user"]["login"] != self.login:
            self.known.refused.append(f"{self.login} edits a comment of somebody else")
        found[1]["body"] = self.body["body"]
        return 200, found[1]

    def delete_comment(self, number: str) -> Found:
        found = self._comment(number)
        if found is None:
            return 404, {"message": "Not Found"}
        if found[1]["user"]["login"] != self.login:
            self.known.refused.append(f"{self.login} deletes a comment of somebody else")
        found[0].remove(found[1])
        return 204, None

    def list_issues(self) -> Found:
        state = self.query.get("state", "open")
        pulls = [{**pull, "pull_request": {}} for pull in self.known.pulls]
        return self._page([i for i in [*self.known.issues, *pulls] if i["state"] == state])

    def create_issue(self) -> Found:
        if wrong := self._checked({"title", "body", "labels"}, {"title", "body"}):
            return 422, {"message": wrong}
        number = self.known.next_id()
        issue = {
            "id": self.known.next_id(),
            "number": number,
            "state": "open",
            "user": {"login": self.login},
            "html_url": f"https://github.invalid/i/{number}",
            **self.body,
        }
        self.known.issues.append(issue)
        return 201, issue

    def edit_issue(self, number: str) -> Found:
        if wrong := self._checked({"body", "title", "state", "state_reason"}, set()):
            return 422, {"message": wrong}
        issue = next((i for i in self.known.issues if i["number"] == int(number)), None)
        if issue is None:
            return 404, {"message": "Not Found"}
        issue.update(self.body)
        return 200, issue

    def list_pulls(self) -> Found:
        state, head = self.query.get("state", "open"), self.query.get("head")
        found = [p for p in self.known.pulls if p["state"] == state]
        return self._page([p for p in found if head in {None, p["head"]["label"]}])

    def create_pull(self) -> Found:
        allowed = {"head", "base", "title", "body", "maintainer_can_modify"}
        if wrong := self._checked(allowed, {"head", "base", "title"}):
            return 422, {"message": wrong}
        label = f"{REPOSITORY.partition('/')[0]}:{self.body['head']}"
        if any(p["state"] == "open" and p["head"]["label"] == label for p in self.known.pulls):
            return 422, {"message": f"A pull request already exists for {label}."}
        number = self.known.add_pull(
            "f" * 40,
            self.body["head"],
            title=self.body["title"],
            body=self.body["body"],
            base={"ref": self.body["base"]},
            user={"login": self.login},
        )
        return 201, next(p for p in self.known.pulls if p["number"] == number)

    def edit_pull(self, number: str) -> Found:
        if wrong := self._checked({"body", "title", "state"}, set()):
            return 422, {"message": wrong}
        pull = next(p for p in self.known.pulls if p["number"] == int(number))
        pull.update(self.body)
        return 200, pull

    def list_runs(self, workflow: str) -> Found:
        found = [r for r in self.known.runs if r["path"].rpartition("/")[2] == workflow]
        for name, member in (
            ("branch", "head_branch"),
            ("head_sha", "head_sha"),
            ("event", "event"),
        ):
            if name in self.query:
                found = [r for r in found if r[member] == self.query[name]]
        if "status" in self.query:
            found = [r for r in found if self.query["status"] in {r["status"], r["conclusion"]}]
        return self._page(found, "workflow_runs")

    def list_artifacts(self, run: str) -> Found:
        found = self.known.artifacts.get(int(run), [])
        name = self.query.get("name")
        return self._page([a for a in found if name in {None, a["name"]}], "artifacts")

    def download(self, number: str) -> Found:
        return 302, f"{self.known.url}/blob/{number}"

    def _line(self, commit: str) -> list[str]:
        """A commit and all before it, newest first."""
        found, waiting = [], [commit]
        while waiting:
            at = waiting.pop(0)
            if at not in found:
                found.append(at)
                waiting += self.known.commits.get(at, [])
        return found

    def _shown(self, commit: str) -> dict[str, Any]:
        return {"sha": commit, "parents": [{"sha": p} for p in self.known.commits[commit]]}

    def compare(self, old: str, new: str) -> Found:
        if not {old, new} <= self.known.commits.keys():
            return 404, {"message": "Not Found"}
        before, after = self._line(old), self._line(new)
        ahead = [commit for commit in reversed(after) if commit not in before]
        behind = [commit for commit in before if commit not in after]
        names = {(False, False): "identical", (True, False): "ahead", (False, True): "behind"}
        status = names.get((bool(ahead), bool(behind)), "diverged")
        _, shown = self._page([self._shown(commit) for commit in ahead])
        return 200, {"status": status, "commits": shown}

    def history(self) -> Found:
        return self._page([self._shown(commit) for commit in self._line(self.query["sha"])])

    def pulls_of(self, commit: str) -> Found:
        numbers = self.known.brought.get(commit, [])
        return self._page([p for p in self.known.pulls if p["number"] in numbers])


_COMMENT = "pull-requests=write|issues=write"
_ROUTES: Final[list[tuple[str, str, str, Callable[..., Found]]]] = [
    ("GET", r"/issues/(\d+)/comments", "pull-requests=read|issues=read", _Answering.list_comments),
    ("POST", r"/issues/(\d+)/comments", _COMMENT, _Answering.create_comment),
    ("PATCH", r"/issues/comments/(\d+)", _COMMENT, _Answering.edit_comment),
    ("DELETE", r"/issues/comments/(\d+)", _COMMENT, _Answering.delete_comment),
    ("GET", r"/issues", "issues=read", _Answering.list_issues),
    ("POST", r"/issues", "issues=write", _Answering.create_issue),
    ("PATCH", r"/issues/(\d+)", "issues=write", _Answering.edit_issue),
    ("GET", r"/pulls", "pull-requests=read", _Answering.list_pulls),
    ("POST", r"/pulls", "pull-requests=write", _Answering.create_pull),
    ("PATCH", r"/pulls/(\d+)", "pull-requests=write", _Answering.edit_pull),
    ("GET", r"/actions/workflows/([^/]+)/runs", "actions=read", _Answering.list_runs),
    ("GET", r"/actions/runs/(\d+)/artifacts", "actions=read", _Answering.list_artifacts),
    ("GET", r"/actions/artifacts/(\d+)/zip", "actions=read", _Answering.download),
    ("GET", r"/compare/(\w+)\.\.\.(\w+)", "contents=read", _Answering.compare),
    ("GET", r"/commits", "contents=read", _Answering.history),
    ("GET", r"/commits/(\w+)/pulls", "pull-requests=read", _Answering.pulls_of),
]
