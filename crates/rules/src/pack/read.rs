//! From the text of a pack to its typed form, layer by layer, with every mistake gathered.

use std::collections::{BTreeMap, BTreeSet};

use chengzhi_kernel::{Date, parse_date};

use super::status::{DistrictRule, GapRule, OnlineRule, Sets, StartRule, Status, When};
use super::value::Value;
use super::{Pack, PackError, Rule, schema};

/// How deep packs may extend packs: a loop of files ends here.
const MAX_DEPTH: usize = 4;

pub(super) fn layered(
    text: &str,
    find: &dyn Fn(&str, i32) -> Option<String>,
    depth: usize,
) -> Result<Pack, Vec<PackError>> {
    let own = one_file(text)?;
    let Some(base_id) = own.extends.clone() else {
        return Ok(own);
    };
    let base_text = base_id
        .split_once('/')
        .and_then(|(name, year)| find(name, year.parse().ok()?))
        .filter(|_| depth < MAX_DEPTH)
        .ok_or_else(|| {
            vec![PackError::new(
                "extends",
                &format!("找不到规则包 {base_id}"),
            )]
        })?;
    let mut pack = layered(&base_text, find, depth + 1)?;
    let own_statuses: BTreeSet<_> = own.statuses.iter().map(|s| s.key.clone()).collect();
    pack.statuses.retain(|s| !own_statuses.contains(&s.key));
    pack.statuses.extend(own.statuses);
    pack.statuses.sort_by_key(|s| s.rank);
    pack.rules.extend(own.rules);
    Ok(Pack {
        name: own.name,
        year: own.year,
        title: own.title,
        source: own.source,
        valid_from: own.valid_from,
        valid_to: own.valid_to,
        extends: own.extends,
        rules: pack.rules,
        statuses: pack.statuses,
    })
}

fn one_file(text: &str) -> Result<Pack, Vec<PackError>> {
    let table: toml::Table = toml::from_str(text).map_err(|e: toml::de::Error| {
        let line = e.span().map_or(1, |span| {
            text.get(..span.start)
                .map_or(1, |head| head.matches('\n').count() + 1)
        });
        vec![PackError::new(
            "文件",
            &format!("第{line}行写法有误，或同一项写了两次"),
        )]
    })?;
    let mut errors = Vec::new();
    let mut head = Fields::new("文件", &table, &mut errors);
    let name = head.text("pack");
    let year = head.year("year");
    let title = head.text("title");
    let source = head.text("source");
    let valid_from = head.date("valid_from");
    let valid_to = head.date("valid_to");
    let extends = head.optional("extends");
    let rule_entries = head.tables("rule");
    let status_entries = head.tables("status");
    head.finish();
    let id = format!("{name}/{year}");
    let mut rules = BTreeMap::new();
    for entry in rule_entries {
        if let Some(rule) = read_rule(entry, &id, &mut errors)
            && let Some(first) = rules.insert(rule.key.clone(), rule)
        {
            errors.push(PackError::new(&first.key, "同一参数写了两次"));
        }
    }
    let mut statuses: Vec<Status> = Vec::new();
    for entry in status_entries {
        if let Some(status) = read_status(entry, &mut errors) {
            if statuses.iter().any(|s| s.key == status.key) {
                errors.push(PackError::new(&status.key, "同一情形写了两次"));
            }
            statuses.push(status);
        }
    }
    statuses.sort_by_key(|s| s.rank);
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(Pack {
        name,
        year,
        title,
        source,
        valid_from,
        valid_to,
        extends,
        rules,
        statuses,
    })
}

fn read_rule(table: &toml::Table, pack: &str, errors: &mut Vec<PackError>) -> Option<Rule> {
    let key = entry_key(table, "rule", errors)?;
    let before = errors.len();
    let mut fields = Fields::new(&key, table, errors);
    fields.seen("key");
    let title = fields.text("title");
    let row = fields.text("row");
    let clause = fields.text("clause");
    let unit = fields.optional("unit").unwrap_or_default();
    let note = fields.optional("note").unwrap_or_default();
    let force = fields.optional("force").unwrap_or_else(|| "M".to_owned());
    if !["M", "T", "P", "G", "D", "S"].contains(&force.as_str()) {
        fields.fault("force 应为 M、T、P、G、D、S 之一");
    }
    let value = match (schema::kind_of(&key), fields.raw("value")) {
        (None, _) => {
            fields.fault("没有这个参数");
            None
        }
        (_, None) => {
            fields.fault("缺少 value");
            None
        }
        (Some(kind), Some(raw)) => match Value::read(kind, raw) {
            Ok(value) => Some(value),
            Err(asked) => {
                fields.fault(&asked);
                None
            }
        },
    };
    fields.finish();
    if errors.len() > before {
        return None;
    }
    let value = value?;
    Some(Rule {
        key,
        title,
        value,
        unit,
        row,
        clause,
        force,
        note,
        pack: pack.to_owned(),
    })
}

fn read_status(table: &toml::Table, errors: &mut Vec<PackError>) -> Option<Status> {
    let key = entry_key(table, "status", errors)?;
    let before = errors.len();
    let mut fields = Fields::new(&key, table, errors);
    fields.seen("key");
    let title = fields.text("title");
    let row = fields.text("row");
    let clause = fields.text("clause");
    let rank = match fields.raw("rank").and_then(toml::Value::as_integer) {
        Some(n) => u32::try_from(n).unwrap_or(0),
        None => 0,
    };
    if rank == 0 {
        fields.fault("rank 应为不小于1的整数");
    }
    let ends = match fields.raw("ends") {
        Some(toml::Value::Boolean(b)) => *b,
        None => false,
        Some(_) => {
            fields.fault("ends 应为 true 或 false");
            false
        }
    };
    let month = fields.raw("month").and_then(toml::Value::as_integer);
    let month = month
        .and_then(|m| u32::try_from(m).ok())
        .filter(|m| (1..=12).contains(m));
    let word = fields.text("when");
    let when = match (word.as_str(), month) {
        ("not_established", None) => Some(When::NotEstablished),
        ("joined_after_year", None) => Some(When::JoinedAfterYear),
        ("left", None) => Some(When::Left),
        ("joined_in_month", Some(m)) => Some(When::JoinedInMonth(m)),
        ("returned_in_month", Some(m)) => Some(When::ReturnedInMonth(m)),
        ("new_staff", None) => Some(When::NewStaff),
        ("absent", None) => Some(When::Absent),
        ("always", None) => Some(When::Always),
        _ => {
            fields.fault("when 无法识别，或 month 缺少、多余、不在1到12之间");
            None
        }
    };
    let sets = read_sets(&mut fields);
    fields.finish();
    if errors.len() > before {
        return None;
    }
    let when = when?;
    Some(Status {
        key,
        title,
        rank,
        when,
        ends,
        sets,
        row,
        clause,
    })
}

fn read_sets(fields: &mut Fields<'_, '_>) -> Sets {
    let mut sets = Sets::default();
    let Some(toml::Value::Table(table)) = fields.raw("sets") else {
        fields.fault("缺少 sets");
        return sets;
    };
    for (name, value) in table {
        let word = value.as_str().unwrap_or("");
        let known = match (name.as_str(), word) {
            ("assessed", _) => {
                sets.assessed = value.as_bool();
                sets.assessed.is_some()
            }
            ("start_month", "january") => sets.start_month.replace(StartRule::January).is_none(),
            ("start_month", "induction_or_joining") => sets
                .start_month
                .replace(StartRule::InductionOrJoining)
                .is_none(),
            ("gap_months", "none") => sets.gap_months.replace(GapRule::None).is_none(),
            ("gap_months", "touched") => sets.gap_months.replace(GapRule::Touched).is_none(),
            ("gap_months", "whole") => sets.gap_months.replace(GapRule::Whole).is_none(),
            ("district", "waived") => sets.district.replace(DistrictRule::Waived).is_none(),
            ("district", "at_post") => sets.district.replace(DistrictRule::AtPost).is_none(),
            ("district", "due") => sets.district.replace(DistrictRule::Due).is_none(),
            ("online", "waived") => sets.online.replace(OnlineRule::Waived).is_none(),
            ("online", "if_any_month") => sets.online.replace(OnlineRule::IfAnyMonth).is_none(),
            ("online", "due") => sets.online.replace(OnlineRule::Due).is_none(),
            _ => false,
        };
        if !known {
            fields.fault(&format!("sets 里的 {name} 无法识别"));
        }
    }
    if sets == Sets::default() {
        fields.fault("sets 没有设定任何内容");
    }
    sets
}

fn entry_key(table: &toml::Table, kind: &str, errors: &mut Vec<PackError>) -> Option<String> {
    let key = table
        .get("key")
        .and_then(toml::Value::as_str)
        .filter(|k| !k.is_empty());
    if key.is_none() {
        errors.push(PackError::new(kind, "有一项缺少 key"));
    }
    key.map(str::to_owned)
}

/// The fields of one table, each asked for by name; what was never asked for is a mistake.
struct Fields<'t, 'e> {
    place: &'e str,
    table: &'t toml::Table,
    asked: BTreeSet<&'static str>,
    errors: &'e mut Vec<PackError>,
}

impl<'t, 'e> Fields<'t, 'e> {
    fn new(place: &'e str, table: &'t toml::Table, errors: &'e mut Vec<PackError>) -> Self {
        Self {
            place,
            table,
            asked: BTreeSet::new(),
            errors,
        }
    }

    fn fault(&mut self, message: &str) {
        self.errors.push(PackError::new(self.place, message));
    }

    fn seen(&mut self, name: &'static str) {
        self.asked.insert(name);
    }

    fn raw(&mut self, name: &'static str) -> Option<&'t toml::Value> {
        self.asked.insert(name);
        self.table.get(name)
    }

    fn optional(&mut self, name: &'static str) -> Option<String> {
        match self.raw(name) {
            Some(toml::Value::String(s)) => Some(s.clone()),
            Some(_) => {
                self.fault(&format!("{name} 应为文字"));
                None
            }
            None => None,
        }
    }

    fn text(&mut self, name: &'static str) -> String {
        let text = self.optional(name).unwrap_or_default();
        if text.trim().is_empty() {
            self.fault(&format!("缺少 {name}"));
        }
        text
    }

    fn year(&mut self, name: &'static str) -> i32 {
        let year = self.raw(name).and_then(toml::Value::as_integer);
        match year
            .and_then(|y| i32::try_from(y).ok())
            .filter(|y| (2000..2200).contains(y))
        {
            Some(year) => year,
            None => {
                self.fault(&format!("{name} 应为四位年份"));
                0
            }
        }
    }

    fn date(&mut self, name: &'static str) -> Date {
        let text = self.raw(name).and_then(toml::Value::as_str).unwrap_or("");
        parse_date(text).unwrap_or_else(|_| {
            self.fault(&format!("{name} 应为日期，如 \"2024-01-01\""));
            Date::MIN
        })
    }

    fn tables(&mut self, name: &'static str) -> Vec<&'t toml::Table> {
        match self.raw(name) {
            None => Vec::new(),
            Some(toml::Value::Array(items)) if items.iter().all(toml::Value::is_table) => {
                items.iter().filter_map(toml::Value::as_table).collect()
            }
            Some(_) => {
                self.fault(&format!("{name} 应写成 [[{name}]]"));
                Vec::new()
            }
        }
    }

    fn finish(self) {
        for name in self.table.keys() {
            if !self.asked.contains(name.as_str()) {
                self.errors
                    .push(PackError::new(self.place, &format!("没有 {name} 这一项")));
            }
        }
    }
}
