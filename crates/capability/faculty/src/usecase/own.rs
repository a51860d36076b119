//! What an instructor sees of himself on his phone: invitations, calendar, record.

use chengzhi_authz::Scope;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::access::Reach;
use super::calendar::{FacultyBookingOut, booking_out};
use super::cases::{FacultyCaseOut, cases_out};
use super::instructor_out::FacultyInstructorPageOut;
use super::instructor_page::page_out;
use super::invitations::{FacultyInvitationOut, of_instructors};
use super::words::year_of;
use crate::store::{bookings, cases, instructors};

/// The caller as instructor.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FacultyOwnOut {
    /// As what he serves or is proposed; empty for most people.
    pub pages: Vec<FacultyInstructorPageOut>,
    /// Invitations, waiting ones first.
    pub invitations: Vec<FacultyInvitationOut>,
    /// What he is booked for from today on.
    pub bookings: Vec<FacultyBookingOut>,
    /// Cases he was handed this year (B-92).
    pub cases: Vec<FacultyCaseOut>,
}

/// Days of the calendar that are shown.
const DAYS: i64 = 92;

/// Reads it.
///
/// # Errors
/// 409 without rules; 500 from the engine.
pub async fn own(ctx: &Ctx) -> Result<FacultyOwnOut, Problem> {
    let mut tx = ctx.db().read().await?;
    let reach = Reach::of(&mut tx, ctx, &Scope::default()).await?;
    let rows = match ctx.actor.person_id {
        None => Vec::new(),
        Some(person) => {
            instructors::all(&mut tx, &format!("i.person_id = {}", person.get())).await?
        }
    };
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let invitations = of_instructors(&mut tx, ctx, &reach, &ids).await?;
    let today = Timestamp::start_of_day(ctx.today);
    let held = bookings::between(&mut tx, &ids, &[], (today, today.plus_days(DAYS))).await?;
    let of_me = format!(
        "k.instructor_id in {}",
        chengzhi_db::int_list(ids.iter().copied())
    );
    let handed = cases::of_year(&mut tx, &of_me, year_of(None, ctx.now)?).await?;
    let handed = cases_out(&mut tx, &reach, handed).await?;
    let mut pages = Vec::with_capacity(rows.len());
    for row in rows {
        pages.push(page_out(&mut tx, ctx, &reach, row).await?);
    }
    Ok(FacultyOwnOut {
        pages,
        invitations,
        bookings: held
            .into_iter()
            .map(|held| booking_out(&reach, held, ctx.actor.name.clone()))
            .collect(),
        cases: handed,
    })
}
