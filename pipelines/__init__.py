"""Plain library of the pipeline: what is done to reports, stage by stage. Never imports dagster."""
