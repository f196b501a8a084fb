"""Pure statistics: arrays in, estimates out."""
