//! What each role must do about classes today: computed, never stored.

use chengzhi_authz::Permission;
use chengzhi_db::Tx;
use chengzhi_faculty::facade as faculty;
use chengzhi_http::{ClauseOut, Ctx, DueOut, Problem};
use chengzhi_kernel::{Date, UnitId, deadline};
use chengzhi_organisation::facade as organisation;

use crate::domain::phase::{Act, Phase, may};
use crate::store::{classes, closings, evaluations, filings, leaves, scan_reads, trainees};

use super::case::{Case, full_title, running_units, runs, sections};
use super::class_out::close_by;
use super::filing::file_by;
use super::{booked, forecast, reads, request_news};

/// Which of the three blocks of the first page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Block {
    /// Past its date.
    Overdue,
    /// To be done.
    DueSoon,
    /// With somebody else.
    Waiting,
}

/// One line of the first page.
#[derive(Debug, Clone)]
pub struct TodoItem {
    /// Block.
    pub block: Block,
    /// Stable kind, `class.file`.
    pub kind: &'static str,
    /// What to do.
    pub title: String,
    /// What one should know for it.
    pub detail: String,
    /// How many.
    pub count: Option<u32>,
    /// By when.
    pub due: Option<DueOut>,
    /// Page.
    pub link: String,
    /// 依据 when there is no date.
    pub clause: Option<ClauseOut>,
}

/// Days before a filing is due from which it is told.
const FILE_DAYS: i64 = 21;

/// All lines for the caller, most urgent first.
///
/// # Errors
/// 409 without rules; 500 from the engine.
pub async fn todo(tx: &mut Tx, ctx: &Ctx) -> Result<Vec<TodoItem>, Problem> {
    let mut items = Vec::new();
    if ctx.actor.may(Permission::ClassManage) {
        organiser(tx, ctx, &mut items).await?;
        request_news::waiting(tx, ctx, &mut items).await?;
    }
    if ctx.actor.may(Permission::ClassReview) {
        reviewer(tx, ctx, &mut items).await?;
    }
    if ctx.actor.may(Permission::ClassNominate) {
        squad(tx, ctx, &mut items).await?;
    }
    if ctx.actor.may(Permission::ClassAsk) {
        request_news::answered(tx, ctx, &mut items).await?;
    }
    if ctx.actor.may(Permission::ClassOwn) {
        trainee(tx, ctx, &mut items).await?;
    }
    items.sort_by_key(|item| (item.block, item.due.as_ref().map(|due| due.due_at)));
    Ok(items)
}

fn block(due: Option<&DueOut>) -> Block {
    if due.is_some_and(|due| due.late) {
        Block::Overdue
    } else {
        Block::DueSoon
    }
}

fn year(ctx: &Ctx) -> i32 {
    chrono::Datelike::year(&ctx.today)
}

fn count(n: usize) -> Option<u32> {
    u32::try_from(n).ok()
}

async fn organiser(tx: &mut Tx, ctx: &Ctx, items: &mut Vec<TodoItem>) -> Result<(), Problem> {
    let tree = organisation::tree(tx, ctx.today).await?;
    let mut units = running_units(ctx, &tree);
    units.extend(sections(ctx, &tree).into_iter().map(|(bureau, _)| bureau));
    let units: Vec<i64> = units.into_iter().collect();
    let mut found = classes::of_year(tx, year(ctx), &units).await?;
    if chrono::Datelike::month(&ctx.today) == 1 {
        // A class of December closes in January.
        found.extend(classes::of_year(tx, year(ctx) - 1, &units).await?);
    }
    for class in found {
        let phase = Phase::of(class.state, class.days(), ctx.today);
        let mine = runs(ctx, &tree, class.unit_id, class.kind, &class.section);
        if !mine || matches!(phase, Phase::Closed | Phase::Cancelled) {
            continue;
        }
        let case = Case::any(tx, ctx, class.id).await?;
        of_class(tx, ctx, &case, items).await?;
    }
    Ok(())
}

async fn of_class(
    tx: &mut Tx,
    ctx: &Ctx,
    case: &Case,
    items: &mut Vec<TodoItem>,
) -> Result<(), Problem> {
    let id = case.class.id;
    let title = case.full_title();
    if case.phase == Phase::Draft
        && let Some(by) = file_by(ctx, case)?
        && by.due.days_left <= FILE_DAYS
    {
        items.push(TodoItem {
            block: block(Some(&by.due)),
            kind: "class.file",
            title: if by.due.late {
                "培训班报备已迟"
            } else {
                "报备培训班"
            }
            .to_owned(),
            detail: if by.due.late {
                format!("“{title}”已过报备期限，仍请报备，记为迟报。")
            } else {
                format!("“{title}”还没有报备。")
            },
            count: None,
            due: Some(by.due),
            link: format!("/classes/{id}"),
            clause: None,
        });
    }
    if matches!(case.phase, Phase::Ended | Phase::ReturnedForCompletion)
        && case.class.kind.is_closed_with_materials()
        && may(case.phase, Act::SubmitClosing).is_ok()
    {
        let due = close_by(ctx, case)?;
        let returned = case.phase == Phase::ReturnedForCompletion;
        items.push(TodoItem {
            block: block(due.as_ref()),
            kind: "class.close",
            title: if returned {
                "补正结项材料"
            } else {
                "提交结项材料"
            }
            .to_owned(),
            detail: if returned {
                format!("“{title}”结项材料被退回，请补正后再提交。")
            } else {
                format!("“{title}”已结束，还没有提交结项材料。")
            },
            count: None,
            due,
            link: format!("/classes/{id}/closing"),
            clause: None,
        });
    }
    let asked = leaves::of_classes(tx, &[id])
        .await?
        .iter()
        .filter(|leave| leave.state == "asked")
        .count();
    if asked > 0 {
        items.push(plain(
            Block::DueSoon,
            "class.leave",
            "请假待批",
            format!("“{title}”有{asked}人请假待批。"),
            count(asked),
            format!("/classes/{id}/trainees"),
        ));
    }
    let gone = no_longer_serving(tx, ctx, case).await?;
    if !gone.is_empty() {
        items.push(plain(
            Block::DueSoon,
            "class.instructor_gone",
            "授课教员已不在聘期",
            format!(
                "“{title}”还有课次由{}授课，届时已不在聘期，请另选教员。",
                gone.join("、")
            ),
            count(gone.len()),
            format!("/classes/{id}/timetable"),
        ));
    }
    let doubtful = scan_reads::doubtful(tx, id).await?;
    if doubtful > 0 {
        items.push(plain(
            Block::DueSoon,
            "class.doubtful",
            "存疑签到待确认",
            format!("“{title}”有{doubtful}条签到存疑，请班主任确认。"),
            Some(doubtful),
            format!("/classes/{id}/presence"),
        ));
    }
    Ok(())
}

/// Names of instructors of the register who will not serve on the day of a lesson to come, but for those who were
/// released and come all the same, as it was agreed with them.
async fn no_longer_serving(tx: &mut Tx, ctx: &Ctx, case: &Case) -> Result<Vec<String>, Problem> {
    let mut names = Vec::new();
    if !matches!(case.phase, Phase::Draft | Phase::Filed | Phase::Running) {
        return Ok(names);
    }
    for row in &case.lessons {
        let span = row.lesson.span;
        let (Some(id), true) = (row.lesson.instructor, span.from > ctx.now) else {
            continue;
        };
        let Some(known) = faculty::instructor(tx, id).await? else {
            continue;
        };
        if known.serves(span.from.date()) || names.contains(&row.instructor) {
            continue;
        }
        let within = faculty::Span {
            from: span.from,
            until: span.until,
        };
        let subject = faculty::Subject::Instructor(id);
        let owner = booked::owner(case.class.id);
        if known.state != faculty::InstructorState::Released
            || booked::given_back(tx, &owner, subject, within).await?
        {
            names.push(row.instructor.clone());
        }
    }
    Ok(names)
}

/// A line without a date.
pub(super) fn plain(
    block: Block,
    kind: &'static str,
    title: &str,
    detail: String,
    count: Option<u32>,
    link: String,
) -> TodoItem {
    TodoItem {
        block,
        kind,
        title: title.to_owned(),
        detail,
        count,
        due: None,
        link,
        clause: None,
    }
}

async fn reviewer(tx: &mut Tx, ctx: &Ctx, items: &mut Vec<TodoItem>) -> Result<(), Problem> {
    let scope = ctx.scope(Permission::ClassReview)?;
    let open = filings::open_to(tx, &scope.unit_sql("to_unit_id")).await?;
    if !open.is_empty() {
        items.push(plain(
            Block::DueSoon,
            "class.filings",
            "培训班报备待阅",
            format!("有{}件培训班报备等待答复。", open.len()),
            count(open.len()),
            "/classes/filings".to_owned(),
        ));
    }
    let units: Vec<i64> = scope.units.iter().copied().collect();
    let waiting: Vec<_> = classes::of_year(tx, year(ctx), &units)
        .await?
        .into_iter()
        .filter(|class| class.state == crate::domain::phase::Stored::ClosingSubmitted)
        .collect();
    let ids: Vec<i64> = waiting.iter().map(|class| class.id).collect();
    let own: Vec<i64> = closings::closings(tx, &ids)
        .await?
        .iter()
        .filter(|row| row.outcome.is_none() && row.submitted_by == Some(ctx.actor.account_id))
        .map(|row| row.class_id)
        .collect();
    for class in waiting.iter().filter(|class| !own.contains(&class.id)) {
        items.push(plain(
            Block::DueSoon,
            "class.closing_review",
            "审核结项材料",
            format!("“{}”已提交结项材料。", full_title(class)),
            None,
            format!("/classes/{}/closing", class.id),
        ));
    }
    Ok(())
}

/// Days before the last day of the closed training from which a squad is told who lacks a seat.
const SEASON: i64 = 90;

async fn squad(tx: &mut Tx, ctx: &Ctx, items: &mut Vec<TodoItem>) -> Result<(), Problem> {
    let scope = ctx.scope(Permission::ClassNominate)?;
    let tree = organisation::tree(tx, ctx.today).await?;
    let mut bureaus: Vec<UnitId> = scope
        .units
        .iter()
        .filter_map(|unit| tree.district_of(UnitId::from(*unit)))
        .collect();
    bureaus.sort_unstable();
    bureaus.dedup();
    for bureau in bureaus {
        let found = forecast::of_bureau(tx, ctx, &scope, &tree, bureau, year(ctx)).await?;
        let near = |by: Date| deadline::days_between(ctx.today, by) <= SEASON;
        if found.batches == 0 || found.finish_by.is_some_and(|by| !near(by)) {
            continue;
        }
        for unit in found.units.iter().filter(|unit| unit.missing > 0) {
            items.push(plain(
                Block::DueSoon,
                "class.missing",
                "还有人未入集中培训期次",
                format!("{}有{}人还没有入期次。", unit.unit_name, unit.missing),
                Some(unit.missing),
                "/classes/forecast".to_owned(),
            ));
        }
    }
    Ok(())
}

async fn trainee(tx: &mut Tx, ctx: &Ctx, items: &mut Vec<TodoItem>) -> Result<(), Problem> {
    let Some(person) = ctx.actor.person_id else {
        return Ok(());
    };
    for news in reads::news(tx, ctx, person).await? {
        items.push(plain(
            Block::DueSoon,
            "class.news",
            news.title,
            news.text,
            None,
            if news.listed {
                format!("/m/classes/{}", news.class)
            } else {
                format!("/classes/{}", news.class)
            },
        ));
    }
    for row in trainees::of_person(tx, person, year(ctx)).await? {
        if !row.seat.sits() {
            continue;
        }
        let case = Case::any(tx, ctx, row.class_id).await?;
        let title = case.full_title();
        let next = case
            .lessons
            .iter()
            .find(|lesson| lesson.lesson.span.until > ctx.now);
        if let (Phase::Filed | Phase::Running, Some(next)) = (case.phase, next) {
            items.push(plain(
                Block::Waiting,
                "class.own",
                "我的培训班",
                format!(
                    "“{title}”下一课次{}，{}。",
                    next.lesson.span.from.format_cn(),
                    next.place
                )
                .replace("，。", "。"),
                None,
                format!("/m/classes/{}", row.class_id),
            ));
        }
        let open = matches!(case.phase, Phase::Running | Phase::Ended);
        if case.class.evaluates && open {
            let marks = evaluations::marks(tx, row.class_id).await?;
            let left = case
                .courses
                .iter()
                .filter(|course| {
                    let last = case
                        .lessons
                        .iter()
                        .filter(|lesson| lesson.lesson.course == course.id)
                        .map(|lesson| lesson.lesson.span.until)
                        .max();
                    last.is_some_and(|last| last <= ctx.now)
                        && !marks.contains(&(row.id, course.id))
                })
                .count();
            if left > 0 {
                items.push(plain(
                    Block::DueSoon,
                    "class.evaluate",
                    "评价课程",
                    format!("“{title}”有{left}门课程待评价，评价后才计学时。"),
                    count(left),
                    format!("/m/classes/{}", row.class_id),
                ));
            }
        }
    }
    Ok(())
}
