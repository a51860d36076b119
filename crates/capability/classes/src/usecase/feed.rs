//! A person's calendar feed: an address of his own that phones subscribe to and that he can have made anew.

use chengzhi_db::Tx;
use chengzhi_documents::ical::{Event, Feed};
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::store::certificates::{self as store, CalendarFeed};

use super::keys;
use super::own::{CalendarRow, calendar_of, lessons_taught};

/// Minutes after which phones read a feed again.
const REFRESH: u32 = 30;

/// The address of the caller's feed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ClassCalendarOut {
    /// Path of the feed.
    pub path: String,
    /// How often it was made anew.
    pub generation: i64,
}

/// What the code of a feed signs: a new generation makes the one before worthless.
fn what(feed: CalendarFeed) -> String {
    format!("calendar:{}", feed.generation)
}

async fn address(
    tx: &mut Tx,
    feed: CalendarFeed,
    now: Timestamp,
) -> Result<ClassCalendarOut, Problem> {
    let code = keys::code(tx, &what(feed), feed.id, now).await?;
    Ok(ClassCalendarOut {
        path: format!("/calendar/{code}.ics"),
        generation: feed.generation,
    })
}

/// The address of the caller's feed, made at the first asking; `renew` makes it anew, and the one before is good no
/// more.
///
/// # Errors
/// 409 for an account without a person; 500 from the engine.
pub async fn link(ctx: &Ctx, renew: bool) -> Result<ClassCalendarOut, Problem> {
    let person = ctx.actor.person_id.ok_or_else(|| {
        Problem::conflict(
            "class.no_person",
            "这个账号没有对应的人员，不能订阅课表，请用本人账号登录。",
        )
    })?;
    let mut tx = ctx.db().write().await?;
    let mut feed = store::feed_of(&mut tx, person, ctx.now).await?;
    if renew {
        store::renew_feed(&mut tx, feed.id).await?;
        feed.generation += 1;
        tx.audit(ctx.audit(
            "class.calendar_renew",
            format!("class_calendar:{}", feed.id),
        ));
    }
    let out = address(&mut tx, feed, ctx.now).await?;
    tx.commit().await?;
    Ok(out)
}

/// The feed that an address names: the lessons of the last, this and the next year that its person sits in or teaches,
/// those cancelled included. None for an address that is not good.
///
/// # Errors
/// 500 from the engine.
pub async fn read(tx: &mut Tx, code: &str, now: Timestamp) -> Result<Option<String>, Problem> {
    let Some((id, sign)) = keys::named(code) else {
        return Ok(None);
    };
    let Some(feed) = store::feed_by_id(tx, id).await? else {
        return Ok(None);
    };
    if !keys::genuine(tx, &what(feed), id, sign).await? {
        return Ok(None);
    }
    let year = chrono::Datelike::year(&now.date());
    let mut rows: Vec<CalendarRow> = Vec::new();
    for year in [year - 1, year, year + 1] {
        rows.extend(calendar_of(tx, feed.person, year).await?);
        let taught = lessons_taught(tx, feed.person, year).await?;
        for row in taught {
            if !rows.iter().any(|known| known.uid == row.uid) {
                rows.push(row);
            }
        }
    }
    let feed = Feed {
        name: "我的培训课表".to_owned(),
        refresh_minutes: REFRESH,
        events: rows.into_iter().map(event).collect(),
    };
    Ok(Some(feed.write()))
}

fn event(row: CalendarRow) -> Event {
    Event {
        uid: row.uid,
        sequence: u32::try_from(row.sequence).unwrap_or(u32::MAX),
        start: row.from,
        end: row.until,
        summary: row.title,
        location: row.place,
        description: if row.instructor.is_empty() {
            String::new()
        } else {
            format!("授课人：{}", row.instructor)
        },
        url: String::new(),
        cancelled: row.cancelled,
        changed: row.changed,
    }
}
