//! What must hold between the tables at any time.

use chengzhi_db::{DbError, Tx, int_list, sql};

/// One Chinese sentence for each break.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn verify(tx: &mut Tx) -> Result<Vec<String>, DbError> {
    const CHECKS: &[(&str, &str)] = &[
        (
            "单独举办的体能测试没有报备",
            "select t.id from fitness_test t where t.kind = 'separate' and not exists
               (select 1 from fitness_filing f where f.test_id = t.id)",
        ),
        (
            "有成绩的体能测试没有确定标准",
            "select t.id from fitness_test t where t.standard is null and exists
               (select 1 from fitness_mark m join fitness_entry e on e.id = m.entry_id
                where e.test_id = t.id)",
        ),
        (
            "体能成绩已报但仍有人员未测完",
            "select t.id from fitness_test t join fitness_entry e on e.test_id = t.id
             where t.state = 'results_in' and e.state = 'listed' and e.outcome in ('none', 'incomplete')
               and not exists (select 1 from fitness_waiver w where w.person_id = e.person_id
                 and w.year = t.year and w.state = 'approved')",
        ),
        (
            "没有有效成绩却有体能测试结论",
            "select e.id from fitness_entry e where e.outcome <> 'none' and not exists
               (select 1 from fitness_mark m where m.entry_id = e.id and m.replaced_at is null)",
        ),
        (
            "已移出名单的人员仍有体能成绩",
            "select e.id from fitness_entry e where e.state = 'removed' and exists
               (select 1 from fitness_mark m where m.entry_id = e.id and m.replaced_at is null)",
        ),
        (
            "更正后的体能成绩找不到原成绩",
            "select m.id from fitness_mark m join fitness_mark o on o.id = m.replaces
             where o.replaced_at is null or o.entry_id <> m.entry_id or o.item <> m.item",
        ),
    ];
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
