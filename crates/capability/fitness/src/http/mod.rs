//! The API of fitness tests.

mod marks;
mod rounds;
mod standards;
mod waivers;
mod year;

use std::sync::Arc;

use axum::Extension;
use chengzhi_http::{AppState, Problem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::facade::ClassBook;

/// Classes, as handlers get them.
type Classes = Extension<Arc<dyn ClassBook>>;

/// A row that was made.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct FitnessMadeOut {
    /// Row.
    id: i64,
}

/// A command on what was read.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct FitnessVersionIn {
    /// `version` as read.
    version: i64,
}

/// A command with its reason.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct FitnessReasonIn {
    /// `version` as read.
    version: i64,
    /// Why.
    reason: String,
}

/// Reads a code of a body.
///
/// # Errors
/// 422 for an unknown one.
fn must<T>(field: &str, code: &str, read: impl Fn(&str) -> Option<T>) -> Result<T, Problem> {
    read(code).ok_or_else(|| Problem::field(field, "选项有误，请刷新页面后重新选择。"))
}

/// All routes, relative to `/api/v1`.
pub fn router(classes: Arc<dyn ClassBook>) -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(
            rounds::list_fitness_tests,
            rounds::create_fitness_test
        ))
        .routes(routes!(rounds::list_fitness_classes))
        .routes(routes!(
            rounds::get_fitness_test,
            rounds::change_fitness_test
        ))
        .routes(routes!(rounds::cancel_fitness_test))
        .routes(routes!(rounds::answer_fitness_filing))
        .routes(routes!(rounds::list_fitness_people))
        .routes(routes!(rounds::set_fitness_seat))
        .routes(routes!(rounds::hand_in_fitness_results))
        .routes(routes!(rounds::export_fitness_test))
        .routes(routes!(marks::record_fitness_marks))
        .routes(routes!(marks::correct_fitness_mark))
        .routes(routes!(
            marks::get_fitness_template,
            marks::read_fitness_sheet
        ))
        .routes(routes!(marks::store_fitness_sheet))
        .routes(routes!(year::get_fitness_year))
        .routes(routes!(year::list_fitness_year))
        .routes(routes!(year::export_fitness_year))
        .routes(routes!(year::get_own_fitness))
        .routes(routes!(year::get_fitness_person))
        .routes(routes!(year::set_fitness_birth))
        .routes(routes!(
            standards::list_fitness_standards,
            standards::add_fitness_standard
        ))
        .routes(routes!(standards::withdraw_fitness_standard))
        .routes(routes!(
            waivers::list_fitness_waivers,
            waivers::ask_fitness_waiver
        ))
        .routes(routes!(waivers::decide_fitness_waiver))
        .layer(Extension(classes))
}
