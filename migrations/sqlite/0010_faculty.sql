-- People and places that teach, their courseware, and what they are booked for.
-- Several values that are never searched one by one stand in one text, divided by line feeds; scores and
-- ratings are hundredths.
create table faculty_instructor (
  id integer primary key,
  kind text not null check (kind in ('city', 'district', 'part_time', 'practice', 'office_head', 'external', 'drill')),
  level text not null check (level in ('city', 'district')),
  unit_id integer not null references unit (id),
  nominated_unit_id integer not null references unit (id),
  person_id integer references person (id),
  home_unit_id integer references unit (id),
  staff_no text not null default '',
  name text not null,
  organisation text not null default '',
  title text not null default '',
  contact text not null default '',
  fields text not null default '',
  intro text not null default '',
  reason text not null default '',
  micro_video_id integer,
  state text not null check (state in ('nominated', 'tried', 'appointed', 'refused', 'withdrawn', 'released')),
  appointed_on text,
  term_from text,
  term_until text,
  ended_on text,
  end_reason text not null default '',
  recorded_at integer not null,
  recorded_by integer not null,
  recorded_by_name text not null,
  version integer not null default 1,
  check ((kind = 'external') = (person_id is null))
) strict;
create index faculty_instructor_unit on faculty_instructor (unit_id, state);
create index faculty_instructor_person on faculty_instructor (person_id);

create table faculty_instructor_event (
  id integer primary key,
  instructor_id integer not null references faculty_instructor (id),
  at integer not null,
  by_id integer not null,
  by_name text not null,
  event text not null,
  note text not null default ''
) strict;
create index faculty_instructor_event_of on faculty_instructor_event (instructor_id, at);

create table faculty_trial (
  id integer primary key,
  instructor_id integer not null references faculty_instructor (id),
  held_on text not null,
  topic text not null,
  score integer not null check (score between 0 and 10000),
  conditions text not null,
  passed integer not null check (passed in (0, 1)),
  note text not null default '',
  recorded_at integer not null,
  recorded_by integer not null,
  recorded_by_name text not null
) strict;
create index faculty_trial_of on faculty_trial (instructor_id, held_on);
create table faculty_trial_score (
  id integer primary key,
  trial_id integer not null references faculty_trial (id),
  judge text not null,
  score integer not null check (score between 0 and 10000),
  unique (trial_id, judge)
) strict;

-- What was taught, told by the capabilities in which it happened; one row for each owner and instructor.
create table faculty_taught (
  id integer primary key,
  instructor_id integer not null references faculty_instructor (id),
  owner text not null,
  held_on text not null,
  minutes integer not null check (minutes > 0),
  topic text not null,
  courseware_id integer,
  rating integer check (rating between 0 and 10000),
  ratings integer not null default 0 check (ratings >= 0),
  noted_at integer not null,
  unique (owner, instructor_id)
) strict;
create index faculty_taught_of on faculty_taught (instructor_id, held_on);
create index faculty_taught_courseware on faculty_taught (courseware_id);

create table faculty_year (
  id integer primary key,
  instructor_id integer not null references faculty_instructor (id),
  year integer not null,
  minutes integer not null,
  rating integer,
  ratings integer not null,
  result text not null check (result in ('excellent', 'qualified', 'unqualified')),
  note text not null default '',
  recorded_at integer not null,
  recorded_by integer not null,
  recorded_by_name text not null,
  unique (instructor_id, year)
) strict;

create table faculty_studio (
  id integer primary key,
  unit_id integer not null references unit (id),
  name text not null,
  lead_id integer not null references faculty_instructor (id),
  goals text not null default '',
  opened_on text not null,
  closed_on text,
  version integer not null default 1
) strict;
create table faculty_studio_member (
  id integer primary key,
  studio_id integer not null references faculty_studio (id),
  instructor_id integer not null references faculty_instructor (id),
  unique (studio_id, instructor_id)
) strict;

create table faculty_mentorship (
  id integer primary key,
  unit_id integer not null references unit (id),
  mentor_id integer not null references faculty_instructor (id),
  apprentice_id integer not null references person (id),
  apprentice_name text not null,
  apprentice_staff_no text not null,
  goals text not null,
  from_on text not null,
  until_on text not null,
  ended_on text,
  outcome text not null default ''
) strict;

create table faculty_invitation (
  id integer primary key,
  unit_id integer not null references unit (id),
  instructor_id integer not null references faculty_instructor (id),
  starts_at integer not null,
  ends_at integer not null,
  topic text not null,
  place text not null,
  note text not null default '',
  state text not null check (state in ('waiting', 'accepted', 'declined', 'withdrawn')),
  answer text not null default '',
  answered_at integer,
  asked_at integer not null,
  asked_by integer not null,
  asked_by_name text not null,
  check (ends_at > starts_at)
) strict;
create index faculty_invitation_of on faculty_invitation (instructor_id, state);
create index faculty_invitation_unit on faculty_invitation (unit_id, state);

create table faculty_place (
  id integer primary key,
  kind text not null check (kind in ('base', 'room', 'smart_classroom')),
  unit_id integer not null references unit (id),
  base_id integer references faculty_place (id),
  name text not null,
  address text not null default '',
  capacity integer not null check (capacity > 0),
  contact text not null default '',
  features text not null default '',
  course_id integer,
  state text not null check (state in ('planned', 'applied', 'in_use', 'withdrawn')),
  in_use_from text,
  recheck_due text,
  withdrawn_on text,
  withdraw_reason text not null default '',
  grade_asked text check (grade_asked in ('basic', 'intermediate', 'advanced')),
  grade text check (grade in ('basic', 'intermediate', 'advanced')),
  grade_on text,
  answers text not null default '',
  recorded_at integer not null,
  recorded_by integer not null,
  recorded_by_name text not null,
  version integer not null default 1
) strict;
create index faculty_place_unit on faculty_place (unit_id, kind);

create table faculty_place_check (
  id integer primary key,
  place_id integer not null references faculty_place (id),
  kind text not null check (kind in ('create', 'recheck', 'grade')),
  held_on text not null,
  score integer check (score between 0 and 10000),
  judges text not null default '',
  passed integer not null check (passed in (0, 1)),
  note text not null default '',
  recorded_at integer not null,
  recorded_by integer not null,
  recorded_by_name text not null
) strict;
create index faculty_place_check_of on faculty_place_check (place_id, held_on);

create table faculty_group (
  id integer primary key,
  unit_id integer not null references unit (id),
  name text not null,
  goals text not null default '',
  opened_on text not null,
  closed_on text,
  version integer not null default 1
) strict;
create table faculty_group_member (
  id integer primary key,
  group_id integer not null references faculty_group (id),
  instructor_id integer not null references faculty_instructor (id),
  duty text not null default '',
  unique (group_id, instructor_id)
) strict;

create table faculty_call (
  id integer primary key,
  unit_id integer not null references unit (id),
  title text not null,
  kind text not null,
  asks text not null,
  closes_on text not null,
  state text not null check (state in ('open', 'ended')),
  opened_at integer not null,
  opened_by integer not null,
  opened_by_name text not null,
  version integer not null default 1
) strict;
create table faculty_submission (
  id integer primary key,
  call_id integer not null references faculty_call (id),
  unit_id integer not null references unit (id),
  person_id integer not null references person (id),
  person_name text not null,
  title text not null,
  summary text not null,
  link text not null default '',
  state text not null check (state in ('sent', 'selected', 'refused')),
  decision text not null default '',
  courseware_id integer,
  sent_at integer not null
) strict;
create index faculty_submission_call on faculty_submission (call_id);
create table faculty_submission_score (
  id integer primary key,
  submission_id integer not null references faculty_submission (id),
  account_id integer not null,
  judge text not null,
  score integer not null check (score between 0 and 10000),
  note text not null default '',
  at integer not null,
  unique (submission_id, account_id)
) strict;

create table faculty_courseware (
  id integer primary key,
  series_id integer not null,
  number integer not null check (number > 0),
  unit_id integer not null references unit (id),
  kind text not null check (kind in ('video', 'micro_video', 'micro_handbook', 'micro_class', 'textbook', 'typical_case', 'smart_recording')),
  title text not null,
  field text not null,
  summary text not null default '',
  blocks text not null default '',
  author text not null default '',
  instructor_id integer references faculty_instructor (id),
  group_id integer references faculty_group (id),
  submission_id integer references faculty_submission (id),
  minutes integer check (minutes > 0),
  link text not null default '',
  upload_id integer,
  file_hash text,
  file_name text,
  file_size integer,
  file_mime text,
  state text not null check (state in ('draft', 'in_use', 'superseded', 'withdrawn')),
  in_use_from text,
  ended_on text,
  end_reason text not null default '',
  recorded_at integer not null,
  recorded_by integer not null,
  recorded_by_name text not null,
  version integer not null default 1,
  unique (series_id, number)
) strict;
create index faculty_courseware_unit on faculty_courseware (unit_id, state);
create unique index faculty_courseware_in_use on faculty_courseware (series_id) where state = 'in_use';
create table faculty_courseware_law (
  id integer primary key,
  courseware_id integer not null references faculty_courseware (id),
  law text not null,
  article text not null,
  edition text not null default ''
) strict;
create index faculty_courseware_law_of on faculty_courseware_law (courseware_id);

create table faculty_case (
  id integer primary key,
  unit_id integer not null references unit (id),
  instructor_id integer not null references faculty_instructor (id),
  handed_on text not null,
  case_no text not null,
  title text not null,
  field text not null,
  summary text not null,
  courseware_id integer references faculty_courseware (id),
  used_on text,
  recorded_at integer not null,
  recorded_by integer not null,
  recorded_by_name text not null,
  unique (unit_id, case_no, instructor_id)
) strict;
create index faculty_case_of on faculty_case (instructor_id, handed_on);

create table faculty_sample (
  id integer primary key,
  year integer not null,
  unit_id integer not null references unit (id),
  subject text not null check (subject in ('courseware', 'base', 'instructor', 'studio', 'group', 'case')),
  subject_id integer not null,
  title text not null,
  note text not null,
  recorded_at integer not null,
  recorded_by integer not null,
  recorded_by_name text not null,
  unique (year, subject, subject_id)
) strict;

-- Half-open spans: a booking until ten leaves ten o'clock free.
create table faculty_booking (
  id integer primary key,
  owner text not null,
  instructor_id integer references faculty_instructor (id),
  place_id integer references faculty_place (id),
  from_at integer not null,
  until_at integer not null,
  title text not null,
  unit_id integer not null references unit (id),
  check (until_at > from_at),
  check ((instructor_id is null) <> (place_id is null))
) strict;
create index faculty_booking_owner on faculty_booking (owner);
create index faculty_booking_instructor on faculty_booking (instructor_id, from_at);
create index faculty_booking_place on faculty_booking (place_id, from_at);
