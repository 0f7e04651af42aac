-- What records are encrypted with. Before there were keys nothing was encrypted, whatever a stream said.

CREATE TABLE data_keys (
  account text NOT NULL,
  region text NOT NULL,
  stream_id text NOT NULL,
  id integer NOT NULL CHECK (id > 0),
  wrapped bytea NOT NULL,
  created_at timestamptz(3) NOT NULL,
  CONSTRAINT data_keys_pkey PRIMARY KEY (account, region, stream_id, id),
  CONSTRAINT data_keys_account_region_stream_id_fkey FOREIGN KEY (account, region, stream_id)
    REFERENCES streams (account, region, id) ON DELETE CASCADE ON UPDATE CASCADE
);

UPDATE streams SET encryption_key_id = NULL;
