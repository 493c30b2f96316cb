"""Files made to harm, end to end through the worker pool: each ends in one outcome, and its neighbours are all read."""
