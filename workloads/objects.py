"""CPU-bound: make many small objects, link them and call their methods, as object-oriented programs do."""

GROUP = "everyday"
SIZES = {"quick": [8000] * 8, "default": [16_000] * 16}


class Node:
    def __init__(self, value, left=None, right=None):
        self.value, self.left, self.right = value, left, right

    def insert(self, value):
        node = self
        while True:
            side = "left" if value < node.value else "right"
            child = getattr(node, side)
            if child is None:
                setattr(node, side, Node(value))
                return
            node = child

    def total(self):
        return self.value + sum(child.total() for child in (self.left, self.right) if child)


def run(size):
    tree = Node(size // 2)
    for number in range(size // 8):
        tree.insert(number * 7919 % size)
    return tree.total()
