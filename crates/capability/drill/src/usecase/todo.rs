//! What each role must do about drill today: computed, never stored.

use chengzhi_authz::{Permission, Scope};
use chengzhi_db::{Tx, int_list};
use chengzhi_http::{ClauseOut, Ctx, DueOut, Problem};
use chengzhi_kernel::{Month, Timestamp};
use chengzhi_organisation::facade::{self as organisation, UnitKind};

use crate::domain::short_list;
use crate::domain::state::State;
use crate::store::{exemptions, instructors};

use super::access::direct_units;
use super::contests::duties;
use super::list::{DrillRowOut, Filter, queue_rows};
use super::month;
use super::overview::{self, Overview, SlotNow};
use super::policy::{HalfRules, YearRules};

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
    /// Stable kind, `drill.session`.
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

/// Most squads whose month is told line by line.
const MOST_SQUADS: usize = 4;

/// Month from which a district without a review is told as due soon.
const REVIEW_SEASON: u32 = 9;

/// All lines for the caller, most urgent first.
///
/// # Errors
/// 409 without rules; 500 from the engine.
pub async fn todo(tx: &mut Tx, ctx: &Ctx) -> Result<Vec<TodoItem>, Problem> {
    let mut items = Vec::new();
    if let Some(scope) = ctx.actor.scope(Permission::DrillReport) {
        reporter(tx, ctx, &scope, &mut items).await?;
    }
    if let Some(scope) = ctx.actor.scope(Permission::DrillReview) {
        reviewer(tx, ctx, &scope, &mut items).await?;
    }
    if let Some(scope) = ctx.actor.scope(Permission::DrillContest) {
        organiser(tx, ctx, &scope, &mut items).await?;
    }
    items.sort_by_key(|item| (item.block, item.due.as_ref().map(|due| due.due_at)));
    Ok(items)
}

async fn this_month(tx: &mut Tx, ctx: &Ctx, scope: &Scope) -> Result<Overview, Problem> {
    let month = Month::of(ctx.today);
    overview::of_year(tx, &ctx.state, ctx.now, scope, month.year(), Some(month)).await
}

/// What the squad's month still needs, and what waits with its reviewer.
async fn reporter(
    tx: &mut Tx,
    ctx: &Ctx,
    scope: &Scope,
    items: &mut Vec<TodoItem>,
) -> Result<(), Problem> {
    let overview = this_month(tx, ctx, scope).await?;
    let mut squads: Vec<_> = overview.slots.iter().map(|slot| slot.key.unit).collect();
    squads.dedup();
    for squad in squads.into_iter().take(MOST_SQUADS) {
        let this = Month::of(ctx.today);
        let cases = month::cases(tx, ctx, scope, squad, this).await?;
        let facts = month::facts(tx, ctx, &cases).await?;
        let wanted = month::needed(tx, ctx, &cases, &facts).await?;
        let name = overview.units.name(squad);
        for need in month::needs_out(ctx, &cases, &wanted) {
            let link = match need.half {
                Some(half) => format!("/drill/records/{squad}/{this}/{}", half.number()),
                None => format!("/drill/months/{squad}/{this}"),
            };
            items.push(TodoItem {
                block: need_block(&need.kind, &need.due),
                kind: need_kind(&need.kind),
                title: need_title(&need.kind, need.half.map_or("", |half| half.name())),
                detail: format!("{name}：{}", need.text),
                count: (need.kind == "cover").then_some(need.count),
                due: Some(need.due),
                link,
                clause: None,
            });
        }
        for case in cases
            .iter()
            .filter(|case| matches!(case.state, State::Submitted | State::UnderReview))
        {
            let at = case
                .record
                .as_ref()
                .and_then(|record| record.first_submitted_at)
                .unwrap_or(ctx.now);
            let due = case.window().review_due(at);
            items.push(TodoItem {
                block: Block::Waiting,
                kind: "drill.submitted",
                title: format!("{}队列训练等待审核", case.key.half.name()),
                detail: format!("{name}已提交。"),
                count: None,
                due: Some(case.rules.review_due(due, ctx.now)),
                link: format!("/drill/records/{}", case.key),
                clause: None,
            });
        }
    }
    Ok(())
}

fn need_block(kind: &str, due: &DueOut) -> Block {
    if due.late || (kind == "returned" && due.days_left <= 3) || kind == "makeup" {
        Block::Overdue
    } else {
        Block::DueSoon
    }
}

fn need_kind(kind: &str) -> &'static str {
    match kind {
        "session" => "drill.session",
        "makeup" => "drill.makeup",
        "hand_in" => "drill.hand_in",
        "returned" => "drill.returned",
        "ratio" => "drill.ratio",
        _ => "drill.cover",
    }
}

fn need_title(kind: &str, half: &str) -> String {
    match kind {
        "session" => format!("组织{half}队列训练"),
        "makeup" => format!("补训{half}队列训练"),
        "hand_in" => format!("提交{half}队列训练"),
        "returned" => format!("补正{half}队列训练"),
        "ratio" => "参训人数不足".to_owned(),
        _ => "安排未参训人员".to_owned(),
    }
}

/// The review queue, exemptions to decide, and squads that lag.
async fn reviewer(
    tx: &mut Tx,
    ctx: &Ctx,
    scope: &Scope,
    items: &mut Vec<TodoItem>,
) -> Result<(), Problem> {
    let waiting = queue_rows(tx, ctx, scope, &Filter::default()).await?;
    let (late, open): (Vec<_>, Vec<_>) = waiting.iter().partition(|row| row.review_due.late);
    for (block, title, rows) in [
        (Block::Overdue, "审核已过期限的队列训练", late),
        (Block::DueSoon, "审核队列训练", open),
    ] {
        if let Some(first) = rows.iter().min_by_key(|row| row.review_due.due_at) {
            items.push(TodoItem {
                block,
                kind: "drill.review",
                title: title.to_owned(),
                detail: queue_detail(&rows),
                count: count(rows.len()),
                due: Some(first.review_due.clone()),
                link: "/drill/review".to_owned(),
                clause: None,
            });
        }
    }
    let tree = organisation::tree(tx, ctx.today).await?;
    let direct = direct_units(&ctx.actor, &tree);
    let reviewers = format!("e.reviewer_unit_id in {}", int_list(direct.iter().copied()));
    let requests = exemptions::open_for(tx, &reviewers).await?;
    if requests > 0 {
        let rules = YearRules::load(tx, &ctx.state, Month::of(ctx.today).year()).await?;
        items.push(TodoItem {
            block: Block::DueSoon,
            kind: "drill.exempt",
            title: "审批免训申请".to_owned(),
            detail: format!("{requests}份待审批。"),
            count: Some(requests),
            due: None,
            link: "/drill/exemptions?state=requested".to_owned(),
            clause: Some(rules.exempt_clause()),
        });
    }
    let reviews_city = direct.iter().any(|id| {
        tree.unit((*id).into())
            .is_some_and(|unit| matches!(unit.kind, UnitKind::CityBureau | UnitKind::CityOffice))
    });
    let overview = this_month(tx, ctx, scope).await?;
    let lagging = |slot: &&SlotNow| {
        let begun = overview
            .rules(slot.key)
            .is_some_and(|rules| ctx.now >= rules.window.begins_at());
        let district = overview
            .units
            .district(slot.key.unit)
            .and_then(|id| tree.unit(id));
        let mine = match district {
            Some(unit) if unit.kind == UnitKind::DistrictBureau => direct.contains(&unit.id.get()),
            _ => reviews_city,
        };
        slot.state.is_open_to_unit() && begun && mine
    };
    let slots: Vec<&SlotNow> = overview.slots.iter().filter(lagging).collect();
    if let Some(rules) = overview.months.get(&Month::of(ctx.today)) {
        for half in &rules.halves {
            let behind: Vec<&SlotNow> = slots
                .iter()
                .copied()
                .filter(|slot| slot.key.half == half.window.half)
                .collect();
            items.extend(lagging_line(ctx, &overview, half, &behind));
        }
    }
    Ok(())
}

fn lagging_line(
    ctx: &Ctx,
    overview: &Overview,
    rules: &HalfRules,
    slots: &[&SlotNow],
) -> Option<TodoItem> {
    let names: Vec<String> = slots
        .iter()
        .map(|slot| overview.units.name(slot.key.unit))
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let listed = short_squads(&names)?;
    let due = rules.submit_due(ctx.now);
    let half = rules.window.half.name();
    let (block, title) = if due.late {
        (Block::Overdue, format!("督促{half}未报送训练的中队"))
    } else {
        (Block::Waiting, format!("{half}还有中队没有报送训练"))
    };
    Some(TodoItem {
        block,
        kind: "drill.lagging",
        title,
        detail: listed,
        count: count(slots.len()),
        due: Some(due),
        link: format!("/drill?month={}", rules.window.month),
        clause: None,
    })
}

fn queue_detail(rows: &[&DrillRowOut]) -> String {
    let strong = rows.iter().filter(|row| row.strong > 0).count();
    let again = rows.iter().filter(|row| row.round > 1).count();
    let mut parts = vec![format!("{}份待审", rows.len())];
    if again > 0 {
        parts.push(format!("{again}份为补正后重报"));
    }
    if strong > 0 {
        parts.push(format!("{strong}份须重点核看"));
    }
    format!("{}。", parts.join("，"))
}

fn count(n: usize) -> Option<u32> {
    Some(u32::try_from(n).unwrap_or(u32::MAX))
}

/// `东一中队、东二中队等5个中队。`; none for an empty list.
fn short_squads(names: &[&str]) -> Option<String> {
    let total = names.len();
    short_list(names).map(|text| {
        let text = match text.strip_suffix(&format!("等{total}人")) {
            Some(listed) => format!("{listed}等{total}个中队"),
            None => text,
        };
        format!("{text}。")
    })
}

/// Districts that have held no review this year (B-55) or named no instructor (B-56).
async fn organiser(
    tx: &mut Tx,
    ctx: &Ctx,
    scope: &Scope,
    items: &mut Vec<TodoItem>,
) -> Result<(), Problem> {
    let this = Month::of(ctx.today);
    let year = this.year();
    let tree = organisation::tree(tx, ctx.today).await?;
    let rules = YearRules::load(tx, &ctx.state, year).await?;
    let districts = duties(tx, &tree, scope, year, ctx.today).await?;
    let (owed, clause) = rules.district_reviews();
    let december = Month::new(year, 12).unwrap_or(this);
    let due = rules.due_out(Timestamp::end_of_day(december.last_day()), ctx.now, clause);
    let lacking: Vec<&str> = districts
        .iter()
        .filter(|(_, held)| *held < owed)
        .map(|(unit, _)| unit.name.as_str())
        .collect();
    if let Some(listed) = district_names(&lacking) {
        items.push(TodoItem {
            block: if this.month() >= REVIEW_SEASON {
                Block::DueSoon
            } else {
                Block::Waiting
            },
            kind: "drill.contest",
            title: "组织全区队列会操".to_owned(),
            detail: format!("{listed}{year}年还没有组织全区队列会操。"),
            count: count(lacking.len()),
            due: Some(due),
            link: "/drill/contests".to_owned(),
            clause: None,
        });
    }
    let with = instructors::districts_on(tx, ctx.today).await?;
    let (asked, clause) = rules.instructors();
    let without: Vec<&str> = districts
        .iter()
        .filter(|(unit, _)| asked && !with.contains(&unit.id))
        .map(|(unit, _)| unit.name.as_str())
        .collect();
    if let Some(listed) = district_names(&without) {
        items.push(TodoItem {
            block: Block::Waiting,
            kind: "drill.instructor",
            title: "选定队列教官".to_owned(),
            detail: format!("{listed}还没有登记队列教官。"),
            count: count(without.len()),
            due: None,
            link: "/drill/instructors".to_owned(),
            clause: Some(clause),
        });
    }
    Ok(())
}

/// `东区局` or `3个区局（东区局、西区局、南区局）`; none for an empty list.
fn district_names(names: &[&str]) -> Option<String> {
    match names {
        [] => None,
        [one] => Some((*one).to_owned()),
        many => {
            let shown = many.get(..3).unwrap_or(many).join("、");
            Some(format!("{}个区局（{shown}）", many.len()))
        }
    }
}
