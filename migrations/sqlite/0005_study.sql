-- Monthly study: tasks, one record per unit and month, its hand-ins, photos, history, make-ups.
create table study_task (
  id integer primary key,
  for_month text not null unique,
  topic text not null,
  guidance text not null,
  issued_at integer not null,
  issued_by integer,
  issued_by_name text not null,
  changed_at integer not null,
  version integer not null default 1
) strict;

create table study_material (
  id integer primary key,
  task_id integer not null references study_task (id),
  hash text not null,
  name text not null,
  mime text not null,
  size integer not null,
  added_at integer not null,
  added_by_name text not null
) strict;
create unique index study_material_once on study_material (task_id, hash);

-- A slot without a row is not_started. reviewer_unit_id is who owes the review of the present
-- hand-in; passed_up says that it went to the city because the district may not decide.
create table study_record (
  id integer primary key,
  unit_id integer not null references unit (id),
  for_month text not null,
  state text not null check (state in ('draft', 'submitted', 'under_review', 'returned', 'confirmed',
    'locked_missed', 'locked_pending', 'rejected_final', 'exempt')),
  version integer not null default 1,
  held_on text,
  start_time text,
  minutes integer,
  place text,
  speaker text,
  topic text,
  content text,
  filmed integer check (filmed in (0, 1)),
  film_place text,
  notes text,
  attended integer not null default 0,
  expected integer not null default 0,
  round integer not null default 0,
  first_submitted_at integer,
  reviewer_unit_id integer references unit (id),
  passed_up integer not null default 0 check (passed_up in (0, 1)),
  held_by integer,
  held_by_name text,
  held_until integer,
  decided_at integer,
  reviewed_late integer check (reviewed_late in (0, 1)),
  created_at integer not null
) strict;
create unique index study_record_slot on study_record (unit_id, for_month);
create index study_record_month on study_record (for_month, state);

-- Attendance as marked, with what the roster of that day said of each person.
create table study_attendance (
  record_id integer not null references study_record (id),
  person_id integer not null references person (id),
  staff_no text not null,
  name text not null,
  post_name text not null,
  away text,
  present integer not null check (present in (0, 1)),
  absence_reason text,
  primary key (record_id, person_id)
) strict;
create index study_attendance_person on study_attendance (person_id, record_id);

create table study_photo (
  id integer primary key,
  record_id integer not null references study_record (id),
  hash text not null references stored_file (hash),
  name text not null,
  added_at integer not null,
  added_by integer,
  added_by_name text not null,
  removed_at integer
) strict;
create unique index study_photo_once on study_photo (record_id, hash) where removed_at is null;
create index study_photo_hash on study_photo (hash);

-- Found when a record is handed in; told to the reviewer on either side.
create table study_look_alike (
  photo_id integer not null references study_photo (id),
  other_photo_id integer not null references study_photo (id),
  kind text not null check (kind in ('same', 'similar')),
  primary key (photo_id, other_photo_id)
) strict;
create index study_look_alike_other on study_look_alike (other_photo_id);

-- Who entered, changed or handed in what: four eyes are kept by this table.
create table study_touch (
  record_id integer not null references study_record (id),
  account_id integer not null,
  reviewer integer not null check (reviewer in (0, 1)),
  primary key (record_id, account_id)
) strict;

-- One row per hand-in with its whole content, and what the reviewer made of it.
create table study_hand_in (
  id integer primary key,
  record_id integer not null references study_record (id),
  seq integer not null,
  round integer not null,
  submitted_at integer not null,
  submitted_by integer,
  submitted_by_name text not null,
  content text not null,
  digest text not null,
  review_due_at integer not null,
  reviewer_unit_id integer not null references unit (id),
  outcome text check (outcome in ('confirmed', 'returned', 'rejected', 'withdrawn')),
  decided_at integer,
  decided_by integer,
  decided_by_name text,
  decided_home_unit_id integer,
  working_days integer,
  reason_code text,
  note text,
  fields text,
  check ((outcome is null) = (decided_at is null))
) strict;
create unique index study_hand_in_seq on study_hand_in (record_id, seq);
create unique index study_hand_in_open on study_hand_in (record_id) where outcome is null;
create index study_hand_in_home on study_hand_in (reviewer_unit_id, decided_home_unit_id, decided_at);

create table study_event (
  id integer primary key,
  record_id integer not null references study_record (id),
  at integer not null,
  by_id integer,
  by_name text not null,
  event text not null,
  round integer not null,
  reason_code text,
  note text
) strict;
create index study_event_record on study_event (record_id, id);
-- A slot is locked once, whoever sweeps.
create unique index study_event_lock on study_event (record_id) where event = 'lock';

-- Months whose slots have all been locked; the row is taken first, so that one sweep does it.
create table study_month_lock (
  for_month text primary key,
  locked_at integer not null,
  swept_at integer not null
) strict;

create table study_makeup (
  id integer primary key,
  district_id integer not null references unit (id),
  for_month text not null,
  held_on text not null,
  minutes integer not null,
  place text not null,
  topic text not null,
  speaker text not null,
  note text not null,
  recorded_at integer not null,
  recorded_by integer,
  recorded_by_name text not null
) strict;
create index study_makeup_month on study_makeup (for_month, district_id);

create table study_makeup_person (
  makeup_id integer not null references study_makeup (id),
  person_id integer not null references person (id),
  staff_no text not null,
  name text not null,
  unit_id integer references unit (id),
  unit_name text not null,
  removed_at integer,
  removed_by_name text,
  remove_reason text,
  primary key (makeup_id, person_id),
  check ((removed_at is null) = (remove_reason is null))
) strict;
