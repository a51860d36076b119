//! Names that every system can unpack, and that stay inside the folder they are unpacked to.

use std::collections::{HashMap, HashSet};

use super::{ArchiveError, INDEX, MANIFEST};

/// Bytes of one name; common file systems take 255.
const MAX_NAME: usize = 200;
/// Bytes of a whole path.
const MAX_PATH: usize = 800;
/// What stands in for what a name cannot hold.
const STAND_IN: char = '_';

/// Names that Windows keeps for devices, with or without an extension.
const DEVICES: [&str; 4] = ["CON", "PRN", "AUX", "NUL"];

/// Checks all paths of an archive, the two that every archive has included.
pub(super) fn check<'a>(paths: impl Iterator<Item = &'a str>) -> Result<(), ArchiveError> {
    let mut files: HashSet<String> = [INDEX, MANIFEST].map(str::to_owned).into();
    let mut folders: HashMap<String, &str> = HashMap::new();
    for path in paths {
        check_path(path)?;
        // Systems that ignore case would unpack one file over the other.
        let folded = path.to_lowercase();
        for (at, _) in folded.match_indices('/') {
            folders.insert(folded[..at].to_owned(), path);
        }
        if !files.insert(folded) {
            return Err(ArchiveError::Duplicate(path.to_owned()));
        }
    }
    match files.iter().find_map(|file| folders.get(file)) {
        Some(path) => Err(ArchiveError::Duplicate((*path).to_owned())),
        None => Ok(()),
    }
}

fn check_path(path: &str) -> Result<(), ArchiveError> {
    let refuse = |reason| {
        Err(ArchiveError::Name {
            path: path.chars().filter(|c| !c.is_control()).collect(),
            reason,
        })
    };
    if path.len() > MAX_PATH {
        return refuse("路径过长");
    }
    for name in path.split('/') {
        if name.is_empty() {
            return refuse("路径中有空的名称");
        }
        if name == "." || name == ".." {
            return refuse("路径不能含有“.”或“..”");
        }
        if name.len() > MAX_NAME {
            return refuse("名称过长");
        }
        if name.chars().any(forbidden) {
            return refuse("含有不能用于文件名的字符");
        }
        if name.ends_with(['.', ' ']) || name.starts_with(' ') || is_device(name) {
            return refuse("部分系统不能保存这样的名称");
        }
    }
    Ok(())
}

/// Control characters, what Windows refuses, and marks that turn the direction of writing, with
/// which `gpj.exe` is shown as `exe.jpg`.
fn forbidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

fn is_device(name: &str) -> bool {
    let stem = name
        .split('.')
        .next()
        .unwrap_or(name)
        .trim_end()
        .to_uppercase();
    let numbered = |port: &str| {
        stem.strip_prefix(port)
            .is_some_and(|n| n.len() == 1 && n.chars().all(|c| c.is_ascii_digit()))
    };
    DEVICES.contains(&stem.as_str()) || numbered("COM") || numbered("LPT")
}

/// Makes one name of a path from what people typed: no folders, nothing a system refuses, the
/// extension kept when it is too long. Never empty; not made unique.
#[must_use]
pub fn safe_name(text: &str) -> String {
    let clean: String = text
        .chars()
        .map(|c| if forbidden(c) { STAND_IN } else { c })
        .collect();
    let clean = clean.trim().trim_end_matches(['.', ' ']);
    let (stem, extension) = match clean.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() && extension.len() <= 10 => {
            (stem, format!(".{extension}"))
        }
        _ => (clean, String::new()),
    };
    let mut name = String::new();
    for c in stem.chars() {
        if name.len() + c.len_utf8() + extension.len() > MAX_NAME {
            break;
        }
        name.push(c);
    }
    name.push_str(&extension);
    if name.is_empty() || is_device(&name) {
        name.insert(0, STAND_IN);
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn verdict(paths: &[&str]) -> Result<(), String> {
        check(paths.iter().copied()).map_err(|error| error.to_string())
    }

    #[test]
    fn good_paths_pass() {
        let long = format!("照片/{}.jpg", "长".repeat(60));
        assert_eq!(
            verdict(&[
                "签到表.pdf",
                "照片/01 开班.jpg",
                "照片/02.jpg",
                "a.b/c",
                ".hidden",
                &long
            ]),
            Ok(())
        );
    }

    #[test]
    fn paths_that_leave_or_cannot_be_stored_are_refused() {
        let (long, deep) = ("长".repeat(70), "层/".repeat(250) + "x");
        for path in [
            "",
            "/etc/passwd",
            "../x",
            "a/../../x",
            "a/./x",
            "a//x",
            "a/",
            "C:\\x",
            "C:x",
            "a\\b",
            "a\nb",
            "a\0b",
            "x?",
            "NUL",
            "con.txt",
            "com1",
            "a.",
            "a ",
            " a",
            "\u{202e}gpj.exe",
            &long,
            &deep,
        ] {
            assert!(
                verdict(&[path]).unwrap_err().contains("归档文件名不能使用"),
                "{path:?}"
            );
        }
    }

    #[test]
    fn duplicates_are_refused() {
        for paths in [
            &["a.txt", "a.txt"][..],
            &["a.txt", "A.TXT"],
            &["index.html"],
            &["Manifest.json"],
            &["a", "a/b"],
            &["a/b", "A"],
            &["index.html/x"],
        ] {
            assert!(verdict(paths).unwrap_err().contains("重复"), "{paths:?}");
        }
    }

    #[test]
    fn a_safe_name_keeps_what_it_can() {
        for (typed, name) in [
            ("签到表.pdf", "签到表.pdf"),
            ("../../etc/passwd", ".._.._etc_passwd"),
            ("一队/二队:合影?.jpg", "一队_二队_合影_.jpg"),
            ("  ..  ", "_"),
            ("", "_"),
            ("NUL", "_NUL"),
        ] {
            assert_eq!(safe_name(typed), name, "{typed}");
        }
        let long = safe_name(&format!("{}.jpeg", "长".repeat(100)));
        assert!(
            long.ends_with("长.jpeg") && long.len() <= MAX_NAME,
            "{long}"
        );
    }

    proptest! {
        #[test]
        fn whatever_was_typed_becomes_a_name_that_passes(text in any::<String>()) {
            prop_assert!(check_path(&safe_name(&text)).is_ok(), "{:?}", safe_name(&text));
        }
    }
}
