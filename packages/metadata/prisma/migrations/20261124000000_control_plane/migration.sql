-- Streams, shards, credentials and the identity of the installation.

CREATE TYPE stream_status AS ENUM ('CREATING', 'ACTIVE', 'UPDATING', 'DELETING');
CREATE TYPE stream_mode AS ENUM ('PROVISIONED', 'ON_DEMAND');
CREATE TYPE record_distribution AS ENUM ('USER_PARTITION_KEY', 'AUTO');

CREATE TABLE cluster (
  singleton boolean NOT NULL DEFAULT true CHECK (singleton),
  id uuid NOT NULL,
  revision bigint NOT NULL,
  last_change uuid,
  log_id text,
  CONSTRAINT cluster_pkey PRIMARY KEY (singleton)
);

CREATE TABLE secrets (
  name text NOT NULL,
  value bytea NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT secrets_pkey PRIMARY KEY (name)
);

CREATE TABLE credentials (
  account text NOT NULL CHECK (account ~ '^[0-9]{12}$'),
  access_key_id text NOT NULL,
  secret_access_key text NOT NULL,
  principal_arn text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT credentials_pkey PRIMARY KEY (account, access_key_id)
);
CREATE UNIQUE INDEX credentials_access_key_id_key ON credentials (access_key_id);

CREATE TABLE streams (
  account text NOT NULL CHECK (account ~ '^[0-9]{12}$'),
  region text NOT NULL,
  id text NOT NULL CHECK (id ~ '^[0-9a-f]{32}$'),
  name text NOT NULL CHECK (name ~ '^[a-zA-Z0-9_.-]{1,128}$'),
  status stream_status NOT NULL,
  status_until timestamptz(3) CHECK ((status = 'ACTIVE') = (status_until IS NULL)),
  mode stream_mode NOT NULL,
  created_at timestamptz(3) NOT NULL,
  retention_hours integer NOT NULL DEFAULT 24 CHECK (retention_hours > 0),
  max_record_kib integer NOT NULL DEFAULT 1024 CHECK (max_record_kib > 0),
  record_distribution record_distribution NOT NULL DEFAULT 'USER_PARTITION_KEY',
  warm_throughput_mibps integer CHECK (warm_throughput_mibps >= 0),
  encryption_key_id text,
  next_shard integer NOT NULL CHECK (next_shard > 0),
  CONSTRAINT streams_pkey PRIMARY KEY (account, region, id)
);
CREATE UNIQUE INDEX streams_account_region_name_key ON streams (account, region, name);
CREATE UNIQUE INDEX streams_id_key ON streams (id);

CREATE TABLE shards (
  account text NOT NULL,
  region text NOT NULL,
  stream_id text NOT NULL,
  shard integer NOT NULL CHECK (shard >= 0),
  starting_hash_key numeric(39, 0) NOT NULL CHECK (starting_hash_key >= 0),
  ending_hash_key numeric(39, 0) NOT NULL CHECK (ending_hash_key < 340282366920938463463374607431768211456),
  creation_second bigint NOT NULL,
  parent integer,
  adjacent_parent integer,
  closed_second bigint CHECK (closed_second >= creation_second),
  CONSTRAINT shards_pkey PRIMARY KEY (account, region, stream_id, shard),
  CONSTRAINT shards_account_region_stream_id_fkey FOREIGN KEY (account, region, stream_id)
    REFERENCES streams (account, region, id) ON DELETE CASCADE ON UPDATE CASCADE,
  CHECK (starting_hash_key <= ending_hash_key)
);

CREATE TABLE stream_tags (
  account text NOT NULL,
  region text NOT NULL,
  stream_id text NOT NULL,
  key text NOT NULL,
  value text NOT NULL,
  CONSTRAINT stream_tags_pkey PRIMARY KEY (account, region, stream_id, key),
  CONSTRAINT stream_tags_account_region_stream_id_fkey FOREIGN KEY (account, region, stream_id)
    REFERENCES streams (account, region, id) ON DELETE CASCADE ON UPDATE CASCADE
);
