//! The API of exams.

mod after;
mod candidates;
mod day;
mod own;
mod papers;
mod pictures;
mod print;
mod rooms;
mod sessions;
mod sitting;

use std::sync::Arc;

use axum::Extension;
use axum::extract::DefaultBodyLimit;
use chengzhi_documents::Typesetter;
use chengzhi_http::AppState;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::usecase::follows::AllFollows;
use crate::usecase::imports::SHEET_LIMIT;
use crate::usecase::sitting::Room;

/// A page of answers with long texts; far above what is ever sent.
const BODY_LIMIT: usize = 2 * 1024 * 1024;
/// A form's frame around its file.
const FORM_FRAME: usize = 1024 * 1024;

/// All routes, relative to `/api/v1`, over one sitting room; without one they are only described. `setter` sets documents,
/// `told` takes over results of exams that belong to something.
pub fn router(
    room: Option<Arc<Room>>,
    setter: Typesetter,
    told: AllFollows,
) -> OpenApiRouter<AppState> {
    let sheets = OpenApiRouter::new()
        .routes(routes!(after::create_exam_mark_import))
        .layer(DefaultBodyLimit::max(SHEET_LIMIT + FORM_FRAME));
    let routes = OpenApiRouter::new()
        .routes(routes!(sitting::list_own_exams))
        .routes(routes!(sitting::start_exam))
        .routes(routes!(sitting::get_sitting))
        .routes(routes!(sitting::save_answers))
        .routes(routes!(sitting::take_over_sitting))
        .routes(routes!(sitting::note_page_left))
        .routes(routes!(sitting::hand_in_sitting))
        .routes(routes!(sitting::get_attempt_after))
        .routes(routes!(pictures::get_sitting_picture))
        .routes(routes!(pictures::get_exam_picture))
        .routes(routes!(own::list_own_exam_sessions))
        .routes(routes!(own::get_own_exam_result))
        .routes(routes!(own::object_to_exam_result))
        .routes(routes!(own::begin_exam_again))
        .routes(routes!(sessions::list_exam_words))
        .routes(routes!(
            sessions::list_exam_sessions,
            sessions::create_exam_session
        ))
        .routes(routes!(
            sessions::get_exam_session,
            sessions::change_exam_session
        ))
        .routes(routes!(sessions::cancel_exam_session))
        .routes(routes!(candidates::draw_exam_range))
        .routes(routes!(
            candidates::list_exam_candidates,
            candidates::name_exam_candidates
        ))
        .routes(routes!(candidates::decide_exam_candidates))
        .routes(routes!(candidates::grant_exam_candidate))
        .routes(routes!(rooms::save_exam_rooms))
        .routes(routes!(rooms::save_exam_duties))
        .routes(routes!(rooms::place_exam_candidates))
        .routes(routes!(rooms::undo_exam_seats))
        .routes(routes!(papers::get_exam_papers, papers::build_exam_papers))
        .routes(routes!(papers::seal_exam_session))
        .routes(routes!(day::get_exam_board))
        .routes(routes!(day::note_exam_conduct))
        .routes(routes!(day::withdraw_exam_conduct))
        .routes(routes!(day::note_exam_absence))
        .routes(routes!(day::exclude_exam_candidate))
        .routes(routes!(day::order_exam_candidate))
        .routes(routes!(day::list_exam_reports, day::hand_in_exam_report))
        .routes(routes!(after::get_exam_marking, after::collect_exam))
        .routes(routes!(after::get_exam_queue, after::mark_exam_answer))
        .routes(routes!(after::reopen_exam_marking))
        .routes(routes!(after::list_exam_marked_answers))
        .routes(routes!(after::commit_exam_mark_import))
        .routes(routes!(after::set_exam_pass_mark))
        .routes(routes!(day::list_exam_attempts))
        .routes(routes!(after::publish_exam))
        .routes(routes!(after::get_exam_circular))
        .routes(routes!(after::list_exam_result_history))
        .routes(routes!(after::list_exam_objections))
        .routes(routes!(after::decide_exam_objection))
        .routes(routes!(
            after::list_exam_corrections,
            after::try_exam_correction
        ))
        .routes(routes!(after::act_on_exam_correction))
        .routes(routes!(after::get_exam_analysis))
        .routes(routes!(after::list_exam_signals))
        .routes(routes!(after::list_exam_unit_fields))
        .routes(routes!(print::print_exam_form))
        .routes(routes!(print::print_exam_tickets))
        .routes(routes!(print::print_own_exam_ticket))
        .routes(routes!(print::print_exam_circular))
        .layer(Extension(setter))
        .layer(Extension(told))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .merge(sheets);
    match room {
        Some(room) => routes.layer(Extension(room)),
        None => routes,
    }
}
