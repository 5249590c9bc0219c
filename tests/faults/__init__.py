"""Processes killed at every named point of a hand-over, and many at work on one database.

`make faults` runs the long form; the tests here run a short one.
"""
