"""What processes of one bot agree on in a PostgreSQL: who serves which shard, who may IDENTIFY, what has changed."""
