-- Whether somebody serves on a day is asked person by person and by kind: without the kind in the
-- index SQLite walks all changes of that kind for every person.
drop index status_event_person;
create index status_event_person on status_event (person_id, kind, effective_on);
