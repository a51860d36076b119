-- Fitness tests: standards, tests, who takes them, figures, deferrals and exemptions. Instants are UTC
-- microseconds, days text that sorts, figures thousandths of a second, centimetre or time.

-- A bureau's own dated standard; body is the whole of it as JSON. Never changed: a newer date follows it.
create table fitness_standard (
  id integer primary key,
  unit_id integer not null references unit (id),
  valid_from text not null,
  body text not null,
  created_at integer not null,
  created_by_name text not null,
  withdrawn_at integer,
  withdrawn_by_name text,
  withdraw_reason text
) strict;
create unique index fitness_standard_day on fitness_standard (unit_id, valid_from) where withdrawn_at is null;

-- When somebody was born: limits may depend on the age. Kept here, shown to nobody else.
create table fitness_birth (
  id integer primary key,
  person_id integer not null references person (id),
  born_on text not null,
  set_at integer not null,
  set_by_name text not null
) strict;
create unique index fitness_birth_person on fitness_birth (person_id);

-- A test: with a class, or apart with a reason. standard is fixed with the first figure: shipped:2021 or own:3.
create table fitness_test (
  id integer primary key,
  unit_id integer not null references unit (id),
  year integer not null,
  title text not null,
  kind text not null check (kind in ('class', 'separate')),
  class_id integer references class (id),
  reason text not null,
  planned_on text not null,
  place text not null,
  state text not null check (state in ('planned', 'filed', 'held', 'results_in', 'cancelled')),
  standard text,
  cancel_reason text,
  held_at integer,
  results_in_at integer,
  results_in_by_name text,
  version integer not null default 1,
  created_at integer not null,
  created_by_name text not null
) strict;
create index fitness_test_unit on fitness_test (unit_id, year);
create unique index fitness_test_class on fitness_test (class_id) where class_id is not null and state <> 'cancelled';

-- What was filed with the upper level, and its answer (not a gate).
create table fitness_filing (
  id integer primary key,
  test_id integer not null references fitness_test (id),
  reason text not null,
  planned_on text not null,
  place text not null,
  filed_at integer not null,
  filed_by integer not null,
  filed_by_name text not null,
  answer text check (answer in ('noted', 'objected')),
  answer_text text,
  answered_at integer,
  answered_by_name text,
  check ((answer is null) = (answered_at is null))
) strict;
create index fitness_filing_test on fitness_filing (test_id, id);

-- Somebody on the list of a test, with his unit of then. outcome follows from his figures.
create table fitness_entry (
  id integer primary key,
  test_id integer not null references fitness_test (id),
  person_id integer not null references person (id),
  unit_id integer not null references unit (id),
  staff_no text not null,
  name text not null,
  sex text check (sex in ('male', 'female')),
  state text not null check (state in ('listed', 'absent', 'removed')),
  reason text not null,
  outcome text not null check (outcome in ('none', 'incomplete', 'passed', 'failed', 'unknown')),
  listed_at integer not null,
  listed_by_name text not null
) strict;
create unique index fitness_entry_person on fitness_entry (test_id, person_id);
create index fitness_entry_of on fitness_entry (person_id);
create index fitness_entry_unit on fitness_entry (unit_id);

-- One attempt. value is null for an attempt that was broken off. A correction replaces the row and keeps it.
create table fitness_mark (
  id integer primary key,
  entry_id integer not null references fitness_entry (id),
  item text not null,
  value integer,
  source text not null check (source in ('phone', 'desk', 'import')),
  key text not null,
  measured_at integer not null,
  recorded_at integer not null,
  recorded_by_name text not null,
  replaces integer references fitness_mark (id),
  replaced_at integer,
  replaced_by_name text,
  replace_reason text,
  check ((replaced_at is null) = (replace_reason is null))
) strict;
create unique index fitness_mark_key on fitness_mark (key);
create index fitness_mark_entry on fitness_mark (entry_id, item);

-- Put off or set aside for a year (缓测, 免测). The note may tell of illness: it is shown to who asks and who decides.
create table fitness_waiver (
  id integer primary key,
  person_id integer not null references person (id),
  unit_id integer not null references unit (id),
  staff_no text not null,
  name text not null,
  year integer not null,
  kind text not null check (kind in ('deferral', 'exemption')),
  reason text not null,
  note text not null,
  until_on text,
  state text not null check (state in ('requested', 'approved', 'refused', 'withdrawn')),
  requested_at integer not null,
  requested_by integer not null,
  requested_by_name text not null,
  decided_at integer,
  decided_by_name text,
  decide_note text,
  version integer not null default 1,
  check ((kind = 'deferral') = (until_on is not null))
) strict;
create unique index fitness_waiver_open on fitness_waiver (person_id, year) where state in ('requested', 'approved');
create index fitness_waiver_unit on fitness_waiver (unit_id, year);

-- A sheet that was read, with its rows as JSON.
create table fitness_sheet (
  id integer primary key,
  test_id integer not null references fitness_test (id),
  file_name text not null,
  digest text not null,
  rows text not null,
  created_at integer not null,
  created_by_name text not null,
  committed_at integer
) strict;
create index fitness_sheet_test on fitness_sheet (test_id);
