"""CPU-bound: the same total work cut into few large jobs or many small ones, where handing them out costs more."""


def cut(steps):
    return {count: [steps // count] * count for count in (4, 40, 400, 4000, 40_000)}


GROUP = "break-even"
SERIES = "jobs"
SIZES = {"quick": cut(800_000), "default": cut(3_200_000)}


def run(steps):
    total = 0
    for number in range(steps):
        total += number & 7
    return total
