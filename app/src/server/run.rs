//! Listening, working, and stopping without losing anything.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use axum_server::Handle;
use chengzhi_config::Settings;
use chengzhi_db::Db;
use chengzhi_exams::usecase::sitting::TIDY_SECONDS;
use chengzhi_kernel::Clock as _;
use chengzhi_organisation::facade::forget_kept_units;
use hyper_util::rt::TokioTimer;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::sync::watch;

use super::state::Parts;
use super::{compose, observe, tls};

/// How long requests under way may take when the server stops.
const GRACE: Duration = Duration::from_secs(25);

/// Connections that may wait to be taken: an exam's candidates come back in the same second after a power cut, and
/// what the system turns away tries again seconds later.
const BACKLOG: i32 = 4096;

/// Lets the process hold as many connections as the system allows it, not the 1,024 that it starts with.
fn allow_many_connections() {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    if limit.current != limit.maximum
        && let Err(error) = setrlimit(Resource::Nofile, raised)
    {
        tracing::warn!(error = %error, "the limit of open connections could not be raised");
    }
}

/// Brings the schema up to date. Of several processes that start at once on PostgreSQL one may
/// find the other at work and tries again.
///
/// # Errors
/// When a migration fails.
pub async fn migrate(db: &Db) -> anyhow::Result<Vec<String>> {
    let mut tries = 0;
    loop {
        match db.migrate().await {
            Ok(ran) => return Ok(ran),
            Err(error) if tries < 3 => {
                tries += 1;
                tracing::warn!(error = %error, tries, "migration is tried again");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            Err(error) => return Err(error).context("数据库升级失败"),
        }
    }
}

/// Serves until the process is told to stop. `announce` is called with the address once it
/// answers.
///
/// # Errors
/// When the settings do not allow it, or the address cannot be used.
pub async fn serve(
    settings: &Settings,
    parts: Parts,
    announce: impl FnOnce(SocketAddr),
) -> anyhow::Result<()> {
    settings.check()?;
    observe::start();
    forget_kept_units(&parts.state.db)
        .await
        .context("数据库无法写入")?;
    let app = compose::app(&parts, settings)?;
    let tls = tls::config(settings)?;
    let listener = std::net::TcpListener::bind(settings.listen)
        .with_context(|| format!("地址{}无法监听", settings.listen))?;
    rustix::net::listen(&listener, BACKLOG).context("地址无法监听")?;
    listener.set_nonblocking(true).context("地址无法监听")?;
    allow_many_connections();
    let address = listener.local_addr().context("地址无法监听")?;

    let (stop, stopped) = watch::channel(false);
    let worker = tokio::spawn(compose::jobs(&parts).run(stopped.clone()));
    let films = tokio::spawn(compose::film_checks(&parts).run(stopped));
    let upkeep = tokio::spawn(observe::upkeep());
    let tidying = tokio::spawn(tidy_room(parts.clone()));
    let handle = Handle::new();
    tokio::spawn(shut_down_on_signal(handle.clone()));
    announce(address);
    let served = listen(listener, tls, app, handle).await;

    // The worker finishes the job in hand; what is queued stays queued.
    let _ = stop.send(true);
    if tokio::time::timeout(GRACE, worker).await.is_err() {
        tracing::warn!("background work did not stop in time and will be repeated");
    }
    if tokio::time::timeout(GRACE, films).await.is_err() {
        tracing::warn!("a film's check did not stop in time and will be repeated");
    }
    upkeep.abort();
    tidying.abort();
    parts.state.db.close().await;
    tracing::info!("stopped");
    served
}

/// Lets the sitting room forget whose exam is over.
async fn tidy_room(parts: Parts) {
    loop {
        tokio::time::sleep(Duration::from_secs(TIDY_SECONDS)).await;
        parts.room.tidy(parts.state.clock.now()).await;
    }
}

async fn listen(
    listener: std::net::TcpListener,
    tls: Option<axum_server::tls_rustls::RustlsConfig>,
    app: Router,
    handle: Handle<SocketAddr>,
) -> anyhow::Result<()> {
    let service = app.into_make_service_with_connect_info::<SocketAddr>();
    match tls {
        Some(config) => {
            let mut server = axum_server::from_tcp_rustls(listener, config)?.handle(handle);
            slow_headers_end(server.http_builder());
            server.serve(service).await?;
        }
        None => {
            let mut server = axum_server::from_tcp(listener)?.handle(handle);
            slow_headers_end(server.http_builder());
            server.serve(service).await?;
        }
    }
    Ok(())
}

/// A client that never finishes its headers holds no connection for long.
fn slow_headers_end(
    builder: &mut hyper_util::server::conn::auto::Builder<hyper_util::rt::TokioExecutor>,
) {
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_secs(20));
    builder.http2().timer(TokioTimer::new());
}

async fn shut_down_on_signal(handle: Handle<SocketAddr>) {
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(error) => {
                tracing::warn!(error = %error, "termination signal cannot be heard");
                std::future::pending::<()>().await;
            }
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminated => {}
    }
    tracing::info!("stopping");
    handle.graceful_shutdown(Some(GRACE));
}
