"""The validation report in every format that people and tools read it in.

`formats.write_report` is the way in. Each format is one module with one
function, `write(report, context)`; a new one is a module and a row of
`formats.FORMATS`. None of them prints, reads a clock or the disk, so the same
report gives the same text.
"""
