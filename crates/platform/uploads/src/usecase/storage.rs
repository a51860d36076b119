//! The storage page: what is used, by whom, and for how many days it will do.

use chengzhi_files::Space;
use chengzhi_http::{Ctx, Problem, Unknown};
use chengzhi_kernel::Timestamp;

use crate::Uploads;
use crate::domain::state::Upload;
use crate::domain::words::bytes;
use crate::store::usage::{Promised, Usage};
use crate::store::{uploads, usage};

/// Days whose arrivals the forecast goes by.
const FORECAST_DAYS: i64 = 30;
/// Units shown.
const UNITS: i64 = 20;
/// Open uploads shown.
const OPEN: i64 = 100;
const DAY_MICROS: i64 = 86_400_000_000;

/// Everything that the page shows.
pub(crate) struct Storage {
    /// The disk that fills; none for an S3 store, whose size nobody tells.
    pub(crate) disk: Option<Space>,
    /// The spool's disk.
    pub(crate) spool: Space,
    pub(crate) reserve: u64,
    pub(crate) used: u64,
    pub(crate) files: i64,
    pub(crate) promised: Promised,
    pub(crate) by_purpose: Vec<Usage>,
    pub(crate) by_unit: Vec<Usage>,
    pub(crate) arrived: u64,
    pub(crate) arrived_days: i64,
    pub(crate) days_left: Option<i64>,
    pub(crate) open: Vec<Upload>,
}

/// Looks everything up.
///
/// # Errors
/// 500 from engine or disk.
pub(crate) async fn storage(ctx: &Ctx, service: &Uploads) -> Result<Storage, Problem> {
    let space =
        |path: &std::path::Path| (service.space)(path).map_err(|error| Unknown::log(&error));
    let spool = space(service.spool.root())?;
    let disk = ctx.state.files.local_root().map(space).transpose()?;
    let mut tx = ctx.db().read().await?;
    let now = tx.wall_now();
    let promised = usage::promised(&mut tx).await?;
    let (used, files) = usage::total(&mut tx).await?;
    let mut by_purpose = usage::by_purpose(&mut tx).await?;
    for part in &mut by_purpose {
        part.name = match part.key.as_str() {
            "photo" => "照片".to_owned(),
            "material" => "材料".to_owned(),
            purpose => service
                .policy_of(purpose)
                .map_or(purpose, |policy| policy.name())
                .to_owned(),
        };
    }
    let by_unit = usage::by_unit(&mut tx, UNITS).await?;
    let (arrived, first) = usage::arrived(&mut tx, now.plus_days(-FORECAST_DAYS)).await?;
    let open = uploads::all_open(&mut tx, OPEN).await?;
    let arrived_days = observed_days(first, now);
    let reserve = service.settings.reserve_bytes;
    let room = disk.map(|disk| {
        disk.free
            .saturating_sub(reserve)
            .saturating_sub(promised.to_come)
    });
    Ok(Storage {
        disk,
        spool,
        reserve,
        used,
        files,
        promised,
        by_purpose,
        by_unit,
        arrived,
        arrived_days,
        days_left: room.and_then(|room| days_left(room, arrived, arrived_days)),
        open,
    })
}

/// Whole days that arrivals could be counted, at least 1 and at most the span of the forecast.
fn observed_days(first: Option<Timestamp>, now: Timestamp) -> i64 {
    first.map_or(1, |first| {
        let days = (now.micros_since(first) + DAY_MICROS - 1) / DAY_MICROS;
        days.clamp(1, FORECAST_DAYS)
    })
}

/// For how many whole days `room` will do at the pace of `arrived` bytes in `days`; none while
/// nothing arrives. What goes at the end of its keeping period is left out: it comes on top.
fn days_left(room: u64, arrived: u64, days: i64) -> Option<i64> {
    if arrived == 0 {
        return None;
    }
    let days = u128::from(bytes(days));
    let left = u128::from(room) * days / u128::from(arrived);
    Some(i64::try_from(left).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forecast_divides_room_by_pace() {
        let gb = 1_u64 << 30;
        // The city's 260 GB a month on 1 TB.
        assert_eq!(days_left(1024 * gb, 260 * gb, 30), Some(118));
        assert_eq!(days_left(0, gb, 30), Some(0));
        assert_eq!(days_left(gb, 0, 30), None);
        assert_eq!(days_left(u64::MAX, 1, 30), Some(i64::MAX));
    }

    #[test]
    fn a_young_installation_is_measured_by_the_days_it_has() {
        let now = Timestamp::from_micros(100 * DAY_MICROS);
        for (first, days) in [
            (None, 1),
            (Some(now), 1),
            (Some(now.plus_days(-3)), 3),
            (Some(now.plus_micros(-DAY_MICROS - 1)), 2),
            (Some(now.plus_days(-90)), 30),
        ] {
            assert_eq!(observed_days(first, now), days);
        }
    }
}
