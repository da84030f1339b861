"""The figures of the course: arrays in, `matplotlib.figure.Figure` out.

Modules are named by what they draw. Figures of recordings come from `hooks.plot`.
Nothing here settles a claim, and nothing uses pyplot: a figure is the last
expression of its cell and is shown once.
"""
