"""CPU-bound: parse JSON documents and walk through what was in them."""

import json

GROUP = "everyday"
ORDERS = [
    {
        "number": number,
        "customer": f"customer {number % 17}",
        "lines": [{"item": n, "price": n * 0.25} for n in range(8)],
    }
    for number in range(250)
]
DOCUMENT = json.dumps(ORDERS)
SIZES = {"quick": [6] * 4, "default": [6] * 16}


def run(times):
    total = 0.0
    for _ in range(times):
        orders = json.loads(DOCUMENT)
        total += sum(line["price"] for order in orders for line in order["lines"])
    return total
