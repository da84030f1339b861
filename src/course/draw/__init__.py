"""The figures of the course: arrays in, `matplotlib.figure.Figure` out.

One module for the figures of one notebook, named by what it draws. Figures of
recordings come from `hooks.plot`. Nothing here computes a result, and nothing
uses pyplot: a figure is the last expression of its cell and is shown once.
"""
