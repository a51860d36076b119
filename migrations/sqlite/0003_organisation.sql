-- Units with their two lines, people, memberships, posts, status history, roster imports.
-- Periods are half-open: from_on is the first day, until_on the first day no longer.

-- One row that every writer of units and people takes first: they queue here on PostgreSQL as they
-- do on SQLite, so that what a plan was checked against is what it is written to.
create table organisation_guard (
  id integer primary key check (id = 1),
  version integer not null
) strict;
insert into organisation_guard (id, version) values (1, 0);

create table unit (
  id integer primary key,
  code text not null unique,
  name text not null,
  kind text not null check (kind in ('city_bureau', 'city_office', 'corps', 'district_bureau', 'section',
    'squad', 'mobile_squad', 'special_unit', 'street')),
  trains integer not null default 0 check (trains in (0, 1)),
  opened_on text not null,
  closed_on text,
  version integer not null default 1,
  check (closed_on is null or closed_on > opened_on)
) strict;
create index unit_name on unit (name);

create table unit_edge (
  id integer primary key,
  unit_id integer not null references unit (id),
  line text not null check (line in ('professional', 'territorial')),
  parent_id integer not null references unit (id),
  from_on text not null,
  until_on text,
  check (until_on is null or until_on > from_on),
  check (parent_id <> unit_id)
) strict;
create unique index unit_edge_start on unit_edge (unit_id, line, from_on);
create unique index unit_edge_open on unit_edge (unit_id, line) where until_on is null;
create index unit_edge_parent on unit_edge (parent_id);

create table person (
  id integer primary key,
  staff_no text not null unique,
  name text not null,
  sex text check (sex in ('male', 'female')),
  established integer not null check (established in (0, 1)),
  category text not null check (category in ('enforcement_civil_servant', 'general_civil_servant',
    'public_institution', 'auxiliary', 'other')),
  staff_rank text,
  phone text,
  joined_on text not null,
  induction_ended_on text,
  created_at integer not null,
  updated_at integer not null,
  version integer not null default 1
) strict;
create index person_name on person (name);

create table membership (
  id integer primary key,
  person_id integer not null references person (id),
  unit_id integer not null references unit (id),
  from_on text not null,
  until_on text,
  check (until_on is null or until_on > from_on)
) strict;
create unique index membership_start on membership (person_id, from_on);
create unique index membership_open on membership (person_id) where until_on is null;
create index membership_unit on membership (unit_id, from_on);

create table person_post (
  id integer primary key,
  person_id integer not null references person (id),
  post text not null,
  from_on text not null,
  until_on text,
  check (until_on is null or until_on > from_on)
) strict;
create unique index person_post_open on person_post (person_id, post) where until_on is null;

-- Append-only: a mistake is revoked with a reason, never changed.
create table status_event (
  id integer primary key,
  person_id integer not null references person (id),
  kind text not null check (kind in ('left', 'missing', 'died', 'dismissed', 'retired', 'long_sick_leave',
    'maternity_leave', 'aid_mission', 'return', 'secondment', 'secondment_end')),
  effective_on text not null,
  decided_on text,
  recorded_at integer not null,
  recorded_by integer,
  recorded_by_name text not null,
  note text,
  revoked_at integer,
  revoked_by_name text,
  revoke_reason text,
  check ((revoked_at is null) = (revoke_reason is null))
) strict;
create index status_event_person on status_event (person_id, effective_on);
create index status_event_kind on status_event (kind, effective_on) where revoked_at is null;

create table import_plan (
  id integer primary key,
  kind text not null check (kind in ('roster')),
  file_name text not null,
  file_digest text not null,
  state text not null check (state in ('dry_run', 'committed', 'discarded')),
  as_of text not null,
  counts text not null,
  created_by integer,
  created_by_name text not null,
  created_at integer not null,
  committed_by_name text,
  committed_at integer,
  version integer not null default 1
) strict;
create index import_plan_recent on import_plan (kind, created_at);

-- cells: the row as it was sent (JSON list). They hold personal data and are emptied once they are
-- of no more use: at the commit for good rows, at the discard for all.
create table import_row (
  plan_id integer not null references import_plan (id),
  seq integer not null,
  line integer,
  staff_no text not null,
  name text not null,
  verdict text not null check (verdict in ('joiner', 'transfer', 'change', 'unchanged', 'broken', 'leaver')),
  detail text not null,
  faults text not null,
  cells text not null,
  primary key (plan_id, seq)
) strict;
create index import_row_verdict on import_row (plan_id, verdict, seq);
