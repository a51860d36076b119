-- Topic requests with votes (缺什么补什么), and the plan of several years above the yearly ones.

-- What a squad or an instructor asks to be taught. bureau_id decides. An adopted one stands in a programme of a
-- plan or in a course of a class; a merged one names the request that goes on for it. field is a code of the
-- fields of law. seen_at is when the asker has seen the answer.
create table class_request (
  id integer primary key,
  unit_id integer not null references unit (id),
  bureau_id integer not null references unit (id),
  year integer not null,
  source text not null check (source in ('squad', 'instructor')),
  field text,
  topic text not null,
  reason text not null,
  state text not null check (state in ('open', 'adopted', 'declined', 'merged', 'withdrawn')),
  asked_by integer not null,
  asked_by_name text not null,
  asked_at integer not null,
  programme_id integer references class_programme (id),
  course_id integer references class_course (id),
  merged_into integer references class_request (id),
  decided_at integer,
  decided_by_name text,
  decide_note text,
  seen_at integer,
  version integer not null default 1,
  check (programme_id is null or course_id is null),
  check ((state = 'adopted') = (programme_id is not null or course_id is not null)),
  check ((state = 'merged') = (merged_into is not null)),
  check ((state = 'open') = (decided_at is null))
) strict;
create index class_request_bureau on class_request (bureau_id, year);
create index class_request_asker on class_request (asked_by, state);
create index class_request_merged on class_request (merged_into);
-- The same topic is open once: others second it.
create unique index class_request_topic on class_request (bureau_id, year, topic) where state = 'open';

-- One voice for each account.
create table class_request_vote (
  id integer primary key,
  request_id integer not null references class_request (id),
  account_id integer not null,
  unit_name text not null,
  voted_at integer not null
) strict;
create unique index class_request_vote_once on class_request_vote (request_id, account_id);

-- A plan of several years.
create table class_outlook (
  id integer primary key,
  unit_id integer not null references unit (id),
  from_year integer not null,
  to_year integer not null,
  title text not null,
  note text not null,
  version integer not null default 1,
  created_by_name text not null,
  created_at integer not null,
  check (to_year >= from_year)
) strict;
create unique index class_outlook_from on class_outlook (unit_id, from_year);

-- What is to be reached in one of its years. measure says what is counted; kind narrows classes down.
create table class_outlook_target (
  id integer primary key,
  outlook_id integer not null references class_outlook (id),
  year integer not null,
  measure text not null check (measure in ('classes', 'trained', 'hours', 'drill_reviews', 'bases_in_use',
    'new_bases', 'videos', 'instructors', 'practice', 'city_instructors', 'studios', 'groups', 'courses',
    'crowd_videos', 'textbooks')),
  kind text check (kind in ('closed', 'special', 'induction', 'city', 'joint', 'fitness')),
  goal integer not null check (goal > 0),
  check (kind is null or measure in ('classes', 'trained', 'hours'))
) strict;
create unique index class_outlook_target_once
  on class_outlook_target (outlook_id, year, measure, coalesce(kind, ''));

-- Leaders who owe one off-the-job legal training within the plan's years (B-85).
create table class_outlook_leader (
  id integer primary key,
  outlook_id integer not null references class_outlook (id),
  person_id integer references person (id),
  outsider_id integer references class_outsider (id),
  name text not null,
  organisation text not null,
  title text not null,
  removed_at integer,
  check ((person_id is null) <> (outsider_id is null))
) strict;
create index class_outlook_leader_of on class_outlook_leader (outlook_id);

-- Classes that count as off-the-job legal training of leaders.
create table class_outlook_class (
  id integer primary key,
  outlook_id integer not null references class_outlook (id),
  class_id integer not null references class (id),
  marked_by_name text not null,
  marked_at integer not null
) strict;
create unique index class_outlook_class_once on class_outlook_class (outlook_id, class_id);
