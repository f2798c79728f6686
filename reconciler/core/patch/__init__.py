"""The shortest JSON Patch (RFC 6902): planned exactly, and applied before it is handed out.

**What shortest means.** One operation is always enough: replace the root. So bytes come first, then
operations: the price of a patch is its bytes as compact UTF-8 JSON, each list position counted as
one character, and its number of operations decides among equals. What is still equal is decided by
the order of the search, which depends on the two documents only and not on the order of members:
members stay in place rather than being replaced, and elements of a list as the search found them.
An add names a new place, a replace an existing one, and the root is only replaced.

**Theorem.** `minimal_patch` gives a patch of add, remove and replace than which no other in the
same scope costs less. In the scope *wire* every such patch is in. In the scope *surgical* (the
default) are those in which a member that holds an object never comes to hold another object with
a name in common, by no number of operations, and no such element of a list is replaced by another;
lists as wholes may be replaced, and their elements removed and inserted. Values are sent as they
are written in the second document: 1.0 is three bytes, although 1 would do.

**Why.** A patch can be changed, without growing, until it writes each place once: of several writes
to one place the last is enough, what is sent unfinished can be sent finished, and what is added and
removed again can be left out. What is left alone then pairs parts of the documents: members by
name, elements of lists in order. Prices of different places add up, because a position costs one
byte wherever it is. So, with `at` the bytes of the pointer and |b| those of the value,

    price(a, b)   = 0 where equal, else the least of
    replace       = 36 + at + |b|                                    where the scope allows it
    two objects   = removes of 26 + at', adds of 32 + at' + |b'|, and the prices of common names
    two lists     = the cheapest alignment: the same removes and adds, and prices of pairs

and the minimum over all pairings is the minimum over all patches. Equal elements at the ends of two
lists, and next to each other anywhere in the search, are kept at once: another alignment can be
changed into one that keeps them, since every remove in a list costs the same, and a value grows by
no more than the bytes that are sent to it (`alignment.py`).

**Complexity.** What is equal is walked once; only what differs is opened. For two lists of n and m
differing elements the search visits at most (n + 1)(m + 1) nodes and works out at most n·m edits,
but only those that a lower bound does not rule out: the scalars that one element lacks. In all no
more than |before| · |after|.

**Limits.** One call takes at most 2^18 search steps, a step being a node or a scalar of a pair that
is compared; lists with more than 2^16 pairs of differing elements (256 by 256) get 2^13 of them.
Beyond that the elements that occur once in both lists hold them together, and the rest is paired by
position. The patch is right all the same, and `Minimal.is_exact` says that the theorem does not
cover it. Documents nested deeper than about 300 levels end in a RecursionError.

**Guards** (`ListRules.guarded`). A list into which elements are inserted, or from which they are
removed, is preceded by a `test` that holds before the first of them and after none: of the element
at or behind the last of them, which also fails where somebody else moved elements meanwhile; else
of any one value; else of the whole list. So a patch sent again to its own result, or
to what a part of it left behind, is refused as a whole or gives the same document. The price of
the test is part of the price of the list, next to that of editing in place and of the whole list.
The alignment is the cheapest without its test; the theorem holds up to the choice of the test.

**Reuse** (`PatchRules.reuse`). With move and copy the problem is NP-hard in general, so nothing
exact is claimed: proposals (renaming a member, reordering a list, copying what is there and editing
it) are tried against a live copy and priced with everything that follows from them, and the best
one is taken as long as it saves anything. What the jsonpatch package makes of the two documents,
members sorted by name, is one way more. Each way is checked as a whole: that it gives the second
document, that no detour leaves the scope, and where lists are guarded that it is safe to send again
(of at most 64 operations that is found out). The cheapest that passes is kept, if it is cheaper
than the exact patch without it. So with reuse a patch is never longer than without, nor than the
package's where that one keeps the rules. Given the members in another order the package may move
another one of several equal values: that a patch is then no longer either is measured, not proved,
by `benchmarks/proof.py`, and so is how often it is the optimum.

**Secrets** are compared by value and priced as the text they are sent as; the patch holds the
Secret itself. A lone surrogate, which UTF-8 cannot carry, counts as the escape `to_bytes` writes.

One idea per file: `rules` says what is allowed, `measure` what it costs, `places` applies,
`numbering` tells equal values, `edits` is the plan and how it is written down, `planner` makes it,
`pairs`, `alignment` and `anchors` do lists, `guarding` finds the test, `minimal` puts it together.
The package `reuse` adds move and copy.
`forms` has the rules of Tavus's wire and the coarser forms, `build` makes the patches of field
changes, `simulate` is where the jsonpatch package is met.
"""

from reconciler.core.patch.build import build_patches
from reconciler.core.patch.forms import TAVUS, Form, first_form
from reconciler.core.patch.measure import to_bytes
from reconciler.core.patch.minimal import Minimal, Operation, measured_patch, minimal_patch
from reconciler.core.patch.rules import SURGICAL, WIRE, ListMode, ListRules, PatchRules, Scope
from reconciler.core.patch.simulate import PatchRefusedError, apply_patch

__all__ = [
    "SURGICAL",
    "TAVUS",
    "WIRE",
    "Form",
    "ListMode",
    "ListRules",
    "Minimal",
    "Operation",
    "PatchRefusedError",
    "PatchRules",
    "Scope",
    "apply_patch",
    "build_patches",
    "first_form",
    "measured_patch",
    "minimal_patch",
    "to_bytes",
]
