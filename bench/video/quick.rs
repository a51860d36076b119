//! How soon a first verdict stands: `quick_video FILE`. Key frames only, as the server looks at a film that has arrived.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::PathBuf;
use std::time::Instant;

use chengzhi_video::{Runner, Settings, quick_check};

fn main() {
    let film = PathBuf::from(std::env::args().nth(1).expect("a film"));
    let settings = Settings::default();
    let start = Instant::now();
    let audit = quick_check(&Runner::default(), &film, &settings).unwrap();
    let report = audit.report(&settings, Vec::new());
    println!(
        "first verdict after {:.1} s: {:.1} s long, {} marks",
        start.elapsed().as_secs_f64(),
        report.duration_s.0,
        report.marks.len()
    );
}
