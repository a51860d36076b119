-- Accounts, one-time codes, sessions, roles held, and failed sign-ins. Instants are machine time.
create table account (
  id integer primary key,
  user_name text not null,
  -- SHA-256 of the name as compared: the key under which failed sign-ins are counted too.
  name_hash text not null unique,
  name text not null,
  -- The person of the organisation; none for an administrator's account.
  person_id integer unique,
  state text not null check (state in ('pending', 'active', 'closed')),
  password_hash text,
  previous_hash text,
  password_set_at integer,
  must_change integer not null default 0 check (must_change in (0, 1)),
  last_sign_in_at integer,
  created_at integer not null,
  closed_at integer,
  close_reason text,
  version integer not null default 1,
  check (state <> 'active' or password_hash is not null),
  check ((state = 'closed') = (closed_at is not null))
) strict;

create table one_time_code (
  id integer primary key,
  account_id integer not null references account (id),
  code_hash text not null,
  created_at integer not null,
  valid_until integer not null,
  used_at integer,
  revoked_at integer
) strict;
create unique index one_time_code_open on one_time_code (account_id) where used_at is null and revoked_at is null;

create table session (
  token_hash text primary key,
  account_id integer not null references account (id),
  created_at integer not null,
  last_seen_at integer not null,
  address text not null
) strict;
create index session_account on session (account_id);
create index session_created on session (created_at);

create table assignment (
  id integer primary key,
  account_id integer not null references account (id),
  role text not null,
  -- None is the whole city: the three administrators, and accounts made before there were units.
  unit_id integer,
  scope text not null check (scope in ('own', 'unit', 'subtree')),
  granted_at integer not null,
  granted_by text not null
) strict;
create unique index assignment_once on assignment (account_id, role, coalesce(unit_id, 0), scope);

create table sign_in_failure (
  -- Also for names that nobody has, so that a lock tells nothing about who exists.
  name_hash text primary key,
  attempts integer not null,
  last_at integer not null,
  locked_until integer
) strict;
create index sign_in_failure_last on sign_in_failure (last_at);
