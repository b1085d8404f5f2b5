"""`make audit` and `make screenshots`: the reader's pages, judged by others' tools and looked at by people."""
