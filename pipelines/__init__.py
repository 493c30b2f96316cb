"""Plain library of the pipeline: what is done to reports, one folder a stage. Never imports dagster.

The way of a file: collecting -> raw -> reading -> extracting (run by engine) -> agencies -> auditing -> warehouse ->
releases -> exporting, exploring, commands. Belongs here: the stages, and the two modules below all of them (`durable`,
`locking`). Keep out: when and in which order stages run (`assets`); anything that is of one stage alone.
"""
