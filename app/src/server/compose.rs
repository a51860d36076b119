//! Which capabilities there are: the one place that lists them.

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::http::header;
use axum::routing::get;
use chengzhi_accounts::{AccountSettings, AccountSweep, Accounts, SWEEP_JOB, SWEEP_SECONDS};
use chengzhi_bank::Bank;
use chengzhi_config::Settings;
use chengzhi_documents::{FontSource, Typesetter};
use chengzhi_exams::usecase::sitting::Room;
use chengzhi_faculty::CoursewarePolicy;
use chengzhi_films::{ClaimedFilms, FilmChecks, FilmPolicy};
use chengzhi_http::AppState;
use chengzhi_jobs::JobRunner;
use chengzhi_uploads::{
    ORPHAN_JOB, ORPHAN_SECONDS, SWEEP_JOB as SWEEP_UPLOADS_JOB,
    SWEEP_SECONDS as SWEEP_UPLOADS_SECONDS, UploadSettings, UploadSweep, Uploads,
};
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use super::class_book::Classes;
use super::class_exams::Exams;
use super::class_papers::FitnessResults;
use super::drill_book::DrillReviews;
use super::state::Parts;
use super::{citing, class_exams, document, health, layers, spa, titles};

/// Where the API lives.
pub const API_ROOT: &str = "/api/v1";

/// The routers of all capabilities, one line each.
fn capabilities(
    accounts: Arc<Accounts>,
    uploads: Arc<Uploads>,
    films: ClaimedFilms,
    room: Option<Arc<Room>>,
) -> OpenApiRouter<AppState> {
    // One for all: its clones share fonts and the limit on work at once.
    let setter = Typesetter::new(FontSource::System);
    OpenApiRouter::new()
        .merge(chengzhi_accounts::router(accounts))
        .merge(chengzhi_organisation::router())
        .merge(chengzhi_assessment::router())
        .merge(chengzhi_study::router())
        .merge(chengzhi_drill::router(Arc::new(films)))
        .merge(chengzhi_films::router())
        .merge(chengzhi_exams::router(
            room,
            setter.clone(),
            class_exams::all(),
        ))
        .merge(chengzhi_classes::router(
            setter,
            Arc::new(DrillReviews),
            Arc::new(Exams),
            Arc::new(FitnessResults),
        ))
        .merge(chengzhi_faculty::router())
        .merge(chengzhi_fitness::router(Arc::new(Classes)))
        .merge(chengzhi_bank::router(Bank::new(), citing::all()))
        .merge(chengzhi_notices::router())
        .merge(chengzhi_uploads::router(uploads))
}

/// The files that capabilities take, one line each.
#[must_use]
pub fn uploads(spool: PathBuf, settings: UploadSettings) -> Uploads {
    let uploads = Uploads::new(spool, settings)
        .policy(Arc::new(FilmPolicy))
        .policy(Arc::new(CoursewarePolicy));
    #[cfg(debug_assertions)]
    let uploads = super::trial::with_trial_purpose(uploads);
    uploads
}

/// The background work of all capabilities, one line each.
#[must_use]
pub fn jobs(parts: &Parts) -> JobRunner {
    let accounts = AccountSweep {
        state: parts.state.clone(),
        accounts: parts.accounts.clone(),
    };
    let uploads = Arc::new(UploadSweep {
        state: parts.state.clone(),
        uploads: parts.uploads.clone(),
    });
    JobRunner::new(parts.state.db.clone())
        .every(SWEEP_SECONDS, SWEEP_JOB, Arc::new(accounts))
        .every(
            60,
            chengzhi_study::facade::LOCK_JOB,
            chengzhi_study::facade::lock_handler(parts.state.clone()),
        )
        .every(
            60,
            chengzhi_drill::facade::LOCK_JOB,
            chengzhi_drill::facade::lock_handler(parts.state.clone()),
        )
        .every(SWEEP_UPLOADS_SECONDS, SWEEP_UPLOADS_JOB, uploads.clone())
        .every(ORPHAN_SECONDS, ORPHAN_JOB, uploads)
}

/// The check of drill films, beside the other background work: one film takes minutes.
#[must_use]
pub fn film_checks(parts: &Parts) -> FilmChecks {
    FilmChecks::new(parts.state.clone(), chengzhi_video::Runner::default())
}

fn api(
    accounts: Arc<Accounts>,
    uploads: Arc<Uploads>,
    films: ClaimedFilms,
    room: Option<Arc<Room>>,
) -> (Router<AppState>, OpenApi) {
    let (router, mut document) = OpenApiRouter::with_openapi(document::head())
        .nest(API_ROOT, capabilities(accounts, uploads, films, room))
        .split_for_parts();
    titles::apply(&mut document);
    (router, document)
}

/// The OpenAPI document of everything served.
///
/// # Errors
/// When sign-in cannot be set up.
pub fn openapi() -> anyhow::Result<OpenApi> {
    let accounts = Accounts::new(AccountSettings::default())?;
    // Only described: nothing is opened or made.
    let uploads = uploads(PathBuf::new(), UploadSettings::default());
    let films = ClaimedFilms { state: None };
    Ok(api(Arc::new(accounts), Arc::new(uploads), films, None).1)
}

/// Everything served, with all layers.
///
/// # Errors
/// When the OpenAPI document cannot be written.
pub fn app(parts: &Parts, settings: &Settings) -> anyhow::Result<Router> {
    let films = ClaimedFilms {
        state: Some(parts.state.clone()),
    };
    let room = Some(parts.room.clone());
    let (api, document) = api(parts.accounts.clone(), parts.uploads.clone(), films, room);
    let text: Arc<str> = document::text(&document)?.into();
    let openapi = get(move || {
        let text = text.clone();
        async move {
            (
                [(header::CONTENT_TYPE, "application/json; charset=utf-8")],
                text.to_string(),
            )
        }
    });
    let router = api
        .route("/api/openapi.json", openapi)
        .merge(document::page())
        .merge(health::router(settings))
        .merge(chengzhi_classes::public_router())
        .method_not_allowed_fallback(layers::wrong_method)
        .fallback(spa::serve)
        .with_state(parts.state.clone());
    Ok(layers::around(router, settings))
}
