"""What will be measured: workload files, cases, arms, declared contrasts, calibration, and the preview of it all."""
