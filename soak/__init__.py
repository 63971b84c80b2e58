"""What the tests of the engine would not notice: mutants of its exact modules that survive them.

A mutant is a function with one small change: `<` made `<=`, an argument left out. One that no
test kills is either the same function in other words, or a test that is missing. `make soak`
makes them all by mutmut, runs the tests on each, and ends with 1 while a survivor is not judged.
"""
