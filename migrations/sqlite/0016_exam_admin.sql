-- What an organiser does around the sitting: sessions, candidates, rooms, papers, conduct, reports, marking,
-- results, circulars, objections, corrections. Instants are UTC microseconds, lengths seconds, marks
-- hundredths, shares thousandths.

-- A session (场次). about names what a class exam, course test or quiz belongs to (class:12). range_rule,
-- blueprint and report are JSON; pass_mark is never set by itself (B-64).
create table exam_session (
  id integer primary key,
  unit_id integer not null references unit (id),
  purpose text not null check (purpose in ('qualification', 'class', 'course', 'quiz', 'contest')),
  exam_type text not null,
  level text,
  year integer not null,
  month integer,
  title text not null,
  about text,
  mode text not null check (mode in ('on_site', 'remote')),
  opens_at integer not null,
  last_start_at integer not null,
  closes_at integer not null,
  duration integer not null check (duration > 0),
  margin integer not null check (margin >= 0),
  review_by integer not null,
  range_rule text not null default '{}',
  before_id integer references exam_session (id),
  pass_mark integer check (pass_mark >= 0),
  pass_set_by_name text,
  state text not null check (state in ('draft', 'reviewing', 'sealed', 'marking', 'published', 'cancelled')),
  blueprint text,
  forms integer,
  seed integer,
  papers text,
  report text,
  published_at integer,
  published_by_name text,
  version integer not null default 1,
  created_by integer,
  created_by_name text not null,
  created_at integer not null,
  check (opens_at <= last_start_at and last_start_at <= closes_at)
) strict;
create index exam_session_time on exam_session (opens_at);
create index exam_session_about on exam_session (about);

-- The sealed exams of a session: number 1 is the session's own, later ones are further attempts of one person.
create table exam_round (
  session_id integer not null references exam_session (id),
  exam_id integer not null references exam (id),
  number integer not null,
  person_id integer references person (id),
  primary key (exam_id)
) strict;
create index exam_round_session on exam_round (session_id);

-- A room of a session; columns are taken as wide as they are, closed is a JSON list of seat numbers.
create table exam_room (
  id integer primary key,
  session_id integer not null references exam_session (id),
  name text not null,
  address text not null,
  seat_rows integer not null check (seat_rows > 0),
  seat_columns integer not null check (seat_columns > 0),
  accessible integer not null check (accessible in (0, 1)),
  closed text not null default '[]'
) strict;
create unique index exam_room_name on exam_room (session_id, name);

-- Who invigilates; room_id none: the whole session (remote). Who marks; chief decides what two and a third
-- marker do not settle.
create table exam_staff (
  id integer primary key,
  session_id integer not null references exam_session (id),
  kind text not null check (kind in ('invigilator', 'marker', 'chief')),
  room_id integer references exam_room (id),
  person_id integer not null references person (id),
  name text not null
) strict;
create index exam_staff_session on exam_staff (session_id, kind);
create index exam_staff_person on exam_staff (person_id);

create table exam_candidate (
  id integer primary key,
  session_id integer not null references exam_session (id),
  person_id integer not null references person (id),
  unit_id integer not null references unit (id),
  district_id integer not null references unit (id),
  staff_no text not null,
  name text not null,
  source text not null,
  state text not null check (state in ('nominated', 'carried_over', 'reviewed', 'registered', 'left_out')),
  reason text,
  decided_by_name text,
  decided_at integer,
  extra integer not null default 0 check (extra >= 0),
  accessible integer not null default 0 check (accessible in (0, 1)),
  note text not null default '',
  room_id integer references exam_room (id),
  seat integer,
  ticket text,
  form integer,
  absence text check (absence in ('leave', 'away')),
  absence_note text,
  excluded text
) strict;
create unique index exam_candidate_person on exam_candidate (session_id, person_id);
create index exam_candidate_district on exam_candidate (session_id, district_id);
create index exam_candidate_of on exam_candidate (person_id);

-- Append-only: what an invigilator noted; a note may be withdrawn, never changed.
create table exam_conduct (
  id integer primary key,
  candidate_id integer not null references exam_candidate (id),
  code text not null,
  note text not null,
  at integer not null,
  by_id integer not null,
  by_name text not null,
  withdrawn_at integer,
  withdrawn_by_name text
) strict;
create index exam_conduct_of on exam_conduct (candidate_id);

-- The district's report of the exam (B-60); the figures are those of its moment.
create table exam_report (
  id integer primary key,
  session_id integer not null references exam_session (id),
  district_id integer not null references unit (id),
  present integer not null,
  absent_leave integer not null,
  absent integer not null,
  incidents text not null,
  at integer not null,
  by_name text not null,
  late integer not null check (late in (0, 1))
) strict;
create unique index exam_report_one on exam_report (session_id, district_id);

-- An answer that somebody has to read: state and marks by domain double_marking, JSON.
create table exam_marking (
  attempt_id integer not null references exam_attempt (id),
  question_id integer not null,
  session_id integer not null references exam_session (id),
  state text not null check (state in ('open', 'once', 'needs_third', 'needs_chief', 'final')),
  marks text not null default '[]',
  last integer,
  version integer not null default 1,
  primary key (attempt_id, question_id)
) strict;
create index exam_marking_state on exam_marking (session_id, state);

-- Append-only: every mark given, decided or taken back.
create table exam_marking_event (
  id integer primary key,
  attempt_id integer not null references exam_attempt (id),
  question_id integer not null,
  event text not null,
  marks integer,
  note text not null,
  at integer not null,
  by_id integer not null,
  by_name text not null
) strict;
create index exam_marking_event_of on exam_marking_event (attempt_id, question_id);

-- Results: the one that stands has no superseded_at, the others are its history. given: JSON list of
-- question, full marks, marks got.
create table exam_result (
  id integer primary key,
  session_id integer not null references exam_session (id),
  candidate_id integer not null references exam_candidate (id),
  attempt_id integer references exam_attempt (id),
  revision integer not null,
  outcome text not null,
  score integer,
  full_marks integer not null,
  pass_mark integer,
  given text not null,
  words text not null,
  reason text not null,
  source text not null check (source in ('sitting', 'paper', 'correction', 'objection', 'exclusion')),
  made_at integer not null,
  made_by_name text not null,
  superseded_at integer
) strict;
create index exam_result_session on exam_result (session_id, superseded_at);
create index exam_result_candidate on exam_result (candidate_id);

-- What a pass posted to the ledger.
create table exam_award (
  id integer primary key,
  candidate_id integer not null references exam_candidate (id),
  source text not null,
  hours integer not null,
  credits integer not null,
  posted_at integer not null,
  reversed_at integer,
  reason text
) strict;
create index exam_award_candidate on exam_award (candidate_id);

-- A sheet of marks of a paper exam that was read; rows with their verdicts, JSON.
create table exam_mark_import (
  id integer primary key,
  session_id integer not null references exam_session (id),
  file_name text not null,
  digest text not null,
  rows text not null,
  state text not null check (state in ('dry_run', 'committed')),
  made_at integer not null,
  made_by_name text not null
) strict;

create table exam_objection (
  id integer primary key,
  session_id integer not null references exam_session (id),
  candidate_id integer not null references exam_candidate (id),
  question_id integer,
  text text not null,
  state text not null check (state in ('open', 'upheld', 'rejected')),
  made_at integer not null,
  answer text,
  decided_by_name text,
  decided_at integer
) strict;
create index exam_objection_session on exam_objection (session_id, state);
create index exam_objection_candidate on exam_objection (candidate_id);

-- A correction of a key: change, approval (who proposed, who approved) and what was shown before, JSON.
create table exam_correction (
  id integer primary key,
  session_id integer not null references exam_session (id),
  question_id integer not null,
  change text not null,
  reason text not null,
  state text not null,
  approval text not null,
  names text not null,
  shown text not null,
  made_at integer not null,
  made_by_name text not null,
  applied_at integer,
  version integer not null default 1
) strict;
create index exam_correction_session on exam_correction (session_id);
