//! Sessions of the districts' closed trainings (B-11): what a closed year no longer takes.

use chengzhi_db::Tx;
use chengzhi_http::Problem;
use chengzhi_kernel::UnitId;
use chrono::Datelike as _;

use crate::store::{policies, waivers};

/// Nothing of a closed year is changed.
///
/// # Errors
/// 409 when the year is closed; 500 from the engine.
pub async fn refuse_closed(tx: &mut Tx, year: i32) -> Result<(), Problem> {
    if policies::closed_year(tx, year).await?.is_some() {
        return Err(Problem::conflict(
            "year.closed",
            format!("{year}年已结账，不能再改。"),
        ));
    }
    Ok(())
}

/// Removes a session that was entered by mistake.
///
/// # Errors
/// 404 when the district has none of this id; 409 in a closed year.
pub async fn remove(tx: &mut Tx, unit: UnitId, id: i64) -> Result<(), Problem> {
    let starts_on = waivers::remove_session(tx, id, unit)
        .await?
        .ok_or_else(Problem::not_found)?;
    refuse_closed(tx, starts_on.year()).await
}
