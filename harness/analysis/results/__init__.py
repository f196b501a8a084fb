"""What a run shows: times, contrasts, choices, decompositions, scaling, memory and latencies."""
