//! The API of monthly study.

mod figures;
mod makeups;
mod mine;
mod records;
mod review;
mod tasks;

use axum::extract::DefaultBodyLimit;
use chengzhi_http::AppState;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::usecase::tasks::MATERIAL_LIMIT;

/// A form's frame around its file.
const FORM_FRAME: usize = 1024 * 1024;

/// All routes, relative to `/api/v1`.
pub fn router() -> OpenApiRouter<AppState> {
    let uploads = OpenApiRouter::new()
        .routes(routes!(records::add_study_photo))
        .routes(routes!(tasks::add_study_material))
        .layer(DefaultBodyLimit::max(MATERIAL_LIMIT + FORM_FRAME));
    OpenApiRouter::new()
        .routes(routes!(records::list_study_records))
        .routes(routes!(
            records::get_study_record,
            records::save_study_record
        ))
        .routes(routes!(records::get_study_roster))
        .routes(routes!(records::remove_study_photo))
        .routes(routes!(records::get_study_photo))
        .routes(routes!(records::get_study_photo_thumb))
        .routes(routes!(records::submit_study_record))
        .routes(routes!(records::withdraw_study_record))
        .routes(routes!(review::open_study_review))
        .routes(routes!(review::release_study_review))
        .routes(routes!(review::pass_up_study_record))
        .routes(routes!(review::confirm_study_record))
        .routes(routes!(review::return_study_record))
        .routes(routes!(review::reject_study_record))
        .routes(routes!(review::correct_study_record))
        .routes(routes!(review::list_study_return_reasons))
        .routes(routes!(tasks::list_study_tasks))
        .routes(routes!(tasks::save_study_task))
        .routes(routes!(
            tasks::get_study_material,
            tasks::remove_study_material
        ))
        .routes(routes!(
            makeups::list_study_makeups,
            makeups::add_study_makeup
        ))
        .routes(routes!(makeups::list_study_makeup_candidates))
        .routes(routes!(makeups::remove_study_makeup_person))
        .routes(routes!(mine::list_my_study))
        .routes(routes!(figures::get_study_grid))
        .routes(routes!(figures::get_study_stats))
        .routes(routes!(figures::get_study_sheet))
        .routes(routes!(figures::export_study))
        .merge(uploads)
}
