-- What the operations that change a stream store of it; consumers and channels.

CREATE TYPE consumer_status AS ENUM ('CREATING', 'ACTIVE', 'DELETING');
CREATE TYPE channel_status AS ENUM ('CREATING', 'ACTIVE', 'UPDATING', 'DELETING', 'FAILED');

ALTER TABLE streams
  DROP CONSTRAINT streams_check,
  ADD COLUMN shard_level_metrics text[] NOT NULL DEFAULT '{}',
  ADD COLUMN resource_policy text,
  ADD COLUMN reshard jsonb,
  ADD COLUMN scaled_at timestamptz(3)[] NOT NULL DEFAULT '{}',
  ADD COLUMN mode_changed_at timestamptz(3)[] NOT NULL DEFAULT '{}',
  ADD COLUMN encrypted_at timestamptz(3)[] NOT NULL DEFAULT '{}',
  ADD CONSTRAINT streams_status_until_check CHECK (
    CASE WHEN status = 'ACTIVE' OR reshard IS NOT NULL AND status = 'UPDATING' THEN status_until IS NULL
    ELSE status_until IS NOT NULL END
  );

CREATE TABLE consumers (
  account text NOT NULL,
  region text NOT NULL,
  stream_id text NOT NULL,
  name text NOT NULL CHECK (name ~ '^[a-zA-Z0-9_.-]{1,128}$'),
  created_at timestamptz(3) NOT NULL,
  status consumer_status NOT NULL,
  status_until timestamptz(3) CHECK ((status = 'ACTIVE') = (status_until IS NULL)),
  resource_policy text,
  tags jsonb NOT NULL DEFAULT '[]',
  CONSTRAINT consumers_pkey PRIMARY KEY (account, region, stream_id, name),
  CONSTRAINT consumers_account_region_stream_id_fkey FOREIGN KEY (account, region, stream_id)
    REFERENCES streams (account, region, id) ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE TABLE channels (
  account text NOT NULL,
  region text NOT NULL,
  stream_id text NOT NULL,
  id text NOT NULL,
  name text NOT NULL,
  created_at timestamptz(3) NOT NULL,
  status channel_status NOT NULL,
  status_reason text,
  status_until timestamptz(3) CHECK ((status IN ('ACTIVE', 'FAILED')) = (status_until IS NULL)),
  definition jsonb NOT NULL,
  tags jsonb NOT NULL DEFAULT '[]',
  CONSTRAINT channels_pkey PRIMARY KEY (account, region, stream_id, id),
  CONSTRAINT channels_account_region_stream_id_fkey FOREIGN KEY (account, region, stream_id)
    REFERENCES streams (account, region, id) ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE UNIQUE INDEX channels_account_region_id_key ON channels (account, region, id);
