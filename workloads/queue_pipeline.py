"""Contention: producers and consumers: each job with a queue of its own, or all jobs with one that they share.

There is no setting "only read": whoever takes something out of a queue changes it.
"""

PAIRS = 8
PATIENCE_SECONDS = 10  # a worker whose partner failed gives up instead of waiting for ever


def settings(items):
    pair = [(0, items, 0), (0, 0, items)]  # a producer, and then a consumer that takes what it made
    return {"private": [(number, items, items) for number in range(PAIRS)], "written": pair * PAIRS}


GROUP = "contention"
SERIES = "setting"
SIZES = {"quick": settings(500), "default": settings(2000)}
# Bounded, and large enough for what one producer makes: jobs begin in order, so whenever all queues are full a consumer
# is at work, with a single worker too.
CAPACITY = 2000


def shared(make):
    return [make.Queue(CAPACITY) for _ in range(PAIRS)]


def run(job, queues):
    number, puts, takes = job
    queue = queues[number]
    for _ in range(puts):
        queue.put(20, timeout=PATIENCE_SECONDS)
    # All items are alike, so the answer is the same whichever of them a consumer gets.
    return sum(sum(range(queue.get(timeout=PATIENCE_SECONDS))) for _ in range(takes))
