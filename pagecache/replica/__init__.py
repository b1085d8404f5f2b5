"""A server that follows the database, and what is read from it. It is the engine of that connection (`base`), too.

- Only pages that are rendered for everybody are read there (`reading`). Whoever is signed in, writes, or works at the
  desk reads what the primary has.
- A page is read there only when the replica has every change that this process has heard of: the last notice of the
  log has arrived. So a page is as good as one of the primary, however far behind the replica is.
- A replica that does not answer is known to be away (`watching`), and no page waits for it. What it could not answer
  to the end is rendered again from the primary.
"""

# Its name among DATABASES.
ALIAS = "replica"
