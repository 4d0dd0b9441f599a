"""What each step does with the elements that it gets at once, whoever hands them to it.

A step is a function that yields records; their types say where they belong (see ``outputs``). The
modules of the same names beside this folder are the steps in Beam; ``local_pass`` calls them one
after the other.
"""
