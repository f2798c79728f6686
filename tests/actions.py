"""GitHub Actions in small: runs the steps of a workflow and of our composite action for real.

Shell steps run in bash with the variables a runner sets. Of the actions of others, checkout is a
git clone and upload-artifact gives files to the stand-in; setup-python does nothing. Evaluates the
expressions that our files use, and fails on others.
"""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml
from github_stand_in import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from github_stand_in import Repository

ROOT: Final = Path(__file__).parents[1]

_TOKEN: Final = re.compile(r"\s*(\|\||&&|==|!=|!|\(|\)|'[^']*'|[\w.-]+(?:\(\))?)")
_KNOWN: Final = frozenset({"github", "inputs", "steps", "vars", "secrets", "runner"})


class Expressions:
    """The values that expressions may name."""

    def __init__(self, contexts: Mapping[str, Any], *, failed: bool = False) -> None:
        self._contexts, self._failed = contexts, failed

    def text(self, template: object) -> str:
        """A text with its expressions replaced."""
        return re.sub(
            r"\$\{\{(.*?)\}\}", lambda found: _shown(self.value(found[1])), _shown(template)
        )

    def holds(self, condition: object) -> bool:
        """An `if:`; without a word on failures it needs that nothing failed."""
        if condition is None:
            return not self._failed
        text = str(condition).strip().removeprefix("${{").removesuffix("}}")
        said = "always()" in text or "failure()" in text
        return bool(self.value(text)) and (said or not self._failed)

    def value(self, text: str) -> Any:
        """The value of an expression."""
        words = _TOKEN.findall(text)
        assert "".join(words) == "".join(text.split()) or "'" in text, text
        value = self._either(words)
        assert not words, text
        return value

    def _either(self, words: list[str]) -> Any:
        value = self._both(words)
        while words and words[0] == "||":
            words.pop(0)
            other = self._both(words)
            value = value or other
        return value

    def _both(self, words: list[str]) -> Any:
        value = self._compared(words)
        while words and words[0] == "&&":
            words.pop(0)
            other = self._compared(words)
            value = value and other
        return value

    def _compared(self, words: list[str]) -> Any:
        value = self._one(words)
        if words and words[0] in {"==", "!="}:
            equal = words.pop(0) == "=="
            return (_shown(value) == _shown(self._one(words))) is equal
        return value

    def _one(self, words: list[str]) -> Any:
        word = words.pop(0)
        if word == "!":
            return not self._one(words)
        if word == "(":
            value = self._either(words)
            assert words.pop(0) == ")"
            return value
        if word.startswith("'"):
            return word[1:-1]
        if word == "always()":
            return True
        return self._named(word)

    def _named(self, word: str) -> Any:
        context, *names = word.split(".")
        assert context in _KNOWN, word
        value: Any = self._contexts.get(context, {})
        for name in names:
            value = value.get(name) if isinstance(value, dict) else None
        return "" if value is None else value


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


@dataclass
class Ran:
    """What became of a job."""

    log: str = ""
    summary: str = ""
    failed: bool = False
    skipped: bool = False
    outputs: dict[str, str] = field(default_factory=dict)
    seen: list[dict[str, str]] = field(default_factory=list)
    """The variables of each shell step."""

    @property
    def fingerprint(self) -> str:
        """Of the plan that the log shows."""
        return self.log.split("\nFingerprint ")[1].split()[0]


@dataclass
class Runner:
    """A machine for jobs of one repository: a bare git repository, and GitHub's stand-in."""

    github: Repository
    remote: Path
    folder: Path
    programs: Path
    vars: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    environ: dict[str, str] = field(default_factory=dict)
    """More variables of the machine."""
    forbidden: set[str] = field(default_factory=set)
    """Permissions that jobs do not get, whatever they ask for."""
    own: dict[str, str] = field(default_factory=dict)
    """Workflows besides those of this repository, by file name."""
    prepare: Any = None
    """Called with the workspace after a checkout."""
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def run(
        self,
        workflow: str,
        event: str,
        payload: Mapping[str, Any],
        *,
        commit: str,
        head: str = "",
        branch: str = "main",
        inputs: Mapping[str, Any] | None = None,
    ) -> dict[str, Ran]:
        """Run every job of a workflow on a commit; job → what became of it.

        head is what the run is listed under, where that is another commit: for a pull request.
        """
        definition = yaml.safe_load(self.own.get(workflow) or _ours(workflow))
        number = self.github.add_run(
            workflow,
            head or commit,
            event=event,
            head_branch=branch,
            status="in_progress",
            conclusion=None,
            head_repository={"full_name": _head_repository(payload)},
        )
        full = {"repository": {"default_branch": "main", "full_name": REPOSITORY}, **payload}
        github = {
            "repository": REPOSITORY,
            "event": full,
            "event_name": event,
            "ref_name": branch,
            "sha": commit,
            "token": "job-token",
            "run_id": number,
        }
        done = {}
        for name, job in definition["jobs"].items():
            contexts = {
                "github": github,
                "vars": self.vars,
                "secrets": self.secrets,
                "inputs": dict(inputs or {}),
            }
            done[name] = _Job(self, workflow, contexts, job).run()
        conclusion = "failure" if any(ran.failed for ran in done.values()) else "success"
        if all(ran.skipped for ran in done.values()):
            conclusion = "skipped"
        known = next(run for run in self.github.runs if run["id"] == number)
        known.update(status="completed", conclusion=conclusion)
        return done

    def new_folder(self, name: str) -> Path:
        """An empty folder."""
        folder = self.folder / f"{next(self._numbers)}-{name}"
        folder.mkdir(parents=True)
        return folder


def _ours(workflow: str) -> str:
    return (ROOT / ".github/workflows" / workflow).read_text("utf-8")


def _head_repository(payload: Mapping[str, Any]) -> str:
    pull = payload.get("pull_request")
    return str(pull["head"]["repo"]["full_name"]) if pull else REPOSITORY


class _Job:
    def __init__(
        self, runner: Runner, workflow: str, contexts: dict[str, Any], job: Mapping[str, Any]
    ) -> None:
        self.runner, self.workflow, self.contexts, self.job = runner, workflow, contexts, job
        self.workspace = runner.new_folder("work")
        self.temp = runner.new_folder("temp")
        self.ran = Ran()
        self.path = [str(runner.programs), os.environ["PATH"]]
        self.contexts["runner"] = {"temp": str(self.temp)}

    def run(self) -> Ran:
        if not Expressions(self.contexts).holds(self.job.get("if")):
            self.ran.skipped = True
            return self.ran
        # Least permissions are enough: the stand-in refuses what the job was not given.
        self.runner.github.permissions = {
            name: level
            for name, level in self.job["permissions"].items()
            if name not in self.runner.forbidden
        }
        self._steps(self.job["steps"], self.contexts, {})
        self.runner.github.permissions = None
        return self.ran

    def _steps(
        self, steps: list[dict[str, Any]], contexts: dict[str, Any], env: Mapping[str, str]
    ) -> None:
        failed = False
        contexts = {**contexts, "steps": {}}
        for step in steps:
            expressions = Expressions(contexts, failed=failed)
            if not expressions.holds(step.get("if")):
                continue
            here = {**env, **{k: expressions.text(v) for k, v in step.get("env", {}).items()}}
            given = {k: expressions.text(v) for k, v in step.get("with", {}).items()}
            if "uses" in step:
                self._use(step["uses"], given, here)
            else:
                outputs, code = self._shell(step, here)
                contexts["steps"][step.get("id", "")] = {"outputs": outputs}
                self.ran.outputs |= outputs
                failed |= code != 0
        self.ran.failed |= failed

    def _use(self, uses: str, given: dict[str, str], env: Mapping[str, str]) -> None:
        name, _, version = uses.partition("@")
        if name == "actions/checkout":
            self._checkout(given)
        elif name == "actions/upload-artifact":
            kept = Path(given["path"])
            files = {f.name: f.read_bytes() for f in sorted(kept.iterdir())}
            run = self.contexts["github"]["run_id"]
            self.runner.github.keep(run, given["name"], files)
        elif name == "./.reconciler/tool":
            self._composite(given, env)
        else:
            assert name == "actions/setup-python", name
        assert name.startswith("./") or re.fullmatch(r"[0-9a-f]{40}", version), uses

    def _checkout(self, given: Mapping[str, str]) -> None:
        assert given.get("persist-credentials") == "false"
        if given.get("path"):
            # The action's own copy: what is here, as the commit on the default branch.
            assert (given["repository"], given["ref"]) == (REPOSITORY, "main")
            return
        clone = ["git", "clone", "--quiet", "--template=", self.runner.remote.as_uri(), "."]
        fetch = ["git", "fetch", "--quiet", "origin", "+refs/pull/*:refs/remotes/pull/*"]
        checkout = ["git", "checkout", "--quiet", self.contexts["github"]["sha"]]
        for words in (clone, fetch, checkout):
            subprocess.run(words, cwd=self.workspace, check=True, capture_output=True)
        if self.runner.prepare:
            self.runner.prepare(self.workspace)

    def _composite(self, given: dict[str, str], env: Mapping[str, str]) -> None:
        action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
        assert given.keys() <= action["inputs"].keys()
        expressions = Expressions(self.contexts)
        inputs = {
            name: given.get(name, expressions.text(known.get("default", "")))
            for name, known in action["inputs"].items()
        }
        contexts = {**self.contexts, "inputs": inputs}
        # The program is installed already, and the environment of the tests is not to be changed.
        steps = [step for step in action["runs"]["steps"] if step.get("id") != "install"]
        self._steps(steps, contexts, env)

    def _shell(self, step: Mapping[str, Any], env: Mapping[str, str]) -> tuple[dict[str, str], int]:
        assert "${{" not in step["run"], "an expression in a shell line"
        output, summary = self.temp / "output", self.temp / "summary"
        for file in (output, summary):
            file.write_text("")
        github = self.contexts["github"]
        event = self.temp / "event.json"
        event.write_text(json.dumps(github["event"]))
        variables = {
            "HOME": str(self.temp),
            "PATH": os.pathsep.join(self.path),
            "LANG": "C.UTF-8",
            **self.runner.environ,
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_ACTOR": "ann",
            "GITHUB_API_URL": self.runner.github.url,
            "GITHUB_SERVER_URL": "https://github.invalid",
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_EVENT_NAME": github["event_name"],
            "GITHUB_EVENT_PATH": str(event),
            "GITHUB_OUTPUT": str(output),
            "GITHUB_STEP_SUMMARY": str(summary),
            "GITHUB_REF_NAME": github["ref_name"],
            "GITHUB_SHA": github["sha"],
            "GITHUB_RUN_ID": str(github["run_id"]),
            "GITHUB_RUN_ATTEMPT": "1",
            "GITHUB_WORKSPACE": str(self.workspace),
            "GITHUB_WORKFLOW_REF": f"{REPOSITORY}/.github/workflows/{self.workflow}@refs/heads/x",
            "RUNNER_TEMP": str(self.temp),
            **env,
        }
        bash = shutil.which("bash")
        assert bash
        done = subprocess.run(
            [bash, "-e", "-c", step["run"]],
            cwd=self.workspace,
            env=variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        self.ran.seen.append({**variables, "": step.get("id", "")})
        self.ran.log += done.stdout.decode()
        self.ran.summary += summary.read_text("utf-8")
        lines = output.read_text("utf-8").splitlines()
        return dict(line.split("=", 1) for line in lines), done.returncode


def commands_obeyed(log: str) -> list[str]:
    """The workflow commands in a log that a runner acts on, without their stops."""
    found, mark = [], ""
    for line in log.splitlines():
        text = line.strip()
        if mark:
            mark = "" if text == f"::{mark}::" else mark
        elif text.startswith("::stop-commands::"):
            mark = text.removeprefix("::stop-commands::")
        elif text.startswith("::"):
            found.append(text)
    assert not mark
    return found


def outside_of_fences(text: str) -> str:
    """What is left of Markdown without its blocks of code."""
    kept, fence = [], ""
    for line in text.splitlines():
        ticks = line[: len(line) - len(line.lstrip("`"))]
        if fence:
            fence = "" if line == fence else fence
        elif len(ticks) >= 3:
            fence = ticks
        else:
            kept.append(line)
    assert not fence
    return "\n".join(kept)
