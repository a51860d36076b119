//! The API of uploads, playing and storage.

mod media;
mod storage;
mod tus;

use std::sync::Arc;

use axum::{Extension, middleware};
use chengzhi_http::AppState;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Uploads;

/// The routes, relative to the API's root.
pub fn router(service: Arc<Uploads>) -> OpenApiRouter<AppState> {
    let protocol = OpenApiRouter::new()
        .routes(routes!(
            tus::describe_uploads,
            tus::list_uploads,
            tus::create_upload
        ))
        .routes(routes!(
            tus::get_upload,
            tus::head_upload,
            tus::append_upload,
            tus::end_upload,
            tus::override_upload
        ))
        .layer(middleware::map_response(tus::name_version));
    OpenApiRouter::new()
        .merge(protocol)
        .routes(routes!(media::get_media))
        .routes(routes!(storage::get_storage))
        .layer(Extension(service))
}
