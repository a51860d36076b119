//! Signals of a session: what is worth a look, never a verdict. Neighbours and speed are looked at in first attempts.

use std::collections::BTreeMap;

use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::{PersonId, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::marking::Answer;
use crate::domain::rooms::{Plan, Seat, neighbours};
use crate::domain::session::State;
use crate::domain::signals::{AlikePolicy, Choices, Signal, alike, devices, page_left, too_fast};
use crate::store::{rooms, sitters};

use super::analysis::seconds;
use super::case::Case;
use super::judge::{Hall, hall};

/// A signal.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExamSignalOut {
    /// Kind.
    pub kind: String,
    /// Its word.
    pub name: String,
    /// Whom it is about.
    pub people: Vec<String>,
    /// Sentence; never a verdict.
    pub text: String,
}

/// Signals of a session for its holder; none of them changes a score.
///
/// # Errors
/// 404 for others; 409 before it is collected.
pub async fn signals(ctx: &Ctx, id: i64) -> Result<Vec<ExamSignalOut>, Problem> {
    let mut tx = ctx.db().read().await?;
    let case = Case::held(&mut tx, ctx, id).await?;
    case.only_in(&[State::Marking, State::Published], "查看线索")?;
    let hall = hall(&mut tx, &case).await?;
    let spent = seconds(&hall);
    let rooms: Vec<_> = rooms::of_session(&mut tx, id)
        .await?
        .into_iter()
        .map(|row| row.room)
        .collect();
    let mut found: Vec<Signal> = Vec::new();
    let seats: Vec<Seat> = hall
        .candidates
        .iter()
        .filter_map(|row| {
            Some(Seat {
                room: row.room?,
                seat: row.seat?,
                person: row.candidate.person,
                unit: row.candidate.unit,
            })
        })
        .collect();
    let plan = Plan { seats, touching: 0 };
    let pairs = neighbours(&rooms, &plan);
    found.extend(alike(&choices(&hall), &pairs, &AlikePolicy::default()));
    for attempt in hall.firsts() {
        let own: Vec<u32> = spent
            .get(&attempt.id)
            .map(|own| own.values().copied().collect())
            .unwrap_or_default();
        found.extend(too_fast(attempt.person, &own, FAST_SECONDS, FAST_QUESTIONS));
    }
    let events = sitters::events(&mut tx, id, true).await?;
    for attempt in hall.all() {
        let own = || events.iter().filter(|one| one.attempt == attempt.id);
        let takeovers = own().filter(|one| one.event == "take_over").count();
        let takeovers = u32::try_from(takeovers).unwrap_or(u32::MAX);
        found.extend(devices(attempt.person, takeovers, takeovers + 1));
        let spans = spans(own());
        let closes = case.session.terms.closes;
        found.extend(page_left(attempt.person, &spans, closes, 3, 60));
    }
    let names: BTreeMap<PersonId, String> = hall
        .candidates
        .iter()
        .map(|row| {
            (
                row.candidate.person,
                format!("{}（{}）", row.name, row.staff_no),
            )
        })
        .collect();
    Ok(found
        .into_iter()
        .map(|signal| ExamSignalOut {
            kind: signal.kind.code().to_owned(),
            name: signal.kind.name().to_owned(),
            people: signal
                .people
                .iter()
                .filter_map(|person| names.get(person).cloned())
                .collect(),
            text: signal.text,
        })
        .collect())
}

/// Answers in less than so many seconds are faster than reading, and so many of them worth a look: house figures.
const FAST_SECONDS: u32 = 3;
const FAST_QUESTIONS: u32 = 10;

/// Spans away from the page: told when the candidate is back, with the seconds in the note (`12秒`).
fn spans<'a>(
    events: impl Iterator<Item = &'a sitters::SittingEvent>,
) -> Vec<(Timestamp, Option<Timestamp>)> {
    events
        .filter(|one| one.event == "page_left")
        .map(|one| {
            let note = one.note.as_deref().unwrap_or_default();
            let seconds: i64 = note.trim_end_matches('秒').parse().unwrap_or(0);
            (one.at.plus_seconds(-seconds), Some(one.at))
        })
        .collect()
}

/// Choices of everybody who sat, as signals compare them.
fn choices(hall: &Hall) -> Vec<Choices> {
    let mut found = Vec::new();
    for row in &hall.candidates {
        let Some(attempt) = hall.of(row.candidate.person).first() else {
            continue;
        };
        let counted = hall.count(attempt, &hall.changes, None);
        let (Some(counted), Some(sheet)) = (counted, hall.sheets.get(&attempt.id)) else {
            continue;
        };
        let answers = counted
            .given
            .iter()
            .filter_map(|given| {
                let text = match sheet.answers.get(&given.question)? {
                    Answer::Options(chosen) if !chosen.is_empty() => chosen.iter().collect(),
                    Answer::Truth(said) => if *said { "对" } else { "错" }.to_owned(),
                    _ => return None,
                };
                Some((given.question, (text, given.got == Some(given.full))))
            })
            .collect();
        found.push(Choices {
            person: row.candidate.person,
            answers,
        });
    }
    found
}
