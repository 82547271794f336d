"""The stories the product tells: order of steps and transactions, no detail.

A workflow gets values and ports, calls rooms, and returns a value that a door can show.
Running any of them twice changes nothing.
"""
