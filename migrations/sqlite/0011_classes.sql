-- Training classes: the year's plan, programme, timetable, enrolment, filing, presence, evaluation,
-- results, closing. Instants are UTC microseconds, days and months text that sorts, hours and credits
-- thousandths, scores thousandths of a point.

-- A bureau's plan of a year (年度培训计划). pack names the rules its closed training is held against.
create table class_plan (
  id integer primary key,
  unit_id integer not null references unit (id),
  year integer not null,
  pack text not null,
  title text not null,
  note text not null,
  version integer not null default 1,
  created_by_name text not null,
  created_at integer not null
) strict;
create unique index class_plan_year on class_plan (unit_id, year);

-- A programme of a plan: what is to be held, for whom, when, by whom. template is the rule key that
-- it was made from (training.special.recording). audience_posts and sections are lists of codes.
create table class_programme (
  id integer primary key,
  plan_id integer not null references class_plan (id),
  seq integer not null,
  kind text not null check (kind in ('closed', 'special', 'induction', 'city', 'joint', 'fitness')),
  template text,
  title text not null,
  audience text not null,
  audience_posts text not null,
  content text not null,
  section text not null,
  for_month text,
  hours integer not null,
  row text,
  clause text,
  removed_at integer
) strict;
create index class_programme_plan on class_programme (plan_id, seq);

-- A class. first_on and last_on follow from its lessons. teacher is the class teacher (班主任).
-- session_id is the row of training_session that its filing entered (B-11).
create table class (
  id integer primary key,
  unit_id integer not null references unit (id),
  year integer not null,
  kind text not null check (kind in ('closed', 'special', 'induction', 'city', 'joint', 'fitness')),
  programme_id integer references class_programme (id),
  batch integer not null default 1 check (batch > 0),
  title text not null,
  audience text not null,
  audience_posts text not null,
  content text not null,
  section text not null,
  form text not null,
  partners text not null,
  reason text not null,
  place text not null,
  teacher_id integer references person (id),
  teacher_name text not null,
  phone text not null,
  capacity integer check (capacity is null or capacity > 0),
  has_exam integer not null check (has_exam in (0, 1)),
  evaluates integer not null check (evaluates in (0, 1)),
  sign_out integer not null check (sign_out in (0, 1)),
  wants_summary integer not null check (wants_summary in (0, 1)),
  summary text,
  pass_score integer,
  state text not null check (state in ('draft', 'filed', 'closing_submitted', 'returned_for_completion',
    'closed', 'cancelled')),
  first_on text,
  last_on text,
  calendar_seq integer not null default 0,
  session_id integer,
  version integer not null default 1,
  created_by integer,
  created_by_name text not null,
  created_at integer not null,
  check ((first_on is null) = (last_on is null))
) strict;
create index class_year on class (year, unit_id);
create index class_days on class (first_on, last_on);

create table class_course (
  id integer primary key,
  class_id integer not null references class (id),
  seq integer not null,
  title text not null,
  subject text not null check (subject in ('teaching', 'fitness', 'drill_review', 'exam', 'other')),
  topic text,
  hours integer not null check (hours >= 0),
  credits integer not null check (credits >= 0),
  removed_at integer
) strict;
create index class_course_class on class_course (class_id, seq);

-- secret makes the rotating code; uid is the stable name in calendars. instructor_id and place_id are
-- rows of the registers of instructors and places; the names stand as they were told. lat_micro and
-- lon_micro are millionths of a degree, where the room's place is known.
create table class_lesson (
  id integer primary key,
  class_id integer not null references class (id),
  course_id integer not null references class_course (id),
  starts_at integer not null,
  ends_at integer not null,
  instructor_id integer,
  instructor text not null,
  place_id integer,
  place text not null,
  lat_micro integer,
  lon_micro integer,
  secret blob not null,
  uid text not null unique,
  removed_at integer,
  check (ends_at > starts_at),
  check ((lat_micro is null) = (lon_micro is null))
) strict;
create index class_lesson_class on class_lesson (class_id, starts_at);
create index class_lesson_time on class_lesson (starts_at);

-- Seats per unit of a class.
create table class_quota (
  class_id integer not null references class (id),
  unit_id integer not null references unit (id),
  seats integer not null check (seats >= 0),
  primary key (class_id, unit_id)
) strict;

-- People from outside the bureau (B-85).
create table class_outsider (
  id integer primary key,
  unit_id integer not null references unit (id),
  name text not null,
  organisation text not null,
  title text not null,
  phone text not null,
  created_at integer not null
) strict;
create index class_outsider_unit on class_outsider (unit_id, name);

-- Somebody on a class's list: a person of the roster or an outsider. unit_id is his unit when he came
-- on the list; moved_to is the class he went to.
create table class_trainee (
  id integer primary key,
  class_id integer not null references class (id),
  person_id integer references person (id),
  outsider_id integer references class_outsider (id),
  staff_no text not null,
  name text not null,
  unit_id integer not null references unit (id),
  unit_name text not null,
  source text not null check (source in ('rule', 'nominated', 'added', 'moved')),
  seat text not null check (seat in ('enrolled', 'waiting', 'leave_asked', 'on_leave', 'withdrawn', 'moved')),
  moved_to integer references class (id),
  reason text not null,
  remark text not null,
  version integer not null default 1,
  listed_at integer not null,
  listed_by integer,
  listed_by_name text not null,
  check ((person_id is null) <> (outsider_id is null))
) strict;
create unique index class_trainee_person on class_trainee (class_id, person_id)
  where person_id is not null and seat not in ('withdrawn', 'moved');
create unique index class_trainee_outsider on class_trainee (class_id, outsider_id)
  where outsider_id is not null and seat not in ('withdrawn', 'moved');
create index class_trainee_of on class_trainee (person_id, class_id);
create index class_trainee_class on class_trainee (class_id, seat);

-- One row per filing: the first and each change told afterwards. due_on is the last day of the seven
-- working days before (B-26); answer is what the upper level says of it, which is no gate.
create table class_filing (
  id integer primary key,
  class_id integer not null references class (id),
  seq integer not null,
  what text not null check (what in ('filed', 'changed', 'cancelled')),
  filed_at integer not null,
  filed_by integer,
  filed_by_name text not null,
  first_on text not null,
  due_on text,
  late integer check (late in (0, 1)),
  content text not null,
  digest text not null,
  to_unit_id integer references unit (id),
  answer text check (answer in ('noted', 'commented', 'returned')),
  answer_text text,
  answered_at integer,
  answered_by_name text,
  check ((answer is null) = (answered_at is null))
) strict;
create unique index class_filing_seq on class_filing (class_id, seq);
create index class_filing_to on class_filing (to_unit_id, answer);

create table class_event (
  id integer primary key,
  class_id integer not null references class (id),
  at integer not null,
  by_id integer,
  by_name text not null,
  event text not null,
  note text
) strict;
create index class_event_class on class_event (class_id, id);

-- A phone that signs scans. key is its secret, told once to the page that asked; account_id is whose
-- page that was.
create table class_device (
  id integer primary key,
  account_id integer not null,
  key blob not null,
  label text not null,
  made_at integer not null
) strict;
create index class_device_account on class_device (account_id);

-- A check in the middle of a lesson: asked by the teacher, open until then.
create table class_check (
  id integer primary key,
  lesson_id integer not null references class_lesson (id),
  opened_at integer not null,
  until_at integer not null,
  opened_by_name text not null
) strict;
create index class_check_lesson on class_check (lesson_id, opened_at);

-- A scan or an entry by the teacher. at is the instant that counts; received_at when it arrived. A
-- doubtful one counts until the teacher decides: decided says kept or struck.
create table class_scan (
  id integer primary key,
  lesson_id integer not null references class_lesson (id),
  trainee_id integer not null references class_trainee (id),
  kind text not null check (kind in ('in', 'mid', 'out')),
  check_id integer references class_check (id),
  method text not null check (method in ('link', 'typed', 'later', 'teacher')),
  at integer not null,
  received_at integer not null,
  code_window integer,
  signature text,
  device_id integer references class_device (id),
  account_id integer,
  network text not null,
  metres integer,
  score integer not null,
  signals text not null,
  reason text not null,
  photo_hash text references stored_file (hash),
  by_name text not null,
  decided text check (decided in ('kept', 'struck')),
  decided_at integer,
  decided_by_name text,
  check ((decided is null) = (decided_at is null))
) strict;
create unique index class_scan_once on class_scan (lesson_id, trainee_id, kind, check_id)
  where check_id is not null and (decided is null or decided = 'kept');
create unique index class_scan_first on class_scan (lesson_id, trainee_id, kind)
  where check_id is null and (decided is null or decided = 'kept');
create unique index class_scan_signature on class_scan (device_id, signature)
  where signature is not null;
create index class_scan_device on class_scan (device_id, at);
create index class_scan_account on class_scan (account_id, at);

-- A code that was not of the lesson, by account: too many in a short time are not looked at.
create table class_wrong_code (
  id integer primary key,
  account_id integer not null,
  at integer not null
) strict;
create index class_wrong_code_account on class_wrong_code (account_id, at);

-- Leave from a class, for some lessons or all.
create table class_leave (
  id integer primary key,
  trainee_id integer not null references class_trainee (id),
  from_at integer not null,
  until_at integer not null,
  reason text not null,
  state text not null check (state in ('asked', 'granted', 'refused')),
  asked_at integer not null,
  asked_by_name text not null,
  decided_at integer,
  decided_by_name text,
  decide_note text,
  check (until_at > from_at)
) strict;
create index class_leave_trainee on class_leave (trainee_id, from_at);

-- Answers are stored without a name; who has answered is kept apart, without the time.
create table class_evaluation (
  id integer primary key,
  class_id integer not null references class (id),
  course_id integer references class_course (id),
  scores text not null,
  text text not null,
  for_day text not null
) strict;
create index class_evaluation_class on class_evaluation (class_id, course_id);

create table class_evaluated (
  trainee_id integer not null references class_trainee (id),
  course_id integer not null,
  primary key (trainee_id, course_id)
) strict;

-- The on-site evaluation by a third party (B-30).
create table class_outside_evaluation (
  id integer primary key,
  class_id integer not null references class (id),
  evaluator text not null,
  held_on text not null,
  score integer not null check (score between 0 and 100000),
  text text not null,
  entered_by_name text not null,
  entered_at integer not null
) strict;
create index class_outside_evaluation_class on class_outside_evaluation (class_id);

-- The exam of a class: one standing result per trainee; a correction supersedes.
create table class_result (
  id integer primary key,
  trainee_id integer not null references class_trainee (id),
  score integer check (score is null or score between 0 and 1000000),
  passed integer not null check (passed in (0, 1)),
  absent integer not null check (absent in (0, 1)),
  note text not null,
  source text not null check (source in ('typed', 'imported', 'exam')),
  entered_by integer,
  entered_by_name text not null,
  entered_at integer not null,
  superseded_at integer
) strict;
create unique index class_result_standing on class_result (trainee_id) where superseded_at is null;

-- A sheet of results: rows with their verdicts, read once and committed once.
create table class_result_import (
  id integer primary key,
  class_id integer not null references class (id),
  file_name text not null,
  digest text not null,
  rows text not null,
  state text not null check (state in ('dry_run', 'committed')),
  made_at integer not null,
  made_by_name text not null
) strict;
create index class_result_import_class on class_result_import (class_id);

-- Pictures and papers of the closing (B-28). subject says what a photo shows.
create table class_material (
  id integer primary key,
  class_id integer not null references class (id),
  kind text not null check (kind in ('photo', 'sign_sheet', 'results', 'other')),
  subject text check (subject in ('teaching', 'fitness', 'drill_review')),
  hash text not null references stored_file (hash),
  look integer,
  mime text not null,
  name text not null,
  size integer not null,
  taken_at text,
  hints text not null,
  added_at integer not null,
  added_by_name text not null,
  removed_at integer
) strict;
create index class_material_class on class_material (class_id, kind);
create index class_material_hash on class_material (hash);

-- One row per hand-in of the closing materials.
create table class_closing (
  id integer primary key,
  class_id integer not null references class (id),
  seq integer not null,
  submitted_at integer not null,
  submitted_by integer,
  submitted_by_name text not null,
  due_on text,
  late integer check (late in (0, 1)),
  checklist text not null,
  outcome text check (outcome in ('closed', 'returned')),
  decided_at integer,
  decided_by integer,
  decided_by_name text,
  note text,
  check ((outcome is null) = (decided_at is null))
) strict;
create unique index class_closing_seq on class_closing (class_id, seq);

-- What was posted to the ledger for whom; a correction reverses and posts anew.
create table class_award (
  id integer primary key,
  trainee_id integer not null references class_trainee (id),
  course_id integer not null references class_course (id),
  source text not null,
  happened_on text not null,
  hours integer not null,
  credits integer not null,
  posted_at integer not null,
  reversed_at integer,
  reason text
) strict;
create unique index class_award_standing on class_award (trainee_id, course_id) where reversed_at is null;
