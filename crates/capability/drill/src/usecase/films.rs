//! Films of sessions: attaching an accepted upload, taking it off.

use std::fmt;
use std::str::FromStr;

use async_trait::async_trait;
use chengzhi_authz::Scope;
use chengzhi_db::{OutboxEvent, Tx};
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::{Timestamp, UnitId};
use serde_json::json;

use crate::domain::half::{Half, SlotKey};
use crate::domain::state::{Event, next};
use crate::store::films::{self, Film, NewFilm};
use crate::store::{hand_ins, records};

use super::case::{self, Case};
use super::save::{check_open, touch};
use super::{bad_field, refused, words};

/// An upload that has ended and was accepted as a film.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilmUpload {
    /// Id of the upload.
    pub upload_id: String,
    /// SHA-256 of the content, hex.
    pub hash: String,
    /// Name on the sender's disk.
    pub name: String,
    /// Bytes.
    pub size: i64,
    /// Business time of the first byte.
    pub started_at: Timestamp,
    /// Business time of the last byte.
    pub finished_at: Timestamp,
}

/// Where films come from: the uploads of this installation. Drill knows nothing of how bytes
/// arrive; it asks for an upload when a squad attaches it to a session.
///
/// How uploads plug in, where the program is composed:
/// 1. Their policy for the purpose [`FILM_PURPOSE`] reads the key `slot` of an upload's metadata as
///    a [`SessionKey`] (`5/2024-11/1/17`: squad, month, half, session), needs the permission
///    `drill.report`, and asks [`may_upload`] before the first byte.
/// 2. [`FilmUploads::take`] claims the finished upload for [`SessionKey::owner`] in the given
///    transaction.
/// 3. [`FilmUploads::release`] gives back the upload of a film that was taken off before any hand-in
///    showed it; films of hand-ins stay as evidence.
/// 4. Who may play a film is answered by `facade::may_play`.
#[async_trait]
pub trait FilmUploads: Send + Sync {
    /// Takes the finished, accepted upload with this id that was made for this session — `None`
    /// when there is no such upload, it was refused or expired, or it belongs to another session or
    /// purpose.
    ///
    /// # Errors
    /// A problem in Chinese when it has not ended yet or cannot be taken.
    async fn take(
        &self,
        tx: &mut Tx,
        key: SessionKey,
        upload_id: &str,
    ) -> Result<Option<FilmUpload>, Problem>;

    /// Gives the upload of this session back: nothing needs its content any more. One that is not
    /// there or belongs to another record is left alone.
    ///
    /// # Errors
    /// 500 from the engine.
    async fn release(
        &self,
        tx: &mut Tx,
        key: SessionKey,
        upload_id: &str,
        now: Timestamp,
    ) -> Result<(), Problem>;
}

/// Purpose of uploads that are films of drill.
pub const FILM_PURPOSE: &str = "drill.film";

/// An installation without uploads: every film is refused with a sentence that says so.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoUploads;

#[async_trait]
impl FilmUploads for NoUploads {
    async fn take(
        &self,
        _tx: &mut Tx,
        _key: SessionKey,
        _upload_id: &str,
    ) -> Result<Option<FilmUpload>, Problem> {
        Err(Problem::conflict(
            "drill.no_uploads",
            "本服务器没有启用影像上传，请联系系统管理员。",
        ))
    }

    async fn release(
        &self,
        _tx: &mut Tx,
        _key: SessionKey,
        _upload_id: &str,
        _now: Timestamp,
    ) -> Result<(), Problem> {
        Ok(())
    }
}

/// A session in a slot; written `5/2024-11/1/17`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionKey {
    /// Slot.
    pub slot: SlotKey,
    /// Row of the session.
    pub session: i64,
}

impl SessionKey {
    /// The record that claims an upload, `drill_session:17`.
    #[must_use]
    pub fn owner(&self) -> String {
        format!("drill_session:{}", self.session)
    }
}

impl fmt::Display for SessionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.slot, self.session)
    }
}

impl FromStr for SessionKey {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        let wrong = || bad_field("slot", "上传所属的训练有误，请刷新页面后重试。");
        let parts: Vec<&str> = text.split('/').collect();
        let [unit, month, half, session] = parts.as_slice() else {
            return Err(wrong());
        };
        let unit: i64 = unit.parse().map_err(|_| wrong())?;
        Ok(SessionKey {
            slot: SlotKey {
                unit: UnitId::from(unit),
                month: month.parse().map_err(|_| wrong())?,
                half: half
                    .parse()
                    .ok()
                    .and_then(Half::from_number)
                    .ok_or_else(wrong)?,
            },
            session: session.parse().map_err(|_| wrong())?,
        })
    }
}

/// Whether the caller may send a film for this session now: asked when an upload begins, so that
/// nobody films and sends gigabytes for a slot that is closed. Gives the squad's name.
///
/// # Errors
/// 404 outside the scope or for a session that is not there; 409 for a state that does not allow it.
pub async fn may_upload(
    tx: &mut Tx,
    ctx: &Ctx,
    scope: &Scope,
    key: SessionKey,
) -> Result<String, Problem> {
    let case = case::read(tx, ctx, scope, key.slot).await?;
    check_open(ctx, &case)?;
    let full = case::sessions_of(tx, case.record.as_ref()).await?;
    if full.iter().any(|session| session.id == key.session) {
        Ok(case.unit.name)
    } else {
        Err(Problem::not_found())
    }
}

/// Attaches an accepted upload to a session, in place of the film that stands there, if any. Its
/// background check begins afterwards (`drill.film_attached`).
///
/// # Errors
/// 404 outside the scope or for a session that is not there; 409 for a state that does not allow it;
/// 422 for an upload that is not there or not finished.
pub async fn attach(
    ctx: &Ctx,
    scope: &Scope,
    uploads: &dyn FilmUploads,
    key: SessionKey,
    upload_id: &str,
) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let mut case = case::take(&mut tx, ctx, scope, key.slot).await?;
    check_open(ctx, &case)?;
    let to = next(case.state, Event::Save).map_err(refused)?;
    let full = case::sessions_of(&mut tx, case.record.as_ref()).await?;
    let session = full
        .iter()
        .find(|session| session.id == key.session)
        .ok_or_else(Problem::not_found)?;
    let upload = uploads
        .take(&mut tx, key, upload_id)
        .await?
        .ok_or_else(|| {
            bad_field(
                "upload_id",
                "没有找到这个已完成的影像上传，请等上传完成后再试，或重新上传。",
            )
        })?;
    // The same film sent twice by an unsteady connection changes nothing; its second upload is not
    // needed.
    if let Some(film) = session
        .film
        .as_ref()
        .filter(|film| film.hash == upload.hash)
    {
        if film.upload_id != upload.upload_id {
            uploads
                .release(&mut tx, key, &upload.upload_id, ctx.now)
                .await?;
            tx.commit().await?;
        }
        return Ok(());
    }
    if let Some(twin) = full.iter().find(|other| {
        other
            .film
            .as_ref()
            .is_some_and(|film| film.hash == upload.hash)
    }) {
        let day = twin
            .session
            .held_on
            .map_or_else(|| "另一次".to_owned(), crate::domain::short_date);
        return Err(bad_field(
            "upload_id",
            format!("这段影像已用于{day}训练，请上传本次训练的影像。"),
        ));
    }
    let hash = upload.hash.clone();
    let replaced = session.film.clone();
    let film = films::attach(
        &mut tx,
        NewFilm {
            session_id: key.session,
            upload_id: upload.upload_id,
            hash: upload.hash,
            name: words::file_label(&upload.name),
            size: upload.size,
            started_at: upload.started_at,
            finished_at: upload.finished_at,
        },
        (ctx.actor.account_id, &ctx.actor.name),
        ctx.now,
    )
    .await?;
    give_back(&mut tx, ctx, uploads, &case, key.session, replaced.as_ref()).await?;
    let tree = case.tree.clone();
    let record = case.record_mut()?;
    record.state = to;
    records::put(&mut tx, record).await?;
    tx.audit(
        ctx.audit("drill.film_add", words::subject(record))
            .unit(key.slot.unit)
            .detail(json!({"session": key.session, "film": film, "hash": hash})),
    );
    tx.emit(OutboxEvent {
        id: 0,
        topic: "drill.film_attached".to_owned(),
        dedup_key: format!("drill.film_attached:{film}"),
        payload: json!({"film_id": film, "hash": hash}).to_string(),
    });
    touch(&mut tx, ctx, &case, &tree).await?;
    tx.commit().await?;
    Ok(())
}

/// Gives back the upload of a film that was taken off its session, unless a hand-in showed it: then it
/// stays as evidence.
///
/// # Errors
/// 500 from the engine.
pub(super) async fn give_back(
    tx: &mut Tx,
    ctx: &Ctx,
    uploads: &dyn FilmUploads,
    case: &Case,
    session: i64,
    film: Option<&Film>,
) -> Result<(), Problem> {
    let (Some(film), Some(record)) = (film, &case.record) else {
        return Ok(());
    };
    let shown = hand_ins::of_record(tx, record.id)
        .await?
        .iter()
        .any(|hand_in| hand_in.content().shows(&film.hash));
    if shown {
        return Ok(());
    }
    let key = SessionKey {
        slot: case.key,
        session,
    };
    uploads.release(tx, key, &film.upload_id, ctx.now).await
}

/// Takes the film off a session. What earlier hand-ins showed stays readable; what none showed goes
/// after a while.
///
/// # Errors
/// 404 outside the scope or without a film; 409 for a state that does not allow it.
pub async fn detach(
    ctx: &Ctx,
    scope: &Scope,
    uploads: &dyn FilmUploads,
    key: SessionKey,
) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let mut case = case::take(&mut tx, ctx, scope, key.slot).await?;
    check_open(ctx, &case)?;
    let full = case::sessions_of(&mut tx, case.record.as_ref()).await?;
    let film = full
        .into_iter()
        .find(|session| session.id == key.session)
        .and_then(|session| session.film)
        .ok_or_else(Problem::not_found)?;
    films::detach(&mut tx, key.session, ctx.now).await?;
    give_back(&mut tx, ctx, uploads, &case, key.session, Some(&film)).await?;
    let tree = case.tree.clone();
    let record = case.record_mut()?;
    records::put(&mut tx, record).await?;
    tx.audit(
        ctx.audit("drill.film_remove", words::subject(record))
            .unit(key.slot.unit)
            .detail(json!({"session": key.session, "hash": film.hash})),
    );
    touch(&mut tx, ctx, &case, &tree).await?;
    tx.commit().await?;
    Ok(())
}
