"""Facts and defaults that every installation starts from, as TOML and CSV; `reading` makes typed rows of them.

Every row names its source. An empty `verified_on` means that nobody has checked the row against it yet (未核实).
"""
