//! Papers, certificates, the archive and the address of the calendar feed.

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use chengzhi_authz::need;
use chengzhi_documents::Typesetter;
use chengzhi_documents::archive::{Archive, MEDIA_TYPE};
use chengzhi_http::{Allow, AppState, Json, Path, Problem, ProblemBody, download};
use futures_util::TryStreamExt as _;

use crate::usecase::appendix::Appendices;
use crate::usecase::archive::{self, Certificates};
use crate::usecase::certificates::{self, ClassCertificateOut};
use crate::usecase::feed::{self, ClassCalendarOut};
use crate::usecase::print::{self, Printed};

const PDF: &str = "application/pdf";

fn sent(printed: Printed) -> Response {
    download(&printed.name, PDF, printed.bytes)
}

/// The address under which this request reached us: what codes on paper lead to.
fn origin(state: &AppState, headers: &HeaderMap) -> String {
    let plain = |host: &&str| {
        host.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte))
    };
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .filter(plain)
        .unwrap_or("localhost");
    let scheme = if state.secure_cookies {
        "https"
    } else {
        "http"
    };
    format!("{scheme}://{host}")
}

/// A paper as PDF: `notice`, `timetable`, `results`, `summary`, `certificates`; more than forty certificates as a ZIP of
/// PDFs.
#[utoipa::path(get, path = "/classes/{id}/papers/{paper}", tag = "classes", responses(
    (status = 200, content_type = "application/pdf"),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn get_class_paper(
    allow: Allow<need::ClassRead>,
    State(state): State<AppState>,
    Extension(setter): Extension<Typesetter>,
    Path((id, paper)): Path<(i64, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (ctx, scope) = (&allow.ctx, &allow.scope);
    if paper != "certificates" {
        return print::paper(ctx, scope, &setter, id, &paper)
            .await
            .map(sent);
    }
    let origin = origin(&state, &headers);
    let wanted = (id, archive::CERTIFICATES);
    Ok(
        match archive::certificates_of(ctx, scope, &setter, wanted, &origin).await? {
            Certificates::Whole(printed) => sent(printed),
            Certificates::Parts(name, archive) => streamed(id, &name, archive),
        },
    )
}

/// An archive as it is made; what breaks it off is logged.
fn streamed(class: i64, name: &str, archive: Archive) -> Response {
    // Only the head is taken of this; the body is streamed.
    let mut response = download(name, MEDIA_TYPE, Vec::new());
    response.headers_mut().remove(header::CONTENT_LENGTH);
    let blocks = archive.into_stream().inspect_err(move |error| {
        tracing::error!(class, error = %error, "an archive broke off");
    });
    *response.body_mut() = Body::from_stream(blocks);
    response
}

/// The sign-in sheet of a lesson as PDF, with times.
#[utoipa::path(get, path = "/classes/{id}/lessons/{lesson_id}/sheet", tag = "classes", responses(
    (status = 200, content_type = "application/pdf"),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn get_class_sheet(
    allow: Allow<need::ClassRead>,
    Extension(setter): Extension<Typesetter>,
    Path((id, lesson)): Path<(i64, i64)>,
) -> Result<Response, Problem> {
    print::sheet(&allow.ctx, &allow.scope, &setter, id, lesson)
        .await
        .map(sent)
}

/// The class file as one ZIP: papers, photos and figures, an index that opens without this system, and a manifest of
/// SHA-256.
#[utoipa::path(get, path = "/classes/{id}/archive", tag = "classes", responses(
    (status = 200, content_type = "application/zip"),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn get_class_archive(
    allow: Allow<need::ClassRead>,
    State(state): State<AppState>,
    Extension(setter): Extension<Typesetter>,
    Extension(more): Extension<Arc<dyn Appendices>>,
    Path(id): Path<i64>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let origin = origin(&state, &headers);
    let (ctx, scope) = (&allow.ctx, &allow.scope);
    let made = archive::archive(ctx, scope, (&setter, more.as_ref()), id, &origin).await?;
    let (name, archive) = made;
    Ok(streamed(id, &name, archive))
}

/// Certificates of a class, revoked ones included.
#[utoipa::path(get, path = "/classes/{id}/certificates", tag = "classes", responses(
    (status = 200, body = Vec<ClassCertificateOut>),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn list_class_certificates(
    allow: Allow<need::ClassManage>,
    Path(id): Path<i64>,
) -> Result<Json<Vec<ClassCertificateOut>>, Problem> {
    Ok(Json(certificates::list(&allow.ctx, id).await?))
}

/// Issues the certificates that are due and revokes those that no longer hold.
#[utoipa::path(post, path = "/classes/{id}/certificates", tag = "classes", responses(
    (status = 200, body = Vec<ClassCertificateOut>),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn issue_class_certificates(
    allow: Allow<need::ClassManage>,
    Path(id): Path<i64>,
) -> Result<Json<Vec<ClassCertificateOut>>, Problem> {
    Ok(Json(certificates::issue(&allow.ctx, id).await?))
}

/// The caller's own certificates.
#[utoipa::path(get, path = "/classes/own/certificates", tag = "classes", responses(
    (status = 200, body = Vec<ClassCertificateOut>),
))]
pub(super) async fn list_own_class_certificates(
    allow: Allow<need::ClassOwn>,
) -> Result<Json<Vec<ClassCertificateOut>>, Problem> {
    Ok(Json(certificates::own(&allow.ctx).await?))
}

/// One certificate as PDF, for its holder and for whoever runs or oversees the class.
#[utoipa::path(get, path = "/classes/certificates/{id}", tag = "classes", responses(
    (status = 200, content_type = "application/pdf"),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn get_class_certificate(
    allow: Allow<need::ClassOwn>,
    State(state): State<AppState>,
    Extension(setter): Extension<Typesetter>,
    Path(id): Path<i64>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let origin = origin(&state, &headers);
    print::certificate(&allow.ctx, &setter, id, &origin)
        .await
        .map(sent)
}

/// The address of the caller's calendar feed.
#[utoipa::path(get, path = "/classes/own/calendar", tag = "classes", responses(
    (status = 200, body = ClassCalendarOut),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn get_class_calendar(
    allow: Allow<need::ClassOwn>,
) -> Result<Json<ClassCalendarOut>, Problem> {
    Ok(Json(feed::link(&allow.ctx, false).await?))
}

/// Makes the address of the caller's calendar feed anew; the one before is good no more.
#[utoipa::path(post, path = "/classes/own/calendar", tag = "classes", responses(
    (status = 200, body = ClassCalendarOut),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn renew_class_calendar(
    allow: Allow<need::ClassOwn>,
) -> Result<Json<ClassCalendarOut>, Problem> {
    Ok(Json(feed::link(&allow.ctx, true).await?))
}

/// Any answer with what browsers and phones must not keep.
pub(super) fn unkept(kind: &'static str, text: String) -> Response {
    (
        [
            (header::CONTENT_TYPE, kind),
            (header::CACHE_CONTROL, "no-store"),
        ],
        text,
    )
        .into_response()
}
