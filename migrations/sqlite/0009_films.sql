-- Fingerprints of drill films: they outlive the films, so that reuse is found years later.
create table film_print (
  hash text primary key,
  unit_id integer not null references unit (id),
  for_month text not null,
  half integer not null check (half in (1, 2)),
  print blob not null,
  duration_ms integer not null,
  review_copy integer not null default 0 check (review_copy in (0, 1)),
  made_at integer not null
) strict;
create index film_print_month on film_print (for_month);
