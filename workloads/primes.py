"""CPU-bound: count primes by trial division, in batches so small that every worker gets its share."""

GROUP = "everyday"
BATCH = 500
SIZES = {"quick": list(range(0, 20_000, BATCH)), "default": list(range(0, 60_000, BATCH))}


def is_prime(number):
    if number < 2:
        return False
    divisor = 2
    while divisor * divisor <= number:
        if number % divisor == 0:
            return False
        divisor += 1
    return True


def run(first):
    return sum(is_prime(number) for number in range(first, first + BATCH))
