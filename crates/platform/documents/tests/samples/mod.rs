//! Documents with what they hold in real life, long names among it. Who includes them takes what he needs.
#![allow(dead_code, unused_imports, clippy::unwrap_used)]

mod class;
mod exam;
mod report;

use chengzhi_kernel::{Date, Timestamp};

pub use class::*;
pub use exam::*;
pub use report::*;

/// A class with a name of fifty characters.
pub const LONG_CLASS: &str = "上海市宝山区城市管理行政执法系统2024年度执法人员综合能力提升暨新修订法律法规专题集中培训班第十二期";
/// A unit that no column is wide enough for.
pub const LONG_UNIT: &str =
    "上海市宝山区城市管理行政执法局执法大队机动中队（违法建筑治理和历史建筑保护专项工作专班）";

pub fn date(month: u32, day: u32) -> Date {
    Date::from_ymd_opt(2024, month, day).unwrap()
}

pub fn made_at() -> Timestamp {
    Timestamp::at(date(11, 25), 9, 30)
}

fn texts(all: &[&str]) -> Vec<String> {
    all.iter().map(|&text| text.to_owned()).collect()
}

const NAMES: [&str; 12] = [
    "王建国",
    "李红",
    "欧阳子轩",
    "张伟",
    "刘洋",
    "陈静怡",
    "杨帆",
    "赵磊",
    "黄晓燕",
    "周杰",
    "阿卜杜热合曼·买买提",
    "吴敏",
];
const UNITS: [&str; 6] = [
    "友谊路街道综合行政执法队",
    "吴淞街道综合行政执法队",
    "大场镇综合行政执法队二中队",
    LONG_UNIT,
    "罗店镇综合行政执法队",
    "区局执法大队",
];
