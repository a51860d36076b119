//! Every action of the audit log is shown in Chinese.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use chengzhi_accounts::domain::words::{action_name, job_name};

fn sources() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut open = vec![root.join("crates/capability"), root.join("app/src")];
    let mut found = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() && name != "tests" {
                open.push(path);
            } else if name.ends_with(".rs") && !name.contains("test") {
                found.push(path);
            }
        }
    }
    found
}

/// Texts like `study.confirm` in the arguments right after each `audit(` and `Audit::new(`.
fn actions(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for call in ["audit(", "Audit::new("] {
        for (at, _) in text.match_indices(call) {
            let arguments: String = text[at + call.len()..].chars().take(160).collect();
            let arguments = arguments.split(".detail").next().unwrap();
            for word in arguments.split('"').skip(1).step_by(2) {
                let dotted = word.contains('.')
                    && word
                        .chars()
                        .all(|c| c.is_ascii_lowercase() || c == '.' || c == '_');
                if dotted {
                    found.insert(word.to_owned());
                }
            }
        }
    }
    found
}

#[test]
fn every_action_and_job_has_a_chinese_name() {
    let mut found = BTreeSet::new();
    for path in sources() {
        found.extend(actions(&std::fs::read_to_string(path).unwrap()));
    }
    assert!(found.len() > 30, "the actions were not found: {found:?}");
    let nameless: Vec<&String> = found
        .iter()
        .filter(|action| action_name(action) == action.as_str())
        .collect();
    assert!(
        nameless.is_empty(),
        "give these actions a name in crates/capability/accounts/src/domain/words/actions.rs: {nameless:?}"
    );
    for job in [
        chengzhi_accounts::SWEEP_JOB,
        chengzhi_study::facade::LOCK_JOB,
        chengzhi_drill::facade::LOCK_JOB,
    ] {
        assert_ne!(job_name(job), job, "give the job a name beside the actions");
    }
}
