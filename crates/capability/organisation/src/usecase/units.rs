//! Opening, moving and closing units.

use chengzhi_db::Tx;
use chengzhi_http::Problem;
use chengzhi_kernel::dates::format_cn_plain;
use chengzhi_kernel::{Date, UnitId};
use serde_json::json;

use super::{Editor, plain_day, plain_text};
use crate::domain::edge::{Period, Step, StepError, closes_circle, continue_from};
use crate::domain::kind::{Line, UnitKind};
use crate::store::units::{EdgeRow, NewUnit, UnitRow};
use crate::store::{self, members, units};

pub use super::unit_views::{list_units, show_unit};

/// A unit to be opened.
#[derive(Debug, Clone)]
pub struct OpenUnit<'a> {
    /// Code, unique among all units that ever were.
    pub code: &'a str,
    /// Name.
    pub name: &'a str,
    /// Kind.
    pub kind: UnitKind,
    /// Runs the city's training; at most one open unit does.
    pub trains: bool,
    /// First day.
    pub opened_on: Date,
    /// Parent on the 条 line; for a street the district in which it lies.
    pub parent: Option<UnitId>,
    /// Street of a squad.
    pub street: Option<UnitId>,
}

/// Opens a unit.
///
/// # Errors
/// 422 for a parent that does not fit, 404 for one out of reach, 409 when the code is taken.
pub async fn open_unit(
    tx: &mut Tx,
    editor: &Editor,
    new: &OpenUnit<'_>,
) -> Result<UnitId, Problem> {
    store::enter(tx).await?;
    let code = plain_text("code", "单位编码", new.code, 32)?;
    let ok = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    if !code.bytes().all(ok) {
        return Err(Problem::field(
            "code",
            "单位编码只能由字母、数字和“-”“_”“.”组成。",
        ));
    }
    let name = plain_text("name", "单位名称", new.name, 60)?;
    plain_day("opened_on", new.opened_on)?;
    if units::by_code(tx, &code).await?.is_some() {
        return Err(Problem::conflict(
            "unit.code_taken",
            format!("单位编码{code}已被使用，请换一个。"),
        ));
    }
    let all = units::all(tx).await?;
    let open = |row: &&UnitRow| row.closed_on.is_none();
    if new.kind == UnitKind::CityBureau
        && all
            .iter()
            .filter(open)
            .any(|row| row.unit.kind == UnitKind::CityBureau)
    {
        return Err(Problem::conflict(
            "unit.second_city",
            "已有市局，不能再建一个。",
        ));
    }
    if new.trains && new.kind != UnitKind::CityOffice {
        return Err(Problem::field(
            "trains",
            "只有市局处室可以负责全市教育培训。",
        ));
    }
    if new.trains
        && let Some(other) = all.iter().filter(open).find(|row| row.unit.trains)
    {
        return Err(Problem::conflict(
            "unit.second_training_office",
            format!("全市教育培训已由{}负责。", other.unit.name),
        ));
    }
    let (first, second) = if new.kind == UnitKind::Street {
        (
            (Line::Professional, None),
            (Line::Territorial, new.parent.or(new.street)),
        )
    } else {
        (
            (Line::Professional, new.parent),
            (Line::Territorial, new.street),
        )
    };
    for (line, parent) in [first, second] {
        match parent {
            None if new.kind.needs_parent(line) => {
                return Err(Problem::field(
                    "parent_id",
                    format!("请选择{}的上级单位。", new.kind.name()),
                ));
            }
            None => {}
            Some(parent) => check_parent(editor, &all, new.kind, line, parent, new.opened_on)?,
        }
    }
    if new.parent.is_none() && new.street.is_none() {
        // Without a parent nothing says whose it is: only who reaches the whole city may do that.
        let city = all.iter().find(|row| row.unit.kind == UnitKind::CityBureau);
        // The very first unit of an installation belongs to nobody yet.
        let without_city = editor.scope.is_none() || all.is_empty();
        if !city.map_or(without_city, |city| editor.reaches(city.unit.id)) {
            return Err(Problem::forbidden());
        }
    }
    let row = NewUnit {
        code: &code,
        name: &name,
        kind: new.kind,
        trains: new.trains,
        opened_on: new.opened_on,
    };
    let id = units::insert(tx, &row).await?;
    for (line, parent) in [first, second] {
        if let Some(parent) = parent {
            units::begin_edge(tx, id, line, parent, new.opened_on).await?;
        }
    }
    tx.audit(
        editor
            .audit("unit.open", format!("unit:{id}"))
            .unit(id)
            .detail(json!({
                "code": code, "name": name, "kind": new.kind.code(), "opened_on": new.opened_on,
                "parent": new.parent, "street": new.street,
            })),
    );
    Ok(id)
}

fn check_parent(
    editor: &Editor,
    all: &[UnitRow],
    kind: UnitKind,
    line: Line,
    parent: UnitId,
    from: Date,
) -> Result<(), Problem> {
    let field = if line == Line::Professional {
        "parent_id"
    } else {
        "street_id"
    };
    let row = all
        .iter()
        .find(|row| row.unit.id == parent)
        .filter(|_| editor.reaches(parent))
        .ok_or_else(|| Problem::field(field, "没有找到所选的上级单位，或它不在您的管辖范围内。"))?;
    let allowed = kind.parents(line);
    if !allowed.contains(&row.unit.kind) {
        let detail = if allowed.is_empty() {
            format!("{}没有{}线上级，不必选择。", kind.name(), line.name())
        } else {
            let kinds: Vec<&str> = allowed.iter().map(|kind| kind.name()).collect();
            format!(
                "{}的{}线上级只能是{}，{}是{}。",
                kind.name(),
                line.name(),
                kinds.join("、"),
                row.unit.name,
                row.unit.kind.name()
            )
        };
        return Err(Problem::field(field, detail));
    }
    if row.opened_on > from {
        return Err(Problem::field(
            field,
            format!(
                "{}自{}起才设立。",
                row.unit.name,
                format_cn_plain(row.opened_on)
            ),
        ));
    }
    if let Some(closed) = row.closed_on {
        return Err(Problem::field(
            field,
            format!("{}已于{}撤销。", row.unit.name, format_cn_plain(closed)),
        ));
    }
    Ok(())
}

/// Finds a unit that the editor may change and that is open.
async fn editable(tx: &mut Tx, editor: &Editor, id: UnitId) -> Result<UnitRow, Problem> {
    let row = units::by_id(tx, id)
        .await?
        .filter(|_| editor.reaches(id))
        .ok_or_else(Problem::not_found)?;
    if let Some(closed) = row.closed_on {
        return Err(Problem::conflict(
            "unit.closed",
            format!(
                "{}已于{}撤销，不能再变动。",
                row.unit.name,
                format_cn_plain(closed)
            ),
        ));
    }
    Ok(row)
}

/// Puts a unit under another parent from a day on, or (块 line only) under none. What was before
/// that day stays as it was.
///
/// # Errors
/// 422 for a parent or day that does not fit, 409 for a circle.
pub async fn move_unit(
    tx: &mut Tx,
    editor: &Editor,
    id: UnitId,
    line: Line,
    parent: Option<UnitId>,
    from: Date,
) -> Result<(), Problem> {
    store::enter(tx).await?;
    let row = editable(tx, editor, id).await?;
    plain_day("from", from)?;
    if from < row.opened_on {
        return Err(Problem::field(
            "from",
            format!(
                "{}自{}起设立，调整日期不能更早。",
                row.unit.name,
                format_cn_plain(row.opened_on)
            ),
        ));
    }
    let edges = units::all_edges(tx).await?;
    let spans: Vec<Period> = edges
        .iter()
        .filter(|edge| edge.unit == id && edge.line == line)
        .map(|edge| edge.period)
        .collect();
    let step = continue_from(&spans, from).map_err(|error| {
        let (StepError::BeforeLast(day) | StepError::InsideEarlier(day)) = error;
        Problem::field(
            "from",
            format!(
                "{}已有一次{}线调整，新的日期须在其后。",
                format_cn_plain(day),
                line.name()
            ),
        )
    })?;
    let present = edges
        .iter()
        .find(|edge| edge.unit == id && edge.line == line && edge.period.until.is_none())
        .map(|edge| edge.parent);
    if present == parent {
        return Err(Problem::conflict(
            "unit.same_parent",
            format!("{}现在就是这个上级，不必调整。", row.unit.name),
        ));
    }
    match parent {
        None => {
            if row.unit.kind.needs_parent(line) {
                return Err(Problem::field(
                    "parent_id",
                    format!("{}不能没有条线上级。", row.unit.kind.name()),
                ));
            }
            if step == Step::Correct {
                return Err(Problem::field(
                    "from",
                    "块线上级自这一天起才生效，请选择之后的日期。",
                ));
            }
            units::end_edge(tx, id, line, from).await?;
        }
        Some(parent) => {
            let all = units::all(tx).await?;
            check_parent(editor, &all, row.unit.kind, line, parent, from)?;
            let spans: Vec<(UnitId, UnitId, Period)> = edges
                .iter()
                .map(|edge| (edge.unit, edge.parent, edge.period))
                .collect();
            if closes_circle(&spans, id, parent, from) {
                return Err(Problem::conflict(
                    "unit.circle",
                    "所选上级本身在该单位之下，不能这样调整。",
                ));
            }
            match step {
                Step::Begin => units::begin_edge(tx, id, line, parent, from).await?,
                Step::Correct => units::correct_edge(tx, id, line, from, parent).await?,
                Step::EndAndBegin => {
                    units::end_edge(tx, id, line, from).await?;
                    units::begin_edge(tx, id, line, parent, from).await?;
                }
            }
        }
    }
    touch(tx, &row).await?;
    tx.audit(
        editor
            .audit("unit.move", format!("unit:{id}"))
            .unit(id)
            .detail(json!({
                "line": line.code(), "from": from, "before": present, "after": parent,
            })),
    );
    Ok(())
}

async fn touch(tx: &mut Tx, row: &UnitRow) -> Result<(), Problem> {
    if units::touch(tx, row.unit.id, row.version).await? {
        Ok(())
    } else {
        Err(Problem::stale())
    }
}

/// Closes a unit; `on` is the first day without it. Its people and the units under it must have
/// gone elsewhere before.
///
/// # Errors
/// 409 while it has people in service or open units below.
pub async fn close_unit(tx: &mut Tx, editor: &Editor, id: UnitId, on: Date) -> Result<(), Problem> {
    store::enter(tx).await?;
    let row = editable(tx, editor, id).await?;
    plain_day("on", on)?;
    if row.unit.kind == UnitKind::CityBureau {
        return Err(Problem::conflict("unit.city", "市局不能撤销。"));
    }
    let edges = units::all_edges(tx).await?;
    let last_change = edges
        .iter()
        .filter(|edge| edge.unit == id)
        .map(|edge| edge.period.from)
        .max();
    if let Some(day) = last_change
        .max(Some(row.opened_on))
        .filter(|day| on <= *day)
    {
        return Err(Problem::field(
            "on",
            format!(
                "撤销日期须晚于{}（该单位设立或最近一次调整的日期）。",
                format_cn_plain(day)
            ),
        ));
    }
    let people = members::in_service_from(tx, id, on).await?;
    if people > 0 {
        return Err(Problem::conflict(
            "unit.has_people",
            format!(
                "{}还有{people}名在职人员，请先把他们调到其他单位，再撤销。",
                row.unit.name
            ),
        ));
    }
    let below =
        |edge: &&EdgeRow| edge.parent == id && edge.period.until.is_none_or(|until| until > on);
    let below: Vec<UnitId> = edges.iter().filter(below).map(|edge| edge.unit).collect();
    if !below.is_empty() {
        let all = units::all(tx).await?;
        let names: Vec<&str> = all
            .iter()
            .filter(|row| below.contains(&row.unit.id))
            .take(3)
            .map(|row| row.unit.name.as_str())
            .collect();
        return Err(Problem::conflict(
            "unit.has_units",
            format!(
                "{}下面还有{}个单位（{}{}），请先把它们调到其他上级，再撤销。",
                row.unit.name,
                below.len(),
                names.join("、"),
                if below.len() > names.len() { "等" } else { "" }
            ),
        ));
    }
    units::close(tx, id, on).await?;
    touch(tx, &row).await?;
    tx.audit(
        editor
            .audit("unit.close", format!("unit:{id}"))
            .unit(id)
            .detail(json!({ "on": on })),
    );
    Ok(())
}
