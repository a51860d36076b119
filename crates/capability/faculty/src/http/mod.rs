//! The API of instructors, places and courseware.

mod calls;
mod cases;
mod courseware;
mod instructors;
mod places;
mod steps;
mod teaching;
mod teams;
mod year;

use chengzhi_http::AppState;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// A row that was made.
#[derive(Debug, Clone, serde::Serialize, ToSchema)]
pub(crate) struct FacultyMadeOut {
    /// Row.
    id: i64,
}

/// A command on what was read.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct FacultyVersionIn {
    /// `version` as read.
    version: i64,
}

/// A command with its reason.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct FacultyReasonIn {
    /// `version` as read.
    version: i64,
    /// Why.
    reason: String,
}

/// All routes, relative to `/api/v1`.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(
            instructors::list_faculty_instructors,
            instructors::nominate_faculty_instructor
        ))
        .routes(routes!(
            instructors::get_faculty_instructor,
            instructors::change_faculty_instructor
        ))
        .routes(routes!(steps::record_faculty_trial))
        .routes(routes!(steps::appoint_faculty_instructor))
        .routes(routes!(steps::refuse_faculty_instructor))
        .routes(routes!(steps::withdraw_faculty_nomination))
        .routes(routes!(steps::assess_faculty_instructor))
        .routes(routes!(steps::renew_faculty_instructor))
        .routes(routes!(steps::release_faculty_instructor))
        .routes(routes!(teaching::invite_faculty_instructor))
        .routes(routes!(teaching::list_faculty_invitations))
        .routes(routes!(teaching::withdraw_faculty_invitation))
        .routes(routes!(teaching::answer_faculty_invitation))
        .routes(routes!(teaching::get_faculty_calendar))
        .routes(routes!(teaching::get_own_faculty))
        .routes(routes!(teams::get_faculty_teams))
        .routes(routes!(teams::add_faculty_studio))
        .routes(routes!(teams::save_faculty_studio))
        .routes(routes!(teams::add_faculty_group))
        .routes(routes!(teams::save_faculty_group))
        .routes(routes!(teams::add_faculty_mentorship))
        .routes(routes!(teams::end_faculty_mentorship))
        .routes(routes!(
            places::list_faculty_places,
            places::add_faculty_place
        ))
        .routes(routes!(
            places::get_faculty_place,
            places::save_faculty_place
        ))
        .routes(routes!(places::apply_faculty_base))
        .routes(routes!(places::check_faculty_base))
        .routes(routes!(places::assess_faculty_classroom))
        .routes(routes!(places::confirm_faculty_grade))
        .routes(routes!(places::withdraw_faculty_place))
        .routes(routes!(places::get_faculty_standard))
        .routes(routes!(
            courseware::list_faculty_courseware,
            courseware::add_faculty_courseware
        ))
        .routes(routes!(
            courseware::get_faculty_courseware,
            courseware::save_faculty_courseware
        ))
        .routes(routes!(courseware::attach_faculty_file))
        .routes(routes!(courseware::release_faculty_courseware))
        .routes(routes!(courseware::supersede_faculty_courseware))
        .routes(routes!(courseware::withdraw_faculty_courseware))
        .routes(routes!(calls::list_faculty_calls, calls::open_faculty_call))
        .routes(routes!(calls::end_faculty_call))
        .routes(routes!(calls::send_faculty_contribution))
        .routes(routes!(calls::judge_faculty_contribution))
        .routes(routes!(calls::decide_faculty_contribution))
        .routes(routes!(
            cases::list_faculty_cases,
            cases::hand_out_faculty_case
        ))
        .routes(routes!(cases::use_faculty_case))
        .routes(routes!(year::get_faculty_targets))
        .routes(routes!(
            year::list_faculty_samples,
            year::mark_faculty_sample
        ))
        .routes(routes!(year::unmark_faculty_sample))
        .routes(routes!(year::export_faculty_year))
        .routes(routes!(year::list_faculty_words))
}
