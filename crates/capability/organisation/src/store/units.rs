//! Units and their edges.

use std::collections::BTreeMap;

use chengzhi_db::{DbError, Row, Tx, sql};
use chengzhi_kernel::{Date, UnitId};

use super::{kept, unreadable};
use crate::domain::edge::Period;
use crate::domain::kind::{Line, UnitKind};
use crate::domain::tree::{UnitNode, UnitRef, UnitTree};

/// A unit as stored.
#[derive(Debug, Clone)]
pub struct UnitRow {
    /// The unit.
    pub unit: UnitRef,
    /// First day.
    pub opened_on: Date,
    /// First day no longer.
    pub closed_on: Option<Date>,
    /// For optimistic changes.
    pub version: i64,
}

/// A span under a parent.
#[derive(Debug, Clone)]
pub struct EdgeRow {
    /// Child.
    pub unit: UnitId,
    /// Line.
    pub line: Line,
    /// Parent.
    pub parent: UnitId,
    /// Span.
    pub period: Period,
}

fn unit_ref(row: &Row) -> Result<UnitRef, DbError> {
    let kind: String = row.get("kind")?;
    Ok(UnitRef {
        id: row.get("id")?,
        code: row.get("code")?,
        name: row.get("name")?,
        kind: UnitKind::parse(&kind).ok_or_else(|| unreadable("kind", "kind of unit"))?,
        trains: row.get("trains")?,
    })
}

fn unit_row(row: &Row) -> Result<UnitRow, DbError> {
    Ok(UnitRow {
        unit: unit_ref(row)?,
        opened_on: row.get("opened_on")?,
        closed_on: row.get("closed_on")?,
        version: row.get("version")?,
    })
}

fn edge_row(row: &Row) -> Result<EdgeRow, DbError> {
    let line: String = row.get("line")?;
    Ok(EdgeRow {
        unit: row.get("unit_id")?,
        line: Line::parse(&line).ok_or_else(|| unreadable("line", "line"))?,
        parent: row.get("parent_id")?,
        period: Period {
            from: row.get("from_on")?,
            until: row.get("until_on")?,
        },
    })
}

const UNIT: &str = "select id, code, name, kind, trains, opened_on, closed_on, version from unit";
const EDGE: &str = "select unit_id, line, parent_id, from_on, until_on from unit_edge";

/// All units open on the day with their parents of that day; from memory when they are kept there.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn tree(tx: &mut Tx, on: Date) -> Result<UnitTree, DbError> {
    let Some(stamp) = kept::stamp(tx).await? else {
        return read_tree(tx, on).await;
    };
    if let Some(found) = kept::UNITS.find(stamp, on) {
        return Ok(found);
    }
    let tree = read_tree(tx, on).await?;
    kept::UNITS.keep(stamp, on, &tree);
    Ok(tree)
}

async fn read_tree(tx: &mut Tx, on: Date) -> Result<UnitTree, DbError> {
    let mut nodes = BTreeMap::new();
    let rows = tx
        .all(
            sql(format!(
                "{UNIT} where opened_on <= $1 and (closed_on is null or closed_on > $1) order by id"
            ))
            .bind(on),
        )
        .await?;
    for row in &rows {
        let unit = unit_ref(row)?;
        nodes.insert(
            unit.id,
            UnitNode {
                unit,
                parent: None,
                street: None,
            },
        );
    }
    let edges = tx
        .all(
            sql(format!(
                "{EDGE} where from_on <= $1 and (until_on is null or until_on > $1) order by id"
            ))
            .bind(on),
        )
        .await?;
    for row in &edges {
        let edge = edge_row(row)?;
        if let Some(node) = nodes.get_mut(&edge.unit) {
            match edge.line {
                Line::Professional => node.parent = Some(edge.parent),
                Line::Territorial => node.street = Some(edge.parent),
            }
        }
    }
    Ok(UnitTree::new(nodes.into_values()))
}

/// One unit, whether open or closed.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn by_id(tx: &mut Tx, id: UnitId) -> Result<Option<UnitRow>, DbError> {
    tx.opt(sql(format!("{UNIT} where id = $1")).bind(id))
        .await?
        .as_ref()
        .map(unit_row)
        .transpose()
}

/// One unit by its code.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn by_code(tx: &mut Tx, code: &str) -> Result<Option<UnitRow>, DbError> {
    tx.opt(sql(format!("{UNIT} where code = $1")).bind(code))
        .await?
        .as_ref()
        .map(unit_row)
        .transpose()
}

/// All units, open or closed.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn all(tx: &mut Tx) -> Result<Vec<UnitRow>, DbError> {
    tx.all(sql(format!("{UNIT} order by id")))
        .await?
        .iter()
        .map(unit_row)
        .collect()
}

/// All edges of a unit, oldest first.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn edges_of(tx: &mut Tx, unit: UnitId) -> Result<Vec<EdgeRow>, DbError> {
    tx.all(sql(format!("{EDGE} where unit_id = $1 order by line, from_on")).bind(unit))
        .await?
        .iter()
        .map(edge_row)
        .collect()
}

/// All edges there ever were.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn all_edges(tx: &mut Tx) -> Result<Vec<EdgeRow>, DbError> {
    tx.all(sql(format!("{EDGE} order by id")))
        .await?
        .iter()
        .map(edge_row)
        .collect()
}

/// What a new unit needs.
#[derive(Debug, Clone)]
pub struct NewUnit<'a> {
    /// Code, unique.
    pub code: &'a str,
    /// Name.
    pub name: &'a str,
    /// Kind.
    pub kind: UnitKind,
    /// Runs the city's training.
    pub trains: bool,
    /// First day.
    pub opened_on: Date,
}

/// Stores a unit.
///
/// # Errors
/// A unique violation when the code is taken.
pub async fn insert(tx: &mut Tx, unit: &NewUnit<'_>) -> Result<UnitId, DbError> {
    kept::renew(tx).await?;
    tx.one(
        sql("insert into unit (code, name, kind, trains, opened_on) values ($1, $2, $3, $4, $5) returning id")
            .bind(unit.code)
            .bind(unit.name)
            .bind(unit.kind.code())
            .bind(unit.trains)
            .bind(unit.opened_on),
    )
    .await?
    .get("id")
}

/// Begins a span under a parent.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn begin_edge(
    tx: &mut Tx,
    unit: UnitId,
    line: Line,
    parent: UnitId,
    from: Date,
) -> Result<(), DbError> {
    kept::renew(tx).await?;
    tx.run(
        sql("insert into unit_edge (unit_id, line, parent_id, from_on) values ($1, $2, $3, $4)")
            .bind(unit)
            .bind(line.code())
            .bind(parent)
            .bind(from),
    )
    .await?;
    Ok(())
}

/// Puts another parent into a span that began on the very day of the change.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn correct_edge(
    tx: &mut Tx,
    unit: UnitId,
    line: Line,
    from: Date,
    parent: UnitId,
) -> Result<(), DbError> {
    kept::renew(tx).await?;
    tx.run(
        sql(
            "update unit_edge set parent_id = $1 where unit_id = $2 and line = $3 and from_on = $4",
        )
        .bind(parent)
        .bind(unit)
        .bind(line.code())
        .bind(from),
    )
    .await?;
    Ok(())
}

/// Ends the open span of one line.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn end_edge(tx: &mut Tx, unit: UnitId, line: Line, until: Date) -> Result<(), DbError> {
    kept::renew(tx).await?;
    tx.run(
        sql("update unit_edge set until_on = $1 where unit_id = $2 and line = $3 and until_on is null")
            .bind(until)
            .bind(unit)
            .bind(line.code()),
    )
    .await?;
    Ok(())
}

/// Marks a change of the unit; false when somebody else changed it since `version`.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn touch(tx: &mut Tx, unit: UnitId, version: i64) -> Result<bool, DbError> {
    Ok(tx
        .run(
            sql("update unit set version = version + 1 where id = $1 and version = $2")
                .bind(unit)
                .bind(version),
        )
        .await?
        == 1)
}

/// Closes a unit: `on` is the first day without it.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn close(tx: &mut Tx, unit: UnitId, on: Date) -> Result<(), DbError> {
    kept::renew(tx).await?;
    tx.run(
        sql("update unit set closed_on = $1 where id = $2")
            .bind(on)
            .bind(unit),
    )
    .await?;
    tx.run(
        sql("update unit_edge set until_on = $1 where unit_id = $2 and until_on is null")
            .bind(on)
            .bind(unit),
    )
    .await?;
    // What has left stays in the unit's history and ends with it.
    tx.run(
        sql("update membership set until_on = $1 where unit_id = $2 and until_on is null and from_on < $1")
            .bind(on)
            .bind(unit),
    )
    .await?;
    Ok(())
}
