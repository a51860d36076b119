//! How soon a first verdict stands: `quick_video FILE` looks at key frames only, as the server does with a film that has
//! arrived. `quick_video FILE whole` makes the whole check; neither at the lowest priority, so that `cost.py` ends on a
//! machine that is at work.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::PathBuf;
use std::time::Instant;

use chengzhi_video::{Limits, Runner, Settings, audit, quick_check};

fn main() {
    let film = PathBuf::from(std::env::args().nth(1).expect("a film"));
    let whole = std::env::args().nth(2).is_some_and(|a| a == "whole");
    let settings = Settings::default();
    let runner = Runner {
        limits: Limits {
            gentle: false,
            ..Limits::default()
        },
        ..Runner::default()
    };
    let start = Instant::now();
    let check = if whole { audit } else { quick_check };
    let report = check(&runner, &film, &settings)
        .unwrap()
        .report(&settings, Vec::new());
    println!(
        "{} after {:.1} s: {:.1} s long, {} marks",
        if whole {
            "whole check"
        } else {
            "first verdict"
        },
        start.elapsed().as_secs_f64(),
        report.duration_s.0,
        report.marks.len()
    );
}
