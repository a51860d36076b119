-- A number that is drawn anew whenever a unit or one of its lines changes: whoever keeps the units in memory
-- asks for it and knows whether what he keeps is still true. No row: nothing may be kept.
create table unit_stamp (
  id integer primary key,
  stamp integer not null
) strict;
