//! Units as pages show them: the tree of any day, one unit with its history.

use chengzhi_authz::Scope;
use chengzhi_db::Tx;
use chengzhi_http::Problem;
use chengzhi_kernel::{Date, UnitId};

use crate::domain::reviewer::reviewer;
use crate::domain::tree::UnitTree;
use crate::store::units::UnitRow;
use crate::store::{members, units};
use crate::view::{LineOut, ReviewerOut, UnitDetailOut, UnitOut};

/// The units in scope that are open on the day, with the parents of that day.
///
/// # Errors
/// [`Problem`] when the database fails.
pub async fn list_units(tx: &mut Tx, scope: &Scope, on: Date) -> Result<Vec<UnitOut>, Problem> {
    let tree = units::tree(tx, on).await?;
    let heads = members::headcounts(tx, on).await?;
    let rows = units::all(tx).await?;
    Ok(rows
        .iter()
        .filter(|row| scope.has_unit(row.unit.id) && tree.node(row.unit.id).is_some())
        .map(|row| unit_out(&tree, row, heads.get(&row.unit.id).copied().unwrap_or(0)))
        .collect())
}

fn unit_out(tree: &UnitTree, row: &UnitRow, headcount: i64) -> UnitOut {
    let id = row.unit.id;
    let node = tree.node(id);
    let reviewer = reviewer(tree, id).filter(|_| row.unit.kind.reports_study());
    UnitOut {
        id,
        code: row.unit.code.clone(),
        name: row.unit.name.clone(),
        kind: row.unit.kind,
        kind_name: row.unit.kind.name().to_owned(),
        parent_id: node.and_then(|node| node.parent),
        street_id: node.and_then(|node| node.street),
        street_name: node
            .and_then(|node| node.street)
            .map(|street| tree.name(street).to_owned()),
        reviewer_unit_id: reviewer.as_ref().map(|found| found.unit.id),
        reviewer_name: reviewer.map(|found| found.unit.name.clone()),
        trains: row.unit.trains,
        opened_on: row.opened_on,
        closed_on: row.closed_on,
        headcount,
    }
}

/// One unit with the history of its two lines and who reviews it, and why.
///
/// # Errors
/// 404 when there is none in scope.
pub async fn show_unit(
    tx: &mut Tx,
    scope: &Scope,
    id: UnitId,
    today: Date,
) -> Result<UnitDetailOut, Problem> {
    let row = units::by_id(tx, id)
        .await?
        .filter(|_| scope.has_unit(id))
        .ok_or_else(Problem::not_found)?;
    // A closed unit is shown as it was on its last day, one not yet open as on its first.
    let last_day = row.closed_on.and_then(|closed| closed.pred_opt());
    let on = today.max(row.opened_on).min(last_day.unwrap_or(Date::MAX));
    let tree = units::tree(tx, on).await?;
    let heads = members::headcounts(tx, on).await?;
    let all = units::all(tx).await?;
    let name = |id: UnitId| {
        all.iter()
            .find(|row| row.unit.id == id)
            .map(|row| row.unit.name.clone())
            .unwrap_or_default()
    };
    let lines = units::edges_of(tx, id)
        .await?
        .into_iter()
        .map(|edge| LineOut {
            line: edge.line,
            line_name: edge.line.name().to_owned(),
            parent_id: edge.parent,
            parent_name: name(edge.parent),
            from: edge.period.from,
            to: edge.period.last_day(),
        })
        .collect();
    let below = tree.subtree(id);
    let people_count = heads
        .iter()
        .filter(|(unit, _)| below.contains(&unit.get()))
        .map(|(_, people)| people)
        .sum();
    Ok(UnitDetailOut {
        reviewer: reviewer(&tree, id)
            .filter(|_| row.unit.kind.reports_study())
            .map(|found| ReviewerOut {
                id: found.unit.id,
                name: found.unit.name.clone(),
                why: found.why,
            }),
        unit: unit_out(&tree, &row, heads.get(&id).copied().unwrap_or(0)),
        lines,
        people_count,
    })
}
