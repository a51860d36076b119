-- Fingerprints of drill films: they outlive the films, so that reuse is found years later.
create table film_print (
  hash text primary key,
  unit_id bigint not null references unit (id),
  for_month text not null,
  half bigint not null check (half in (1, 2)),
  print bytea not null,
  duration_ms bigint not null,
  review_copy bigint not null default 0 check (review_copy in (0, 1)),
  made_at bigint not null
);
create index film_print_month on film_print (for_month);
