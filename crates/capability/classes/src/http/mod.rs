//! The API of classes.

mod attendance;
mod classes;
mod closing;
mod enrol;
mod extras;
mod outlooks;
mod outsiders;
mod papers;
mod plans;
mod public;
mod requests;
mod results;

use std::sync::Arc;

use axum::Extension;
use axum::extract::DefaultBodyLimit;
use chengzhi_documents::Typesetter;
use chengzhi_http::AppState;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use public::public_router;

use crate::usecase::appendix::Appendices;
use crate::usecase::exam_link::ExamBook;
use crate::usecase::materials::UPLOAD_LIMIT;
use crate::usecase::outlook_figures::Drills;

/// A form's frame around its file.
const FORM_FRAME: usize = 1024 * 1024;

/// All routes, relative to `/api/v1`. `setter` makes PDFs, `drills` tells of drill reviews, `exams` answers for the exam
/// engine, `more` adds papers to the archive.
pub fn router(
    setter: Typesetter,
    drills: Drills,
    exams: Arc<dyn ExamBook>,
    more: Arc<dyn Appendices>,
) -> OpenApiRouter<AppState> {
    let papers = OpenApiRouter::new()
        .routes(routes!(papers::get_class_paper))
        .routes(routes!(papers::get_class_sheet))
        .routes(routes!(papers::get_class_archive))
        .routes(routes!(papers::get_class_certificate))
        .layer(Extension(setter))
        .layer(Extension(more));
    let exams = OpenApiRouter::new()
        .routes(routes!(results::list_class_exams))
        .routes(routes!(results::link_class_exam))
        .layer(Extension(exams));
    let files = OpenApiRouter::new()
        .routes(routes!(attendance::add_class_entry_photo))
        .routes(routes!(results::create_class_result_import))
        .routes(routes!(closing::add_class_material))
        .layer(DefaultBodyLimit::max(UPLOAD_LIMIT + FORM_FRAME));
    let outlooks = OpenApiRouter::new()
        .routes(routes!(
            outlooks::list_class_outlooks,
            outlooks::create_class_outlook
        ))
        .routes(routes!(outlooks::save_class_outlook))
        .routes(routes!(outlooks::add_class_leader))
        .routes(routes!(outlooks::remove_class_leader))
        .routes(routes!(outlooks::mark_class_outlook))
        .routes(routes!(plans::list_class_plan_targets))
        .layer(Extension(drills));
    OpenApiRouter::new()
        .routes(routes!(plans::list_class_words))
        .routes(routes!(plans::list_class_plans, plans::create_class_plan))
        .routes(routes!(plans::get_class_plan, plans::change_class_plan))
        .routes(routes!(
            requests::list_class_requests,
            requests::ask_class_request
        ))
        .routes(routes!(requests::see_class_requests))
        .routes(routes!(requests::vote_class_request))
        .routes(routes!(requests::withdraw_class_request))
        .routes(routes!(requests::decide_class_request))
        .routes(routes!(plans::add_class_programme))
        .routes(routes!(plans::save_class_programme))
        .routes(routes!(plans::remove_class_programme))
        .routes(routes!(classes::list_classes, classes::create_class))
        .routes(routes!(classes::get_class, classes::change_class))
        .routes(routes!(classes::save_class_courses))
        .routes(routes!(classes::save_class_lessons))
        .routes(routes!(classes::get_class_conflicts))
        .routes(routes!(classes::file_class))
        .routes(routes!(classes::cancel_class))
        .routes(routes!(classes::list_class_filings))
        .routes(routes!(classes::answer_class_filing))
        .routes(routes!(
            enrol::list_class_trainees,
            enrol::add_class_trainees
        ))
        .routes(routes!(enrol::list_class_candidates))
        .routes(routes!(enrol::nominate_class_trainees))
        .routes(routes!(enrol::withdraw_class_trainee))
        .routes(routes!(enrol::transfer_class_trainee))
        .routes(routes!(enrol::remark_class_trainee))
        .routes(routes!(enrol::save_class_seats))
        .routes(routes!(
            outsiders::list_class_outsiders,
            outsiders::add_class_outsider
        ))
        .routes(routes!(
            outsiders::change_class_outsider,
            outsiders::remove_class_outsider
        ))
        .routes(routes!(enrol::list_class_leaves, enrol::ask_class_leave))
        .routes(routes!(enrol::decide_class_leave))
        .routes(routes!(enrol::get_class_forecast))
        .routes(routes!(enrol::list_own_classes))
        .routes(routes!(attendance::get_class_code))
        .routes(routes!(attendance::call_class_check))
        .routes(routes!(attendance::register_class_device))
        .routes(routes!(attendance::scan_class_code))
        .routes(routes!(attendance::enter_class_presence))
        .routes(routes!(attendance::get_class_presence))
        .routes(routes!(attendance::list_class_doubtful))
        .routes(routes!(attendance::decide_class_scan))
        .routes(routes!(
            results::get_class_evaluations,
            results::evaluate_class_course
        ))
        .routes(routes!(results::add_class_outside_evaluation))
        .routes(routes!(
            results::list_class_results,
            results::save_class_results
        ))
        .routes(routes!(results::commit_class_result_import))
        .routes(routes!(
            results::get_class_awards,
            results::post_class_awards
        ))
        .routes(routes!(closing::get_class_closing))
        .routes(routes!(closing::remove_class_material))
        .routes(routes!(closing::get_class_material))
        .routes(routes!(closing::submit_class_closing))
        .routes(routes!(closing::return_class_closing))
        .routes(routes!(closing::accept_class_closing))
        .routes(routes!(
            closing::get_class_summary,
            closing::save_class_summary
        ))
        .routes(routes!(
            papers::list_class_certificates,
            papers::issue_class_certificates
        ))
        .routes(routes!(papers::list_own_class_certificates))
        .routes(routes!(
            papers::get_class_calendar,
            papers::renew_class_calendar
        ))
        .routes(routes!(extras::list_class_duties))
        .routes(routes!(extras::list_class_groups, extras::save_class_group))
        .routes(routes!(
            extras::mark_class_sample,
            extras::remove_class_sample
        ))
        .routes(routes!(extras::read_class))
        .merge(outlooks)
        .merge(papers)
        .merge(exams)
        .merge(files)
}
