//! The API of drill.

mod contests;
mod exemptions;
mod figures;
mod instructors;
mod records;
mod review;

use std::sync::Arc;

use axum::Extension;
use axum::extract::DefaultBodyLimit;
use chengzhi_http::AppState;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::usecase::contest_photos::UPLOAD_LIMIT;
use crate::usecase::films::FilmUploads;

/// A form's frame around its file.
const FORM_FRAME: usize = 1024 * 1024;

/// Where films come from, for handlers.
pub(crate) type Uploads = Extension<Arc<dyn FilmUploads>>;

/// All routes, relative to `/api/v1`. `uploads` is asked when a film is attached.
pub fn router(uploads: Arc<dyn FilmUploads>) -> OpenApiRouter<AppState> {
    let photos = OpenApiRouter::new()
        .routes(routes!(contests::add_drill_contest_photo))
        .layer(DefaultBodyLimit::max(UPLOAD_LIMIT + FORM_FRAME));
    OpenApiRouter::new()
        .routes(routes!(records::list_drill_records))
        .routes(routes!(
            records::get_drill_record,
            records::save_drill_record
        ))
        .routes(routes!(records::get_drill_roster))
        .routes(routes!(
            records::attach_drill_film,
            records::detach_drill_film
        ))
        .routes(routes!(records::submit_drill_record))
        .routes(routes!(records::withdraw_drill_record))
        .routes(routes!(review::open_drill_review))
        .routes(routes!(review::release_drill_review))
        .routes(routes!(review::pass_up_drill_record))
        .routes(routes!(review::confirm_drill_record))
        .routes(routes!(review::return_drill_record))
        .routes(routes!(review::reject_drill_record))
        .routes(routes!(review::add_drill_note))
        .routes(routes!(review::remove_drill_note))
        .routes(routes!(review::list_drill_return_reasons))
        .routes(routes!(figures::list_drill_months))
        .routes(routes!(figures::get_drill_month))
        .routes(routes!(figures::get_drill_grid))
        .routes(routes!(figures::get_drill_stats))
        .routes(routes!(figures::get_own_drill))
        .routes(routes!(figures::export_drill))
        .routes(routes!(
            exemptions::list_drill_exemptions,
            exemptions::request_drill_exemption
        ))
        .routes(routes!(exemptions::approve_drill_exemption))
        .routes(routes!(exemptions::refuse_drill_exemption))
        .routes(routes!(exemptions::withdraw_drill_exemption))
        .routes(routes!(exemptions::end_drill_exemption))
        .routes(routes!(
            instructors::list_drill_instructors,
            instructors::add_drill_instructor
        ))
        .routes(routes!(instructors::end_drill_instructor))
        .routes(routes!(
            contests::list_drill_contests,
            contests::add_drill_contest
        ))
        .routes(routes!(
            contests::get_drill_contest,
            contests::save_drill_contest
        ))
        .routes(routes!(contests::remove_drill_contest))
        .routes(routes!(contests::remove_drill_contest_photo))
        .routes(routes!(contests::get_drill_contest_photo))
        .routes(routes!(contests::get_drill_contest_photo_thumb))
        .merge(photos)
        .layer(Extension(uploads))
}
