"""A small model of the apply protocol, explored exhaustively.

It shares no code with the reconciler: it is the protocol in plain values, so that every
interleaving can be tried. `rules` names the rules of the protocol, each a switch; `protocol` is
what a run does under them; `environment` is what happens to it; `promises` says what must never
break; `explorer` goes breadth-first through all that can happen, and after each end lets one more
run follow that meets no misfortune: after that one run everything has to be good.

Bounds: one address, two runs at a time, each with a definition of its own (`scenarios`). A `Budget`
says how often the following may happen, each at any moment:

- crashes: a run that holds the lease dies, and another starts in its place;
- faults: an answer is lost, a request is delayed until any later moment or for ever, a patch is
  answered with success and ignored;
- expiries: a lease time passes for everybody: holders know it by their own clock, who waits may
  take over. Requests under way arrive whenever they like;
- stale: a list is as it was before the last change, or lacks any one persona; a direct read finds
  nothing although there is something;
- edits: a person edits or deletes a persona, and gives a name to one that has a nonce for a name.

The end of a run is known to others at once, as CI tells it.

Limits, by intent: no more than two untrue reads (one list, one direct read) in a row; direct reads
never show old content; names are kept verbatim; a person who edits a persona whose name still is a
nonce renames it; an edit between the list and the PATCH, or in the one round trip between the read
before a delete and the delete, is not held against a run (no condition can be sent along); refused
requests, which are definite, and the order between addresses are for the reconciler's own tests.

`PYTHONPATH=tests python -m model 2/2/2/0/0` explores larger bounds and prints a table.
"""
