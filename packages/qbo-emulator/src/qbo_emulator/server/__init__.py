"""The HTTP side of the emulator: the v3 API, limits, journal, scripted faults and control plane."""
