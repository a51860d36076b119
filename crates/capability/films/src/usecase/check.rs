//! The background check of films: first a quick look at each that arrives, then the whole check one
//! film after the other, at the lowest priority, so that pages stay fast.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use chengzhi_drill::facade::{self as drill, CheckState, FilmToCheck, MOST_TRIES};
use chengzhi_files::{ContentKey, LocalCopy, StoreError, register_file};
use chengzhi_http::{AppState, Problem, Unknown};
use chengzhi_kernel::{Clock as _, FileHash};
use chengzhi_organisation::facade as organisation;
use chengzhi_video::{
    Audit, Fingerprint, Mark, Report, Reused, Runner, Seconds, Settings, VideoError,
};
use tokio::sync::{Mutex, watch};

use crate::store::{self, Print};

use super::library::Library;
use super::look;

/// Name of the copy that browsers play, beside the film.
pub const REVIEW_COPY: &str = "review";
/// Between two looks at what waits.
const PAUSE: Duration = Duration::from_secs(3);
/// Marks that get a picture; a film with more is looked at as a whole.
const MOST_PICTURES: usize = 60;

/// Why a film could not be looked at now; it is tried again.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotNow {
    #[error("{0}")]
    Store(#[from] StoreError),
    #[error("{0}")]
    Problem(String),
    #[error("{0}")]
    Db(#[from] chengzhi_db::DbError),
    #[error("the checking thread ended: {0}")]
    Thread(#[from] tokio::task::JoinError),
    #[error("{0}")]
    Io(#[from] std::io::Error),
}

impl From<Problem> for NotNow {
    fn from(problem: Problem) -> Self {
        NotNow::Problem(problem.detail().to_owned())
    }
}

/// Checks films until told to stop.
#[derive(Clone)]
pub struct FilmChecks {
    state: AppState,
    runner: Runner,
    library: Arc<Mutex<Library>>,
}

impl FilmChecks {
    /// A checker with the machine's own ffmpeg.
    #[must_use]
    pub fn new(state: AppState, runner: Runner) -> Self {
        FilmChecks {
            state,
            runner,
            library: Arc::new(Mutex::new(Library::default())),
        }
    }

    /// Works until `stop` turns true; a check that runs then is broken off and begins anew at the
    /// next start.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        if let Err(error) = self.put_back().await {
            tracing::error!(error = %error, "films under check could not be put back");
        }
        let quick = tokio::spawn(self.clone().look_at_arrivals(stop.clone()));
        loop {
            tokio::select! {
                _ = stop.changed() => break,
                worked = self.check_next() => match worked {
                    Ok(true) => {}
                    Ok(false) => {
                        tokio::select! {
                            _ = stop.changed() => break,
                            () = tokio::time::sleep(PAUSE) => {}
                        }
                    }
                    Err(error) => {
                        tracing::warn!(error = %error, "a film could not be checked now");
                        tokio::time::sleep(PAUSE).await;
                    }
                },
            }
        }
        self.runner.cancel.cancel();
        quick.abort();
    }

    /// Checks what waits, one film after the other, until nothing does. Gives how many it looked at.
    ///
    /// # Errors
    /// 500 from the engine; a film that cannot be checked is no error: after some tries it counts as
    /// 未能核验.
    pub async fn work_off(&self) -> Result<usize, Problem> {
        let mut looked = 0;
        while self
            .check_next()
            .await
            .map_err(|error| Unknown::log(&error))?
        {
            looked += 1;
        }
        Ok(looked)
    }

    async fn put_back(&self) -> Result<(), NotNow> {
        let mut tx = self.state.db.write().await?;
        drill::put_back_checks(&mut tx).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn look_at_arrivals(self, mut stop: watch::Receiver<bool>) {
        // A film that tells nothing at a glance is left to the whole check.
        let mut looked: HashSet<i64> = HashSet::new();
        loop {
            if let Err(error) = self.look_once(&mut looked).await {
                tracing::warn!(error = %error, "a film could not be looked at now");
            }
            tokio::select! {
                _ = stop.changed() => return,
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    }

    pub(crate) async fn look_once(&self, looked: &mut HashSet<i64>) -> Result<(), NotNow> {
        const AT_ONCE: i64 = 50;
        let mut tx = self.state.db.read().await?;
        let waiting = drill::films_to_check(&mut tx, &self.state, AT_ONCE).await?;
        drop(tx);
        for film in waiting {
            if !film.measured && looked.insert(film.film_id) {
                self.first_look(&film).await?;
            }
        }
        Ok(())
    }

    async fn first_look(&self, film: &FilmToCheck) -> Result<(), NotNow> {
        let (copy, settings) = self.prepare(film).await?;
        let mut runner = self.runner.clone();
        // A few seconds of key frames, and somebody waits for them: this much does not give way.
        runner.limits.gentle = false;
        let looked = tokio::task::spawn_blocking(move || {
            chengzhi_video::quick_check(&runner, copy.path(), &settings)
                .map(|audit| audit.report(&settings, Vec::new()))
        })
        .await?;
        let Ok(report) = looked else {
            return Ok(());
        };
        let marks = report
            .marks
            .iter()
            .map(|found| look::mark(found, None))
            .collect();
        let mut tx = self.state.db.write().await?;
        drill::first_look(
            &mut tx,
            film.film_id,
            look::millis(report.duration_s.0),
            marks,
        )
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// The film as a file, and what it is held against.
    async fn prepare(&self, film: &FilmToCheck) -> Result<(LocalCopy, Settings), NotNow> {
        let hash = FileHash::parse(&film.hash)
            .ok_or_else(|| NotNow::Problem(format!("{} is no content hash", film.hash)))?;
        let copy = self
            .state
            .files
            .local_copy(&ContentKey::original(&hash))
            .await?;
        let mut tx = self.state.db.read().await?;
        let limits = drill::film_limits(&mut tx, &self.state, film.slot.month).await?;
        Ok((copy, look::settings(film, limits.tolerance_seconds)))
    }

    /// Checks the film that has waited longest. False when none waits.
    pub(crate) async fn check_next(&self) -> Result<bool, NotNow> {
        let mut tx = self.state.db.read().await?;
        let next = drill::films_to_check(&mut tx, &self.state, 1).await?.pop();
        drop(tx);
        let Some(film) = next else {
            return Ok(false);
        };
        let mut tx = self.state.db.write().await?;
        let mine = drill::take_check(&mut tx, film.film_id).await?;
        tx.commit().await?;
        if !mine {
            return Ok(true);
        }
        let began = std::time::Instant::now();
        let ended = self.check(&film).await;
        tracing::info!(
            film = film.film_id,
            seconds = began.elapsed().as_secs_f64(),
            ok = ended.is_ok(),
            "film checked"
        );
        if let Err(error) = ended {
            self.give_up_for_now(&film, &error).await?;
        }
        Ok(true)
    }

    async fn check(&self, film: &FilmToCheck) -> Result<(), NotNow> {
        // The whole check takes minutes; a first verdict is there within seconds.
        if !film.measured
            && let Err(error) = self.first_look(film).await
        {
            tracing::warn!(film = film.film_id, error = %error, "no first look");
        }
        let (copy, settings) = self.prepare(film).await?;
        let copy = Arc::new(copy);
        let (runner, file, held) = (self.runner.clone(), copy.clone(), settings.clone());
        let audited =
            tokio::task::spawn_blocking(move || chengzhi_video::audit(&runner, file.path(), &held))
                .await?;
        let audit = match audited {
            Ok(audit) => audit,
            Err(error) => return self.end_failed(film, &error).await,
        };
        let reuse = self
            .reuse(film, &audit.fingerprint, settings.min_reuse_s)
            .await?;
        let report = audit.report(&settings, reuse);
        let pictures = self.pictures(&copy, &report.marks).await?;
        self.end(film, &audit, &report, pictures).await?;
        if !chengzhi_video::playable(&audit.probe) {
            self.make_review_copy(film, &copy).await?;
        }
        Ok(())
    }

    /// Stretches of other films that this one shows again, each named by squad and half-month.
    async fn reuse(
        &self,
        film: &FilmToCheck,
        print: &Fingerprint,
        least_seconds: f64,
    ) -> Result<Vec<Reused>, NotNow> {
        let mut library = self.library.lock().await;
        library.refresh(&self.state.db).await?;
        let found = library.search(film.slot, print, least_seconds);
        drop(library);
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let mut tx = self.state.db.read().await?;
        let tree = organisation::tree(&mut tx, self.state.clock.now().date()).await?;
        Ok(found
            .into_iter()
            .map(|same| {
                let (slot, _) = &same.key;
                Reused {
                    file: format!("{}{}", tree.name(slot.unit), slot.label()),
                    from: Seconds(same.from),
                    to: Seconds(same.to),
                    other_from: Seconds(same.other_from),
                    other_to: Seconds(same.other_to),
                    mirrored: same.mirrored,
                }
            })
            .collect())
    }

    /// A picture of each mark; a place without one goes without.
    async fn pictures(
        &self,
        copy: &Arc<LocalCopy>,
        marks: &[Mark],
    ) -> Result<Vec<Option<Vec<u8>>>, NotNow> {
        let (runner, file) = (self.runner.clone(), copy.clone());
        let places: Vec<f64> = marks
            .iter()
            .take(MOST_PICTURES)
            .map(|mark| mark.at.0)
            .collect();
        let rest = marks.len() - places.len();
        let mut made = tokio::task::spawn_blocking(move || {
            places
                .into_iter()
                .map(|at| {
                    chengzhi_video::thumbnail(
                        &runner.tools,
                        file.path(),
                        at,
                        &runner.limits,
                        &runner.cancel,
                    )
                    .ok()
                })
                .collect::<Vec<_>>()
        })
        .await?;
        made.extend(std::iter::repeat_n(None, rest));
        Ok(made)
    }

    /// Marks, fingerprint and pictures become visible together.
    async fn end(
        &self,
        film: &FilmToCheck,
        audit: &Audit,
        report: &Report,
        pictures: Vec<Option<Vec<u8>>>,
    ) -> Result<(), NotNow> {
        let mut stored = Vec::with_capacity(pictures.len());
        for picture in pictures {
            stored.push(match picture {
                Some(bytes) => Some(self.state.files.put(&bytes).await?),
                None => None,
            });
        }
        let marks = report
            .marks
            .iter()
            .zip(&stored)
            .map(|(found, file)| {
                look::mark(
                    found,
                    file.as_ref().map(|file| file.hash.as_str().to_owned()),
                )
            })
            .collect();
        let duration_ms = look::millis(report.duration_s.0);
        let print = Print {
            hash: film.hash.clone(),
            slot: film.slot,
            print: audit.fingerprint.to_bytes(),
        };
        let mut tx = self.state.db.write().await?;
        for file in stored.iter().flatten() {
            register_file(&mut tx, file, "image/jpeg").await?;
        }
        store::insert(&mut tx, &print, duration_ms, self.state.clock.now()).await?;
        let checked = look::done(report, audit.unverified_s(), marks);
        drill::end_check(&mut tx, &self.state, film.film_id, checked).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn end_failed(&self, film: &FilmToCheck, error: &VideoError) -> Result<(), NotNow> {
        match look::failed(error, film.tries + 1, MOST_TRIES) {
            Some(checked) => {
                let mut tx = self.state.db.write().await?;
                drill::end_check(&mut tx, &self.state, film.film_id, checked).await?;
                tx.commit().await?;
                Ok(())
            }
            None => Err(NotNow::Problem(error.to_string())),
        }
    }

    /// Back into the queue, or 未能核验 after too many tries: what this machine cannot do is no fault
    /// of the squad.
    async fn give_up_for_now(&self, film: &FilmToCheck, error: &NotNow) -> Result<(), NotNow> {
        tracing::warn!(film = film.film_id, error = %error, "film check failed");
        let mut tx = self.state.db.write().await?;
        if film.tries + 1 >= MOST_TRIES {
            let checked = drill::Checked {
                state: CheckState::Unverified,
                note: Some("预审多次未能完成，未能核验；不作为中队的问题。".to_owned()),
                duration_ms: None,
                captured_at: None,
                marks: Vec::new(),
            };
            drill::end_check(&mut tx, &self.state, film.film_id, checked).await?;
        } else {
            drill::put_back_check(&mut tx, film.film_id).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    async fn make_review_copy(&self, film: &FilmToCheck, copy: &LocalCopy) -> Result<(), NotNow> {
        let Some(hash) = FileHash::parse(&film.hash) else {
            return Ok(());
        };
        let folder = tempfile::tempdir()?;
        let out = folder.path().join("review.mp4");
        let (runner, from, to) = (self.runner.clone(), copy.path().to_owned(), out.clone());
        let made = tokio::task::spawn_blocking(move || {
            chengzhi_video::review_copy(&runner.tools, &from, &to, &runner.limits, &runner.cancel)
        })
        .await?;
        if let Err(error) = made {
            // The original stays; the reviewer is offered it for download.
            tracing::warn!(film = film.film_id, error = %error, "no review copy");
            return Ok(());
        }
        self.state
            .files
            .adopt(&ContentKey::derived(&hash, REVIEW_COPY), &out)
            .await?;
        let mut tx = self.state.db.write().await?;
        store::note_review_copy(&mut tx, &film.hash).await?;
        tx.commit().await?;
        Ok(())
    }
}
