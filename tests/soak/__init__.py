"""Real processes on a real git remote, killed at random times.

Two clones of one project apply to one served emulator, at the same time, with answers that get
lost; SIGKILL hits them anywhere. Each process is a CI job, and a stand-in for the CI service says
which ones are over, so that the next run takes the environment over at once. After every round one
clean apply has to bring everything in order: one live persona for each definition, none beside,
what nobody manages untouched, the next plan empty, the branch of the state never rewound.

    PYTHONPATH=tests python -m soak [ROUNDS] [SEED]
"""
