//! What the rows of a roster would do to what is stored.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chengzhi_kernel::dates::format_cn_plain;
use chengzhi_kernel::{Date, PersonId, UnitId};

use super::places::Places;
use super::row::{Fault, RowData, read_row};
use crate::domain::person::{Category, sex_name};
use crate::domain::post::{post_names, rank_name};
use crate::domain::status::{Change, State, state_on};
use crate::domain::tree::UnitTree;

/// What a row does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// 新进: a person the system does not know.
    Joiner,
    /// 调动: another unit, perhaps other changes too.
    Transfer,
    /// 变更: the same unit, something else.
    Change,
    /// 无变化.
    Unchanged,
    /// 有误.
    Broken,
    /// 名册中缺少: belongs to a unit of the roster, is not in the file.
    Leaver,
}

impl Verdict {
    /// All verdicts.
    pub const ALL: [Self; 6] = [
        Self::Joiner,
        Self::Transfer,
        Self::Change,
        Self::Unchanged,
        Self::Broken,
        Self::Leaver,
    ];

    /// Stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Joiner => "joiner",
            Self::Transfer => "transfer",
            Self::Change => "change",
            Self::Unchanged => "unchanged",
            Self::Broken => "broken",
            Self::Leaver => "leaver",
        }
    }

    /// The word on pages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Joiner => "新进",
            Self::Transfer => "调动",
            Self::Change => "变更",
            Self::Unchanged => "无变化",
            Self::Broken => "有误",
            Self::Leaver => "名册中缺少",
        }
    }

    /// Reads the code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.code() == code)
    }
}

/// A person as stored, with what the plan compares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Row id.
    pub id: PersonId,
    /// 姓名.
    pub name: String,
    /// Stored sex.
    pub sex: Option<String>,
    /// 在编.
    pub established: bool,
    /// 人员类别.
    pub category: Category,
    /// Code of the rank.
    pub rank: Option<String>,
    /// Full number.
    pub phone: Option<String>,
    /// 入职日期.
    pub joined_on: Date,
    /// 初任培训结束日期.
    pub induction_ended_on: Option<Date>,
    /// The unit he belongs to until further notice, and since when.
    pub place: Option<(UnitId, Date)>,
    /// Posts not ended.
    pub posts: Vec<String>,
    /// Standing status changes.
    pub changes: Vec<Change>,
}

/// What the plan is made against.
pub struct Present<'a> {
    /// Units of the roster's day.
    pub tree: &'a UnitTree,
    /// People by staff number.
    pub people: &'a HashMap<String, Known>,
    /// The day on which the roster is true.
    pub as_of: Date,
    /// Which units the importer may fill.
    pub reach: &'a dyn Fn(UnitId) -> bool,
}

/// A row as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Row of the sheet.
    pub line: u32,
    /// Cells in the order of [`super::COLUMNS`].
    pub cells: Vec<String>,
}

/// A good row: what is to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Good {
    /// What the row says; blank cells filled from what is stored.
    pub data: RowData,
    /// The unit meant.
    pub unit: UnitId,
    /// The person, if known.
    pub person: Option<PersonId>,
}

/// One line of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// Row of the sheet; none for a leaver.
    pub line: Option<u32>,
    /// As sent.
    pub staff_no: String,
    /// As sent.
    pub name: String,
    /// What it does.
    pub verdict: Verdict,
    /// In Chinese.
    pub detail: String,
    /// Why it is broken.
    pub faults: Vec<Fault>,
    /// What is to be written, for all but broken rows and leavers.
    pub good: Option<Good>,
}

/// All lines: those of the sheet in its order, then the leavers by staff number.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// The lines.
    pub lines: Vec<Planned>,
}

impl Plan {
    /// Lines with a verdict.
    #[must_use]
    pub fn count(&self, verdict: Verdict) -> usize {
        self.lines
            .iter()
            .filter(|line| line.verdict == verdict)
            .count()
    }
}

/// Makes the plan. Leavers are people in service of a unit that some row names, whose staff number
/// no row has; the plan only lists them.
#[must_use]
pub fn make_plan(sent: &[Sent], present: &Present<'_>) -> Plan {
    let mut places = Places::new(present.tree, present.reach);
    let mut lines_of: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    let mut covered = BTreeSet::new();
    let mut read = Vec::with_capacity(sent.len());
    for row in sent {
        let (data, mut faults) = read_row(&row.cells, present.as_of);
        if !data.staff_no.is_empty() {
            lines_of
                .entry(data.staff_no.clone())
                .or_default()
                .push(row.line);
        }
        let mut unit = None;
        if !data.unit.is_empty() {
            match places.find(&data.district, &data.unit) {
                Ok(found) => {
                    covered.insert(found);
                    unit = Some(found);
                }
                Err(fault) => faults.push(fault),
            }
        }
        read.push((row.line, data, unit, faults));
    }
    let mut lines = Vec::with_capacity(read.len());
    for (line, data, unit, mut faults) in read {
        if let Some(several) = lines_of
            .get(&data.staff_no)
            .filter(|several| several.len() > 1)
        {
            faults.push(Fault::new(
                "工号",
                format!("工号重复：{}", line_list(several)),
            ));
        }
        let known = present.people.get(&data.staff_no);
        let (staff_no, name) = (shown(&data.staff_no), shown(&data.name));
        let judged = match unit {
            Some(unit) if faults.is_empty() => {
                judge(data, unit, known, present).map_err(|fault| vec![fault])
            }
            _ => Err(faults),
        };
        lines.push(match judged {
            Ok((verdict, detail, good)) => Planned {
                line: Some(line),
                staff_no,
                name,
                verdict,
                detail,
                faults: Vec::new(),
                good: Some(good),
            },
            Err(faults) => Planned {
                line: Some(line),
                staff_no,
                name,
                verdict: Verdict::Broken,
                detail: faults
                    .iter()
                    .map(|fault| format!("{}：{}", fault.field, fault.message))
                    .collect::<Vec<_>>()
                    .join("；"),
                faults,
                good: None,
            },
        });
    }
    let mut leavers: Vec<Planned> = present
        .people
        .iter()
        .filter(|(staff_no, _)| !lines_of.contains_key(*staff_no))
        .filter_map(|(staff_no, known)| {
            let (unit, since) = known.place?;
            let here = covered.contains(&unit)
                && since <= present.as_of
                && known.joined_on <= present.as_of;
            let state = state_on(&known.changes, known.joined_on, present.as_of);
            (here && !matches!(state, State::Left(_))).then(|| Planned {
                line: None,
                staff_no: staff_no.clone(),
                name: known.name.clone(),
                verdict: Verdict::Leaver,
                detail: format!(
                    "现在{}，{}，名册中没有；提交后仍保留，请核实后登记离职、退休或调动",
                    present.tree.name(unit),
                    state.name()
                ),
                faults: Vec::new(),
                good: None,
            })
        })
        .collect();
    leavers.sort_by(|a, b| a.staff_no.cmp(&b.staff_no));
    lines.extend(leavers);
    Plan { lines }
}

/// What lists show of a cell, also of one that holds a novel.
fn shown(text: &str) -> String {
    super::row::short(text)
}

fn line_list(lines: &[u32]) -> String {
    let shown: Vec<String> = lines
        .iter()
        .take(5)
        .map(|line| format!("第{line}行"))
        .collect();
    format!(
        "{}{}",
        shown.join("、"),
        if lines.len() > 5 { "等" } else { "" }
    )
}

fn judge(
    mut data: RowData,
    unit: UnitId,
    known: Option<&Known>,
    present: &Present<'_>,
) -> Result<(Verdict, String, Good), Fault> {
    let Some(known) = known else {
        let detail = format!("新进{}", present.tree.name(unit));
        return Ok((
            Verdict::Joiner,
            detail,
            Good {
                data,
                unit,
                person: None,
            },
        ));
    };
    if known
        .place
        .is_some_and(|(place, _)| !(present.reach)(place))
    {
        return Err(Fault::new(
            "工号",
            "这一工号现属其他单位；如为跨区调入，请由市局办理，如写错请改正",
        ));
    }
    if let State::Left(kind) = state_on(&known.changes, data.joined_on, present.as_of) {
        return Err(Fault::new(
            "工号",
            format!(
                "系统登记此人已{}；如重新入职请填新的入职日期，如登记有误请先撤销登记",
                kind.name()
            ),
        ));
    }
    // A blank cell leaves what is stored.
    data.sex = data.sex.or_else(|| known.sex.clone());
    data.category = data.category.or(Some(known.category));
    data.posts = data.posts.or_else(|| Some(known.posts.clone()));
    data.rank = data.rank.or_else(|| known.rank.clone());
    data.induction_ended_on = data.induction_ended_on.or(known.induction_ended_on);
    data.phone = data.phone.or_else(|| known.phone.clone());

    let mut changes = Vec::new();
    let moved = known.place.is_none_or(|(place, _)| place != unit);
    if moved {
        if let Some((_, since)) = known.place.filter(|(_, since)| *since > present.as_of) {
            return Err(Fault::new(
                "单位",
                format!(
                    "此人{}已有调动，名册日期更早，请用新的名册",
                    format_cn_plain(since)
                ),
            ));
        }
        let before = known
            .place
            .map(|(place, _)| present.tree.name(place))
            .unwrap_or_default();
        changes.push(format!("{} → {}", or_none(before), present.tree.name(unit)));
    }
    let mut tell = |field: &str, before: String, after: String| {
        if before != after {
            changes.push(format!("{field}{} → {}", or_none(&before), or_none(&after)));
        }
    };
    let sex = |code: &Option<String>| code.as_deref().map(sex_name).unwrap_or_default().to_owned();
    let yes = |yes: bool| if yes { "在编" } else { "非在编" }.to_owned();
    let rank = |code: &Option<String>| {
        code.as_deref()
            .and_then(rank_name)
            .unwrap_or_default()
            .to_owned()
    };
    let date = |day: Option<Date>| {
        day.map(|day| day.format("%Y-%m-%d").to_string())
            .unwrap_or_default()
    };
    tell("姓名", known.name.clone(), data.name.clone());
    tell("性别", sex(&known.sex), sex(&data.sex));
    tell("", yes(known.established), yes(data.established));
    tell(
        "人员类别",
        known.category.name().to_owned(),
        data.category
            .map(Category::name)
            .unwrap_or_default()
            .to_owned(),
    );
    tell(
        "岗位",
        post_names(&known.posts),
        post_names(data.posts.as_deref().unwrap_or_default()),
    );
    tell("职级", rank(&known.rank), rank(&data.rank));
    tell(
        "入职日期",
        date(Some(known.joined_on)),
        date(Some(data.joined_on)),
    );
    tell(
        "初任培训结束日期",
        date(known.induction_ended_on),
        date(data.induction_ended_on),
    );
    if known.phone != data.phone {
        changes.push("手机号有变".to_owned());
    }
    let verdict = match (moved, changes.is_empty()) {
        (true, _) => Verdict::Transfer,
        (false, false) => Verdict::Change,
        (false, true) => Verdict::Unchanged,
    };
    Ok((
        verdict,
        changes.join("；"),
        Good {
            data,
            unit,
            person: Some(known.id),
        },
    ))
}

fn or_none(text: &str) -> &str {
    if text.is_empty() { "（空）" } else { text }
}
