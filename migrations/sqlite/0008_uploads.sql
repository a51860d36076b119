-- Resumable uploads; how long stored files are kept.

-- keep_until is business time, gone_at too; none is kept for good. hold: stays whatever the period says.
alter table stored_file add column keep_until integer;
alter table stored_file add column hold integer not null default 0 check (hold in (0, 1));
alter table stored_file add column gone_at integer;
create index stored_file_keep on stored_file (keep_until) where gone_at is null;

-- Contents without a row are swept away, so every owner names his: materials did not yet.
insert into stored_file (hash, size, mime, created_at)
  select hash, max(size), max(mime), min(added_at) from study_material where true group by hash
  on conflict (hash) do nothing;

-- Whoever admits an upload, names a content or sweeps takes this row first: one after the other.
create table upload_gate (
  id integer primary key check (id = 1),
  taken integer not null
) strict;
insert into upload_gate (id, taken) values (1, 0);

-- received is what is durable in the spool file; started_at and received_at (the last byte) are
-- business time, created_at, expires_at and ended_at machine time.
create table upload (
  id integer primary key,
  purpose text not null,
  unit_id integer not null references unit (id),
  unit_name text not null,
  slot text not null,
  account_id integer not null,
  account_name text not null,
  file_name text not null,
  metadata text not null,
  length integer not null check (length > 0),
  received integer not null default 0 check (received between 0 and length),
  spool text not null unique,
  state text not null check (state in ('open', 'complete', 'refused', 'ended', 'expired')),
  reason text,
  mime text,
  hash text references stored_file (hash),
  started_at integer not null,
  received_at integer,
  created_at integer not null,
  expires_at integer not null,
  ended_at integer,
  claimed_by text,
  claimed_at integer,
  check ((state = 'complete') = (hash is not null)),
  check (received < length or received_at is not null)
) strict;
create index upload_slot on upload (purpose, slot);
create index upload_open on upload (expires_at) where state = 'open';
create index upload_account on upload (account_id, state);
create index upload_unit on upload (unit_id, state);
create index upload_hash on upload (hash);
