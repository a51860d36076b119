-- Audit trail, outbox, jobs, files and settings: what every capability leans on.
create table audit_head (
  id integer primary key check (id = 1),
  seq integer not null,
  hash text not null
) strict;
insert into audit_head (id, seq, hash) values (1, 0, '');

create table audit_log (
  seq integer primary key,
  at integer not null,
  actor_id integer,
  actor_name text not null,
  action text not null,
  subject text not null,
  unit_id integer,
  detail text not null,
  prev_hash text not null,
  hash text not null
) strict;
create index audit_log_at on audit_log (at);
create index audit_log_subject on audit_log (subject);

create table outbox (
  id integer primary key,
  at integer not null,
  topic text not null,
  dedup_key text not null unique,
  payload text not null,
  delivered_at integer
) strict;
create index outbox_open on outbox (id) where delivered_at is null;

create table job (
  id integer primary key,
  kind text not null,
  dedup_key text unique,
  payload text not null,
  state text not null check (state in ('queued', 'running', 'done', 'failed')),
  run_at integer not null,
  attempts integer not null default 0,
  max_attempts integer not null,
  locked_until integer,
  last_error text,
  created_at integer not null,
  finished_at integer
) strict;
create index job_due on job (state, run_at);

create table stored_file (
  hash text primary key,
  size integer not null,
  mime text not null,
  width integer,
  height integer,
  look integer,
  taken_at text,
  place text,
  created_at integer not null
) strict;
create index stored_file_look on stored_file (look);

create table setting (
  key text primary key,
  value text not null
) strict;
