"""Work in shards, done here one after the other or handed out to nodes by an existing engine (`distributed`).

Belongs here: who does which shard when, nodes that die, and what becomes of a shard that nobody can do. Keep out: what
the work is (`warehouse.shard_reading`), and isolation of documents, for which each node has a pool (`engine.pool`).
Nothing of the engine is imported before a cluster is asked for.
"""

from pipelines.spreading.spread import ClusterFailed, Embedded, Lost, Shard, Spread, cluster_named

__all__ = ["ClusterFailed", "Embedded", "Lost", "Shard", "Spread", "cluster_named"]
