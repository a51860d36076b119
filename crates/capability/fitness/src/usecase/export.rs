//! Workbooks: a test's results, the year's list.

use chengzhi_authz::{Permission, Scope};
use chengzhi_http::{Ctx, Problem, Unknown, fields};
use chengzhi_organisation::facade as organisation;
use chengzhi_sheets::{Column, SheetData, Value, write_xlsx};
use serde_json::json;

use super::access::narrow;
use super::page::{FitnessTestPageOut, view};
use super::year::{person_out, standings};
use crate::store::rounds;

/// A test's results: people, then squads. Reference for promotion only (B-34), which the sheet says.
///
/// # Errors
/// 404 outside the scope.
pub async fn test(ctx: &Ctx, scope: &Scope, id: i64) -> Result<(String, Vec<u8>), Problem> {
    let page = view(ctx, scope, id).await?;
    let content = book(&page)?;
    let mut tx = ctx.db().write().await?;
    tx.audit(
        ctx.audit("fitness.export", format!("fitness_test:{id}"))
            .detail(json!({"people": page.entries.len()})),
    );
    tx.commit().await?;
    Ok((format!("{}成绩.xlsx", page.test.title), content))
}

/// Results of the test of a class for its archive, with the name of the file; none without a test, before the first
/// figure, or for a caller who may not read it.
///
/// # Errors
/// 500 from the engine.
pub async fn of_class(ctx: &Ctx, class: i64) -> Result<Option<(String, Vec<u8>)>, Problem> {
    let mut tx = ctx.db().read().await?;
    let test = rounds::of_class(&mut tx, class).await?;
    drop(tx);
    let scope = ctx.actor.scope(Permission::FitnessRead);
    let (Some(test), Some(scope)) = (test.filter(|test| test.held_at.is_some()), scope) else {
        return Ok(None);
    };
    match view(ctx, &scope, test.id).await {
        Ok(page) => Ok(Some((
            format!("{}成绩.xlsx", page.test.title),
            book(&page)?,
        ))),
        Err(problem) if problem.status() == 404 => Ok(None),
        Err(problem) => Err(problem),
    }
}

fn book(page: &FitnessTestPageOut) -> Result<Vec<u8>, Problem> {
    let items = &page.standard.items;
    let mut columns = vec![
        Column::text("工号", 14),
        Column::text("姓名", 12),
        Column::text("中队", 22),
    ];
    columns.extend(items.iter().map(|item| Column::text(item.name.clone(), 16)));
    columns.extend([Column::text("结论", 10), Column::text("说明", 40)]);
    let people = page.entries.iter().map(|row| {
        let mut cells = vec![
            Value::text(&row.staff_no),
            Value::text(&row.name),
            Value::text(&row.unit_name),
        ];
        cells.extend(items.iter().map(|item| {
            let found = row.items.iter().find(|one| one.code == item.code);
            Value::text(match found {
                None => "不测",
                Some(one) if one.attempts > 0 && one.best.is_empty() => "未完成",
                Some(one) => one.best.as_str(),
            })
        }));
        let word = match (&row.waiver, row.seat.as_str()) {
            (Some(waiver), _) if row.outcome == "none" => waiver.clone(),
            (_, "absent") => "缺席".to_owned(),
            _ => row.outcome_name.clone(),
        };
        cells.extend([Value::text(word), Value::text(&row.text)]);
        cells
    });
    let squads = page.squads.iter().map(|row| {
        let mut cells = vec![Value::text(&row.unit_name)];
        cells.extend(
            [row.listed, row.taken, row.passed, row.absent].map(|n| Value::count(i64::from(n))),
        );
        cells
    });
    let example = if page.standard.example {
        "本次按示例标准判定，不是正式标准。"
    } else {
        "本次标准见测试页面。"
    };
    let book = [
        SheetData {
            title: "体能测试成绩".to_owned(),
            columns,
            rows: people.collect(),
            notes: vec![
                format!("{}，{}。", page.test.title, page.test.place),
                "体能测试成绩作为职级晋升的参考因素，不作否决。".to_owned(),
                format!("标准：{}。{example}", page.standard.title),
            ],
        },
        SheetData {
            title: "按中队".to_owned(),
            columns: vec![
                Column::text("中队", 24),
                Column::number("名单人数", 10),
                Column::number("已测人数", 10),
                Column::number("合格人数", 10),
                Column::number("缺席人数", 10),
            ],
            rows: squads.collect(),
            notes: Vec::new(),
        },
    ];
    write_xlsx(&book).map_err(|error| Unknown::log(&error))
}

/// Who must take the year's test, with standing.
///
/// # Errors
/// 404 for a unit outside the scope.
pub async fn year(
    ctx: &Ctx,
    scope: &Scope,
    year: Option<i32>,
    unit: Option<i64>,
) -> Result<(String, Vec<u8>), Problem> {
    let year = fields::year_of(year, ctx.now)?;
    let mut tx = ctx.db().write().await?;
    let tree = organisation::tree(&mut tx, ctx.today).await?;
    let scope = narrow(scope, &tree, unit)?;
    let rows: Vec<Vec<Value>> = standings(&mut tx, ctx, &scope, year)
        .await?
        .into_iter()
        .map(|row| {
            let row = person_out(&tree, row);
            [
                row.staff_no,
                row.name,
                row.unit_name,
                row.standing_name,
                row.text,
            ]
            .map(Value::text)
            .to_vec()
        })
        .collect();
    tx.audit(
        ctx.audit("fitness.export", format!("fitness_year:{year}"))
            .detail(json!({"people": rows.len()})),
    );
    tx.commit().await?;
    let book = [SheetData {
        title: format!("{year}年体能测试"),
        columns: vec![
            Column::text("工号", 14),
            Column::text("姓名", 12),
            Column::text("单位", 24),
            Column::text("情况", 12),
            Column::text("说明", 40),
        ],
        rows,
        notes: vec![
            "行政执法类公务员每年至少参加一次体能测试；成绩作为职级晋升的参考因素。".to_owned(),
        ],
    }];
    let content = write_xlsx(&book).map_err(|error| Unknown::log(&error))?;
    Ok((format!("{year}年体能测试名单.xlsx"), content))
}
