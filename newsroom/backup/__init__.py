"""Backups: one consistent point of database and media, checked by restoring it; docs/decisions/0033-backup.md.

    DIR/20261127T031700Z/       a backup; `.unfinished` behind its name while it is made
        manifest.json           of when, of what, with which versions; fingerprints of the three files below
        database.dump           pg_dump's custom format
        tables.jsonl            each table: how many rows, a fingerprint of what is in them
        media.jsonl             each file of media: its size, its SHA-256, where it lies in the store
        SHA256SUMS              of everything on the disk, as `sha256sum -c` reads it
    DIR/media/ab/…              the store: each contents once, for all backups
    DIR/media.sqlite3           which file of media lies where; made anew when it is lost
    DIR/erasures.jsonl          what readers had erased, for `erase_again`

With a public key, `.age` stands behind the names of what is sealed: all but the manifest and the sums.
"""
