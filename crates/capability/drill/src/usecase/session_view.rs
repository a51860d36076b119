//! One session as its page shows it.

use chengzhi_http::Ctx;

use crate::domain::film::{FilmMark, Severity};
use crate::domain::session::{Attendee, heads};
use crate::domain::verdict::{film_lacks_ms, judge, least_attendees};
use crate::store::films::Film;

use super::case::{Case, Full};
use super::record_out::{
    DrillAttendanceOut, DrillFilmOut, DrillMarkOut, DrillSessionOut, DrillVerdictOut,
};

/// Marks that everybody may see: what the squad can mend before it hands in. The others are the
/// reviewer's, because a mark is no verdict.
const OPEN_MARKS: &[&str] = &["short", "no_metadata"];

/// A session as sent; `reviews` opens all marks.
#[must_use]
pub fn session_out(ctx: &Ctx, case: &Case, full: Full, reviews: bool) -> DrillSessionOut {
    let params = case.rules.params();
    let facts = full.film.as_ref().map(|film| film.facts(&full.marks));
    let found = heads(&full.attendance, params.exempt_out_of_base);
    let verdicts = judge(&full.session, &full.attendance, facts.as_ref(), params)
        .into_iter()
        .map(|verdict| DrillVerdictOut {
            item: verdict.item.code().to_owned(),
            name: verdict.item.name().to_owned(),
            ok: verdict.ok,
            // The number of marks is the reviewer's, as the marks are.
            text: if reviews || !verdict.item.is_seen() {
                verdict.text
            } else {
                "由审核人核看影像。".to_owned()
            },
            clause: case.rules.year.item_clause(verdict.item),
        })
        .collect();
    let lacks = facts.as_ref().and_then(|film| film_lacks_ms(film, params));
    let session = full.session;
    DrillSessionOut {
        id: full.id,
        planned: session.held_on.is_some_and(|day| day > ctx.today),
        makeup: session
            .held_on
            .is_some_and(|day| case.window().is_makeup(day)),
        held_on: session.held_on,
        start_time: session.start_time,
        minutes: session.minutes,
        place: session.place,
        instructor: session.instructor,
        subjects: session.subjects,
        rest_times: session.rest_times,
        rest_minutes: session.rest_minutes,
        notes: session.notes,
        attendance: full.attendance.into_iter().map(attendance_out).collect(),
        attended: found.attended,
        base: found.base,
        least: least_attendees(found.base, params.share),
        exempt: found.exempt,
        film: full
            .film
            .map(|film| film_out(film, full.marks, lacks, reviews)),
        verdicts,
    }
}

/// A person as sent.
#[must_use]
pub fn attendance_out(row: Attendee) -> DrillAttendanceOut {
    DrillAttendanceOut {
        person_id: row.person_id.get(),
        staff_no: row.staff_no,
        name: row.name,
        post_name: row.post_name,
        present: row.present,
        absence_reason: row.absence_reason,
        away: row.away,
        exempt: row.exempt,
    }
}

fn film_out(
    film: Film,
    marks: Vec<FilmMark>,
    lacks_ms: Option<i64>,
    reviews: bool,
) -> DrillFilmOut {
    DrillFilmOut {
        id: film.id,
        upload_id: film.upload_id,
        hash: film.hash,
        name: film.name,
        size: film.size,
        uploaded_at: film.upload_finished_at,
        check_state: film.check.code().to_owned(),
        check_state_name: film.check.name().to_owned(),
        check_note: film.check_note,
        duration_ms: film.duration_ms,
        lacks_ms,
        captured_at: film.captured_at,
        marks: marks
            .into_iter()
            .filter(|mark| reviews || OPEN_MARKS.contains(&mark.kind.as_str()))
            .map(mark_out)
            .collect(),
    }
}

fn mark_out(mark: FilmMark) -> DrillMarkOut {
    let severity: Severity = mark.severity;
    DrillMarkOut {
        at_ms: mark.at_ms,
        until_ms: mark.until_ms,
        kind: mark.kind,
        severity: severity.code().to_owned(),
        severity_name: severity.name().to_owned(),
        text: mark.text,
        thumb_hash: mark.thumb_hash,
    }
}
