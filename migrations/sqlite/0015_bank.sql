-- Question bank: laws with their versions and articles, questions with their versions, what cites
-- what, use on papers and what was observed there, imports.

-- Fields of law that questions are filed under.
create table bank_field (
  id integer primary key,
  name text not null unique,
  position integer not null
) strict;

create table bank_law (
  id integer primary key,
  name text not null unique,
  version integer not null default 1
) strict;

-- A text of a law. state is 'draft' until its effect was seen and applied; of the applied ones the one
-- that is in force last counts. whole: the articles given are the whole text, else they replace single
-- articles of the text before. number grows with every applied text.
create table bank_law_version (
  id integer primary key,
  law_id integer not null references bank_law (id),
  number integer not null,
  label text not null,
  in_force text not null,
  source text not null,
  read_on text,
  whole integer not null check (whole in (0, 1)),
  state text not null check (state in ('draft', 'applied', 'discarded')),
  entered_at integer not null,
  entered_by integer not null,
  entered_by_name text not null,
  applied_at integer,
  applied_by_name text not null default '',
  quarantined integer not null default 0,
  version integer not null default 1
) strict;
create index bank_law_version_of on bank_law_version (law_id, number);

-- Of a draft: what was entered, with gone = 1 for a repealed article. Of an applied text: all of it.
create table bank_article (
  id integer primary key,
  law_version_id integer not null references bank_law_version (id),
  number text not null,
  place integer not null,
  body text not null,
  gone integer not null default 0 check (gone in (0, 1))
) strict;
create unique index bank_article_number on bank_article (law_version_id, number);

-- alike: questions too like each other for one paper share a number.
create table bank_question (
  id integer primary key,
  alike integer,
  created_at integer not null
) strict;
create index bank_question_alike on bank_question (alike);

-- content is the question as JSON and is never changed once it has left the draft; digest is its
-- SHA-256. basis tells whether the words that the explanation quotes stand in the cited article. seq
-- is the value of bank_counter at the last change of the row.
create table bank_version (
  id integer primary key,
  question_id integer not null references bank_question (id),
  number integer not null,
  unit_id integer not null references unit (id),
  kind text not null check (kind in ('single', 'multiple', 'true_false', 'fill_in', 'short_answer', 'case')),
  stem text not null,
  field text not null,
  topic text not null,
  difficulty integer not null check (difficulty between 1 and 5),
  level text not null,
  law text not null default '',
  article text not null default '',
  basis text not null check (basis in ('checked', 'unchecked')),
  basis_note text not null default '',
  content text not null,
  digest text not null,
  state text not null
    check (state in ('draft', 'proposed', 'reviewed', 'in_use', 'quarantined', 'retired', 'superseded')),
  state_note text not null default '',
  change_note text not null default '',
  author text not null default '',
  created_at integer not null,
  created_by integer not null,
  created_by_name text not null,
  changed_by integer not null,
  reviewed_by integer,
  seq integer not null,
  version integer not null default 1
) strict;
create unique index bank_version_number on bank_version (question_id, number);
create index bank_version_seq on bank_version (seq);
create index bank_version_state on bank_version (state, question_id);

-- What a version cites: part 0 is the question, 1 and on its sub-questions.
create table bank_cite (
  id integer primary key,
  version_id integer not null references bank_version (id),
  part integer not null,
  law_id integer not null references bank_law (id),
  law_version_id integer not null references bank_law_version (id),
  article text not null
) strict;
create index bank_cite_of on bank_cite (version_id);
create index bank_cite_article on bank_cite (law_id, article);

create table bank_event (
  id integer primary key,
  version_id integer not null references bank_version (id),
  at integer not null,
  by_id integer not null,
  by_name text not null,
  event text not null,
  note text not null default ''
) strict;
create index bank_event_of on bank_event (version_id, id);

-- Once per version and owner, such as exam:12.
create table bank_use (
  id integer primary key,
  version_id integer not null references bank_version (id),
  question_id integer not null references bank_question (id),
  owner text not null,
  used_on text not null
) strict;
create unique index bank_use_once on bank_use (owner, version_id);
create index bank_use_of on bank_use (question_id, used_on);

-- What a sitting showed of a version; rates and discrimination are thousandths.
create table bank_observed (
  id integer primary key,
  version_id integer not null references bank_version (id),
  owner text not null,
  observed_on text not null,
  takers integer not null check (takers >= 0),
  rate integer not null check (rate between 0 and 1000),
  discrimination integer,
  flags text not null default ''
) strict;
create unique index bank_observed_once on bank_observed (owner, version_id);
create index bank_observed_of on bank_observed (version_id);

-- One row: grows with every change of a version, so that an index in memory knows what to read again.
create table bank_counter (
  id integer primary key,
  n integer not null
) strict;
insert into bank_counter (id, n) values (1, 0);

create table bank_import (
  id integer primary key,
  unit_id integer not null references unit (id),
  file_name text not null,
  format text not null,
  hash text not null,
  notes text not null default '',
  field text not null default '',
  level text not null,
  state text not null check (state in ('open', 'committed', 'discarded')),
  taken integer not null default 0,
  created_at integer not null,
  created_by integer not null,
  created_by_name text not null,
  ended_at integer,
  version integer not null default 1
) strict;
create index bank_import_unit on bank_import (unit_id, created_at);

-- content is the question as far as it could be read, JSON. reason is what is wrong with it; empty
-- for a sound one. near holds versions that say nearly the same, JSON.
create table bank_import_item (
  id integer primary key,
  import_id integer not null references bank_import (id),
  place integer not null,
  line integer not null,
  content text not null,
  reason text not null default '',
  near text not null default '[]',
  mended integer not null default 0 check (mended in (0, 1)),
  left_out integer not null default 0 check (left_out in (0, 1)),
  version_id integer references bank_version (id)
) strict;
create index bank_import_item_of on bank_import_item (import_id, place);
