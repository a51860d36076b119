-- Exams as sat: sealed forms, candidates, attempts, answers. Instants are UTC microseconds, lengths
-- seconds, marks hundredths.

-- unit_id holds it. seed and order_version make every candidate's order again. margin is for how long
-- after the end an answer on its way is taken.
create table exam (
  id integer primary key,
  unit_id integer not null references unit (id),
  purpose text not null check (purpose in ('qualification', 'class', 'course', 'quiz', 'contest')),
  title text not null,
  opens_at integer not null,
  last_start_at integer not null,
  closes_at integer not null,
  duration integer not null check (duration > 0),
  margin integer not null check (margin >= 0),
  seed integer not null,
  order_version text not null,
  state text not null check (state in ('draft', 'sealed', 'cancelled')),
  version integer not null default 1,
  created_by integer,
  created_by_name text not null,
  created_at integer not null,
  check (opens_at <= last_start_at and last_start_at <= closes_at)
) strict;
create index exam_time on exam (opens_at);

-- A form as sealed: questions with their keys, JSON; digest is its SHA-256.
create table exam_form (
  id integer primary key,
  exam_id integer not null references exam (id),
  number integer not null,
  content text not null,
  digest text not null
) strict;
create unique index exam_form_number on exam_form (exam_id, number);

-- A candidate with his attempt, made when the exam is sealed, so that starting is one small update.
-- device counts take-overs, since is the sequence when the present device came in, pauses a JSON list.
create table exam_attempt (
  id integer primary key,
  exam_id integer not null references exam (id),
  form_id integer not null references exam_form (id),
  person_id integer not null references person (id),
  unit_id integer not null references unit (id),
  staff_no text not null,
  name text not null,
  extra integer not null default 0 check (extra >= 0),
  state text not null default 'not_started'
    check (state in ('not_started', 'running', 'handed_in', 'collected', 'void')),
  started_at integer,
  ended_at integer,
  device integer not null default 0,
  since integer not null default 0,
  pauses text not null default '[]'
) strict;
create unique index exam_attempt_person on exam_attempt (exam_id, person_id);
create index exam_attempt_of on exam_attempt (person_id);

-- Append-only: every change of an answer, in the order of its attempt. link is the receipt. client_at
-- is what the candidate's clock said.
create table exam_answer (
  attempt_id integer not null references exam_attempt (id),
  sequence integer not null check (sequence > 0),
  question_id integer not null,
  answer text not null,
  device integer not null,
  client_at integer,
  at integer not null,
  late integer not null check (late in (0, 1)),
  link blob not null,
  primary key (attempt_id, sequence)
) strict;

-- Take-overs, pauses, annulments and other acts of a sitting.
create table exam_attempt_event (
  id integer primary key,
  attempt_id integer not null references exam_attempt (id),
  at integer not null,
  by_name text not null,
  event text not null,
  note text
) strict;
create index exam_attempt_event_of on exam_attempt_event (attempt_id, id);
