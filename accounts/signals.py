"""What other apps hear of accounts."""

from django.dispatch import Signal

# After an account was deleted for good, in that transaction. `address`: its e-mail address.
account_erased = Signal()

# When somebody takes a copy of their data. `address`: the account's. What a receiver returns is a name and what it
# keeps under it, as JSON takes it; None for nothing.
account_exported = Signal()

# When a reader's text is erased, in that transaction. `path`: the address of the page it stood on.
words_erased = Signal()
