//! Sessions: made, changed, cancelled.

use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::{Date, Timestamp, UnitId};
use chengzhi_organisation::facade::{self as organisation, POSTS};
use chrono::Datelike as _;
use serde_json::json;

use crate::domain::Marks;
use crate::domain::attempts::check_own;
use crate::domain::range::Rule;
use crate::domain::session::{Event, ExamType, Level, Mode, Purpose, State, take};
use crate::domain::sitting::Terms;
use crate::store::sessions::{self, Session};

use super::belongs::CLASS;
use super::case::{Case, holding_units, may_hold, rules_of};
use super::{refused, words};

/// A session as entered.
#[derive(Debug, Clone)]
pub struct SessionInput {
    /// Code of its type.
    pub exam_type: String,
    /// Code of its level; empty for none.
    pub level: String,
    /// Month of its window; only for the qualification exam.
    pub month: Option<u32>,
    /// Title.
    pub title: String,
    /// What it belongs to: `class:12`; empty for none.
    pub about: String,
    /// Code of its mode.
    pub mode: String,
    /// The doors open.
    pub opens: Timestamp,
    /// Nobody may begin from here on.
    pub last_start: Timestamp,
    /// End of the window.
    pub closes: Timestamp,
    /// Length in minutes.
    pub minutes: u32,
    /// Attempts; none: by the rules of the purpose.
    pub attempts: Option<u32>,
    /// Last day of the districts' review.
    pub review_until: Date,
    /// Whom it is for.
    pub range: Rule,
}

const MOST_MINUTES: u32 = 600;
/// How far back and ahead of this year a session may lie: a mistyped year is found before anybody plans by it.
const YEARS_BACK: i32 = 1;
/// See [`YEARS_BACK`].
const YEARS_AHEAD: i32 = 2;

/// Reads an input into a session.
///
/// # Errors
/// 422 for a field.
async fn read(
    tx: &mut Tx,
    ctx: &Ctx,
    input: SessionInput,
    purpose: Purpose,
    unit: UnitId,
) -> Result<Session, Problem> {
    let field = |name: &str, text: &str| Problem::field(name, text);
    let exam_type = ExamType::from_code(&input.exam_type)
        .ok_or_else(|| field("exam_type", "请选择考试类型。"))?;
    let level = match input.level.as_str() {
        "" => None,
        code => Some(
            Level::from_code(code)
                .ok_or_else(|| field("level", "请选择等级。"))?
                .code()
                .to_owned(),
        ),
    };
    let mode = Mode::from_code(&input.mode).ok_or_else(|| field("mode", "请选择考试方式。"))?;
    let year = input.opens.date().year();
    let this = ctx.today.year();
    if !(this - YEARS_BACK..=this + YEARS_AHEAD).contains(&year) {
        return Err(Problem::field(
            "opens_at",
            format!(
                "考试日期应在{}年至{}年之间，请核对年份。",
                this - YEARS_BACK,
                this + YEARS_AHEAD
            ),
        ));
    }
    let rules = rules_of(tx, ctx, year).await?;
    let months = &rules.exam.months.value;
    let month = match purpose {
        Purpose::Qualification => Some(
            input
                .month
                .filter(|month| months.contains(month))
                .ok_or_else(|| {
                    let list: Vec<String> =
                        months.iter().map(|month| format!("{month}月")).collect();
                    Problem::field("month", format!("请选择考试批次：{}。", list.join("、")))
                })?,
        ),
        _ => None,
    };
    if input.opens > input.last_start || input.last_start > input.closes {
        return Err(field(
            "last_start_at",
            "时间应依次为：开考、停止入场、结束。",
        ));
    }
    if input.minutes == 0 || input.minutes > MOST_MINUTES {
        return Err(Problem::field(
            "minutes",
            format!("考试时长应在1至{MOST_MINUTES}分钟之间。"),
        ));
    }
    let duration = i64::from(input.minutes) * 60;
    if input.closes.seconds_since(input.opens) < duration {
        return Err(field("closes_at", "从开考到结束应不短于考试时长。"));
    }
    let ruled = rules.exam.attempts(purpose.code());
    check_own(purpose, ruled, input.attempts)
        .map_err(|deny| Problem::field("attempts", deny.text))?;
    let review_by = Timestamp::end_of_day(input.review_until);
    if review_by > input.opens {
        return Err(field("review_until", "人员审核应在开考前一日或更早截止。"));
    }
    if let Some(unknown) = input
        .range
        .posts
        .iter()
        .find(|code| !POSTS.iter().any(|(known, _)| known == code))
    {
        return Err(Problem::field(
            "range.posts",
            format!("没有“{unknown}”这一职务，请重新选择。"),
        ));
    }
    let range_rule =
        serde_json::to_string(&input.range).map_err(|error| chengzhi_http::Unknown::log(&error))?;
    let about = words::optional("about", "所属", &input.about, 60)?;
    Ok(Session {
        id: 0,
        unit,
        purpose,
        exam_type,
        level,
        year,
        month,
        title: words::required("title", "考试名称", &input.title, 60)?,
        about: (!about.is_empty()).then_some(about),
        mode,
        terms: Terms {
            opens: input.opens,
            last_start: input.last_start,
            closes: input.closes,
            duration,
            margin: i64::from(rules.exam.margin_seconds()),
        },
        review_by,
        range_rule,
        before: None,
        attempts: input.attempts,
        pass_mark: None,
        pass_set_by: None,
        state: State::Draft,
        blueprint: None,
        papers: None,
        report: None,
        published_at: None,
        published_by: None,
        version: 1,
        created_by_name: ctx.actor.name.clone(),
    })
}

fn is_class(about: Option<&str>) -> bool {
    about.is_some_and(|about| about.starts_with(CLASS))
}

fn linked_elsewhere() -> Problem {
    Problem::field("about", "培训班与考试的关联请在培训班的成绩页办理。")
}

/// Makes a session. Gives its id.
///
/// # Errors
/// 404 outside the own bureaus; 422 for a field.
pub async fn create(
    ctx: &Ctx,
    unit: UnitId,
    purpose: &str,
    input: SessionInput,
) -> Result<i64, Problem> {
    let mut tx = ctx.db().write().await?;
    let tree = organisation::tree(&mut tx, ctx.today).await?;
    if !holding_units(ctx, &tree).contains(&unit.get()) {
        return Err(Problem::not_found());
    }
    let purpose =
        Purpose::from_code(purpose).ok_or_else(|| Problem::field("purpose", "请选择考试用途。"))?;
    if !may_hold(&tree, unit, purpose) {
        let own: Vec<&str> = Purpose::ALL
            .iter()
            .filter(|one| may_hold(&tree, unit, **one))
            .map(|one| one.name())
            .collect();
        return Err(Problem::field(
            "purpose",
            format!(
                "{}由市局统一组织，区局可组织{}。",
                purpose.name(),
                own.join("、")
            ),
        ));
    }
    let new = read(&mut tx, ctx, input, purpose, unit).await?;
    if is_class(new.about.as_deref()) {
        return Err(linked_elsewhere());
    }
    if new.terms.opens <= ctx.now {
        return Err(Problem::field("opens_at", "开考时间应晚于现在。"));
    }
    let id = sessions::insert(&mut tx, &new, ctx.actor.account_id, ctx.now).await?;
    tx.audit(
        ctx.audit("exam.create", format!("exam_session:{id}"))
            .unit(unit)
            .detail(json!({"title": new.title, "purpose": purpose.code()})),
    );
    tx.commit().await?;
    Ok(id)
}

/// Changes a session that is not sealed.
///
/// # Errors
/// 404 for others; 409 when it is sealed or was changed since; 422 for a field.
pub async fn change(ctx: &Ctx, id: i64, version: i64, input: SessionInput) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let mut case = Case::take(&mut tx, ctx, id).await?;
    case.fresh(version)?;
    case.only_in(&[State::Draft, State::Reviewing], "修改")?;
    let new = read(&mut tx, ctx, input, case.session.purpose, case.session.unit).await?;
    let old = case.session.clone();
    // What a class has linked stays linked until the class takes that back; nobody links it from here.
    let about = match (
        is_class(old.about.as_deref()),
        is_class(new.about.as_deref()),
    ) {
        (true, _) => old.about.clone(),
        (false, true) => return Err(linked_elsewhere()),
        (false, false) => new.about.clone(),
    };
    case.session = Session {
        about,
        id: old.id,
        before: old.before,
        pass_mark: old.pass_mark,
        pass_set_by: old.pass_set_by,
        state: old.state,
        blueprint: old.blueprint,
        papers: old.papers,
        report: old.report,
        version: old.version,
        created_by_name: old.created_by_name,
        ..new
    };
    case.put(&mut tx).await?;
    tx.audit(
        ctx.audit("exam.change", case.subject())
            .unit(case.session.unit)
            .detail(json!({"title": case.session.title, "version": case.session.version})),
    );
    tx.commit().await?;
    Ok(())
}

/// Cancels a session that nobody has begun.
///
/// # Errors
/// 404 for others; 409 when it has opened, or was changed since; 422 without a reason.
pub async fn cancel(ctx: &Ctx, id: i64, version: i64, reason: &str) -> Result<(), Problem> {
    let reason = words::required("reason", "取消原因", reason, 200)?;
    let mut tx = ctx.db().write().await?;
    let mut case = Case::take(&mut tx, ctx, id).await?;
    case.fresh(version)?;
    case.session.state = take(case.session.state, Event::Cancel).map_err(refused)?;
    if ctx.now >= case.session.terms.opens {
        return Err(Problem::conflict(
            "exams.opened",
            "考试已经开始，不能取消。",
        ));
    }
    for (exam, _) in sessions::rounds(&mut tx, id).await? {
        crate::store::exams::cancel(&mut tx, exam).await?;
    }
    case.put(&mut tx).await?;
    tx.audit(
        ctx.audit("exam.cancel", case.subject())
            .unit(case.session.unit)
            .detail(json!({"reason": reason})),
    );
    tx.commit().await?;
    Ok(())
}

/// Sets the pass mark (B-64): it has no default for the qualification exam.
///
/// # Errors
/// 404 for others; 409 once results are out; 422 for a mark above the full marks.
pub async fn set_pass_mark(ctx: &Ctx, id: i64, version: i64, pass: Marks) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let mut case = Case::take(&mut tx, ctx, id).await?;
    case.fresh(version)?;
    case.only_in(
        &[
            State::Draft,
            State::Reviewing,
            State::Sealed,
            State::Marking,
        ],
        "更改分数线",
    )?;
    let full = super::papers::full_marks(&case.session).unwrap_or(Marks::whole(1000));
    crate::domain::scoring::check_pass_mark(pass, full)
        .map_err(|deny| Problem::field("pass_mark", deny.text))?;
    let was = case.session.pass_mark;
    case.session.pass_mark = Some(pass);
    case.session.pass_set_by = Some(ctx.actor.name.clone());
    case.put(&mut tx).await?;
    tx.audit(
        ctx.audit("exam.pass_mark", case.subject())
            .unit(case.session.unit)
            .detail(json!({"was": was.map(Marks::hundredths), "now": pass.hundredths()})),
    );
    tx.commit().await?;
    Ok(())
}
