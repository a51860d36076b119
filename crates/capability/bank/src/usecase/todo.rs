//! What each role must do about the bank today: computed, never stored.

use chengzhi_authz::Permission;
use chengzhi_db::Tx;
use chengzhi_http::{ClauseOut, Ctx, DueOut, Problem};

use crate::store::stories::waiting;

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
    /// Stable kind, `bank.proposals`.
    pub kind: &'static str,
    /// What to do.
    pub title: String,
    /// What one should know for it.
    pub detail: String,
    /// How many.
    pub count: Option<u32>,
    /// By when; nothing of the bank has a date of its own.
    pub due: Option<DueOut>,
    /// Page.
    pub link: String,
    /// 依据.
    pub clause: Option<ClauseOut>,
}

fn line(
    block: Block,
    kind: &'static str,
    (title, detail): (&str, &str),
    count: i64,
    link: &str,
) -> TodoItem {
    TodoItem {
        block,
        kind,
        title: title.to_owned(),
        detail: detail.to_owned(),
        count: u32::try_from(count).ok(),
        due: None,
        link: link.to_owned(),
        clause: Some(ClauseOut {
            rule: "B-60".to_owned(),
            clause: "《通知》三（四）".to_owned(),
            text: "区局参与市级题库修订，题目由区局提出、市局审定。".to_owned(),
        }),
    }
}

/// All lines for the caller, most urgent first.
///
/// # Errors
/// 500 from the engine.
pub async fn todo(tx: &mut Tx, ctx: &Ctx) -> Result<Vec<TodoItem>, Problem> {
    let mut items = Vec::new();
    let Some(scope) = ctx.actor.scope(Permission::BankPropose) else {
        return Ok(items);
    };
    let counts = waiting(tx, &scope.unit_sql("v.unit_id")).await?;
    if ctx.actor.may(Permission::BankDecide) {
        let city = [
            (
                "bank.quarantined",
                (
                    "核对停用的题目",
                    "所引条文有变动或有疑问，核对后恢复、修改或者退出。",
                ),
                counts.quarantined,
                "/bank/proposals?state=quarantined",
            ),
            (
                "bank.proposals",
                ("审定题目", "区局提请审定，由编写人以外的人审核。"),
                counts.proposed,
                "/bank/proposals",
            ),
            (
                "bank.reviewed",
                ("启用已审题目", "启用后用于组卷。"),
                counts.reviewed,
                "/bank/proposals?state=reviewed",
            ),
        ];
        for (kind, words, count, link) in city {
            if count > 0 {
                items.push(line(Block::DueSoon, kind, words, count, link));
            }
        }
    } else {
        if counts.returned > 0 {
            let words = (
                "修改退回的题目",
                "市局退回或所引条文有变动，修改后再提请审定。",
            );
            items.push(line(
                Block::DueSoon,
                "bank.returned",
                words,
                counts.returned,
                "/bank?state=draft",
            ));
        }
        if counts.proposed > 0 {
            let words = ("题目待市局审定", "审定后可在题库中看到结果。");
            items.push(line(
                Block::Waiting,
                "bank.waiting",
                words,
                counts.proposed,
                "/bank?state=proposed",
            ));
        }
    }
    Ok(items)
}
