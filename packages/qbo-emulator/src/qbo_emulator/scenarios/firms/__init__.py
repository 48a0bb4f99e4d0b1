"""Service companies of several industries and sizes, each described by tables."""
