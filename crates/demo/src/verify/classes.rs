//! What must hold of the demo city's classes.

use std::collections::BTreeSet;

use chengzhi_classes::facade as classes;
use chengzhi_db::Tx;
use chengzhi_kernel::Quantity;

use crate::data::Data;
use crate::plan::{City, training};

/// Hours of the classes that were held and closed in a year: person and thousandths.
pub(super) fn hours(data: &Data, city: &City, year: i32) -> Vec<(usize, i64)> {
    let Some(programme) = training::programme(data, year).filter(|_| year == city.year) else {
        return Vec::new();
    };
    let of_course: Vec<i64> = programme
        .courses
        .iter()
        .map(|course| {
            course
                .hours
                .parse::<Quantity>()
                .map_or(0, Quantity::thousandths)
        })
        .collect();
    let whole: i64 = of_course.iter().sum();
    city.classes
        .closed
        .iter()
        .flat_map(|class| &class.seats)
        .map(|seat| {
            let missed = seat.dropped.and_then(|course| of_course.get(course));
            (seat.person, whole - missed.copied().unwrap_or(0))
        })
        .collect()
}

/// Every class is there and stands where it was left; a demo that was played with has more.
pub(super) async fn verify(
    tx: &mut Tx,
    city: &City,
    made: usize,
    units: &BTreeSet<i64>,
) -> anyhow::Result<Vec<String>> {
    let told = |problem: chengzhi_http::Problem| anyhow::anyhow!("{}", problem.detail());
    let mut faults = classes::verify(tx).await.map_err(told)?;
    let units: Vec<i64> = units.iter().copied().collect();
    let today = city.wish.today.date();
    let phases = classes::phases(tx, city.year, &units, today)
        .await
        .map_err(told)?;
    let stored: usize = phases.values().sum();
    if stored < made {
        faults.push(format!("培训班应有{made}个，实有{stored}个"));
    }
    let closed = phases.get("closed").copied().unwrap_or(0);
    if closed < city.classes.closed.len() {
        faults.push(format!(
            "已结项的集中培训应有{}期，实有{closed}期",
            city.classes.closed.len()
        ));
    }
    Ok(faults)
}
