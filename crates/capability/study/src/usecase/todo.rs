//! What each role must do about monthly study today (B-35, B-43): computed, never stored. What a person
//! lacks himself is told with his own year by `assessment`.

use chengzhi_authz::{Permission, Scope};
use chengzhi_db::Tx;
use chengzhi_http::{ClauseOut, Ctx, DueOut, Problem};
use chengzhi_kernel::Month;
use chengzhi_organisation::facade::{self as organisation, UnitKind};

use crate::domain::state::State;
use crate::store::{BOOK, tasks};
use chengzhi_cycle::short_list;

use super::access::direct_units;
use super::list::{Filter, RecordRowOut, queue_rows};
use super::overview::{self, Overview, SlotNow};
use super::policy::YearRules;
use super::tasks::missing_warning;

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

impl Block {
    /// Code of the block, as the first page names it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Block::Overdue => "overdue",
            Block::DueSoon => "due_soon",
            Block::Waiting => "waiting",
        }
    }
}

/// One line of the first page.
#[derive(Debug, Clone)]
pub struct TodoItem {
    /// Block.
    pub block: Block,
    /// Stable kind, `study.report`.
    pub kind: &'static str,
    /// What to do.
    pub title: String,
    /// What one should know for it.
    pub detail: String,
    /// How many.
    pub count: Option<u32>,
    /// By when, with the instant and its 依据.
    pub due: Option<DueOut>,
    /// Page.
    pub link: String,
    /// 依据 when there is no date.
    pub clause: Option<ClauseOut>,
}

/// Most units that are named one by one.
const MOST_LINES: usize = 8;

/// All lines for the caller, most urgent first.
///
/// # Errors
/// 409 without rules; 500 from the engine.
pub async fn todo(tx: &mut Tx, ctx: &Ctx) -> Result<Vec<TodoItem>, Problem> {
    let mut items = Vec::new();
    if let Some(scope) = ctx.actor.scope(Permission::StudyReport) {
        reporter(tx, ctx, &scope, &mut items).await?;
    }
    if let Some(scope) = ctx.actor.scope(Permission::StudyReview) {
        reviewer(tx, ctx, &scope, &mut items).await?;
    }
    if ctx.actor.may(Permission::StudyTask) {
        city(tx, ctx, &mut items).await?;
    }
    items.sort_by_key(|item| (item.block, item.due.as_ref().map(|due| due.due_at)));
    Ok(items)
}

async fn this_month(tx: &mut Tx, ctx: &Ctx, scope: &Scope) -> Result<Overview, Problem> {
    let month = Month::of(ctx.today);
    overview::of_year(tx, &ctx.state, ctx.now, scope, month.year(), Some(month)).await
}

async fn reporter(
    tx: &mut Tx,
    ctx: &Ctx,
    scope: &Scope,
    items: &mut Vec<TodoItem>,
) -> Result<(), Problem> {
    let overview = this_month(tx, ctx, scope).await?;
    for slot in overview.slots.iter().take(MOST_LINES) {
        let Some(rules) = overview.months.get(&slot.month) else {
            continue;
        };
        let name = overview.units.name(slot.unit);
        let month = format!("{}月", slot.month.month());
        let link = format!("/study/records/{}/{}", slot.unit, slot.month);
        let due = rules.submit_due(ctx.now);
        let late = due.late;
        let line = |block, kind, title: String, detail: String, due: DueOut| TodoItem {
            block,
            kind,
            title,
            detail,
            count: None,
            due: Some(due),
            link: link.clone(),
            clause: None,
        };
        let (open, after) = if late {
            (
                Block::Overdue,
                format!(
                    "已过期限，{}锁定前仍可提交，记为迟报。",
                    rules.lock_due(ctx.now).label
                ),
            )
        } else {
            (Block::DueSoon, left(&due))
        };
        match slot.state {
            State::NotStarted => items.push(line(
                open,
                "study.report",
                format!("填报{month}科队学习"),
                format!("{name}还没有填写。{after}"),
                due,
            )),
            State::Draft => items.push(line(
                open,
                "study.draft",
                format!("提交{month}科队学习"),
                format!("{name}的草稿还没有提交。{after}"),
                due,
            )),
            State::Returned => {
                let lock = rules.lock_due(ctx.now);
                let detail = format!(
                    "{name}的记录被退回{}。{}",
                    reason(tx, slot).await?,
                    left(&lock)
                );
                let block = if lock.days_left <= 3 {
                    Block::Overdue
                } else {
                    Block::DueSoon
                };
                items.push(line(
                    block,
                    "study.returned",
                    format!("补正{month}科队学习"),
                    detail,
                    lock,
                ));
            }
            State::Submitted | State::UnderReview => {
                let at = slot
                    .record
                    .as_ref()
                    .and_then(|record| record.first_submitted_at)
                    .map_or(rules.window.review_by, |at| rules.window.review_due(at));
                items.push(line(
                    Block::Waiting,
                    "study.submitted",
                    format!("{month}科队学习等待审核"),
                    format!("{name}已提交。"),
                    rules.review_due(at, ctx.now),
                ));
            }
            _ => {}
        }
    }
    Ok(())
}

fn left(due: &DueOut) -> String {
    match due.days_left {
        0 => format!("今天{}是最后一天。", due.label),
        days if days > 0 => format!("还剩{days}天，{}截止。", due.label),
        days => format!("已超过{}天（{}截止）。", -days, due.label),
    }
}

async fn reason(tx: &mut Tx, slot: &SlotNow) -> Result<String, Problem> {
    let Some(record) = &slot.record else {
        return Ok(String::new());
    };
    let last = BOOK
        .history(tx, record.id)
        .await?
        .into_iter()
        .rev()
        .find(|line| line.event == "return");
    Ok(last
        .and_then(|line| line.reason)
        .and_then(|code| crate::domain::reasons::find(&code))
        .map(|reason| format!("（{}）", reason.text))
        .unwrap_or_default())
}

async fn reviewer(
    tx: &mut Tx,
    ctx: &Ctx,
    scope: &Scope,
    items: &mut Vec<TodoItem>,
) -> Result<(), Problem> {
    let waiting = queue_rows(tx, ctx, scope, &Filter::default()).await?;
    let (late, open): (Vec<_>, Vec<_>) = waiting.iter().partition(|row| row.review_due.late);
    for (block, title, rows) in [
        (Block::Overdue, "审核已过期限的学习记录", late),
        (Block::DueSoon, "审核学习记录", open),
    ] {
        if let Some(first) = rows.iter().min_by_key(|row| row.review_due.due_at) {
            items.push(TodoItem {
                block,
                kind: "study.review",
                title: title.to_owned(),
                detail: queue_detail(&rows),
                count: Some(u32::try_from(rows.len()).unwrap_or(u32::MAX)),
                due: Some(first.review_due.clone()),
                link: "/study/review".to_owned(),
                clause: None,
            });
        }
    }
    // Units that lag: only those whose review the caller owes himself.
    let tree = organisation::tree(tx, ctx.today).await?;
    let direct = direct_units(&ctx.actor, &tree);
    let reviews_city = direct.iter().any(|id| {
        tree.unit((*id).into())
            .is_some_and(|unit| matches!(unit.kind, UnitKind::CityBureau | UnitKind::CityOffice))
    });
    let overview = this_month(tx, ctx, scope).await?;
    let lagging: Vec<&SlotNow> = overview
        .slots
        .iter()
        // A returned record was reported; it waits for its repair.
        .filter(|slot| matches!(slot.state, State::NotStarted | State::Draft))
        .filter(|slot| {
            let district = overview.units.district(slot.unit);
            match district.and_then(|id| tree.unit(id)) {
                Some(unit) if unit.kind == UnitKind::DistrictBureau => {
                    direct.contains(&unit.id.get())
                }
                _ => reviews_city,
            }
        })
        .collect();
    let month = Month::of(ctx.today);
    if let (Some(rules), false) = (overview.months.get(&month), lagging.is_empty()) {
        let due = rules.submit_due(ctx.now);
        let names: Vec<String> = lagging
            .iter()
            .map(|slot| overview.units.name(slot.unit))
            .collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let listed = short_units(&names);
        let (block, title) = if due.late {
            (
                Block::Overdue,
                format!("督促{}月未报送的单位", month.month()),
            )
        } else {
            (
                Block::Waiting,
                format!("{}月还有单位没有报送", month.month()),
            )
        };
        items.push(TodoItem {
            block,
            kind: "study.lagging",
            title,
            detail: listed,
            count: Some(u32::try_from(lagging.len()).unwrap_or(u32::MAX)),
            due: Some(due),
            link: format!("/study?month={month}"),
            clause: None,
        });
    }
    Ok(())
}

fn queue_detail(rows: &[&RecordRowOut]) -> String {
    let flagged = rows.iter().filter(|row| !row.flags.is_empty()).count();
    let again = rows.iter().filter(|row| row.round > 1).count();
    let mut parts = vec![format!("{}份待审", rows.len())];
    if again > 0 {
        parts.push(format!("{again}份为补正后重报"));
    }
    if flagged > 0 {
        parts.push(format!("{flagged}份有提示"));
    }
    format!("{}。", parts.join("，"))
}

fn short_units(names: &[&str]) -> String {
    short_list(names)
        .map(|text| {
            text.replace(
                &format!("等{}人", names.len()),
                &format!("等{}个单位", names.len()),
            )
        })
        .map(|text| format!("{text}。"))
        .unwrap_or_default()
}

async fn city(tx: &mut Tx, ctx: &Ctx, items: &mut Vec<TodoItem>) -> Result<(), Problem> {
    let this = Month::of(ctx.today);
    for month in [this, this.next()] {
        if tasks::find(tx, month).await?.is_some() {
            continue;
        }
        let rules = YearRules::load(tx, &ctx.state, month.year()).await?;
        let Some(warning) = missing_warning(&rules, month, ctx.now) else {
            continue;
        };
        let due = DueOut::new(
            rules.task_due(month),
            ctx.now,
            &ctx.state.calendar,
            rules.task_clause(),
        );
        items.push(TodoItem {
            block: if due.late {
                Block::Overdue
            } else {
                Block::DueSoon
            },
            kind: "study.task",
            title: format!("下发{}学习任务", month.label_cn()),
            detail: warning,
            count: None,
            due: Some(due),
            link: format!("/study/tasks?month={month}"),
            clause: None,
        });
    }
    Ok(())
}
