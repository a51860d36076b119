//! Who and what is taken when, for those who may ask.

use chengzhi_authz::Scope;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::{Date, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use super::access::Reach;
use super::bad_field;
use crate::store::bookings::{self, Held, Subject};
use crate::store::{instructors, places};

/// A booking.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FacultyBookingOut {
    /// `instructor` or `place`.
    pub subject: String,
    /// Its row.
    pub subject_id: i64,
    /// Its name.
    pub name: String,
    /// From.
    #[schema(value_type = String, format = DateTime)]
    pub from: Timestamp,
    /// Until, not included.
    #[schema(value_type = String, format = DateTime)]
    pub until: Timestamp,
    /// `2024年11月20日（周三） 09:00至11:00`.
    pub when: String,
    /// For what.
    pub title: String,
    /// By whom.
    pub unit_name: String,
}

/// Bookings of a stretch of days.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FacultyCalendarOut {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// By time.
    pub rows: Vec<FacultyBookingOut>,
}

/// Longest stretch that is asked at once, days.
const MOST_DAYS: i64 = 93;

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// One instructor only.
    pub instructor: Option<i64>,
    /// One place only.
    pub place: Option<i64>,
}

/// Bookings as sent.
#[must_use]
pub fn booking_out(reach: &Reach, held: Held, name: String) -> FacultyBookingOut {
    let booking = held.booking;
    let (subject, subject_id) = match booking.subject {
        Subject::Instructor(id) => ("instructor", id),
        Subject::Place(id) => ("place", id),
    };
    FacultyBookingOut {
        subject: subject.to_owned(),
        subject_id,
        name,
        from: booking.span.from,
        until: booking.span.until,
        when: super::bookings::when(booking.span),
        title: booking.title,
        unit_name: reach.name(booking.unit_id),
    }
}

/// Reads it: of one instructor or place, else of all whom the caller sees.
///
/// # Errors
/// 404 for somebody who is not seen; 422 for the days.
pub async fn calendar(
    ctx: &Ctx,
    scope: &Scope,
    asked: Asked,
) -> Result<FacultyCalendarOut, Problem> {
    let days = asked.to.signed_duration_since(asked.from).num_days();
    if !(0..=MOST_DAYS).contains(&days) {
        return Err(bad_field("to", format!("一次最多查看{MOST_DAYS}天。")));
    }
    let mut tx = ctx.db().read().await?;
    let reach = Reach::of(&mut tx, ctx, scope).await?;
    let (people, spots) = match (asked.instructor, asked.place) {
        (Some(id), _) => {
            let row = instructors::by_id(&mut tx, id).await?;
            let row = row.filter(|row| reach.sees(row));
            (vec![row.ok_or_else(Problem::not_found)?], Vec::new())
        }
        (None, Some(id)) => {
            let row = places::by_id(&mut tx, id).await?;
            let row = row.filter(|row| reach.sees_place(row));
            (Vec::new(), vec![row.ok_or_else(Problem::not_found)?])
        }
        (None, None) => {
            let wanted = places::Wanted::default();
            (
                instructors::all(&mut tx, &reach.instructors()).await?,
                places::list(&mut tx, &reach.places(), &wanted).await?,
            )
        }
    };
    let ids: Vec<i64> = people.iter().map(|row| row.id).collect();
    let spot_ids: Vec<i64> = spots.iter().map(|row| row.id).collect();
    let stretch = (
        Timestamp::start_of_day(asked.from),
        Timestamp::end_of_day(asked.to),
    );
    let held = bookings::between(&mut tx, &ids, &spot_ids, stretch).await?;
    Ok(FacultyCalendarOut {
        from: asked.from,
        to: asked.to,
        rows: held
            .into_iter()
            .map(|held| {
                let name = match held.booking.subject {
                    Subject::Instructor(id) => people
                        .iter()
                        .find(|row| row.id == id)
                        .map(|row| row.name.clone()),
                    Subject::Place(id) => spots
                        .iter()
                        .find(|row| row.id == id)
                        .map(|row| row.name.clone()),
                };
                booking_out(&reach, held, name.unwrap_or_default())
            })
            .collect(),
    })
}
