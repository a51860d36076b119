//! Tables and circulars.

use chengzhi_documents::model::*;

use super::{LONG_UNIT, date, texts};

/// The same table with one text in every place.
pub fn filled_table(mut table: TableReport, text: &str) -> TableReport {
    for column in &mut table.columns {
        column.title = text.to_owned();
    }
    for cell in table.rows.iter_mut().flatten().chain(&mut table.notes) {
        *cell = text.to_owned();
    }
    TableReport {
        title: text.to_owned(),
        subtitle: text.to_owned(),
        issuer: text.to_owned(),
        ..table
    }
}

pub fn circular() -> TableReport {
    let figures = [
        "友谊路街道",
        "吴淞街道",
        "大场镇",
        "罗店镇",
        "顾村镇",
        LONG_UNIT,
    ];
    TableReport {
        title: "关于2024年11月队列训练和科队学习完成情况的通报".to_owned(),
        subtitle: "（2024年第11期）".to_owned(),
        introduction: texts(&[
            "11月，全区22个单位应完成科队学习22次、队列训练44次，实际完成21次、42次。现将各单位完成情况通报如下。",
        ]),
        columns: vec![
            ReportColumn::fitting("序号", Align::Right),
            ReportColumn::sharing("单位", Align::Left, 3),
            ReportColumn::fitting("应训次数", Align::Right),
            ReportColumn::fitting("实训次数", Align::Right),
            ReportColumn::fitting("参训率（%）", Align::Right),
            ReportColumn::fitting("最近一次", Align::Center),
            ReportColumn::sharing("情况说明", Align::Left, 4),
        ],
        rows: figures
            .iter()
            .enumerate()
            .map(|(place, unit)| {
                vec![
                    (place + 1).to_string(),
                    (*unit).to_owned(),
                    "2".to_owned(),
                    if place == 3 { "1" } else { "2" }.to_owned(),
                    format!("{}.{}", 100 - place * 7, place),
                    "11月20日（周三）".to_owned(),
                    if place == 3 {
                        "因防汛值守推迟一次，已于12月3日补训，影像资料经复核通过。"
                    } else {
                        "按时完成。"
                    }
                    .to_owned(),
                ]
            })
            .collect(),
        notes: texts(&["参训率按考勤应到人数计算，公假人员不计入。"]),
        landscape: false,
        issuer: "上海市宝山区城市管理行政执法局".to_owned(),
        date: Some(date(12, 5)),
    }
}
