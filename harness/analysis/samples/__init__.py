"""Which trials count, and their values as columns of numbers."""
