//! The walls of the house, checked against the manifests and the sources.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What nothing pure may touch: storage, the network, the ambient clock and randomness.
const IMPURE: [&str; 9] = [
    "sqlx::",
    "axum::",
    "tokio::",
    "rand::",
    "chengzhi_db::",
    "SystemTime",
    "Utc::now",
    "Local::now",
    "Instant::now",
];
const IMPURE_CRATES: [&str; 6] = [
    "sqlx",
    "axum",
    "tokio",
    "rand",
    "chengzhi-db",
    "chengzhi-http",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

/// The shipped lines of a source file with their numbers: no comments, nothing after the first
/// test module.
fn shipped(path: &Path) -> Vec<(usize, String)> {
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = Vec::new();
    let mut all = text.lines().enumerate().peekable();
    while let Some((number, line)) = all.next() {
        let bare = line.trim_start();
        if bare == "#[cfg(test)]" {
            // A test module inside the file ends what is shipped; `mod tests;` is one line.
            match all.peek() {
                Some((_, next)) if next.trim_end().ends_with(';') => {
                    all.next();
                    continue;
                }
                _ => break,
            }
        }
        if !bare.starts_with("//") {
            lines.push((number + 1, line.to_owned()));
        }
    }
    lines
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// True for files that are compiled for tests only.
fn is_test_file(path: &Path) -> bool {
    let name = path.file_stem().unwrap().to_string_lossy().into_owned();
    name.contains("test") || path.components().any(|part| part.as_os_str() == "tests")
}

fn sources(folder: &str) -> Vec<PathBuf> {
    rust_files(&root().join(folder))
        .into_iter()
        .filter(|path| !is_test_file(path))
        .collect()
}

fn dependencies(manifest: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(manifest).unwrap();
    let manifest: toml::Table = toml::from_str(&text).unwrap();
    let table = manifest
        .get("dependencies")
        .and_then(|d| d.as_table())
        .cloned()
        .unwrap_or_default();
    table.keys().cloned().collect()
}

fn capabilities() -> BTreeMap<String, PathBuf> {
    let folder = root().join("crates/capability");
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("Cargo.toml").exists())
        .map(|path| {
            (
                path.file_name().unwrap().to_string_lossy().into_owned(),
                path,
            )
        })
        .collect()
}

fn finding(path: &Path, number: usize, line: &str) -> String {
    let path = path.strip_prefix(root()).unwrap().display().to_string();
    format!("{path}:{number}: {}", line.trim())
}

#[test]
fn kernel_rules_and_domains_are_pure() {
    for crate_folder in [
        "crates/kernel",
        "crates/cycle",
        "crates/rules",
        "crates/questions",
    ] {
        for dependency in dependencies(&root().join(crate_folder).join("Cargo.toml")) {
            assert!(
                !IMPURE_CRATES.contains(&dependency.as_str()),
                "{crate_folder} depends on {dependency}: it must stay pure"
            );
        }
    }
    let domains: Vec<PathBuf> = capabilities()
        .values()
        .flat_map(|path| rust_files(&path.join("src/domain")))
        .filter(|path| !is_test_file(path))
        .collect();
    assert!(domains.len() > 5, "the domains were not found");
    let pure = sources("crates/kernel/src")
        .into_iter()
        .chain(sources("crates/cycle/src"))
        .chain(sources("crates/rules/src"))
        .chain(sources("crates/questions/src"))
        .chain(domains);
    let mut findings = Vec::new();
    for path in pure {
        for (number, line) in shipped(&path) {
            if IMPURE.iter().any(|word| line.contains(word)) {
                findings.push(finding(&path, number, &line));
            }
        }
    }
    assert!(
        findings.is_empty(),
        "pure code reads no clock, database, network or randomness; hand the value in:\n{}",
        findings.join("\n")
    );
}

#[test]
fn a_capability_knows_only_organisation_and_assessment() {
    let capabilities = capabilities();
    for (name, folder) in &capabilities {
        for dependency in dependencies(&folder.join("Cargo.toml")) {
            let Some(other) = dependency
                .strip_prefix("chengzhi-")
                .filter(|d| capabilities.contains_key(*d))
            else {
                continue;
            };
            let allowed = match name.as_str() {
                // Reads everybody's façade to say what is to be done today.
                "notices" => true,
                // Stands between drill's films, their uploads and their check.
                "films" => matches!(other, "organisation" | "assessment" | "drill"),
                // Builds papers from the bank's questions.
                "exams" => matches!(other, "organisation" | "assessment" | "bank"),
                // A class books the register's instructors and places, and tells what they taught.
                "classes" => matches!(other, "organisation" | "assessment" | "faculty"),
                // No cycles: organisation knows nobody, assessment only organisation.
                "organisation" => false,
                "assessment" => other == "organisation",
                _ => matches!(other, "organisation" | "assessment"),
            };
            assert!(
                allowed,
                "{name} may not depend on {other}: use an event in the outbox"
            );
        }
    }
}

#[test]
fn capabilities_meet_at_their_facades() {
    let capabilities = capabilities();
    let mut findings = Vec::new();
    for (name, folder) in &capabilities {
        for path in rust_files(&folder.join("src"))
            .into_iter()
            .filter(|path| !is_test_file(path))
        {
            for (number, line) in shipped(&path) {
                for other in capabilities.keys().filter(|other| *other != name) {
                    let prefix = format!("chengzhi_{other}::");
                    for (at, _) in line.match_indices(&prefix) {
                        if !line[at + prefix.len()..].starts_with("facade") {
                            findings.push(finding(&path, number, &line));
                        }
                    }
                }
            }
        }
    }
    assert!(
        findings.is_empty(),
        "only the façade of another capability may be used:\n{}",
        findings.join("\n")
    );
}

#[test]
fn transactions_begin_in_platform_db_only() {
    let mut findings = Vec::new();
    for folder in ["crates", "app/src", "bench"] {
        for path in sources(folder) {
            if path.starts_with(root().join("crates/platform/db")) {
                continue;
            }
            for (number, line) in shipped(&path) {
                let begins = [".begin()", ".begin_with(", ".try_begin("]
                    .iter()
                    .any(|call| line.contains(call));
                if begins || line.contains("sqlx::") {
                    findings.push(finding(&path, number, &line));
                }
            }
        }
    }
    assert!(
        findings.is_empty(),
        "a write transaction on SQLite must take its lock at once: use Db::write and Db::read\n{}",
        findings.join("\n")
    );
}

#[test]
fn sql_stands_in_stores_only() {
    let mut findings = Vec::new();
    for folder in [
        "crates/capability",
        "crates/kernel",
        "crates/cycle",
        "crates/rules",
        "app/src",
    ] {
        for path in sources(folder) {
            if path.components().any(|part| part.as_os_str() == "store") {
                continue;
            }
            for (number, line) in shipped(&path) {
                let call = line.match_indices("sql(").any(|(at, _)| {
                    !line[..at]
                        .chars()
                        .next_back()
                        .is_some_and(|c| c.is_alphanumeric() || c == '_')
                });
                if call || line.contains(".insert_many(") {
                    findings.push(finding(&path, number, &line));
                }
            }
        }
    }
    assert!(
        findings.is_empty(),
        "SQL text belongs under store/:\n{}",
        findings.join("\n")
    );
}

#[test]
fn migrations_are_numbered_without_gaps() {
    let mut names: Vec<String> = std::fs::read_dir(root().join("migrations/sqlite"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    let numbers: Vec<usize> = names
        .iter()
        .map(|name| name[..4].parse().unwrap())
        .collect();
    let expected: Vec<usize> = (1..=names.len()).collect();
    assert_eq!(numbers, expected, "{names:?}");
}
