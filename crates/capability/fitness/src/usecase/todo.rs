//! What each role must do about the test today: computed, never stored.

use chengzhi_authz::Permission;
use chengzhi_db::Tx;
use chengzhi_http::{ClauseOut, Ctx, DueOut, Problem};
use chengzhi_kernel::{Date, Timestamp, dates};
use chengzhi_organisation::facade as organisation;
use chrono::Datelike as _;

use super::access::{managed, units_list};
use super::policy::Rules;
use super::year::standings;
use crate::domain::state::State;
use crate::store::{entries, filings, rounds, waivers};

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
    /// Stable kind, `fitness.missing`.
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

/// From this month on the year's missing people are named on the first page.
const NAME_MISSING_FROM: u32 = 9;
/// Days before a test on which those concerned are told.
const TELL_DAYS: i64 = 7;

/// All lines for the caller, most urgent first.
///
/// # Errors
/// 409 without rules; 500 from the engine.
pub async fn todo(tx: &mut Tx, ctx: &Ctx) -> Result<Vec<TodoItem>, Problem> {
    let mut items = Vec::new();
    own(tx, ctx, &mut items).await?;
    managing(tx, ctx, &mut items).await?;
    answering(tx, ctx, &mut items).await?;
    items.sort_by_key(|item| (item.block, item.due.as_ref().map(|due| due.due_at)));
    Ok(items)
}

fn line(block: Block, kind: &'static str, title: String, detail: String, link: String) -> TodoItem {
    TodoItem {
        block,
        kind,
        title,
        detail,
        count: None,
        due: None,
        link,
        clause: None,
    }
}

fn count(n: usize) -> Option<u32> {
    u32::try_from(n).ok()
}

fn due(ctx: &Ctx, last: Date, clause: ClauseOut) -> DueOut {
    DueOut::new(
        Timestamp::end_of_day(last),
        ctx.now,
        &ctx.state.calendar,
        clause,
    )
}

/// 我的体能测试.
async fn own(tx: &mut Tx, ctx: &Ctx, items: &mut Vec<TodoItem>) -> Result<(), Problem> {
    let Some(person) = ctx.actor.person_id else {
        return Ok(());
    };
    let condition = format!("e.person_id = {} and e.state = 'listed'", person.get());
    for part in entries::of_year(tx, ctx.today.year(), &condition).await? {
        let days = chengzhi_kernel::deadline::days_between(ctx.today, part.on);
        if part.state.is_open() && (0..=TELL_DAYS).contains(&days) {
            items.push(line(
                Block::DueSoon,
                "fitness.own",
                format!("参加{}", part.title),
                format!("{}，请穿运动服装。", dates::format_cn(part.on)),
                "/fitness/me".to_owned(),
            ));
        }
    }
    Ok(())
}

/// 待登记成绩、待报送成绩、缓测免测待审批、尚缺人员.
async fn managing(tx: &mut Tx, ctx: &Ctx, items: &mut Vec<TodoItem>) -> Result<(), Problem> {
    let Some(scope) = ctx.actor.scope(Permission::FitnessManage) else {
        return Ok(());
    };
    let tree = organisation::tree(tx, ctx.today).await?;
    let units = managed(ctx, &tree);
    let list = units_list(&units);
    let condition = format!(
        "t.unit_id in {list} and t.state in ('planned', 'filed', 'held') and t.planned_on <= '{}'",
        ctx.today
    );
    let rules = Rules::load(tx, &ctx.state, ctx.today.year()).await?;
    for test in rounds::all(tx, &condition).await? {
        let (kind, title) = if test.state == State::Held {
            ("fitness.hand_in", format!("报送“{}”成绩", test.title))
        } else {
            ("fitness.mark", format!("登记“{}”成绩", test.title))
        };
        let mut item = line(
            Block::DueSoon,
            kind,
            title,
            format!("{}，{}。", dates::format_cn(test.planned_on), test.place),
            format!("/fitness/tests/{}", test.id),
        );
        item.clause = Some(rules.yearly());
        items.push(item);
    }
    let filed = format!("t.unit_id in {list} and t.state = 'filed'");
    let open = rounds::all(tx, &filed).await?;
    let ids: Vec<i64> = open.iter().map(|test| test.id).collect();
    let answers = filings::of_tests(tx, &ids).await?;
    for test in &open {
        let latest = answers.get(&test.id).and_then(|all| all.last());
        if let Some(filing) = latest.filter(|one| one.answer.as_deref() == Some("objected")) {
            let mut item = line(
                Block::DueSoon,
                "fitness.objected",
                format!("“{}”的报备有异议", test.title),
                filing.answer_text.clone().unwrap_or_default(),
                format!("/fitness/tests/{}", test.id),
            );
            item.clause = Some(rules.apart());
            items.push(item);
        }
    }
    let below: Vec<i64> = tree
        .iter()
        .filter(|node| {
            tree.district_of(node.unit.id)
                .is_some_and(|bureau| units.contains(&bureau.get()))
        })
        .map(|node| node.unit.id.get())
        .collect();
    let asked = format!(
        "w.state = 'requested' and w.year >= {} and w.unit_id in {}",
        ctx.today.year() - 1,
        chengzhi_db::int_list(below.iter().copied())
    );
    let waiting = waivers::all(tx, &asked).await?;
    if !waiting.is_empty() {
        let names: Vec<&str> = waiting
            .iter()
            .take(3)
            .map(|row| row.name.as_str())
            .collect();
        let mut item = line(
            Block::DueSoon,
            "fitness.waivers",
            format!("{}条缓测、免测待审批", waiting.len()),
            format!(
                "{}{}。",
                names.join("、"),
                if waiting.len() > 3 { "等" } else { "" }
            ),
            "/fitness/waivers".to_owned(),
        );
        item.count = count(waiting.len());
        items.push(item);
    }
    if ctx.today.month() >= NAME_MISSING_FROM {
        let own = scope.within(&below.into_iter().collect());
        let rows = standings(tx, ctx, &own, ctx.today.year()).await?;
        let owed = rows.iter().filter(|row| row.standing.is_owed()).count();
        if owed > 0
            && let Some(last) = Date::from_ymd_opt(ctx.today.year(), 12, 31)
        {
            let mut item = line(
                Block::Waiting,
                "fitness.missing",
                format!("{owed}人本年度尚未参加体能测试"),
                format!("应测{}人。", rows.len()),
                "/fitness?standing=owed".to_owned(),
            );
            item.count = count(owed);
            item.due = Some(due(ctx, last, rules.yearly()));
            items.push(item);
        }
    }
    Ok(())
}

/// 单独举办的报备待答复.
async fn answering(tx: &mut Tx, ctx: &Ctx, items: &mut Vec<TodoItem>) -> Result<(), Problem> {
    let Some(scope) = ctx.actor.scope(Permission::FitnessReview) else {
        return Ok(());
    };
    let condition = format!(
        "t.kind = 'separate' and t.state = 'filed' and {}",
        scope.unit_sql("t.unit_id")
    );
    let rows = rounds::all(tx, &condition).await?;
    let ids: Vec<i64> = rows.iter().map(|test| test.id).collect();
    let filed = filings::of_tests(tx, &ids).await?;
    let open: Vec<_> = rows
        .iter()
        .filter(|test| {
            filed
                .get(&test.id)
                .and_then(|all| all.last())
                .is_some_and(|one| one.answer.is_none() && one.filed_by != ctx.actor.account_id)
        })
        .collect();
    if let Some(first) = open.first() {
        let rules = Rules::load(tx, &ctx.state, ctx.today.year()).await?;
        let mut item = line(
            Block::DueSoon,
            "fitness.filed",
            format!("{}件体能测试单独举办报备待答复", open.len()),
            format!("{}等。报备不是审批，有异议的请写明。", first.title),
            format!("/fitness/tests/{}", first.id),
        );
        item.count = count(open.len());
        item.clause = Some(rules.apart());
        items.push(item);
    }
    Ok(())
}
