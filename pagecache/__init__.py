"""Pages that readers get, kept whole until something that they show changes.

What is promised, of every address and in every process, on every machine:

- **No reader sees an old version later than the commit and its notice.** Who asks after a process has heard the
  notice of a change gets a page that was rendered after that change was committed.
- **What was taken from the public is never shown again**: not by a restart, not by a page that somebody else had
  kept, not while the database is down.
- **Nothing is shown before it is committed**, nor before its time.

It holds because a change cannot be made without its notice: triggers of the database write it, in the same
transaction, whoever changes what (`pagecache.models`). A page knows the names of all that it shows, its tags
(`pagecache.recording`), and from which position of the log on it was rendered; it is good while none of its tags was
noticed after that (`pagecache.clock`). A page that began before a notice is therefore never kept past it, whichever
of the two arrives first.

While notices do not arrive, since the database cannot be reached, nobody can change anything either: then, and only
then, what was kept is shown unconfirmed (`pagecache.outage`). Two things could still happen meanwhile: a time that was
known before, which ends a page in an outage too; and a change through another machine that still reaches the
database, which is why everything is asked about again at once when the link is back.
"""
