//! What must hold between the tables at any time.

use chengzhi_db::{DbError, Tx, int_list, sql};

const CHECKS: &[(&str, &str)] = &[
    (
        "人员同时属于两个单位",
        "select a.person_id as id from membership a join membership b
           on b.person_id = a.person_id and b.id > a.id
          where (a.until_on is null or b.from_on < a.until_on)
            and (b.until_on is null or a.from_on < b.until_on)",
    ),
    (
        "单位在同一条线上同时有两个上级",
        "select a.unit_id as id from unit_edge a join unit_edge b
           on b.unit_id = a.unit_id and b.line = a.line and b.id > a.id
          where (a.until_on is null or b.from_on < a.until_on)
            and (b.until_on is null or a.from_on < b.until_on)",
    ),
    (
        "人员在单位设立之前或撤销之后属于该单位",
        "select m.person_id as id from membership m join unit u on u.id = m.unit_id
          where m.from_on < u.opened_on
             or (u.closed_on is not null and (m.until_on is null or m.until_on > u.closed_on))",
    ),
    (
        "人员没有单位",
        "select p.id from person p where not exists
           (select 1 from membership m where m.person_id = p.id)",
    ),
];

/// Gives one Chinese sentence for each broken rule; empty when all is well.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn verify(tx: &mut Tx) -> Result<Vec<String>, DbError> {
    let mut broken = Vec::new();
    for (name, text) in CHECKS {
        let rows = tx.all(sql(*text)).await?;
        if rows.is_empty() {
            continue;
        }
        let mut ids = Vec::new();
        for row in rows.iter().take(5) {
            ids.push(row.get::<i64>("id")?);
        }
        broken.push(format!("{name}：{}处，如{}", rows.len(), int_list(ids)));
    }
    Ok(broken)
}
