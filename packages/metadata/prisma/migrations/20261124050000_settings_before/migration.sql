-- What descriptions show of a stream until a change of its settings is over.

ALTER TABLE streams ADD COLUMN settings_before jsonb;
