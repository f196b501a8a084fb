"""Pure functions, no I/O: trials in; times, contrasts, findings and the decision to stop out."""
