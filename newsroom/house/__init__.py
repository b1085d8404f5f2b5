"""The house: installation, the embedded database and the two commands of the README.

`setup`, `ports` and `browser` run before anything is installed and therefore use the standard
library alone. `cluster`, `postgres` and `keeper` hold the embedded server, `backend` is Django's
door to it. `prepare` brings the database and the built files up to date, `run` starts and watches
the processes, `serving` is what its web server loads. `errors` turns what a person can mend into
one sentence.
"""
