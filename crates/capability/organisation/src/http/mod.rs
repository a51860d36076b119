//! Routes under `/api/v1`.

mod imports;
mod people;
mod status;
mod units;

use chengzhi_http::{AppState, Ctx};
use serde::{Deserialize, Deserializer};
use utoipa_axum::router::OpenApiRouter;

use crate::domain::ten_days::TenDays;

/// All routes of this capability, relative to `/api/v1`.
#[must_use]
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .merge(units::router())
        .merge(people::router())
        .merge(status::router())
        .merge(imports::router())
}

/// Tells a field that is missing (outer `None`) from one that is `null` (inner `None`).
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(from).map(Some)
}

/// The ten-day rule of this installation.
fn ten_days(ctx: &Ctx) -> TenDays<'_> {
    TenDays {
        pack: &ctx.state.policy,
        calendar: &ctx.state.calendar,
    }
}
