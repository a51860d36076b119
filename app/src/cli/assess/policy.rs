//! The pack to run on: built in by name and year, or a file.

use std::path::Path;

use chengzhi_rules::{Pack, PackError, Policy};

use super::faults::FaultList;

/// Loads `name/year`, `name`, or a `.toml` file for judging `year`.
///
/// # Errors
/// The faults, ready to be printed.
pub fn load_policy(text: &str, year: i32) -> Result<Policy, FaultList> {
    if Path::new(text)
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("toml"))
    {
        let pack = read_pack_file(text)?;
        if pack.year > year {
            return Err(no_pack(text, year));
        }
        return Policy::from_pack(pack, year).map_err(|errors| told(text, &errors));
    }
    let (name, pack_year) = match text.split_once('/') {
        Some((name, pack_year)) => match pack_year.parse::<i32>() {
            Ok(pack_year) => (name, pack_year),
            Err(_) => return Err(no_pack(text, year)),
        },
        None => (text, year),
    };
    // A pack made for a later year does not judge an earlier one.
    let found = chengzhi_rules::builtin::pack_year_for(name, pack_year.min(year));
    let Some(found) = found.filter(|_| pack_year <= year) else {
        return Err(no_pack(text, year));
    };
    Pack::built_in(name, found)
        .and_then(|pack| Policy::from_pack(pack, year))
        .map_err(|errors| told(text, &errors))
}

/// Reads and checks a pack file; what it extends comes from the built-in packs.
///
/// # Errors
/// The faults, ready to be printed.
pub fn read_pack_file(path: &str) -> Result<Pack, FaultList> {
    let Ok(text) = std::fs::read_to_string(path) else {
        let mut list = FaultList::named(path);
        list.add(1, super::faults::FILE, "规则包文件读不到或不是UTF-8文字");
        return Err(list);
    };
    Pack::parse(&text).map_err(|errors| told(path, &errors))
}

fn told(file: &str, errors: &[PackError]) -> FaultList {
    let mut list = FaultList::named(file);
    for error in errors {
        list.add(1, error.key.clone(), error.message.clone());
    }
    list
}

fn no_pack(name: &str, year: i32) -> FaultList {
    let mut list = FaultList::named("policy");
    list.add(
        1,
        name.to_owned(),
        format!("没有可用的规则包（考核年度{year}年）"),
    );
    list
}
