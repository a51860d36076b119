//! Half-months with a film, entered, sent, handed in and reviewed as the pages do, and checked by
//! the same check.

use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use chengzhi_drill::facade::commands::{
    Answer, CheckAnswer, Complaint, Item, Mark, NoteInput, SaveInput, SessionInput, add_note,
    attach_film, confirm, open_review, record, save, send_back, submit,
};
use chengzhi_drill::facade::{FILM_PURPOSE, SessionKey, SlotKey};
use chengzhi_films::{ClaimedFilms, FilmChecks};
use chengzhi_uploads::facade as uploads;
use chengzhi_video::{Limits, Runner, Tools};
use tokio::task::JoinHandle;

use super::{Writer, told};
use crate::films::encode;
use crate::plan::City;
use crate::plan::films::{FilmDecision, FilmPlan};

/// Films being drawn.
pub(super) struct Drawing {
    files: JoinHandle<anyhow::Result<Vec<PathBuf>>>,
    /// Holds the files until they have been sent.
    _folder: tempfile::TempDir,
}

/// Checks that run at the same time; each decodes with one thread.
const CHECKS: usize = 2;
/// Minutes after the hand-in at which the check has ended.
const CHECKED_AFTER: i64 = 6;

/// Begins to draw the city's films beside everything else. None when they are not wanted or this
/// machine cannot, which is said.
pub(super) fn begin(city: &City, wanted: bool, say: &(dyn Fn(&str) + Sync)) -> Option<Drawing> {
    let tools = Tools::default();
    if !wanted || city.films.is_empty() {
        return None;
    }
    if !encode::can_encode(&tools) {
        say("没有找到可用的ffmpeg和ffprobe（含libx264），演示城市不含训练影像");
        return None;
    }
    let folder = match tempfile::tempdir() {
        Ok(folder) => folder,
        Err(error) => {
            say(&format!(
                "临时目录无法建立（{error}），演示城市不含训练影像"
            ));
            return None;
        }
    };
    let films: Vec<_> = city
        .films
        .iter()
        .map(|plan| (plan.scene.clone(), plan.taken_at))
        .collect();
    let path = folder.path().to_owned();
    let files = tokio::task::spawn_blocking(move || encode::draw_all(&tools, &path, &films));
    Some(Drawing {
        files,
        _folder: folder,
    })
}

impl Writer<'_> {
    fn film_slot(&self, plan: &FilmPlan) -> anyhow::Result<SlotKey> {
        Ok(SlotKey {
            unit: self.unit(plan.unit)?,
            month: plan.month,
            half: plan.half,
        })
    }

    /// Stores the half-months with a film once their films are drawn; gives how many.
    pub(super) async fn write_films(&self, drawing: Drawing) -> anyhow::Result<usize> {
        let files = drawing.files.await.context("绘制影像")??;
        let mut checks: VecDeque<JoinHandle<anyhow::Result<()>>> = VecDeque::new();
        let mut order: Vec<(&FilmPlan, &PathBuf)> = self.city.films.iter().zip(&files).collect();
        // What was taken from another film is found when that one has been checked.
        order.sort_by_key(|(plan, _)| (plan.scene.disguised, plan.times));
        for (plan, file) in order {
            self.hand_in_film(plan, file).await?;
            if checks.len() >= CHECKS
                && let Some(first) = checks.pop_front()
            {
                first.await??;
            }
            checks.push_back(self.check_after(plan));
        }
        for check in checks {
            check.await??;
        }
        for plan in &self.city.films {
            if let Some(decision) = &plan.decision {
                self.review_film(plan, decision).await?;
            }
        }
        Ok(files.len())
    }

    /// Session and attendance, the upload, the hand-in.
    async fn hand_in_film(&self, plan: &FilmPlan, file: &Path) -> anyhow::Result<()> {
        let what = "带影像的训练记录";
        let slot = self.film_slot(plan)?;
        let [saved, sent, arrived, handed_in] = plan.times;
        let (ctx, scope) = self.reporting(plan.by, saved, slot.unit)?;
        let marks = plan
            .marks
            .iter()
            .map(|mark| {
                Ok(Mark {
                    person_id: self.person(mark.person)?,
                    present: mark.present,
                    absence_reason: mark.reason.clone(),
                })
            })
            .collect::<anyhow::Result<_>>()?;
        let input = SaveInput {
            version: 0,
            sessions: vec![SessionInput {
                id: None,
                session: plan.session.clone(),
                marks,
            }],
        };
        let films = ClaimedFilms {
            state: Some(ctx.state.clone()),
        };
        save(&ctx, &scope, &films, slot, input)
            .await
            .map_err(told(what))?;
        let stored = record(&ctx, &scope, slot, None).await.map_err(told(what))?;
        let session = stored.sessions.first().context("训练没有存下")?.id;

        let keys = BTreeMap::from(
            [
                ("purpose", FILM_PURPOSE.to_owned()),
                ("filename", plan.name.clone()),
                ("unit_id", slot.unit.to_string()),
                ("month", slot.month.to_string()),
                ("half", slot.half.number().to_string()),
                ("session_id", session.to_string()),
            ]
            .map(|(key, value)| (key.to_owned(), value)),
        );
        let (ctx, _) = self.reporting(plan.by, sent, slot.unit)?;
        let length = std::fs::metadata(file).context("影像没有画出来")?.len();
        let upload = uploads::begin(&ctx, self.uploads, &keys, length)
            .await
            .map_err(told("影像上传"))?;
        let (ctx, _) = self.reporting(plan.by, arrived, slot.unit)?;
        uploads::append_file(&ctx, self.uploads, upload, file)
            .await
            .map_err(told("影像上传"))?;
        let key = SessionKey { slot, session };
        attach_film(&ctx, &scope, &films, key, &upload.to_string())
            .await
            .map_err(told("影像关联"))?;

        let (ctx, _) = self.reporting(plan.by, handed_in, slot.unit)?;
        let stored = record(&ctx, &scope, slot, None).await.map_err(told(what))?;
        submit(&ctx, &scope, slot, stored.version)
            .await
            .map_err(told(what))
    }

    /// The check of a film that has just been handed in.
    fn check_after(&self, plan: &FilmPlan) -> JoinHandle<anyhow::Result<()>> {
        let at = plan.times[3].plus_minutes(CHECKED_AFTER);
        let state = self.at(at.min(self.city.wish.today));
        // Nobody's pages are slowed yet.
        let runner = Runner {
            limits: Limits {
                gentle: false,
                ..Limits::default()
            },
            ..Runner::default()
        };
        tokio::spawn(async move {
            let checks = FilmChecks::new(state, runner);
            checks.work_off().await.map_err(told("影像预审"))?;
            Ok(())
        })
    }

    /// Opened, watched, noted, decided.
    async fn review_film(&self, plan: &FilmPlan, decision: &FilmDecision) -> anyhow::Result<()> {
        let what = "影像审核";
        let slot = self.film_slot(plan)?;
        let bureau = self.unit(plan.reviewer)?;
        let scope = self.everywhere();
        let ctx = self.acting(decision.by, decision.at, bureau)?;
        let seen = record(&ctx, &scope, slot, None).await.map_err(told(what))?;
        open_review(&ctx, &scope, slot, seen.version)
            .await
            .map_err(told(what))?;
        let session = seen.sessions.first().map(|session| session.id);
        if let Some((_, _, (second, text))) = decision.returned {
            let ctx = self.acting(decision.by, decision.at.plus_minutes(9), bureau)?;
            let note = NoteInput {
                session_id: session,
                at_ms: Some(i64::from(second) * 1_000),
                text: text.to_owned(),
            };
            add_note(&ctx, &scope, slot, note)
                .await
                .map_err(told(what))?;
        }
        let ctx = self.acting(decision.by, decision.at.plus_minutes(14), bureau)?;
        let version = record(&ctx, &scope, slot, None)
            .await
            .map_err(told(what))?
            .version;
        match decision.returned {
            Some((code, note, _)) => {
                let complaint = Complaint {
                    reason_code: code.to_owned(),
                    note: note.to_owned(),
                    checks: Vec::new(),
                };
                send_back(&ctx, &scope, slot, version, complaint).await
            }
            None => {
                let answers = Item::ALL.map(|item| CheckAnswer {
                    item: item.code().to_owned(),
                    answer: Answer::Pass,
                    note: String::new(),
                });
                let note = "动作规范、队形整齐。";
                confirm(&ctx, &scope, slot, version, note, answers.to_vec()).await
            }
        }
        .map_err(told(what))
    }
}
