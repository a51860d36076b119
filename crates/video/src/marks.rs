//! Findings in plain sentences, one mark for one cause.

use chrono::{DateTime, FixedOffset, NaiveDate};

use crate::Settings;
use crate::detect::{AngleChange, Cut, Rest, Speed, Standing, Stretch, Timing};
use crate::report::{Kind, Mark, Reused, Seconds, Severity};
use crate::words::{date_in_name, day, length, place};

/// Everything the detectors found in one film.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    /// Length and leaps.
    pub timing: Timing,
    /// Cuts, those at the edges of stills and swaps among them.
    pub cuts: Vec<Cut>,
    /// Standing pictures.
    pub standing: Vec<Standing>,
    /// Black stretches.
    pub black: Vec<Stretch>,
    /// Changed speed.
    pub speed: Vec<Speed>,
    /// Changes of the angle.
    pub angle: Vec<AngleChange>,
    /// Share of the film not seen from the main angle.
    pub away_share: f64,
    /// Stretches with hardly any motion.
    pub rests: Vec<Rest>,
    /// Seconds that ffmpeg could not decode.
    pub unverified_s: f64,
}

impl Findings {
    /// Seconds of rest estimated from motion.
    #[must_use]
    pub fn rest_s(&self) -> f64 {
        self.rests.iter().map(|r| r.stretch.length()).sum()
    }

    /// The cuts that nothing else explains: no edge of a still, no swap of cameras, no leap of the time stamps.
    #[must_use]
    pub fn bare_cuts(&self) -> Vec<&Cut> {
        let near = |a: f64, b: f64| (a - b).abs() < 0.3;
        self.cuts
            .iter()
            .filter(|cut| {
                !self
                    .standing
                    .iter()
                    .any(|s| near(cut.at, s.stretch.from) || near(cut.at, s.stretch.to))
            })
            .filter(|cut| {
                !self
                    .angle
                    .iter()
                    .any(|a| a.kind == Kind::Swapped && near(cut.at, a.at))
            })
            .filter(|cut| !self.timing.jumps.iter().any(|j| near(cut.at, j.0)))
            .collect()
    }
}

fn mark(at: f64, kind: Kind, severity: Severity, text: String) -> Mark {
    Mark {
        at: Seconds(at),
        kind,
        severity,
        text,
    }
}

/// All marks of a film by time.
#[must_use]
pub fn marks(
    found: &Findings,
    captured_at: Option<DateTime<FixedOffset>>,
    reuse: &[Reused],
    settings: &Settings,
) -> Vec<Mark> {
    let mut marks = Vec::new();
    marks.extend(short(found, settings));
    for cut in found.bare_cuts() {
        let sure = if cut.ratio > 1.8 || cut.everywhere() {
            Severity::Strong
        } else {
            Severity::Check
        };
        marks.push(mark(
            cut.at,
            Kind::Cut,
            sure,
            format!("{}处前后画面不衔接，疑似剪接", place(cut.at)),
        ));
    }
    for s in &found.standing {
        let (from, long) = (place(s.stretch.from), length(s.stretch.length()));
        marks.push(if s.still {
            mark(
                s.stretch.from,
                Kind::Still,
                Severity::Strong,
                format!("{from}起插入静止图片{long}"),
            )
        } else {
            mark(
                s.stretch.from,
                Kind::Frozen,
                Severity::Strong,
                format!("{from}起画面定格{long}"),
            )
        });
    }
    for b in &found.black {
        let text = format!("{}起黑屏或镜头被遮挡{}", place(b.from), length(b.length()));
        marks.push(mark(b.from, Kind::Black, Severity::Strong, text));
    }
    for (at, by) in &found.timing.jumps {
        let text = if *by > 0.0 {
            format!("{}处时间戳跳过{}，拍摄可能中断", place(*at), length(*by))
        } else {
            format!("{}处时间戳倒退，可能经过拼接", place(*at))
        };
        marks.push(mark(*at, Kind::TimestampJump, Severity::Check, text));
    }
    for s in &found.speed {
        let (from, long) = (place(s.stretch.from), length(s.stretch.length()));
        let text = match s.rate {
            Some(rate) if rate < 1.0 => {
                format!("{from}起{long}疑似放慢播放，约为原速的{:.0}%", rate * 100.0)
            }
            Some(rate) => format!("{from}起{long}疑似加快播放，约为原速的{rate:.1}倍"),
            None => format!("{from}起{long}画面有规律地跳帧，疑似变速播放"),
        };
        marks.push(mark(s.stretch.from, Kind::Speed, Severity::Check, text));
    }
    marks.extend(angle(found));
    marks.extend(rest(found, settings));
    marks.extend(reuse.iter().map(reused));
    marks.extend(captured(captured_at, settings));
    marks.sort_by(|a, b| a.at.0.total_cmp(&b.at.0).then(b.severity.cmp(&a.severity)));
    marks
}

/// Too short, unless what ffmpeg could not decode would make up for it.
fn short(found: &Findings, settings: &Settings) -> Option<Mark> {
    let have = found.timing.duration_s;
    let lacks = settings.min_length_s - have;
    (lacks > settings.tolerance_s && lacks > found.unverified_s).then(|| {
        let text = format!(
            "时长{}，不足{}，还差{}",
            length(have),
            length(settings.min_length_s),
            length(lacks.ceil())
        );
        mark(0.0, Kind::Short, Severity::Strong, text)
    })
}

fn angle(found: &Findings) -> impl Iterator<Item = Mark> {
    let share = (found.away_share * 100.0).round();
    found.angle.iter().map(move |change| {
        let at = place(change.at);
        let (severity, what) = match change.kind {
            Kind::Swapped => (
                Severity::Strong,
                format!("{at}处画面整体中断，换了机位或场地"),
            ),
            Kind::Zoomed => (Severity::Check, format!("{at}处镜头缩放")),
            _ => (Severity::Check, format!("{at}处镜头移动或转向")),
        };
        mark(
            change.at,
            change.kind,
            severity,
            format!("{what}，全片{share:.0}%不在主要角度"),
        )
    })
}

fn rest(found: &Findings, settings: &Settings) -> Vec<Mark> {
    let total = found.rest_s();
    let mut marks: Vec<Mark> = found
        .rests
        .iter()
        .map(|rest| {
            let (from, long) = (place(rest.stretch.from), rest.stretch.length());
            let over = long > settings.max_rest_s;
            if rest.empty {
                mark(
                    rest.stretch.from,
                    Kind::Empty,
                    Severity::Check,
                    format!("{from}起{}画面中似无人训练", length(long)),
                )
            } else if over {
                let text = format!(
                    "{from}起{}几乎没有动作，超过一次休息{}的上限",
                    length(long),
                    length(settings.max_rest_s)
                );
                mark(rest.stretch.from, Kind::LowMotion, Severity::Check, text)
            } else {
                mark(
                    rest.stretch.from,
                    Kind::LowMotion,
                    Severity::Info,
                    format!("{from}起{}几乎没有动作", length(long)),
                )
            }
        })
        .collect();
    if let (Some(entered), Some(first)) = (settings.entered_rest_s, found.rests.first()) {
        // Half a minute of doubt: standing at attention looks like rest.
        if total > entered + 30.0 {
            let text = format!(
                "按画面估计休息共{}，填报为{}，请核对",
                length(total),
                length(entered)
            );
            marks.push(mark(
                first.stretch.from,
                Kind::LowMotion,
                Severity::Check,
                text,
            ));
        }
    }
    marks
}

fn reused(reuse: &Reused) -> Mark {
    let mirrored = if reuse.mirrored {
        "（左右翻转）"
    } else {
        ""
    };
    let text = format!(
        "{}起{}与“{}”{}起的画面相同{mirrored}",
        place(reuse.from.0),
        length(reuse.to.0 - reuse.from.0),
        reuse.file,
        place(reuse.other_from.0)
    );
    mark(reuse.from.0, Kind::Reuse, Severity::Strong, text)
}

/// A missing date is a note; a date outside the half-month is to be looked at.
fn captured(at: Option<DateTime<FixedOffset>>, settings: &Settings) -> Vec<Mark> {
    let shanghai = FixedOffset::east_opt(8 * 3600);
    let taken = at
        .zip(shanghai)
        .map(|(at, zone)| at.with_timezone(&zone).date_naive());
    let named = settings.file_name.as_deref().and_then(date_in_name);
    let mut marks = Vec::new();
    if taken.is_none() {
        let text = named.map_or_else(
            || "视频没有拍摄时间信息，仅作提示".to_owned(),
            |date| format!("视频没有拍摄时间信息，文件名日期为{}", day(date)),
        );
        marks.push(mark(0.0, Kind::NoMetadata, Severity::Info, text));
    }
    let outside = |date: &NaiveDate| {
        settings
            .slot
            .is_some_and(|(first, last)| *date < first || *date > last)
    };
    for (what, date) in [("拍摄日期", taken), ("文件名日期", named)] {
        if let Some(date) = date.filter(outside) {
            marks.push(mark(
                0.0,
                Kind::NoMetadata,
                Severity::Check,
                format!("{what}{}不在本半月内，请核对", day(date)),
            ));
        }
    }
    marks
}
