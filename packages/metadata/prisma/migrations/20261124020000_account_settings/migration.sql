-- What an account has set for all of its streams in a region.

CREATE TABLE account_settings (
  account text NOT NULL CHECK (account ~ '^[0-9]{12}$'),
  region text NOT NULL,
  committed_at timestamptz(3) NOT NULL,
  commitment_ends_at timestamptz(3) CHECK (commitment_ends_at >= committed_at),
  CONSTRAINT account_settings_pkey PRIMARY KEY (account, region)
);
