"""The way in from WordPress and Blogger, and the way out again as a WordPress export.

Read in this order: `source` (a file becomes text), `repair` and `elements` (text becomes
elements, also when it is not quite XML), `wordpress` and `blogger` (elements become
`records`), `bodies` (their HTML becomes ours), `run` (records become rows, each item in its
own transaction, remembered in `ledger`), `report`. `exporting` is the way back.
"""
