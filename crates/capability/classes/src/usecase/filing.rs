//! Filing with the upper level (B-26, B-33): the first, each change afterwards, the answer. Never a gate.

use chengzhi_assessment::facade as assessment;
use chengzhi_authz::Scope;
use chengzhi_db::Tx;
use chengzhi_http::{Ctx, DueOut, Problem};
use chengzhi_kernel::{Date, Timestamp};
use chengzhi_organisation::facade as organisation;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::domain::kind::Kind;
use crate::domain::phase::{Act, Stored};
use crate::store::filings::{self, Filing};
use crate::store::{classes, trainees};

use super::case::{Case, full_title};
use super::class_out::ClassDayOut;
use super::filing_verdict::is_earlier;
use super::{bad_field, booked, words};

/// When a class must be filed, explained day by day.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassFileByOut {
    /// Last day, and what is left.
    pub due: DueOut,
    /// How it came about.
    pub text: String,
    /// Day by day.
    pub strip: Vec<ClassDayOut>,
}

/// When the class must be filed; none for a kind that is not filed or a class without days.
///
/// # Errors
/// 409 when a needed calendar year is not published.
pub fn file_by(ctx: &Ctx, case: &Case) -> Result<Option<ClassFileByOut>, Problem> {
    let Some(first) = case.class.first_on.filter(|_| case.class.kind.is_filed()) else {
        return Ok(None);
    };
    let Some((due, clause)) = case.rules.file_by(first)? else {
        return Ok(None);
    };
    Ok(Some(ClassFileByOut {
        text: due.text.clone(),
        strip: due.strip.iter().map(ClassDayOut::of).collect(),
        due: case.rules.due(&due, ctx.now, clause),
    }))
}

/// What is told: the class, its courses and lessons, how many are on the list.
async fn snapshot(tx: &mut Tx, case: &Case) -> Result<String, Problem> {
    let list = trainees::of_classes(tx, &[case.class.id]).await?;
    let class = &case.class;
    let courses: Vec<_> = case
        .courses
        .iter()
        .map(|course| {
            json!({
                "title": course.title, "subject": course.subject.code(), "topic": course.topic,
                "hours": course.hours.to_string(), "credits": course.credits.to_string(),
            })
        })
        .collect();
    let lessons: Vec<_> = case
        .lessons
        .iter()
        .map(|row| {
            json!({
                "uid": row.uid, "from": row.lesson.span.from.to_rfc3339(),
                "until": row.lesson.span.until.to_rfc3339(),
                "instructor": row.instructor, "place": row.place,
            })
        })
        .collect();
    Ok(json!({
        "title": class.title, "batch": class.batch, "kind": class.kind.code(), "audience": class.audience,
        "section": class.section, "form": class.form, "place": class.place, "teacher": class.teacher_name,
        "phone": class.phone, "reason": class.reason, "first_on": class.first_on, "last_on": class.last_on,
        "trainees": list.iter().filter(|row| row.seat.sits()).count(),
        "courses": courses, "lessons": lessons,
    })
    .to_string())
}

async fn add(tx: &mut Tx, ctx: &Ctx, case: &Case, what: &str) -> Result<(), Problem> {
    let class = &case.class;
    let Some(first_on) = class.first_on else {
        return Err(Problem::conflict(
            "class.no_lessons",
            "还没有排课，请先排好课表再报备。",
        ));
    };
    let content = snapshot(tx, case).await?;
    // A change to an earlier day must itself come in time for that day.
    let judged = match what {
        "filed" => true,
        "changed" => is_earlier(&filings::of_classes(tx, &[class.id]).await?, first_on),
        _ => false,
    };
    let due = if class.kind.is_filed() && judged {
        case.rules.file_by(first_on)?.map(|(due, _)| due)
    } else {
        None
    };
    let to = if class.kind.is_filed() {
        organisation::reviewing_unit(tx, class.unit_id, ctx.today).await?
    } else {
        None
    };
    let filing = Filing {
        id: 0,
        class_id: class.id,
        seq: 0,
        what: what.to_owned(),
        filed_at: ctx.now,
        filed_by_name: ctx.actor.name.clone(),
        first_on,
        late: due.as_ref().map(|due| ctx.now >= due.due_at),
        due_on: due.map(|due| due.last_day),
        digest: chengzhi_db::digest(content.as_bytes()),
        content,
        to_unit_id: to.map(|unit| unit.id),
        answer: None,
        answer_text: None,
        answered_at: None,
        answered_by_name: None,
    };
    filings::insert(tx, &filing, ctx.actor.account_id).await?;
    Ok(())
}

/// Files a class, late or not, and enters it as a session of its district's training (B-11).
///
/// # Errors
/// 404 for classes of others; 409 for an old version, a class without lessons, one already filed, or an instructor or
/// place that something else holds; 422 without the
/// reason that a stand-alone fitness test needs.
pub async fn file(ctx: &Ctx, id: i64, version: i64) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let mut case = Case::take(&mut tx, ctx, id).await?;
    case.fresh(version)?;
    case.may(Act::File)?;
    if case.class.kind.needs_reason() && case.class.reason.is_empty() {
        return Err(bad_field(
            "reason",
            "单独举办体能测试须写明理由，请先在基本信息中填写。",
        ));
    }
    add(&mut tx, ctx, &case, "filed").await?;
    case.class.state = Stored::Filed;
    // What a draft could not book must be free now.
    booked::book(&mut tx, &case).await?;
    if let (Kind::Closed, Some(days)) = (case.class.kind, case.class.days()) {
        let note = full_title(&case.class);
        let session = assessment::add_training_session(
            &mut tx,
            case.class.unit_id,
            days,
            Some(&note),
            &ctx.actor.name,
            ctx.now,
        )
        .await?;
        case.class.session_id = Some(session);
    }
    classes::put(&mut tx, &case.class).await?;
    words::note_event(&mut tx, ctx, id, "filed", None).await?;
    tx.emit(words::outbox("class.filed", &case));
    tx.audit(
        ctx.audit("class.file", case.subject())
            .unit(case.class.unit_id)
            .detail(json!({"title": case.full_title(), "first_on": case.class.first_on})),
    );
    tx.commit().await?;
    Ok(())
}

/// Tells a change of a filed class: a filing of its own, the calendar counted up, the district's session moved.
/// Nothing happens before the first filing.
///
/// # Errors
/// 409 when a needed calendar year is not published; 500 from the engine.
pub(super) async fn tell_change(
    tx: &mut Tx,
    ctx: &Ctx,
    case: &mut Case,
    changed: bool,
) -> Result<(), Problem> {
    if !changed || case.class.state == Stored::Draft {
        return Ok(());
    }
    add(tx, ctx, case, "changed").await?;
    case.class.calendar_seq += 1;
    if let (Some(session), Some(days)) = (case.class.session_id, case.class.days()) {
        assessment::move_training_session(tx, session, days).await?;
    }
    classes::put(tx, &case.class).await?;
    words::note_event(tx, ctx, case.class.id, "changed", None).await?;
    tx.emit(words::outbox("class.changed", case));
    Ok(())
}

/// Gives a class up: told to the upper level and to calendars when it was filed.
///
/// # Errors
/// 404 for classes of others; 409 for an old version or a class that is over; 422 without a reason.
pub async fn cancel(ctx: &Ctx, id: i64, version: i64, reason: &str) -> Result<(), Problem> {
    let reason = words::required("reason", "取消原因", reason, 500)?;
    let mut tx = ctx.db().write().await?;
    let mut case = Case::take(&mut tx, ctx, id).await?;
    case.fresh(version)?;
    case.may(Act::Cancel)?;
    if case.class.state != Stored::Draft {
        add(&mut tx, ctx, &case, "cancelled").await?;
    }
    case.class.state = Stored::Cancelled;
    case.class.calendar_seq += 1;
    booked::book(&mut tx, &case).await?;
    if let Some(session) = case.class.session_id.take() {
        assessment::remove_training_session(&mut tx, session, case.class.unit_id).await?;
    }
    super::awards::reverse_all(&mut tx, ctx, &case, &reason).await?;
    super::certificates::settle(&mut tx, ctx, &case).await?;
    classes::put(&mut tx, &case.class).await?;
    words::note_event(&mut tx, ctx, id, "cancelled", Some(&reason)).await?;
    tx.emit(words::outbox("class.cancelled", &case));
    tx.audit(
        ctx.audit("class.cancel", case.subject())
            .unit(case.class.unit_id)
            .detail(json!({"title": case.full_title(), "reason": reason})),
    );
    tx.commit().await?;
    Ok(())
}

/// Answers a filing: noted, commented or returned. The class goes on whatever is said.
///
/// # Errors
/// 404 for filings to others; 409 when it is answered; 422 without the text that a comment needs.
pub async fn answer(
    ctx: &Ctx,
    scope: &Scope,
    class: i64,
    filing: i64,
    answer: &str,
    text: &str,
) -> Result<(), Problem> {
    let text = match answer {
        "noted" => words::optional("text", "意见", text, 1_000)?,
        "commented" | "returned" => words::required("text", "意见", text, 1_000)?,
        _ => return Err(bad_field("answer", "请选择已阅、提出意见或退回修改。")),
    };
    let mut tx = ctx.db().write().await?;
    let case = Case::take_any(&mut tx, ctx, class).await?;
    let known = filings::of_classes(&mut tx, &[class])
        .await?
        .into_iter()
        .find(|row| row.id == filing)
        .filter(|row| row.to_unit_id.is_some_and(|unit| scope.has_unit(unit)))
        .ok_or_else(Problem::not_found)?;
    let by = &ctx.actor.name;
    if !filings::answer(&mut tx, known.id, (answer, &text), by, ctx.now).await? {
        return Err(Problem::conflict(
            "class.filing_answered",
            "这次报备已有答复，请刷新后再看。",
        ));
    }
    words::note_event(&mut tx, ctx, class, answer, Some(&text)).await?;
    tx.audit(
        ctx.audit("class.filing_answer", case.subject())
            .unit(case.class.unit_id)
            .detail(json!({"answer": answer})),
    );
    tx.commit().await?;
    Ok(())
}

/// A filing as sent.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassFilingOut {
    /// Row id.
    pub id: i64,
    /// Class.
    pub class_id: i64,
    /// From 1.
    pub seq: i64,
    /// `filed`, `changed`, `cancelled`.
    pub what: String,
    /// Its word.
    pub what_name: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub filed_at: Timestamp,
    /// By whom.
    pub filed_by: String,
    /// First day told.
    pub first_on: Date,
    /// Last day in time.
    pub due_on: Option<Date>,
    /// Whether it came later.
    pub late: Option<bool>,
    /// SHA-256 of what was told.
    pub digest: String,
    /// Who is told.
    pub to_unit_name: String,
    /// `noted`, `commented`, `returned`.
    pub answer: Option<String>,
    /// Its word.
    pub answer_name: Option<String>,
    /// What the upper level says.
    pub answer_text: Option<String>,
    /// When.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub answered_at: Option<Timestamp>,
    /// Who.
    pub answered_by: Option<String>,
    /// Whether the caller may answer it.
    pub may_answer: bool,
}

/// A filing as sent.
#[must_use]
pub fn filing_out(ctx: &Ctx, case_tree: &organisation::UnitTree, row: Filing) -> ClassFilingOut {
    let review = ctx.actor.scope(chengzhi_authz::Permission::ClassReview);
    ClassFilingOut {
        may_answer: row.answer.is_none()
            && row
                .to_unit_id
                .is_some_and(|unit| review.as_ref().is_some_and(|scope| scope.has_unit(unit))),
        what_name: match row.what.as_str() {
            "filed" => "报备",
            "changed" => "变更",
            _ => "取消",
        }
        .to_owned(),
        answer_name: row.answer.as_deref().map(|answer| {
            match answer {
                "noted" => "已阅",
                "commented" => "提出意见",
                _ => "退回修改",
            }
            .to_owned()
        }),
        to_unit_name: row
            .to_unit_id
            .map(|unit| case_tree.name(unit).to_owned())
            .unwrap_or_default(),
        id: row.id,
        class_id: row.class_id,
        seq: row.seq,
        what: row.what,
        filed_at: row.filed_at,
        filed_by: row.filed_by_name,
        first_on: row.first_on,
        due_on: row.due_on,
        late: row.late,
        digest: row.digest,
        answer: row.answer,
        answer_text: row.answer_text,
        answered_at: row.answered_at,
        answered_by: row.answered_by_name,
    }
}

/// A filing that waits for an answer, with its class.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassOpenFilingOut {
    /// Bureau.
    pub unit_name: String,
    /// Class with its batch.
    pub class_title: String,
    /// The filing.
    pub filing: ClassFilingOut,
}

/// Filings that wait for an answer of the actor's office, oldest first.
///
/// # Errors
/// 500 from the engine.
pub async fn open_filings(ctx: &Ctx, scope: &Scope) -> Result<Vec<ClassOpenFilingOut>, Problem> {
    let mut tx = ctx.db().read().await?;
    let tree = organisation::tree(&mut tx, ctx.today).await?;
    let rows = filings::open_to(&mut tx, &scope.unit_sql("to_unit_id")).await?;
    let ids: Vec<i64> = rows.iter().map(|row| row.class_id).collect();
    let known = classes::by_ids(&mut tx, &ids).await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            let class = known.iter().find(|class| class.id == row.class_id)?;
            Some(ClassOpenFilingOut {
                unit_name: tree.name(class.unit_id).to_owned(),
                class_title: full_title(class),
                filing: filing_out(ctx, &tree, row),
            })
        })
        .collect())
}
