-- The ledger of hours and credits, imports into it, waived targets, rule drafts, closed years.
create table ledger_import (
  id integer primary key,
  file_name text not null,
  file_digest text not null,
  state text not null check (state in ('dry_run', 'committed', 'discarded', 'reversed')),
  counts text not null,
  unit_ids text not null,
  created_by integer,
  created_by_name text not null,
  created_at integer not null,
  committed_at integer,
  reversed_at integer,
  reverse_reason text,
  version integer not null default 1
) strict;

create table ledger_import_row (
  import_id integer not null references ledger_import (id),
  line integer not null,
  staff_no text not null,
  name text not null,
  verdict text not null check (verdict in ('new', 'repeated', 'broken')),
  detail text not null,
  faults text not null,
  payload text not null,
  primary key (import_id, line)
) strict;
create index ledger_import_row_verdict on ledger_import_row (import_id, verdict, line);

-- Append-only: a correction is a reversing entry (reverses) and a mark on the one it undoes.
create table ledger_entry (
  id integer primary key,
  person_id integer not null references person (id),
  year integer not null,
  happened_on text not null,
  recorded_at integer not null,
  component text not null check (component in ('online', 'district', 'squad', 'other')),
  category text not null,
  hours integer not null,
  credits integer not null,
  for_month text,
  month_bit integer not null default 0,
  external_no text,
  course_name text,
  course_kind text check (course_kind in ('credit', 'hour')),
  award_key text,
  source text not null,
  import_id integer references ledger_import (id),
  recorded_by integer,
  reverses integer references ledger_entry (id),
  reversed_by integer references ledger_entry (id),
  reversed_at integer,
  reason text
) strict;
create index ledger_entry_person on ledger_entry (person_id, year);
create index ledger_entry_year on ledger_entry (year, person_id);
create index ledger_entry_source on ledger_entry (source);
create index ledger_entry_import on ledger_entry (import_id) where import_id is not null;
-- An award counts once (B-20): the same course and year, the same number, the same session.
create unique index ledger_entry_award on ledger_entry (person_id, award_key)
  where award_key is not null and reverses is null and reversed_by is null;

create table target_waiver (
  id integer primary key,
  person_id integer not null references person (id),
  year integer not null,
  component text not null check (component in ('online', 'district', 'squad')),
  reason text not null,
  decided_by integer,
  decided_by_name text not null,
  decided_at integer not null,
  revoked_at integer,
  revoked_by_name text,
  revoke_reason text
) strict;
create unique index target_waiver_open on target_waiver (person_id, year, component) where revoked_at is null;

create table training_session (
  id integer primary key,
  unit_id integer not null references unit (id),
  starts_on text not null,
  ends_on text not null,
  note text,
  recorded_by_name text not null,
  recorded_at integer not null,
  check (ends_on >= starts_on)
) strict;
create index training_session_unit on training_session (unit_id, starts_on);

create table policy_draft (
  id integer primary key,
  title text not null,
  base text not null,
  pack text not null,
  changes text not null,
  content text not null,
  state text not null check (state in ('draft', 'published', 'discarded')),
  findings text not null,
  created_by_name text not null,
  created_at integer not null,
  published_by_name text,
  published_at integer
) strict;

create table year_close (
  year integer primary key,
  pack text not null,
  content text not null,
  closed_by_name text not null,
  closed_at integer not null
) strict;

create table training_file_reading (
  id integer primary key,
  person_id integer not null references person (id),
  year integer not null,
  read_by integer,
  read_by_name text not null,
  purpose text not null,
  read_at integer not null
) strict;
create index training_file_reading_person on training_file_reading (person_id, read_at);
