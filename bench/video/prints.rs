//! How well the fingerprints of copies agree with their source, and those of strangers with each other:
//! `prints_video FOLDER`. The length of the stretches is varied; the figures are what the threshold rests on.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::path::PathBuf;

use chengzhi_video::Fingerprint;
use serde_json::Value;

fn main() {
    let folder = PathBuf::from(std::env::args().nth(1).expect("folder"));
    let truth: Vec<Value> =
        serde_json::from_slice(&std::fs::read(folder.join("truth.json")).unwrap()).unwrap();
    let mut prints = BTreeMap::new();
    for film in &truth {
        let name = film["file"].as_str().unwrap();
        if let Ok(bytes) = std::fs::read(folder.join(name).with_extension("print")) {
            prints.insert(name.to_owned(), Fingerprint::from_bytes(&bytes).unwrap());
        }
    }
    let mut family: BTreeMap<&str, &str> = BTreeMap::new();
    for film in &truth {
        let name = film["file"].as_str().unwrap();
        family.insert(name, film["copy"]["of"].as_str().unwrap_or(name));
    }
    for film in truth.iter().filter(|f| !f["copy"].is_null()) {
        let (name, of) = (
            film["file"].as_str().unwrap(),
            film["copy"]["of"].as_str().unwrap(),
        );
        let (Some(copy), Some(source)) = (prints.get(name), prints.get(of)) else {
            continue;
        };
        let turned = if film["copy"]["mirrored"] == true {
            0xa2a2_a2a2
        } else {
            0
        };
        let offset = (film["copy"]["from"].as_f64().unwrap() * 4.0).round() as i64;
        let (mut wrong, mut compared, mut each) = (0, 0, [0u32; 32]);
        for (n, code) in copy.codes().iter().enumerate() {
            let Some(other) = source.codes().get((n as i64 + offset) as usize) else {
                continue;
            };
            if *code != u32::MAX && *other != u32::MAX {
                let bits = code ^ turned ^ other;
                wrong += weighed(bits);
                compared += 120;
                (0..32).for_each(|b| each[b] += bits >> b & 1);
            }
        }
        let worst: Vec<u32> = (0..32)
            .map(|b| each[b] * 100 / (compared / 120).max(1))
            .collect();
        println!(
            "copy {name} of {of}: wrong {:.3} over {:.0} s  {}  per bit {worst:?}",
            wrong as f32 / compared as f32,
            compared as f32 / 480.0,
            film["copy"]["filter"]
        );
    }
    for seconds in [10usize, 20, 30] {
        let (mut lowest, mut sum, mut square, mut n) = (1.0f64, 0.0, 0.0, 0.0);
        let length = seconds * 4;
        for (a, one) in &prints {
            for (b, other) in prints
                .iter()
                .filter(|(b, _)| *b > a && family[b.as_str()] != family[a.as_str()])
            {
                for offset in 0..one.codes().len().saturating_sub(length) {
                    for at in (0..other.codes().len().saturating_sub(length)).step_by(length) {
                        let pairs = one.codes()[offset..offset + length]
                            .iter()
                            .zip(&other.codes()[at..at + length]);
                        let (mut wrong, mut compared) = (0, 0);
                        for (x, y) in pairs.filter(|(x, y)| **x != u32::MAX && **y != u32::MAX) {
                            wrong += weighed(x ^ y);
                            compared += 120;
                        }
                        if compared > 60 * length as u32 {
                            let share = f64::from(wrong) / f64::from(compared);
                            if share < lowest {
                                lowest = share;
                                if share < 0.2 {
                                    println!("  strangers {a} {b} {share:.3}");
                                }
                            }
                            sum += share;
                            square += share * share;
                            n += 1.0;
                        }
                    }
                }
            }
        }
        let mean = sum / n;
        println!(
            "strangers over {seconds} s: {n} stretches, mean {mean:.3}, deviation {:.4}, lowest {lowest:.3}",
            (square / n - mean * mean).sqrt()
        );
    }
}

/// As the index weighs them.
fn weighed(wrong: u32) -> u32 {
    (0..4)
        .map(|lag| (wrong >> (8 * lag) & 0xff).count_ones() * (8 >> lag))
        .sum()
}
