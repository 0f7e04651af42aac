-- When the encryption of a stream was stopped: AWS counts stops as it counts starts.

ALTER TABLE streams ADD COLUMN encryption_stopped_at timestamptz(3)[] NOT NULL DEFAULT '{}';
