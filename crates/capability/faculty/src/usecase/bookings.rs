//! Bookings of people and places: asked, made and given back inside the caller's transaction.

use chengzhi_db::Tx;
use chengzhi_http::Problem;
use chengzhi_kernel::{Timestamp, UnitId};

use super::{bad_field, refused};
use crate::domain::Deny;
use crate::domain::span::Span;
use crate::store::bookings::{self, Booking, Subject};
use crate::store::{instructors, places};

/// What somebody wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// Who or what.
    pub subject: Subject,
    /// When.
    pub span: Span,
}

/// What stands in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash {
    /// Position of the wish.
    pub index: usize,
    /// Who or what.
    pub subject: Subject,
    /// Its name.
    pub name: String,
    /// When it is taken.
    pub span: Span,
    /// For what.
    pub title: String,
    /// By whom.
    pub unit_id: UnitId,
    /// The owner of that booking; empty when two of the wishes overlap each other.
    pub owner: String,
}

impl Clash {
    /// `王一11月20日（周三）09:00至11:00已有“燃气检查”`.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}{}已有“{}”", self.name, when(self.span), self.title)
    }
}

/// `2024年11月20日 09:00至11:00`.
#[must_use]
pub fn when(span: Span) -> String {
    let clock = |at: Timestamp| at.time().format("%H:%M").to_string();
    let day = |at: Timestamp| chengzhi_kernel::format_cn(at.date());
    // A day's end is told as its 24:00, not as the next day.
    let last = Timestamp::from_micros(span.until.micros() - 1);
    let end = if span.until == Timestamp::end_of_day(last.date()) {
        "24:00".to_owned()
    } else {
        clock(span.until)
    };
    if span.from.date() == last.date() {
        format!("{} {}至{end}", day(span.from), clock(span.from))
    } else {
        format!(
            "{} {}至{} {end}",
            day(span.from),
            clock(span.from),
            day(last)
        )
    }
}

async fn name(tx: &mut Tx, subject: Subject) -> Result<String, Problem> {
    Ok(match subject {
        Subject::Instructor(id) => instructors::by_id(tx, id)
            .await?
            .map(|row| row.name)
            .unwrap_or_default(),
        Subject::Place(id) => places::by_id(tx, id)
            .await?
            .map(|row| row.name)
            .unwrap_or_default(),
    })
}

/// What stands in the way of these wishes: bookings of others, and wishes that overlap each other.
/// `except_owner`'s own bookings do not count; they would be replaced.
///
/// # Errors
/// 500 from the engine.
pub async fn clashes(
    tx: &mut Tx,
    wishes: &[Wanted],
    except_owner: &str,
) -> Result<Vec<Clash>, Problem> {
    let mut found = Vec::new();
    for (index, wish) in wishes.iter().enumerate() {
        for held in bookings::overlapping(tx, wish.subject, wish.span, except_owner).await? {
            found.push(Clash {
                index,
                subject: wish.subject,
                name: name(tx, wish.subject).await?,
                span: held.booking.span,
                title: held.booking.title,
                unit_id: held.booking.unit_id,
                owner: held.owner,
            });
        }
    }
    Ok(found)
}

/// Books people and places for an owner, in place of what it held. Everything is locked first, so
/// that of two at once the second one sees the first.
///
/// # Errors
/// 404 for a subject that is not there; 409 when something stands in the way; nothing is changed then
/// once the caller drops the transaction.
pub async fn book(tx: &mut Tx, owner: &str, wishes: &[Booking]) -> Result<(), Problem> {
    if owner.is_empty() || owner.chars().count() > 100 {
        return Err(bad_field("owner", "预订缺少来源。"));
    }
    let mut subjects: Vec<Subject> = wishes.iter().map(|wish| wish.subject).collect();
    subjects.sort_unstable();
    subjects.dedup();
    if bookings::lock(tx, &subjects).await? != subjects.len() {
        return Err(Problem::not_found());
    }
    for (index, one) in wishes.iter().enumerate() {
        Span::new(one.span.from, one.span.until).map_err(super::bad("from"))?;
        let twice = wishes
            .iter()
            .skip(index + 1)
            .find(|other| other.subject == one.subject && other.span.overlaps(one.span));
        if twice.is_some() {
            let name = name(tx, one.subject).await?;
            return Err(refused(Deny::new(
                "faculty.clash",
                format!("{name}在同一次安排中有两处时间重叠，请调整。"),
            )));
        }
    }
    let wanted: Vec<Wanted> = wishes
        .iter()
        .map(|wish| Wanted {
            subject: wish.subject,
            span: wish.span,
        })
        .collect();
    let found = clashes(tx, &wanted, owner).await?;
    if !found.is_empty() {
        let texts: Vec<String> = found.iter().take(5).map(Clash::text).collect();
        return Err(refused(Deny::new(
            "faculty.clash",
            format!("{}，请另选时间或者人员、场所。", texts.join("；")),
        )));
    }
    bookings::release(tx, owner).await?;
    bookings::insert(tx, owner, wishes).await?;
    Ok(())
}

/// Gives back what an owner held. Gives how many bookings there were.
///
/// # Errors
/// 500 from the engine.
pub async fn release(tx: &mut Tx, owner: &str) -> Result<u64, Problem> {
    Ok(bookings::release(tx, owner).await?)
}
