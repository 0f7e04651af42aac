-- Where an UpdateShardCount is going stands apart from the intents of its rounds: of thousands of shards it is large, and stays the same.

ALTER TABLE streams ADD COLUMN scaling jsonb;
UPDATE streams SET scaling = nullif(reshard -> 'scaling', 'null'), reshard = reshard -> 'intent' WHERE reshard IS NOT NULL;
