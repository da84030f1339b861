"""What observing costs, beside no observer and beside other observers.

`python -m benchmarks` measures all and writes one table. Each measurement runs in a
process of its own (`measure/`); the rest keeps the results and lays out the table.
"""
