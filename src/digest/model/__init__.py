"""The field's words: values and rules, on the standard library only.

Nothing here reads a clock, a file or the network; `now` is an argument.
"""
