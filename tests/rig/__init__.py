"""Faults at every step of an apply.

A *process* plans, approves and applies, on the real emulator and on real state documents in a
store in memory. Everything it does to the world outside is an *effect*: a request or a call of the
store. One function, `Process.step`, is called before and after each of them, and at the chosen
effect something goes wrong: the process is killed, an answer is lost, a request arrives much
later, a lease runs out … Time is virtual, so nothing waits.

Then the faults end, a new process applies once, and every promise is checked.
"""
