"""One run: make the throw-away things, put every question, delete what was made."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reconciler.core.errors import ReconcilerError, TavusError
from reconciler.core.service.finding import Finding, Probed, Verdict
from reconciler.core.service.made import Kind
from reconciler.core.service.mark import mark_of
from reconciler.workflow.probing.bench import PERSONAS, StoppedError, UnsettledError
from reconciler.workflow.probing.leftovers import leftovers
from reconciler.workflow.probing.subject import full, minimal
from reconciler.workflow.probing.things import make

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from reconciler.core.service.made import Made
    from reconciler.workflow.probing.bench import Bench
    from reconciler.workflow.probing.experiment import Experiment
    from reconciler.workflow.probing.ports import Looker

_UNSTARTED = "not tried: the probe ended before"


async def run_probe(
    bench: Bench,
    looker: Looker,
    experiments: Iterable[Experiment],
    environment: str,
    on_put: Callable[[], None] = lambda: None,
) -> Probed:
    """What was found out. Everything made is deleted again, whatever happens meanwhile.

    Raises StateError where the journal cannot be written: then nothing was sent.
    """
    left, problem, findings = list(experiments), "", []
    stopped = False
    try:
        problem = await _set_up(bench)
        while left and not problem:
            finding = await _put(bench, left[0])
            findings.append(finding)
            on_put()
            left.pop(0)
    except StoppedError:
        problem, stopped = "it was stopped", True
    except TavusError as failed:
        problem = f"{failed.summary}: {failed.detail}" if failed.detail else failed.summary
    finally:
        bench.experiment = "tidy up"
        remaining = await _tidy_up(bench, looker)
    findings += [Finding(one.id, one.asks, Verdict.OPEN, _UNSTARTED) for one in left]
    probed = Probed(
        run=bench.mark.run,
        environment=environment,
        endpoint=bench.endpoint,
        date=bench.clock.now()[:10],
        findings=tuple(findings),
        exchanges=tuple(bench.exchanges),
        made=tuple(bench.ids),
        deleted=tuple(bench.deleted),
        left=tuple(remaining),
        problem=problem,
        stopped=stopped,
    )
    return probed.without([*bench.dummies])


async def _set_up(bench: Bench) -> str:
    """Make the persona; why that is not possible, empty where it is."""
    name = str(bench.mark)
    reply = None
    for body in (full(name, bench.dummies), minimal(name)):
        bench.sent = body
        reply, made = await bench.create(body)
        if made:
            bench.id = made.id
            return ""
        if reply.status not in {400, 422}:
            break
    return f"the throw-away persona was not made: POST {PERSONAS} answered {reply}"


async def _put(bench: Bench, experiment: Experiment) -> Finding:
    for kind in experiment.needs:
        if kind not in bench.things:
            bench.experiment = "set up"
            await make(bench, kind)
    bench.experiment, before = experiment.id, len(bench.exchanges)
    try:
        found = await experiment.ask(bench)
    except UnsettledError as open_:
        finding = Finding(experiment.id, experiment.asks, Verdict.OPEN, str(open_))
    else:
        verdict = Verdict.NOTED if found.value is None else Verdict.ANSWERED
        if found.value is not None:
            bench.settled[experiment.id] = found.value
        finding = Finding(experiment.id, experiment.asks, verdict, found.evidence, found.value)
    shown = finding.evidence
    for id_ in bench.ids:
        shown = shown.replace(id_, "{id}")
    for name in (str(bench.mark), bench.mark.word):
        shown = shown.replace(name, "{name}")
    numbers = tuple(one.number for one in bench.exchanges[before:])
    return replace(finding, evidence=shown, exchanges=numbers)


async def _tidy_up(bench: Bench, looker: Looker) -> list[Made]:
    """Delete everything that was made; what may still be there."""
    for made in list(bench.made):
        try:
            thing = made if made.id else await _found(bench, looker, made)
            if thing is not None:
                await bench.delete(thing)
        except ReconcilerError:
            continue
    return list(bench.made)


async def _found(bench: Bench, looker: Looker, made: Made) -> Made | None:
    """A thing whose create was not answered, by its name in the list."""
    for id_, name in (await _marked(bench, looker, made.kind)).items():
        if mark_of(name) == bench.mark and all(id_ != one.id for one in bench.made):
            known = replace(made, id=id_)
            bench.made[bench.made.index(made)] = known
            bench.ids.append(known.id)
            return known
    return None


async def _marked(bench: Bench, looker: Looker, kind: Kind) -> Mapping[str, str]:
    if kind is not Kind.PERSONA:
        return (await leftovers(bench.ask_anyhow, kind)).marked
    return {row.id: str(row.document.get("persona_name")) for row in await looker.list()}
