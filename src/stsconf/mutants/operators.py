"""All the ways in which a controller is broken; where two make the same fault, the first one listed has it."""

from stsconf.mutants.operators_conditions import CONDITIONS
from stsconf.mutants.operators_loops import LOOPS
from stsconf.mutants.operators_statements import STATEMENTS
from stsconf.mutants.operators_values import VALUES

OPERATORS = (*CONDITIONS, *STATEMENTS, *LOOPS, *VALUES)
