//! What the class teacher does about presence: enter somebody by hand, keep or strike a doubtful scan.

use chengzhi_files::{PhotoLimits, read_photo, register};
use chengzhi_http::{Ctx, Problem, Unknown, Upload};
use chengzhi_kernel::Timestamp;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::domain::phase::Act;
use crate::domain::presence::Scan;
use crate::store::scan_reads;
use crate::store::scans::{self, ScanRow};
use crate::store::trainees;

use super::case::Case;
use super::materials::store_problem;
use super::{bad_field, words};

/// Largest photo of an entry.
pub const PHOTO_LIMIT: usize = 30 * 1024 * 1024;

/// An entry by hand.
#[derive(Debug, Clone)]
pub struct EntryInput {
    /// Trainee.
    pub trainee: i64,
    /// `in`, `mid`, `out`.
    pub kind: String,
    /// When.
    pub at: Timestamp,
    /// Check, for `mid`.
    pub check: Option<i64>,
    /// Why.
    pub reason: String,
}

/// Enters somebody by hand. Gives the row.
///
/// # Errors
/// 404 for classes of others; 409 for a class that cannot be recorded or somebody who is there; 422 for a field.
pub async fn enter(ctx: &Ctx, id: i64, lesson: i64, input: EntryInput) -> Result<i64, Problem> {
    let kind = Scan::from_code(&input.kind)
        .ok_or_else(|| bad_field("kind", "请选择签到、抽查或签退。"))?;
    let reason = words::required("reason", "补登原因", &input.reason, 200)?;
    let mut tx = ctx.db().write().await?;
    let case = Case::take(&mut tx, ctx, id).await?;
    case.may(Act::Record)?;
    let span = case.lesson(lesson)?.lesson.span;
    let trainee = trainees::by_id(&mut tx, input.trainee)
        .await?
        .filter(|row| row.class_id == id)
        .ok_or_else(|| bad_field("trainee_id", "这名学员不在本班名单中。"))?;
    if !trainee.seat.sits() && trainee.seat != crate::domain::enrol::Seat::OnLeave {
        return Err(bad_field(
            "trainee_id",
            format!("{}{}，不能补登。", trainee.name, trainee.seat.name()),
        ));
    }
    if input.at > ctx.now {
        return Err(bad_field("at", "补登时间不能晚于现在。"));
    }
    let rules = case.rules.scans();
    let earliest = rules.window(Scan::In, span).from;
    let latest = rules.window(Scan::Out, span).until;
    if input.at < earliest || input.at >= latest {
        return Err(bad_field(
            "at",
            "补登时间应在本课次签到开放至签退截止之间。",
        ));
    }
    let check = match (kind, input.check) {
        (Scan::Mid, Some(check)) => {
            let known = scans::checks(&mut tx, &[lesson]).await?;
            if !known.iter().any(|row| row.id == check) {
                return Err(bad_field("check_id", "没有这次课中抽查。"));
            }
            Some(check)
        }
        (Scan::Mid, None) => return Err(bad_field("check_id", "请选择是哪一次课中抽查。")),
        _ => None,
    };
    let row = ScanRow {
        id: 0,
        lesson_id: lesson,
        trainee_id: trainee.id,
        kind,
        check_id: check,
        method: "teacher".to_owned(),
        at: input.at,
        received_at: ctx.now,
        code_window: None,
        signature: None,
        device_id: None,
        account_id: None,
        network: String::new(),
        metres: None,
        score: 0,
        signals: "[]".to_owned(),
        reason: reason.clone(),
        photo_hash: None,
        by_name: ctx.actor.name.clone(),
        decided: None,
        decided_by_name: None,
    };
    let stored = scans::insert(&mut tx, &row).await?.ok_or_else(|| {
        Problem::conflict(
            "class.scan_twice",
            format!("{}已有{}记录，无需补登。", trainee.name, kind.name()),
        )
    })?;
    tx.audit(
        ctx.audit("class.entry", case.subject())
            .unit(case.class.unit_id)
            .detail(json!({"name": trainee.name, "kind": kind.code(), "reason": reason})),
    );
    tx.commit().await?;
    Ok(stored)
}

/// Adds a photo to an entry: JPEG or PNG by content.
///
/// # Errors
/// 404 for classes of others or a scan by phone; 422 for what is no photo.
pub async fn add_photo(ctx: &Ctx, id: i64, scan: i64, upload: Upload) -> Result<(), Problem> {
    let bytes = upload.bytes.clone();
    let read = tokio::task::spawn_blocking(move || read_photo(&bytes, PhotoLimits::default()))
        .await
        .map_err(|error| Unknown::log(&error))?;
    let (facts, _) = read.map_err(|error| bad_field("file", error.to_string()))?;
    let mut tx = ctx.db().read().await?;
    Case::run_by(&mut tx, ctx, id).await?;
    drop(tx);
    let stored = ctx
        .state
        .files
        .put(&upload.bytes)
        .await
        .map_err(store_problem)?;
    let mut tx = ctx.db().write().await?;
    let case = Case::take(&mut tx, ctx, id).await?;
    case.may(Act::Record)?;
    let row = scans::by_id(&mut tx, scan)
        .await?
        .filter(|row| row.method == "teacher" && case.lesson(row.lesson_id).is_ok())
        .ok_or_else(Problem::not_found)?;
    register(&mut tx, &stored, &facts).await?;
    scans::put_photo(&mut tx, row.id, stored.hash.as_str()).await?;
    tx.audit(
        ctx.audit("class.entry_photo", case.subject())
            .unit(case.class.unit_id)
            .detail(json!({"hash": stored.hash.as_str()})),
    );
    tx.commit().await?;
    Ok(())
}

/// A signal.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassSignalOut {
    /// Code.
    pub code: String,
    /// Sentence.
    pub text: String,
}

/// Signals as they were stored.
#[must_use]
pub fn signals_out(stored: &str) -> Vec<ClassSignalOut> {
    let list: Vec<serde_json::Value> = serde_json::from_str(stored).unwrap_or_default();
    list.iter()
        .map(|one| ClassSignalOut {
            code: one["code"].as_str().unwrap_or_default().to_owned(),
            text: one["text"].as_str().unwrap_or_default().to_owned(),
        })
        .collect()
}

/// A scan that the teacher should look at, or has looked at.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassDoubtfulOut {
    /// Row id.
    pub id: i64,
    /// Lesson.
    pub lesson_id: i64,
    /// When the lesson begins.
    #[schema(value_type = String, format = DateTime)]
    pub lesson_from: Timestamp,
    /// Trainee.
    pub trainee_id: i64,
    /// His name.
    pub name: String,
    /// His unit.
    pub unit_name: String,
    /// `in`, `mid`, `out`.
    pub kind: String,
    /// Its word.
    pub kind_name: String,
    /// The instant that counts.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Weight of the signals.
    pub score: u32,
    /// What is odd, in words: signals, never verdicts.
    pub signals: Vec<ClassSignalOut>,
    /// `kept`, `struck`; none while it waits.
    pub decided: Option<String>,
    /// Who decided.
    pub decided_by: Option<String>,
    /// Why.
    pub reason: String,
}

/// Doubtful scans of a class, those that wait first.
///
/// # Errors
/// 404 for classes of others; 500 from the engine.
pub async fn doubtful(ctx: &Ctx, id: i64) -> Result<Vec<ClassDoubtfulOut>, Problem> {
    let mut tx = ctx.db().read().await?;
    let case = Case::run_by(&mut tx, ctx, id).await?;
    let list = trainees::of_classes(&mut tx, &[id]).await?;
    let mut rows = scan_reads::ever_doubtful(&mut tx, id).await?;
    rows.sort_by_key(|scan| (scan.decided.is_some(), scan.id));
    Ok(rows
        .into_iter()
        .filter_map(|scan| {
            let who = list.iter().find(|row| row.id == scan.trainee_id)?;
            let lesson = case.lesson(scan.lesson_id).ok()?;
            Some(ClassDoubtfulOut {
                id: scan.id,
                lesson_id: scan.lesson_id,
                lesson_from: lesson.lesson.span.from,
                trainee_id: who.id,
                name: who.name.clone(),
                unit_name: who.unit_name.clone(),
                kind: scan.kind.code().to_owned(),
                kind_name: scan.kind.name().to_owned(),
                at: scan.at,
                score: scan.score,
                signals: signals_out(&scan.signals),
                decided: scan.decided,
                decided_by: scan.decided_by_name,
                reason: scan.reason,
            })
        })
        .collect())
}

/// Keeps or strikes a scan. A struck one does not count; its trainee may scan or be entered again.
///
/// # Errors
/// 404 for classes of others; 409 when it is decided; 422 without a reason.
pub async fn decide(
    ctx: &Ctx,
    id: i64,
    scan: i64,
    kept: bool,
    reason: &str,
) -> Result<(), Problem> {
    let reason = words::required("reason", "理由", reason, 200)?;
    let mut tx = ctx.db().write().await?;
    let case = Case::take(&mut tx, ctx, id).await?;
    case.may(Act::Record)?;
    let row = scans::by_id(&mut tx, scan)
        .await?
        .filter(|row| case.lesson(row.lesson_id).is_ok())
        .ok_or_else(Problem::not_found)?;
    let by = &ctx.actor.name;
    if !scans::decide(&mut tx, row.id, kept, &reason, by, ctx.now).await? {
        return Err(Problem::conflict(
            "class.scan_decided",
            "这条签到已经确认过，请刷新后再看。",
        ));
    }
    let decided = if kept { "kept" } else { "struck" };
    tx.audit(
        ctx.audit("class.scan_decide", case.subject())
            .unit(case.class.unit_id)
            .detail(json!({"scan": scan, "outcome": decided, "reason": reason})),
    );
    tx.commit().await?;
    Ok(())
}
