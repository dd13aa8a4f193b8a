"""The templates of a publication: what they may use, where they stand, what is wrong with them.

contract → checking → files
"""
