-- What leaves a class on paper and to phones: certificates, calendar feeds; and what somebody has seen of it.

-- The installation's own key for codes of certificates and calendar feeds.
create table class_key (
  id integer primary key,
  secret blob not null,
  made_at integer not null
) strict;

-- A certificate says what was true when it was issued; one that no longer holds is revoked and stays.
create table class_certificate (
  id integer primary key,
  class_id integer not null references class (id),
  trainee_id integer not null references class_trainee (id),
  number text not null unique,
  name text not null,
  class_title text not null,
  issuer text not null,
  first_on text not null,
  last_on text not null,
  hours integer not null,
  credits integer not null,
  issued_on text not null,
  issued_at integer not null,
  issued_by_name text not null,
  revoked_at integer,
  revoke_reason text not null default ''
) strict;
create unique index class_certificate_standing on class_certificate (trainee_id) where revoked_at is null;
create index class_certificate_class on class_certificate (class_id, id);

-- A person's calendar feed. Its address is signed over id and generation; renewing counts up, and the
-- address before is good no more.
create table class_calendar (
  id integer primary key,
  person_id integer not null unique references person (id),
  generation integer not null default 1,
  made_at integer not null
) strict;

-- The last change of a class's timetable that a trainee has seen.
create table class_read (
  class_id integer not null references class (id),
  person_id integer not null references person (id),
  calendar_seq integer not null,
  primary key (class_id, person_id)
) strict;

-- Groups of people that an audience names and no post does: 党务人员, 年轻干部, 平台管理人员.
create table class_group (
  id integer primary key,
  unit_id integer not null references unit (id),
  word text not null,
  saved_at integer not null,
  saved_by_name text not null,
  unique (unit_id, word)
) strict;
create table class_group_person (
  group_id integer not null references class_group (id),
  person_id integer not null references person (id),
  primary key (group_id, person_id)
) strict;

-- Classes kept as samples of their year (B-91).
create table class_sample (
  id integer primary key,
  class_id integer not null references class (id),
  reason text not null,
  marked_at integer not null,
  marked_by_name text not null,
  removed_at integer
) strict;
create unique index class_sample_standing on class_sample (class_id) where removed_at is null;
