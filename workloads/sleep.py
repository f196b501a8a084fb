"""I/O-bound control: jobs that only wait. Waiting overlaps in every concurrent mode on every arm."""

import asyncio
import time

GROUP = "controls"
BOUND = "io"
SIZES = {"quick": [0.001] * 25, "default": [0.001] * 100}


def run(seconds):
    time.sleep(seconds)
    return seconds


async def run_async(seconds):
    await asyncio.sleep(seconds)
    return seconds
