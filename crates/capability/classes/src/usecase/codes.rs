//! What the screen in the room shows.

use std::collections::BTreeSet;

use chengzhi_http::{Ctx, Problem, Unknown};
use chengzhi_kernel::Timestamp;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::domain::code::{digits, sign, window};
use crate::domain::phase::Stored;
use crate::domain::presence::{DOUBTFUL, Scan};
use crate::domain::timetable::Span;
use crate::store::scans::ScanRow;
use crate::store::{scan_reads, scans, trainees};

use super::bad_field;
use super::case::Case;

/// The code of the moment.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassCodeOut {
    /// Path that the square carries.
    pub path: String,
    /// The square as an SVG drawing; none unless the page told its own address.
    pub square: Option<String>,
    /// Figures to type.
    pub digits: String,
    /// Seconds until it changes.
    pub seconds_left: i64,
    /// Seconds of a window.
    pub step_seconds: u32,
    /// Which scan is open now: `in`, `mid`, `out`; none when none is.
    pub open: Option<String>,
    /// From when sign-in is open.
    #[schema(value_type = String, format = DateTime)]
    pub opens_at: Timestamp,
    /// Until when sign-in is open.
    #[schema(value_type = String, format = DateTime)]
    pub closes_at: Timestamp,
    /// Expected.
    pub expected: u32,
    /// Signed in.
    pub came: u32,
    /// Signed out.
    pub left: u32,
    /// Answered the check that is open.
    pub checked: u32,
    /// Doubtful and not decided.
    pub doubtful: u32,
    /// Until when a check is open.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub check_until: Option<Timestamp>,
}

/// Longest address that a square is drawn for.
const LONGEST_ORIGIN: usize = 200;

/// The current code with the square that a phone's camera reads. The page tells the address under which it was opened:
/// behind a proxy only the browser knows it.
///
/// # Errors
/// As [`current`]; 422 for what is no address of a server.
pub async fn with_square(
    ctx: &Ctx,
    id: i64,
    lesson: i64,
    origin: Option<&str>,
) -> Result<ClassCodeOut, Problem> {
    let found = current(ctx, id, lesson).await?;
    let Some(origin) = origin else {
        return Ok(found);
    };
    let host = origin
        .strip_prefix("https://")
        .or_else(|| origin.strip_prefix("http://"))
        .unwrap_or_default();
    let plain = |letter: char| letter.is_ascii_alphanumeric() || ".-:[]_".contains(letter);
    if host.is_empty() || origin.len() > LONGEST_ORIGIN || !host.chars().all(plain) {
        return Err(bad_field(
            "origin",
            "页面地址不对，请从系统页面打开签到屏。",
        ));
    }
    let square = chengzhi_documents::qr::svg(&format!("{origin}{}", found.path))
        .map_err(|error| Unknown::log(&error))?;
    Ok(ClassCodeOut {
        square: Some(square),
        ..found
    })
}

/// Whole seconds since 1970.
#[must_use]
pub fn seconds(at: Timestamp) -> i64 {
    at.micros().div_euclid(1_000_000)
}

/// The current code of a lesson, for whoever runs its class.
///
/// # Errors
/// 404 for classes of others; 409 for a class that is not announced.
pub async fn current(ctx: &Ctx, id: i64, lesson: i64) -> Result<ClassCodeOut, Problem> {
    let mut tx = ctx.db().read().await?;
    let case = Case::run_by(&mut tx, ctx, id).await?;
    let row = case.lesson(lesson)?;
    if case.class.state != Stored::Filed {
        return Err(Problem::conflict(
            "class.no_code",
            "培训班报备或发布之后、结项之前才有签到码。",
        ));
    }
    let turnover = case.rules.turnover();
    let now = seconds(ctx.now);
    let shown = window(now, turnover);
    let rules = case.rules.scans();
    let span = row.lesson.span;
    let list = trainees::of_classes(&mut tx, &[id]).await?;
    let mut seen = scan_reads::of_lesson(&mut tx, lesson).await?;
    seen.retain(ScanRow::stands);
    let check = scans::checks(&mut tx, &[lesson])
        .await?
        .into_iter()
        .rfind(|check| check.opened_at <= ctx.now && ctx.now < check.until_at);
    let people = |kind: Scan, check: Option<i64>| {
        let found: BTreeSet<i64> = seen
            .iter()
            .filter(|scan| scan.kind == kind && scan.check_id == check)
            .map(|scan| scan.trainee_id)
            .collect();
        u32::try_from(found.len()).unwrap_or(u32::MAX)
    };
    let sign_in: Span = rules.window(Scan::In, span);
    let open = if check.is_some() {
        Some(Scan::Mid)
    } else {
        [Scan::In, Scan::Out]
            .into_iter()
            .find(|scan| rules.takes(*scan, span, ctx.now).is_ok())
    };
    let sitting = list.iter().filter(|row| row.seat.sits()).count();
    let doubtful = seen
        .iter()
        .filter(|scan| scan.score >= DOUBTFUL && scan.decided.is_none())
        .count();
    let step = i64::from(turnover.step);
    Ok(ClassCodeOut {
        path: format!(
            "/m/in/{lesson}/{shown}.{}",
            sign(&row.secret, lesson, shown)
        ),
        square: None,
        digits: digits(&row.secret, lesson, shown),
        seconds_left: (shown + 1) * step - now,
        step_seconds: turnover.step,
        open: open.map(|scan| scan.code().to_owned()),
        opens_at: sign_in.from,
        closes_at: sign_in.until,
        expected: u32::try_from(sitting).unwrap_or(u32::MAX),
        came: people(Scan::In, None),
        left: people(Scan::Out, None),
        checked: check
            .as_ref()
            .map_or(0, |check| people(Scan::Mid, Some(check.id))),
        doubtful: u32::try_from(doubtful).unwrap_or(u32::MAX),
        check_until: check.map(|check| check.until_at),
    })
}

/// Calls a check in the middle of a lesson, open for some minutes.
///
/// # Errors
/// 404 for classes of others; 409 outside the lesson or while one is open; 422 for the minutes.
pub async fn call_check(ctx: &Ctx, id: i64, lesson: i64, minutes: u32) -> Result<i64, Problem> {
    if !(1..=30).contains(&minutes) {
        return Err(bad_field("minutes", "抽查时间应在1至30分钟之间。"));
    }
    let mut tx = ctx.db().write().await?;
    let case = Case::take(&mut tx, ctx, id).await?;
    let span = case.lesson(lesson)?.lesson.span;
    if case.class.state != Stored::Filed || ctx.now < span.from || ctx.now >= span.until {
        return Err(Problem::conflict(
            "class.not_in_lesson",
            "课中抽查只能在上课时间发起。",
        ));
    }
    let known = scans::checks(&mut tx, &[lesson]).await?;
    if let Some(open) = known.iter().find(|check| ctx.now < check.until_at) {
        return Err(Problem::conflict(
            "class.check_open",
            format!(
                "上一次抽查到{}才结束，请稍后再发起。",
                open.until_at.format_cn()
            ),
        ));
    }
    let until = ctx.now.plus_minutes(i64::from(minutes)).min(span.until);
    let check = scans::add_check(&mut tx, lesson, until, &ctx.actor.name, ctx.now).await?;
    tx.audit(
        ctx.audit("class.check_call", case.subject())
            .unit(case.class.unit_id)
            .detail(json!({"lesson": lesson, "minutes": minutes})),
    );
    tx.commit().await?;
    Ok(check)
}
