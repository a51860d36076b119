-- Several attempts at one exam, and class results that come from the exam engine.

-- A session's own limit of attempts; none: by the rules of its purpose.
alter table exam_session add column attempts integer check (attempts is null or attempts between 1 and 20);
create index exam_round_person on exam_round (session_id, person_id);

-- Where a class result that an exam gave comes from: session, attempt, marks, JSON; none for typed and imported ones.
alter table class_result add column trace text;
