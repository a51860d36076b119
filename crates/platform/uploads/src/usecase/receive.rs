//! Taking a part: bytes to the spool file, synced, counted, then acknowledged.
//!
//! The count in the database follows the disk, never the other way round: write, sync, count. A
//! part with a checksum counts when its sum is right, as a whole; one without counts every few
//! megabytes, so that a connection or a server that dies takes little with it.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use chengzhi_files::{Checksum, FILMS, HEAD_BYTES, MediaKind, SpoolWriter};
use chengzhi_http::{AppState, Ctx, Problem, Unknown};
use chengzhi_kernel::{Clock as _, Timestamp};
use http_body_util::BodyExt as _;

use super::{finish, look, problem};
use crate::domain::state::{Upload, UploadState};
use crate::service::Writing;
use crate::store::uploads;
use crate::{UploadPolicy, Uploads};

/// Bytes gathered before they are written.
const WRITE_BYTES: usize = 512 * 1024;
/// How long a newcomer waits for a silent connection to give way.
const GIVE_WAY: Duration = Duration::from_millis(2_000);
/// A connection that brought nothing for so long gives way to a newcomer.
const SILENT: Duration = Duration::from_millis(1_500);

/// A part as sent.
pub(crate) struct Part {
    pub(crate) offset: u64,
    /// `Content-Length`, where there is one.
    pub(crate) announced: Option<u64>,
    pub(crate) checksum: Option<(Checksum, Vec<u8>)>,
    pub(crate) body: Body,
}

/// What is durable now.
pub(crate) struct Received {
    pub(crate) offset: u64,
    pub(crate) expires_at: Timestamp,
}

/// Takes a part. It runs to its end by itself: a sender who goes away must not take with him what
/// he already sent.
///
/// # Errors
/// 404 for what does not exist for the caller, 409 for a wrong offset, 410 for an upload that is
/// over, 413 beyond the end, 422 for refused content, 423 while another writes, 460 for a wrong
/// checksum, 507 when the disk is full.
pub(crate) async fn receive(
    ctx: Ctx,
    service: Arc<Uploads>,
    id: i64,
    part: Part,
) -> Result<Received, Problem> {
    tokio::spawn(async move { take(&ctx, &service, id, part).await })
        .await
        .map_err(|error| Unknown::log(&error))?
}

async fn take(ctx: &Ctx, service: &Uploads, id: i64, part: Part) -> Result<Received, Problem> {
    let upload = look::mine(ctx, service, id).await?;
    check(&upload, &part)?;
    if upload.state == UploadState::Complete {
        // The last acknowledgement was lost; there is nothing more to take.
        return Ok(Received {
            offset: upload.received,
            expires_at: upload.expires_at,
        });
    }
    let policy = service.known_policy(&upload.purpose)?.clone();
    let locked = lock(service, &upload).await;
    // Whoever held it before may have moved on or ended it until the moment he let go.
    let upload = look::mine(ctx, service, id).await?;
    check(&upload, &part)?;
    if upload.state == UploadState::Complete {
        return Ok(Received {
            offset: upload.received,
            expires_at: upload.expires_at,
        });
    }
    let writer = resume(locked?, &upload).await?;
    let writing = service.writers.enter(id);
    let mut intake = Intake {
        state: &ctx.state,
        service,
        policy: policy.as_ref(),
        upload,
        writer: Some(writer),
        writing: writing.clone(),
    };
    let taken = intake.take(part).await;
    service.writers.leave(id, &writing);
    taken
}

fn check(upload: &Upload, part: &Part) -> Result<(), Problem> {
    if !matches!(upload.state, UploadState::Open | UploadState::Complete) {
        return Err(problem::over(upload));
    }
    if part.offset != upload.received {
        return Err(problem::wrong_offset(part.offset, upload.received));
    }
    let left = upload.length - upload.received;
    if part.announced.is_some_and(|announced| announced > left) {
        return Err(problem::beyond_end());
    }
    Ok(())
}

/// The lock on the spool file. A connection of this process that has fallen silent gives way.
async fn lock(service: &Uploads, upload: &Upload) -> Result<SpoolWriter, Problem> {
    let started = tokio::time::Instant::now();
    loop {
        if let Some(writer) = try_lock(service, upload).await? {
            return Ok(writer);
        }
        let told = service.writers.end_silent(upload.id, SILENT);
        if !told && started.elapsed() >= SILENT || started.elapsed() >= GIVE_WAY {
            return Err(problem::busy());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// The lock, if nobody has it.
pub(crate) async fn try_lock(
    service: &Uploads,
    upload: &Upload,
) -> Result<Option<SpoolWriter>, Problem> {
    let (spool, name) = (service.spool.clone(), upload.spool.clone());
    on_disk(upload, move || spool.lock(&name)).await
}

/// The writer at the end of what is durable, by a row read **after** the lock was had.
pub(crate) async fn resume(
    mut writer: SpoolWriter,
    upload: &Upload,
) -> Result<SpoolWriter, Problem> {
    let at = upload.received;
    on_disk(upload, move || {
        writer.resume(at)?;
        Ok(writer)
    })
    .await
}

async fn on_disk<T: Send + 'static>(
    upload: &Upload,
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, Problem> {
    let worked = tokio::task::spawn_blocking(work)
        .await
        .map_err(io::Error::other)
        .and_then(|worked| worked);
    worked.map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof | io::ErrorKind::NotFound => {
            tracing::warn!(upload = upload.id, error = %error, "spool file is not what it should be");
            Problem::conflict(
                "upload.lost",
                "服务器上的临时文件已丢失，请取消这次上传后重新选择文件上传。",
            )
        }
        _ => problem::disk(&error),
    })
}

/// A part on its way in.
struct Intake<'a> {
    state: &'a AppState,
    service: &'a Uploads,
    policy: &'a dyn UploadPolicy,
    upload: Upload,
    /// There except while a thread has it.
    writer: Option<SpoolWriter>,
    writing: Arc<Writing>,
}

/// How the body ended.
enum End {
    /// All of it came.
    Whole,
    /// It ended early, for this reason; what came is good.
    Early(Problem),
    /// It ran past the end of the file: it is not the file that was announced.
    Overrun,
}

impl Intake<'_> {
    async fn take(&mut self, mut part: Part) -> Result<Received, Problem> {
        let mut checksum = part.checksum.take();
        let end = self.read(&mut part.body, checksum.as_mut()).await?;
        let refused = match (end, checksum) {
            (End::Overrun, _) => Some(problem::beyond_end()),
            // Without its end the sum cannot be checked.
            (End::Early(problem), Some(_)) => Some(problem),
            (End::Early(problem), None) => {
                self.count().await?;
                return Err(problem);
            }
            (End::Whole, Some((sum, expected))) => {
                (sum.finish() != expected).then(problem::checksum_mismatch)
            }
            (End::Whole, None) => None,
        };
        if let Some(problem) = refused {
            self.cut().await?;
            return Err(problem);
        }
        self.count().await?;
        self.finish_if_whole().await?;
        Ok(Received {
            offset: self.upload.received,
            expires_at: self.upload.expires_at,
        })
    }

    /// Reads the body to its end.
    async fn read(
        &mut self,
        body: &mut Body,
        mut checksum: Option<&mut (Checksum, Vec<u8>)>,
    ) -> Result<End, Problem> {
        let mut waiting: Vec<Bytes> = Vec::new();
        let mut waiting_bytes = 0;
        let mut seen = self.upload.received;
        let end = loop {
            let frame = tokio::select! {
                biased;
                () = self.writing.stop.notified() => break End::Early(problem::taken_over()),
                frame = tokio::time::timeout(self.service.settings.silence, body.frame()) => frame,
            };
            let data = match frame {
                Err(_) | Ok(Some(Err(_))) => break End::Early(problem::broken()),
                Ok(None) => break End::Whole,
                Ok(Some(Ok(frame))) => match frame.into_data() {
                    Ok(data) => data,
                    Err(_) => continue,
                },
            };
            self.writing.touch();
            seen += data.len() as u64;
            if seen > self.upload.length {
                break End::Overrun;
            }
            if let Some((sum, _)) = checksum.as_mut() {
                sum.update(&data);
            }
            waiting_bytes += data.len();
            waiting.push(data);
            if waiting_bytes >= WRITE_BYTES {
                self.write(std::mem::take(&mut waiting)).await?;
                waiting_bytes = 0;
                let at = self.writer.as_ref().map_or(0, SpoolWriter::at);
                if checksum.is_none()
                    && at - self.upload.received >= self.service.settings.sync_bytes
                {
                    self.count().await?;
                }
            }
        };
        self.write(waiting).await?;
        Ok(end)
    }

    async fn write(&mut self, pieces: Vec<Bytes>) -> Result<(), Problem> {
        if pieces.is_empty() {
            return Ok(());
        }
        self.with_writer(move |writer| pieces.iter().try_for_each(|piece| writer.write(piece)))
            .await
    }

    /// Syncs, then counts what is in the file now.
    async fn count(&mut self) -> Result<(), Problem> {
        let at = self.writer.as_ref().map_or(0, SpoolWriter::at);
        if at == self.upload.received {
            return Ok(());
        }
        self.with_writer(|writer| writer.sync()).await?;
        let kind = self.kind_if_due(at).await?;
        let mut tx = self.state.db.write().await?;
        let whole = (at == self.upload.length).then(|| self.state.clock.now());
        let expires_at = tx.wall_now().plus_hours(self.service.settings.expiry_hours);
        let moved = uploads::advance(
            &mut tx,
            self.upload.id,
            self.upload.received,
            at,
            whole,
            expires_at,
        )
        .await?;
        if !moved {
            // Ended by its sender in another window, say.
            return Err(problem::taken_over());
        }
        if let Some(kind) = kind {
            uploads::set_mime(&mut tx, self.upload.id, kind.mime()).await?;
        }
        tx.commit().await?;
        self.upload.received = at;
        self.upload.received_at = whole;
        self.upload.expires_at = expires_at;
        self.upload.mime = kind
            .map(|kind| kind.mime().to_owned())
            .or_else(|| self.upload.mime.take());
        if let Some(writer) = &self.writer {
            self.service.spool.keep_sum(&self.upload.spool, writer);
        }
        Ok(())
    }

    /// What the content is, once enough of it is there; what the purpose does not take ends the
    /// upload at once, not after gigabytes.
    async fn kind_if_due(&mut self, at: u64) -> Result<Option<MediaKind>, Problem> {
        let due = at >= HEAD_BYTES as u64 || at == self.upload.length;
        if self.upload.mime.is_some() || !due {
            return Ok(None);
        }
        let head = self.with_writer(|writer| writer.head(HEAD_BYTES)).await?;
        let kind = MediaKind::of(&head).filter(|kind| self.policy.kinds().contains(kind));
        if kind.is_some() {
            return Ok(kind);
        }
        let known: Vec<&str> = self.policy.kinds().iter().map(|kind| kind.name()).collect();
        let (name, known) = (&self.upload.file_name, known.join("、"));
        let reason = if self.policy.kinds() == FILMS {
            format!(
                "“{name}”不是可用的录像：按内容判断，只收{known}格式。请选择手机或摄像机拍摄的原始录像；如文件确是录像，可能已损坏。"
            )
        } else {
            format!(
                "“{name}”不是可用的文件：按内容判断，只收{known}格式。请另存为其中一种后再上传；如格式无误，文件可能已损坏。"
            )
        };
        finish::refuse(self.state, self.service, &self.upload, &reason).await?;
        Err(problem::refused(&reason))
    }

    async fn cut(&mut self) -> Result<(), Problem> {
        let at = self.upload.received;
        self.with_writer(move |writer| writer.cut(at)).await
    }

    async fn finish_if_whole(&mut self) -> Result<(), Problem> {
        if !self.upload.awaits_finish() {
            return Ok(());
        }
        if let Some(writer) = self.writer.take() {
            finish::finish(self.state, self.service, &self.upload, writer).await?;
        }
        Ok(())
    }

    /// Works on the file off the async threads. After an error the writer is gone and the part
    /// over; what was counted before stays.
    async fn with_writer<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut SpoolWriter) -> io::Result<T> + Send + 'static,
    ) -> Result<T, Problem> {
        let Some(mut writer) = self.writer.take() else {
            return Err(problem::broken());
        };
        let (writer, done) = tokio::task::spawn_blocking(move || {
            let done = work(&mut writer)?;
            io::Result::Ok((writer, done))
        })
        .await
        .map_err(io::Error::other)
        .and_then(|worked| worked)
        .map_err(|error| problem::disk(&error))?;
        self.writer = Some(writer);
        Ok(done)
    }
}
