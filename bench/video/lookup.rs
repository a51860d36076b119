//! Looks one film up among ten thousand: `lookup_video FOLDER... [--films N]`.
//!
//! The index holds the fingerprints of all films of the folders (`score_video` has written them) and, to fill it, films of
//! twenty minutes put together from pieces of 8 to 20 s of those real fingerprints, half of them mirrored and each with
//! one bit in twelve turned over at random, so that keys are as common as in real films. Then real films are looked up,
//! and one of the filled-in ones, trimmed and with one bit in ten turned over, must be found.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "noise.rs"]
#[allow(dead_code)]
mod noise;

use std::time::Instant;

use chengzhi_video::{Fingerprint, Index};
use noise::Rng;

fn main() {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let films = args
        .iter()
        .position(|a| a == "--films")
        .map_or(10_000, |at| {
            args.remove(at);
            args.remove(at).parse().unwrap()
        });
    let mut real = Vec::new();
    for folder in &args {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|e| e == "print") {
                let print = Fingerprint::from_bytes(&std::fs::read(&path).unwrap()).unwrap();
                real.push((path.display().to_string(), print));
            }
        }
    }
    real.sort_by(|a, b| a.0.cmp(&b.0));
    let mut rng = Rng::new(5);
    let mut all = real.clone();
    while all.len() < films {
        all.push((format!("filled {}", all.len()), filled(&real, &mut rng)));
    }
    let hidden = all[films / 2].1.clone();
    let start = Instant::now();
    let index = Index::build(all);
    println!(
        "{} real and {} filled-in films, built in {:.1} s",
        real.len(),
        films - real.len(),
        start.elapsed().as_secs_f64()
    );
    let mut trimmed: Vec<u32> = hidden.codes()[900..3300].to_vec();
    for code in &mut trimmed {
        *code = worn(*code, 0.1, &mut rng);
    }
    let mut asked: Vec<(String, Fingerprint)> = vec![(
        "trimmed and worn copy".into(),
        Fingerprint::from_codes(trimmed),
    )];
    real.sort_by_key(|(_, print)| std::cmp::Reverse(print.codes().len()));
    asked.extend(real.iter().take(5).cloned());
    asked.extend((0..3).map(|n| (format!("new film {n}"), filled(&real, &mut rng))));
    for (name, print) in asked {
        let start = Instant::now();
        let found = index.search(&print, Some(&name), 30.0);
        let took = start.elapsed().as_secs_f64();
        let first = found
            .first()
            .map(|f| (&f.key, f.from, f.to, f.other_from, f.agreement));
        println!(
            "{name} ({:.0} s): {took:.2} s, {} stretches, {first:?}",
            print.seconds(),
            found.len()
        );
    }
}

/// Twenty minutes with the statistics of real films.
fn filled(real: &[(String, Fingerprint)], rng: &mut Rng) -> Fingerprint {
    let mut codes = Vec::with_capacity(4816);
    while codes.len() < 4800 {
        let from = rng.pick(real).1.codes();
        let long = rng.int(32, 80) as usize;
        let at = rng.int(0, from.len().saturating_sub(long).max(1) as i64) as usize;
        let mirror = if rng.chance(0.5) { 0xa2a2_a2a2 } else { 0 };
        for code in from.iter().skip(at).take(long) {
            codes.push(if *code == u32::MAX {
                *code
            } else {
                worn(code ^ mirror, 1.0 / 12.0, rng)
            });
        }
    }
    Fingerprint::from_codes(codes)
}

fn worn(code: u32, share: f32, rng: &mut Rng) -> u32 {
    if code == u32::MAX {
        return code;
    }
    let mut worn = code;
    for bit in 0..32 {
        if rng.chance(share) {
            worn ^= 1 << bit;
        }
    }
    worn.min(u32::MAX - 1)
}
