"""The works of `workflows/works.py` as Prefect flows: the same functions, watched and tried again.

This package alone uses Prefect. It is imported where a flow is asked for: Prefect takes seconds.
"""
