//! Looks one film up among ten thousand: `lookup_video FOLDER... [--films N]`.
//!
//! The index holds the fingerprints of all films of the folders (`score_video` has written them) and, to fill it, films of
//! twenty minutes put together from pieces of 8 to 20 s of those real fingerprints, half of them mirrored. In half of the
//! films a piece is one real stretch with one bit in twelve turned over: keys recur even more than in a real city, and most
//! become too common to be read. In the other half each of the eight quantities of a piece comes from a stretch of its own,
//! which keeps how each goes on in time and over the four lags, and gives as many different keys as new films would.
//! Then real films are looked up, and some of the filled-in ones, trimmed and with one bit in ten turned over, must be
//! found.
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
    let hidden: Vec<Fingerprint> = (films / 2..films / 2 + 8)
        .map(|n| all[n].1.clone())
        .collect();
    let start = Instant::now();
    let mut index = Index::build(all);
    println!(
        "{} real and {} filled-in films, filled one by one in {:.1} s",
        real.len(),
        films - real.len(),
        start.elapsed().as_secs_f64()
    );
    let mut took: Vec<f64> = (0..50)
        .map(|n| {
            let print = filled(&real, &mut rng);
            let start = Instant::now();
            index.add(format!("added {n}"), print);
            start.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    took.sort_by(f64::total_cmp);
    println!(
        "one more film: median {:.2} ms, slowest of 50 {:.2} ms; resident {} MB",
        took[25],
        took[49],
        resident_kb() / 1000
    );
    let mut asked: Vec<(String, Fingerprint)> = Vec::new();
    for (n, print) in hidden.iter().enumerate() {
        let codes = print.codes()[900..3300].iter();
        let worn = codes.map(|code| worn(*code, 0.1, &mut rng)).collect();
        asked.push((
            format!("trimmed and worn copy of filled {}", films / 2 + n),
            Fingerprint::from_codes(worn),
        ));
    }
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

/// Peak resident memory of this process.
fn resident_kb() -> u64 {
    std::fs::read_to_string("/proc/self/status")
        .unwrap()
        .lines()
        .find_map(|l| l.strip_prefix("VmHWM:"))
        .and_then(|l| l.trim().trim_end_matches(" kB").parse().ok())
        .unwrap()
}

/// Twenty minutes with the statistics of real films.
fn filled(real: &[(String, Fingerprint)], rng: &mut Rng) -> Fingerprint {
    let mixed = rng.chance(0.5);
    let mut codes: Vec<u32> = Vec::with_capacity(4816);
    while codes.len() < 4800 {
        let long = rng.int(32, 80) as usize;
        let mirror = if rng.chance(0.5) { 0xa2a2_a2a2 } else { 0 };
        let sources: Vec<&[u32]> = (0..if mixed { 8 } else { 1 })
            .map(|_| piece(real, long, rng))
            .collect();
        for n in 0..long {
            let parts = sources.iter().enumerate().map(|(q, codes)| {
                let mask = if mixed { 0x0101_0101 << q } else { u32::MAX };
                codes[n] & mask
            });
            let code = parts.fold(0, |a, b| a | b) ^ mirror;
            codes.push(if mixed {
                code.min(u32::MAX - 1)
            } else {
                worn(code.min(u32::MAX - 1), 1.0 / 12.0, rng)
            });
        }
    }
    Fingerprint::from_codes(codes)
}

/// So many codes on end of some real film, none of them void.
fn piece<'a>(real: &'a [(String, Fingerprint)], long: usize, rng: &mut Rng) -> &'a [u32] {
    loop {
        let codes = rng.pick(real).1.codes();
        let at = rng.int(0, codes.len().saturating_sub(long).max(1) as i64) as usize;
        if let Some(piece) = codes.get(at..at + long)
            && !piece.contains(&u32::MAX)
        {
            return piece;
        }
    }
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
