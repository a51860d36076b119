//! Lines of the first page about requests: answers that the asker has not seen, requests that wait for an answer.

use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem};
use chengzhi_organisation::facade as organisation;

use crate::domain::request::RequestState;
use crate::store::requests;

use super::case::running_units;
use super::request_fate::Fates;
use super::todo::{Block, TodoItem, plain};

fn page_of(year: i32) -> String {
    format!("/classes/requests?year={year}")
}

/// Answers to the caller's requests that he has not seen.
///
/// # Errors
/// 500 from the engine.
pub(super) async fn answered(
    tx: &mut Tx,
    ctx: &Ctx,
    items: &mut Vec<TodoItem>,
) -> Result<(), Problem> {
    let rows = requests::unseen(tx, ctx.actor.account_id).await?;
    if rows.is_empty() {
        return Ok(());
    }
    let mut known = rows.clone();
    known.extend(requests::by_ids(tx, &merged(&rows)).await?);
    let fates = Fates::of(tx, ctx, &known).await?;
    for row in rows {
        let (fate, _) = fates.tell(&row);
        let title = match row.state {
            RequestState::Adopted => "培训需求已采纳",
            RequestState::Merged => "培训需求已并入",
            _ => "培训需求未采纳",
        };
        let detail = format!("您提出的“{}”：{fate}", row.topic);
        items.push(plain(
            Block::DueSoon,
            "class.request_answer",
            title,
            detail,
            None,
            page_of(row.year),
        ));
    }
    Ok(())
}

fn merged(rows: &[requests::Request]) -> Vec<i64> {
    rows.iter().filter_map(|row| row.merged_into).collect()
}

/// Open requests to the bureaus whose plans the caller keeps.
///
/// # Errors
/// 500 from the engine.
pub(super) async fn waiting(
    tx: &mut Tx,
    ctx: &Ctx,
    items: &mut Vec<TodoItem>,
) -> Result<(), Problem> {
    let tree = organisation::tree(tx, ctx.today).await?;
    let running = running_units(ctx, &tree);
    let year = chrono::Datelike::year(&ctx.today);
    for (of, open) in requests::open_to(tx, &running, year).await? {
        items.push(plain(
            Block::DueSoon,
            "class.requests",
            "培训需求待答复",
            format!("{of}年度有{open}条培训需求征集中，请采纳、并入或者答复。"),
            Some(open),
            page_of(of),
        ));
    }
    Ok(())
}
