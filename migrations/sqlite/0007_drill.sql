-- Drill: one record per squad and half-month, its sessions with attendance and film, hand-ins,
-- review notes, exemptions, instructors, drill reviews (会操).

-- A slot without a row is not_started. half is 1 or 2. reviewer_unit_id is who owes the review of
-- the present hand-in; passed_up says that it went to the city because the bureau may not decide.
-- first_counted_at is the instant that is held against the due date: of the first hand-in, or of
-- its latest upload's start where the rules count that.
create table drill_record (
  id integer primary key,
  unit_id integer not null references unit (id),
  for_month text not null,
  half integer not null check (half in (1, 2)),
  state text not null check (state in ('draft', 'submitted', 'under_review', 'returned', 'confirmed',
    'locked_missed', 'locked_pending', 'rejected_final', 'exempt')),
  version integer not null default 1,
  round integer not null default 0,
  first_submitted_at integer,
  first_counted_at integer,
  reviewer_unit_id integer references unit (id),
  passed_up integer not null default 0 check (passed_up in (0, 1)),
  held_by integer,
  held_by_name text,
  held_until integer,
  decided_at integer,
  reviewed_late integer check (reviewed_late in (0, 1)),
  created_at integer not null
) strict;
create unique index drill_record_slot on drill_record (unit_id, for_month, half);
create index drill_record_month on drill_record (for_month, state);

-- A session that was taken off a record stays for what earlier hand-ins showed.
create table drill_session (
  id integer primary key,
  record_id integer not null references drill_record (id),
  held_on text,
  start_time text,
  minutes integer,
  place text,
  instructor text,
  subjects text,
  rest_times integer,
  rest_minutes integer,
  notes text,
  created_at integer not null,
  removed_at integer
) strict;
create index drill_session_record on drill_session (record_id, id);

-- Attendance as marked, with what roster and register of that day said of each person.
create table drill_attendance (
  session_id integer not null references drill_session (id),
  person_id integer not null references person (id),
  staff_no text not null,
  name text not null,
  post_name text not null,
  away text,
  exempt text,
  present integer not null check (present in (0, 1)),
  absence_reason text,
  primary key (session_id, person_id)
) strict;
create index drill_attendance_person on drill_attendance (person_id, session_id);

-- One film a session; a replaced one stays for what earlier hand-ins showed. upload_id and hash are
-- those of the accepted upload. check_state is written by the background check (预审).
create table drill_film (
  id integer primary key,
  session_id integer not null references drill_session (id),
  upload_id text not null,
  hash text not null,
  name text not null,
  size integer not null,
  upload_started_at integer not null,
  upload_finished_at integer not null,
  added_at integer not null,
  added_by integer,
  added_by_name text not null,
  removed_at integer,
  check_state text not null default 'waiting'
    check (check_state in ('waiting', 'running', 'done', 'unavailable', 'unverified')),
  check_note text,
  check_tries integer not null default 0,
  checked_at integer,
  duration_ms integer,
  captured_at text
) strict;
create unique index drill_film_one on drill_film (session_id) where removed_at is null;
create index drill_film_hash on drill_film (hash);
create index drill_film_check on drill_film (check_state, id);

-- What the check found, each with its place in the film and a plain sentence.
create table drill_mark (
  id integer primary key,
  film_id integer not null references drill_film (id),
  at_ms integer not null,
  until_ms integer,
  kind text not null,
  severity text not null check (severity in ('info', 'check', 'strong')),
  text text not null,
  thumb_hash text
) strict;
create index drill_mark_film on drill_mark (film_id, at_ms);

-- Who entered, changed or handed in what: four eyes are kept by this table.
create table drill_touch (
  record_id integer not null references drill_record (id),
  account_id integer not null,
  reviewer integer not null check (reviewer in (0, 1)),
  primary key (record_id, account_id)
) strict;

-- One row per hand-in with its whole content, and what the reviewer made of it. A review is late
-- from review_late_at on: its due day and the grace of the rules.
create table drill_hand_in (
  id integer primary key,
  record_id integer not null references drill_record (id),
  seq integer not null,
  round integer not null,
  submitted_at integer not null,
  submitted_by integer,
  submitted_by_name text not null,
  content text not null,
  digest text not null,
  review_due_at integer not null,
  review_late_at integer not null,
  reviewer_unit_id integer not null references unit (id),
  outcome text check (outcome in ('confirmed', 'returned', 'rejected', 'withdrawn')),
  decided_at integer,
  decided_by integer,
  decided_by_name text,
  decided_home_unit_id integer,
  working_days integer,
  reason_code text,
  note text,
  checks text,
  check ((outcome is null) = (decided_at is null))
) strict;
create unique index drill_hand_in_seq on drill_hand_in (record_id, seq);
create unique index drill_hand_in_open on drill_hand_in (record_id) where outcome is null;

-- A reviewer's note, at a moment of a session's film if at_ms is given.
create table drill_note (
  id integer primary key,
  record_id integer not null references drill_record (id),
  session_id integer references drill_session (id),
  round integer not null,
  at_ms integer,
  text text not null,
  written_at integer not null,
  written_by integer,
  written_by_name text not null
) strict;
create index drill_note_record on drill_note (record_id, round, id);

create table drill_event (
  id integer primary key,
  record_id integer not null references drill_record (id),
  at integer not null,
  by_id integer,
  by_name text not null,
  event text not null,
  round integer not null,
  reason_code text,
  note text
) strict;
create index drill_event_record on drill_event (record_id, id);
-- A slot is locked once, whoever sweeps.
create unique index drill_event_lock on drill_event (record_id) where event = 'lock';

-- Months whose slots have all been locked; the row is taken first, so that one sweep does it.
create table drill_month_lock (
  for_month text primary key,
  locked_at integer not null,
  swept_at integer not null
) strict;

create table drill_exemption (
  id integer primary key,
  unit_id integer not null references unit (id),
  person_id integer not null references person (id),
  staff_no text not null,
  name text not null,
  kind text not null,
  from_on text not null,
  to_on text not null,
  note text not null,
  state text not null check (state in ('requested', 'approved', 'refused', 'withdrawn')),
  version integer not null default 1,
  reviewer_unit_id integer not null references unit (id),
  requested_at integer not null,
  requested_by integer,
  requested_by_name text not null,
  decided_at integer,
  decided_by integer,
  decided_by_name text,
  decide_note text,
  check (from_on <= to_on)
) strict;
create index drill_exemption_unit on drill_exemption (unit_id, state);
create index drill_exemption_person on drill_exemption (person_id, from_on, to_on);

create table drill_instructor (
  id integer primary key,
  district_id integer not null references unit (id),
  person_id integer not null references person (id),
  staff_no text not null,
  name text not null,
  from_on text not null,
  to_on text,
  note text not null,
  recorded_at integer not null,
  recorded_by integer,
  recorded_by_name text not null
) strict;
create unique index drill_instructor_once on drill_instructor (district_id, person_id, from_on);

create table drill_contest (
  id integer primary key,
  level text not null check (level in ('district', 'city')),
  unit_id integer not null references unit (id),
  title text not null,
  held_on text not null,
  place text not null,
  judges text not null,
  note text not null,
  version integer not null default 1,
  recorded_at integer not null,
  recorded_by integer,
  recorded_by_name text not null,
  removed_at integer
) strict;
create index drill_contest_unit on drill_contest (unit_id, held_on);

-- score in thousandths; the rank is computed from it.
create table drill_contest_team (
  contest_id integer not null references drill_contest (id),
  unit_id integer not null references unit (id),
  unit_name text not null,
  score integer,
  award text not null,
  primary key (contest_id, unit_id)
) strict;

create table drill_contest_photo (
  id integer primary key,
  contest_id integer not null references drill_contest (id),
  hash text not null references stored_file (hash),
  name text not null,
  added_at integer not null,
  added_by_name text not null,
  removed_at integer
) strict;
create unique index drill_contest_photo_once on drill_contest_photo (contest_id, hash) where removed_at is null;
