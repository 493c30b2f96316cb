"""How much is done at once: files read by a pool of workers, batch by batch, into the work store.

Belongs here: processes, their time and memory, batches, what is kept of a batch between runs. Keep out: what is read
in a document (`extracting`), tables of a release (`warehouse`). A file that kills its worker is settled in `pool`.
"""
