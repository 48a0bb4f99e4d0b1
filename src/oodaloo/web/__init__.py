"""The pages, a door to the runway; it shows numbers and computes none."""
