"""A newsroom's archive of any size for measurements: invented, deterministic, the same shape at 10,000 and 1,000,000.

`plan` says what the archive has and who stands in it, `words` what its texts are made of, `stories` and `talk` make
the rows of stories and of their comments, `load` brings them into the database. Nothing in it speaks of real people
or events. It is no demo: without photos and layouts, and texts without sense.
"""
