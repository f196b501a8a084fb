"""Run an experiment under one fixed interpreter: plan, calibrate, measure in blocks, journal."""
