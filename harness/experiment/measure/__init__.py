"""The measuring loop: blocks in random order, timed, memory and service trials, and what they need around them."""
