//! Makes the films the pre-check is measured on: `bench_video SET OUT [COUNT] [FULL]`.
//!
//! SET is `a`, `b`, `c` or `d` (scene families and seeds that have nothing in common), OUT the folder, COUNT the number of
//! clips, FULL the number of twenty-minute films. Writes `NNN.mp4` and `truth.json`; the names say nothing.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod canvas;
mod drill;
mod faults;
mod fourth;
mod noise;
mod places;
mod scene;
mod squad;
mod third;
mod yard;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use faults::{Fault, Shot};
use noise::Rng;
use scene::Family;
use serde_json::{Value, json};
use yard::Yard;

/// How a phone wrote the film.
#[derive(Debug, Clone, Copy)]
struct Quality {
    name: &'static str,
    width: u32,
    rate: &'static [&'static str],
    gop: &'static str,
}

const QUALITIES: [Quality; 5] = [
    Quality {
        name: "phone-720",
        width: 1280,
        rate: &["-crf", "24"],
        gop: "30",
    },
    Quality {
        name: "phone-480",
        width: 854,
        rate: &["-crf", "26"],
        gop: "60",
    },
    Quality {
        name: "low-250k",
        width: 640,
        rate: &["-b:v", "250k", "-maxrate", "350k", "-bufsize", "500k"],
        gop: "50",
    },
    Quality {
        name: "low-crf36",
        width: 480,
        rate: &["-crf", "36"],
        gop: "250",
    },
    Quality {
        name: "phone-360",
        width: 640,
        rate: &["-crf", "25"],
        gop: "25",
    },
];

/// How often each quality is dealt out.
const DEALT: [usize; 10] = [0, 1, 1, 2, 2, 3, 3, 4, 4, 4];

/// Kinds in the order they are dealt out: each fault once, four clean films.
const KINDS: [&str; 16] = [
    "clean",
    "cut",
    "reuse",
    "still",
    "speed",
    "clean",
    "frozen",
    "moved",
    "empty",
    "black",
    "clean",
    "swapped",
    "zoomed",
    "low_motion",
    "timestamp_jump",
    "clean",
];

#[derive(Debug, Clone)]
struct Film {
    name: String,
    family: Family,
    yard: u64,
    session: u64,
    seconds: f32,
    fps: u32,
    portrait: bool,
    quality: Quality,
    ragged: bool,
    faults: Vec<Fault>,
    copy: Option<Copy>,
}

/// A film made out of another one.
#[derive(Debug, Clone)]
struct Copy {
    of: String,
    from: f32,
    long: f32,
    mirrored: bool,
    filter: String,
    how: &'static str,
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let set = args.get(1).expect("set a, b, c or d").clone();
    let out = PathBuf::from(args.get(2).expect("folder"));
    let count: usize = args.get(3).map_or(110, |a| a.parse().unwrap());
    let full: usize = args.get(4).map_or(3, |a| a.parse().unwrap());
    let family = match set.as_str() {
        "a" => Family::A,
        "b" => Family::B,
        "c" => Family::C,
        _ => Family::D,
    };
    std::fs::create_dir_all(&out).unwrap();
    let films = plan(family, count, full);
    let (fresh, copies): (Vec<_>, Vec<_>) = films.iter().cloned().partition(|f| f.copy.is_none());
    let truth = Mutex::new(Vec::new());
    for lot in [fresh, copies] {
        let next = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    while let Some(film) = lot.get(next.fetch_add(1, Ordering::Relaxed)) {
                        make(film, &out);
                        truth.lock().unwrap().push(describe(film));
                        println!("{}", film.name);
                    }
                });
            }
        });
    }
    let mut truth = truth.into_inner().unwrap();
    truth.sort_by_key(|v| v["file"].as_str().unwrap_or_default().to_owned());
    std::fs::write(
        out.join("truth.json"),
        serde_json::to_string_pretty(&truth).unwrap(),
    )
    .unwrap();
}

fn plan(family: Family, count: usize, full: usize) -> Vec<Film> {
    let mut rng = Rng::new(match family {
        Family::A => 11,
        Family::B => 777_013,
        Family::C => 50_331_653,
        Family::D => 1_610_612_741,
    });
    let mut films: Vec<Film> = Vec::new();
    for n in 0..count + full {
        let long = n >= count;
        let seconds = if long {
            1204.0
        } else {
            rng.range(30.0, 48.0) + if rng.chance(0.08) { 40.0 } else { 0.0 }
        };
        let kind = if long {
            ["cut", "clean", "low_motion", "moved", "clean", "frozen"][(n - count) % 6]
        } else {
            KINDS[n % KINDS.len()]
        };
        // Few yards, many sessions: squads film in the same place every time.
        let yard = rng.int(0, 14) as u64;
        let mut film = Film {
            name: format!("{n:03}.mp4"),
            family,
            yard,
            session: rng.next() >> 20,
            seconds,
            fps: if long {
                20
            } else {
                *rng.pick(&[25, 25, 25, 30, 24, 15])
            },
            portrait: !long && rng.chance(0.12),
            quality: if long {
                QUALITIES[(n - count) % 3]
            } else {
                QUALITIES[*rng.pick(&DEALT)]
            },
            ragged: !long && kind != "timestamp_jump" && rng.chance(0.12),
            faults: Vec::new(),
            copy: None,
        };
        let source: Vec<String> = films
            .iter()
            .filter(|f| f.copy.is_none() && f.faults.is_empty())
            .map(|f| f.name.clone())
            .collect();
        if kind == "reuse" && !source.is_empty() {
            let of = rng.pick(&source).clone();
            let base = films.iter().find(|f| f.name == of).unwrap();
            film.copy = Some(copy(&mut rng, base));
        } else {
            film.faults = faults::draw(kind, &mut rng, seconds);
            if film
                .faults
                .iter()
                .any(|f| matches!(f, Fault::Slow { .. } | Fault::Rate { .. }))
            {
                film.ragged = false;
            }
        }
        films.push(film);
    }
    films
}

fn copy(rng: &mut Rng, base: &Film) -> Copy {
    let trims = rng.chance(0.6);
    let from = if trims {
        rng.range(2.0, base.seconds * 0.35)
    } else {
        0.0
    };
    let long = if trims {
        rng.range(base.seconds * 0.45, base.seconds - from)
    } else {
        base.seconds
    };
    let (mut filters, mut mirrored, mut how) = (Vec::new(), false, "re-encoded");
    for _ in 0..rng.int(1, 3) {
        match rng.int(0, 5) {
            0 => {
                filters.push(format!("scale={}:-2", rng.pick(&[426, 640, 960])));
                how = "scaled";
            }
            1 if !mirrored => {
                filters.push("hflip".to_owned());
                mirrored = true;
                how = "mirrored";
            }
            2 => {
                filters.push(format!(
                    "eq=brightness={:.2}:contrast={:.2}",
                    rng.range(-0.12, 0.15),
                    rng.range(0.8, 1.2)
                ));
                how = "brightened";
            }
            3 => {
                let keep = rng.range(0.8, 0.93);
                filters.push(format!(
                    "crop=trunc(iw*{keep:.3}/2)*2:trunc(ih*{keep:.3}/2)*2:iw*{:.3}:ih*{:.3}",
                    rng.range(0.0, 1.0 - keep),
                    rng.range(0.0, 1.0 - keep)
                ));
                how = "re-framed";
            }
            _ => {}
        }
    }
    filters.push("scale=trunc(iw/2)*2:trunc(ih/2)*2".to_owned());
    Copy {
        of: base.name.clone(),
        from,
        long,
        mirrored,
        filter: filters.join(","),
        how,
    }
}

fn make(film: &Film, out: &Path) {
    let path = out.join(&film.name);
    if path.exists() {
        return;
    }
    let part = out.join(format!("{}.part.mp4", film.name));
    let mut command = Command::new("ffmpeg");
    command.args(["-nostdin", "-v", "error", "-y"]);
    if let Some(copy) = &film.copy {
        command
            .args(["-ss", &format!("{:.3}", copy.from), "-i"])
            .arg(out.join(&copy.of));
        command.args(["-t", &format!("{:.3}", copy.long), "-vf", &copy.filter]);
        command
            .args([
                "-c:v", "libx264", "-preset", "veryfast", "-crf", "28", "-g", "48", "-threads", "1",
            ])
            .arg(&part);
        assert!(command.status().unwrap().success(), "{}", film.name);
    } else {
        command.stdin(Stdio::piped());
        let (w, h) = size(film);
        command.args([
            "-f",
            "rawvideo",
            "-pix_fmt",
            "gray",
            "-video_size",
            &format!("{w}x{h}"),
            "-framerate",
            &film.fps.to_string(),
            "-i",
            "pipe:0",
        ]);
        command.args([
            "-vf",
            &filter(film),
            "-vsync",
            "passthrough",
            "-pix_fmt",
            "yuv420p",
        ]);
        command
            .args([
                "-c:v",
                "libx264",
                "-preset",
                if film.family == Family::D {
                    "superfast"
                } else {
                    "ultrafast"
                },
                "-g",
                film.quality.gop,
                "-threads",
                "1",
            ])
            .args(film.quality.rate);
        command
            .args([
                "-metadata",
                "creation_time=2025-03-05T01:00:00Z",
                "-video_track_timescale",
                "90000",
            ])
            .arg(&part);
        let mut child = command.spawn().unwrap();
        render(film, child.stdin.take().unwrap());
        assert!(child.wait().unwrap().success(), "{}", film.name);
    }
    std::fs::rename(part, path).unwrap();
}

fn size(film: &Film) -> (usize, usize) {
    if film.portrait {
        (270, 480)
    } else {
        (480, 270)
    }
}

fn filter(film: &Film) -> String {
    let mut filters = Vec::new();
    if film.ragged {
        // A phone in the dark leaves out a frame now and then.
        filters.push(r"select=not(eq(mod(n\,11)\,4)+eq(mod(n\,17)\,9))".to_owned());
    }
    for fault in &film.faults {
        match *fault {
            Fault::Stamp { at, by } => {
                filters.push(format!(r"setpts=PTS+gte(T\,{at:.3})*{by:.3}/TB"))
            }
            Fault::Slow { from, by } => filters.push(format!(
                r"setpts=if(lt(T\,{from:.3})\,PTS\,{from:.3}/TB+(T-{from:.3})*{by:.3}/TB)"
            )),
            _ => {}
        }
    }
    let width = if film.portrait {
        film.quality.width * 9 / 16 / 2 * 2
    } else {
        film.quality.width
    };
    filters.push(format!("scale={width}:-2:flags=bilinear"));
    filters.join(",")
}

fn render(film: &Film, mut pipe: impl Write) {
    let scene = Yard::new(film.family, film.yard, film.session);
    let other = film
        .faults
        .iter()
        .any(|f| {
            matches!(
                f,
                Fault::Swap { .. }
                    | Fault::Still {
                        other_yard: true,
                        ..
                    }
            )
        })
        .then(|| Yard::new(film.family, film.yard + 100, film.session + 1));
    let (w, h) = size(film);
    let fps = film.fps as f32;
    let start = 20.0 + (film.session % 600) as f32;
    let (mut last, mut last_shot) = (vec![0u8; w * h], Shot::Again);
    for i in 0..(film.seconds * fps) as u64 {
        let t = i as f32 / fps;
        let shot = faults::shot(&film.faults, i, fps);
        if shot != last_shot && shot != Shot::Again {
            last = match &shot {
                Shot::Flat(grey) => vec![*grey; w * h],
                Shot::Drill { source, other_yard } | Shot::Photo { source, other_yard } => {
                    let scene = if *other_yard {
                        other.as_ref().unwrap_or(&scene)
                    } else {
                        &scene
                    };
                    let mut pose = faults::pose(&film.faults, t);
                    if matches!(shot, Shot::Photo { .. }) {
                        pose.x += 0.01;
                    }
                    if film.portrait {
                        pose.scale *= 1.85;
                    }
                    scene.shoot(
                        start + *source as f32 / fps,
                        *source,
                        pose,
                        faults::presence(&film.faults, t),
                        (w, h),
                    )
                }
                Shot::Again => continue,
            };
            last_shot = shot;
        }
        if pipe.write_all(&last).is_err() {
            return;
        }
    }
}

fn describe(film: &Film) -> Value {
    let faults: Vec<Value> = film
        .faults
        .iter()
        .map(|f| {
            let (kind, from, to) = faults::truth(f, film.seconds);
            json!({"kind": kind, "from": from, "to": to, "how": format!("{f:?}")})
        })
        .collect();
    let copy = film.copy.as_ref().map(|c| json!({"of": c.of, "from": c.from, "seconds": c.long, "mirrored": c.mirrored, "how": c.how, "filter": c.filter}));
    json!({"file": film.name, "yard": film.yard, "seconds": film.seconds, "fps": film.fps, "portrait": film.portrait,
        "quality": film.quality.name, "ragged": film.ragged, "faults": faults, "copy": copy})
}
