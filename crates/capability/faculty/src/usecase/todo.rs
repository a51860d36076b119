//! What each role must do about instructors and bases today: computed, never stored.

use chengzhi_authz::{Permission, Scope};
use chengzhi_db::{Tx, int_list};
use chengzhi_http::{ClauseOut, Ctx, DueOut, Problem};
use chengzhi_organisation::facade as organisation;
use chrono::Datelike as _;

use super::access::city_bureau;
use super::bookings::when;
use super::cases::serving_districts;
use super::instructor_page::next_year;
use super::instructors::term_of;
use super::places::waits;
use super::policy::{Rules, clause};
use crate::domain::instructor::{Kind, State, Term};
use crate::domain::place::{PlaceKind, PlaceState};
use crate::domain::span::Span;
use crate::domain::supply;
use crate::store::instructors::{self, Instructor};
use crate::store::places::{self, Place};
use crate::store::{cases, invitations, trials};

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
    /// Stable kind, `faculty.recheck`.
    pub kind: &'static str,
    /// What to do.
    pub title: String,
    /// What one should know for it.
    pub detail: String,
    /// How many.
    pub count: Option<u32>,
    /// By when, with its 依据.
    pub due: Option<DueOut>,
    /// Page.
    pub link: String,
    /// 依据 when there is no date.
    pub clause: Option<ClauseOut>,
}

/// All lines for the caller, most urgent first.
///
/// # Errors
/// 409 without rules; 500 from the engine.
pub async fn todo(tx: &mut Tx, ctx: &Ctx) -> Result<Vec<TodoItem>, Problem> {
    let mut items = Vec::new();
    own(tx, ctx, &mut items).await?;
    if let Some(scope) = ctx.actor.scope(Permission::FacultyManage) {
        let rules = Rules::load(tx, &ctx.state, ctx.today.year()).await?;
        // Who looks after the whole city is told of what is the city's own; the districts' own
        // affairs are theirs.
        let tree = organisation::tree(tx, ctx.today).await?;
        let city = city_bureau(&tree)
            .map(|unit| unit.id)
            .filter(|city| scope.has_unit(*city));
        let own = match city {
            Some(city) => Scope {
                units: [city.get()].into(),
                own: None,
            },
            None => scope.clone(),
        };
        people(tx, ctx, &own, &rules, &mut items).await?;
        bases(tx, ctx, &own, &rules, &mut items).await?;
        supplies(tx, ctx, &own, &rules, &mut items).await?;
    }
    if let Some(scope) = ctx.actor.scope(Permission::FacultyAppoint) {
        waiting(tx, ctx, &scope, &mut items).await?;
    }
    items.sort_by_key(|item| (item.block, item.due.as_ref().map(|due| due.due_at)));
    Ok(items)
}

fn count(n: usize) -> Option<u32> {
    u32::try_from(n).ok()
}

fn names(of: impl Iterator<Item = String>) -> String {
    let all: Vec<String> = of.collect();
    let shown = all.iter().take(3).cloned().collect::<Vec<_>>().join("、");
    if all.len() > 3 {
        format!("{shown}等")
    } else {
        shown
    }
}

/// 邀请待答复, 提前看到自己的聘期.
async fn own(tx: &mut Tx, ctx: &Ctx, items: &mut Vec<TodoItem>) -> Result<(), Problem> {
    let Some(person) = ctx.actor.person_id else {
        return Ok(());
    };
    let rows = instructors::all(tx, &format!("i.person_id = {}", person.get())).await?;
    if rows.is_empty() {
        return Ok(());
    }
    let ids = int_list(rows.iter().map(|row| row.id));
    let condition = format!(
        "v.instructor_id in {ids} and v.state = 'waiting' and v.starts_at > {}",
        ctx.now.micros()
    );
    for one in invitations::all(tx, &condition).await? {
        let unit = organisation::unit(tx, one.unit_id).await?;
        let span = Span {
            from: one.starts_at,
            until: one.ends_at,
        };
        items.push(TodoItem {
            block: Block::DueSoon,
            kind: "faculty.invitation",
            title: format!("答复授课邀请：{}", one.topic),
            detail: format!(
                "{}邀请您{}授课。",
                unit.map(|unit| unit.name).unwrap_or_default(),
                when(span)
            ),
            count: None,
            due: None,
            link: "/m/me/teaching".to_owned(),
            clause: None,
        });
    }
    Ok(())
}

/// 试讲、聘期、年度考核.
async fn people(
    tx: &mut Tx,
    ctx: &Ctx,
    scope: &Scope,
    rules: &Rules,
    items: &mut Vec<TodoItem>,
) -> Result<(), Problem> {
    let rows = instructors::all(tx, &scope.unit_sql("i.unit_id")).await?;
    let waiting: Vec<&Instructor> = rows
        .iter()
        .filter(|row| matches!(row.state, State::Nominated | State::Tried))
        .collect();
    if !waiting.is_empty() {
        items.push(TodoItem {
            block: Block::DueSoon,
            kind: "faculty.nominated",
            title: format!("{}名推荐教员待试讲或者聘任", waiting.len()),
            detail: names(waiting.iter().map(|row| row.name.clone())),
            count: count(waiting.len()),
            due: None,
            link: "/faculty?waiting=1".to_owned(),
            clause: None,
        });
    }
    let faculty = rules.faculty();
    let ending: Vec<&Instructor> = rows
        .iter()
        .filter(|row| matches!(term_of(ctx, rules, row), Some(Term::Ending | Term::Over)))
        .collect();
    if let Some(first) = ending.iter().filter_map(|row| row.term_until).min() {
        let text = format!("聘期{}年，期满前办理续聘。", faculty.term_years.value);
        items.push(TodoItem {
            block: if first < ctx.today {
                Block::Overdue
            } else {
                Block::DueSoon
            },
            kind: "faculty.term",
            title: format!("{}名教员聘期将满或者已满", ending.len()),
            detail: names(ending.iter().map(|row| row.name.clone())),
            count: count(ending.len()),
            due: Some(rules.due(first, ctx.now, clause(&faculty.term_years, text))),
            link: "/faculty?term=ending".to_owned(),
            clause: None,
        });
    }
    let serving: Vec<i64> = rows
        .iter()
        .filter(|row| row.state == State::Appointed)
        .map(|row| row.id)
        .collect();
    let mut done = trials::years(tx, &serving).await?;
    let mut open: Vec<(i32, &Instructor)> = rows
        .iter()
        .filter_map(|row| {
            let years = done.remove(&row.id).unwrap_or_default();
            Some((next_year(row, &years, ctx.today)?, row))
        })
        .collect();
    // This year's is told from the reminder on; last year's whenever it is missing.
    let warn = i64::from(faculty.warn_days.value);
    open.retain(|(year, _)| {
        rules
            .assess_by(*year)
            .is_some_and(|by| by.signed_duration_since(ctx.today).num_days() <= warn)
    });
    if let Some(by) = open
        .iter()
        .filter_map(|(year, _)| rules.assess_by(*year))
        .min()
    {
        let text = "每年考核一次，看授课时长和学员评价。";
        items.push(TodoItem {
            block: if by < ctx.today {
                Block::Overdue
            } else {
                Block::DueSoon
            },
            kind: "faculty.assessment",
            title: format!("{}名教员待年度考核", open.len()),
            detail: names(open.iter().map(|(_, row)| row.name.clone())),
            count: count(open.len()),
            due: Some(rules.due(by, ctx.now, clause(&faculty.assess_by, text))),
            link: "/faculty?assess=1".to_owned(),
            clause: None,
        });
    }
    let bare: Vec<&Instructor> = rows
        .iter()
        .filter(|row| {
            row.kind == Kind::PartTime
                && row.state == State::Appointed
                && row.micro_video_id.is_none()
        })
        .collect();
    if !bare.is_empty() {
        items.push(TodoItem {
            block: Block::Waiting,
            kind: "faculty.micro_video",
            title: format!("{}名兼职教员还没有微视频", bare.len()),
            detail: names(bare.iter().map(|row| row.name.clone())),
            count: count(bare.len()),
            due: None,
            link: "/faculty?kind=part_time".to_owned(),
            clause: None,
        });
    }
    Ok(())
}

/// 复检到期.
async fn bases(
    tx: &mut Tx,
    ctx: &Ctx,
    scope: &Scope,
    rules: &Rules,
    items: &mut Vec<TodoItem>,
) -> Result<(), Problem> {
    let rows = places::list(tx, &scope.unit_sql("p.unit_id"), &places::Wanted::default()).await?;
    let warn = chrono::Days::new(u64::from(rules.faculty().warn_days.value));
    let soon = ctx.today.checked_add_days(warn).unwrap_or(ctx.today);
    let due: Vec<&Place> = rows
        .iter()
        .filter(|row| row.kind == PlaceKind::Base && row.state == PlaceState::InUse)
        .filter(|row| row.recheck_due.is_some_and(|day| day <= soon))
        .collect();
    let Some(first) = due.iter().filter_map(|row| row.recheck_due).min() else {
        return Ok(());
    };
    let months = &rules.faculty().recheck_months;
    let text = format!("在用基地每{}个月复检一次。", months.value);
    items.push(TodoItem {
        block: if first < ctx.today {
            Block::Overdue
        } else {
            Block::DueSoon
        },
        kind: "faculty.recheck",
        title: format!("{}个基地复检到期", due.len()),
        detail: names(due.iter().map(|row| row.name.clone())),
        count: count(due.len()),
        due: Some(rules.due(first, ctx.now, clause(months, text))),
        link: "/faculty/places?kind=base".to_owned(),
        clause: None,
    });
    Ok(())
}

/// Cases that district instructors still wait for.
async fn supplies(
    tx: &mut Tx,
    ctx: &Ctx,
    scope: &Scope,
    rules: &Rules,
    items: &mut Vec<TodoItem>,
) -> Result<(), Problem> {
    let year = ctx.today.year();
    let rows = serving_districts(tx, &scope.unit_sql("i.unit_id")).await?;
    if rows.is_empty() {
        return Ok(());
    }
    let handed = cases::handed(tx, year).await?;
    let rule = &rules.faculty().cases_per_month;
    let behind: Vec<&Instructor> = rows
        .iter()
        .filter(|row| {
            let owed = row
                .appointed_on
                .map_or(0, |from| supply::owed(rule.value, from, year, ctx.today));
            supply::behind(owed, handed.get(&row.id).copied().unwrap_or(0)) > 0
        })
        .collect();
    if !behind.is_empty() {
        let text = format!("每月向每名区局师资提供{}件案例。", rule.value);
        items.push(TodoItem {
            block: Block::DueSoon,
            kind: "faculty.cases",
            title: format!("{}名区局师资的教学案例不足", behind.len()),
            detail: names(behind.iter().map(|row| row.name.clone())),
            count: count(behind.len()),
            due: None,
            link: "/faculty/teams?tab=cases".to_owned(),
            clause: Some(clause(rule, text)),
        });
    }
    Ok(())
}

/// What waits for the city: scores of bases, grades of classrooms.
async fn waiting(
    tx: &mut Tx,
    _ctx: &Ctx,
    scope: &Scope,
    items: &mut Vec<TodoItem>,
) -> Result<(), Problem> {
    let rows = places::list(tx, &scope.unit_sql("p.unit_id"), &places::Wanted::default()).await?;
    let open: Vec<&Place> = rows.iter().filter(|row| waits(row)).collect();
    if !open.is_empty() {
        items.push(TodoItem {
            block: Block::DueSoon,
            kind: "faculty.places",
            title: format!("{}个基地、智慧教室待评分确认", open.len()),
            detail: names(open.iter().map(|row| row.name.clone())),
            count: count(open.len()),
            due: None,
            link: "/faculty/places?waiting=1".to_owned(),
            clause: None,
        });
    }
    Ok(())
}
