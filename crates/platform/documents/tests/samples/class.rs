//! Papers of a training class: its notice, timetable, attendance, certificates.

use chengzhi_documents::model::*;
use chengzhi_kernel::{Quantity, Timestamp};

use super::{LONG_CLASS, NAMES, UNITS, date, texts};

pub fn class_notice() -> ClassNotice {
    let fact = |heading: &str, text: &str| NoticeFact {
        heading: heading.to_owned(),
        text: text.to_owned(),
    };
    ClassNotice {
        title: "关于举办2024年度城市管理行政执法人员第三期集中封闭培训班的通知".to_owned(),
        number: "宝城管执培〔2024〕12号".to_owned(),
        addressees: "各街镇（园区）综合行政执法队，局机关各科室、执法大队各中队".to_owned(),
        paragraphs: texts(&[
            "为贯彻落实年度教育培训计划，进一步提升执法人员依法履职能力，规范行政检查和行政处罚程序，经研究，决定举办2024年度城市管理行政执法人员第三期集中封闭培训班。现将有关事项通知如下。",
            "本期培训计24学时，完成全部课程并经考核合格的，记12学分，计入本人年度学时学分台账。",
        ]),
        facts: vec![
            fact(
                "培训对象",
                "各街镇综合行政执法队在编在岗执法人员，名额分配见附件1。已参加第一期、第二期培训的人员不再参加。",
            ),
            fact(
                "培训时间",
                "2024年11月20日（周三）至11月22日（周五），共3天。11月20日（周三）08:30前报到。",
            ),
            fact(
                "培训地点",
                "宝山区城市管理行政执法实训基地（友谊路街道××路88号）2号楼报告厅。",
            ),
            fact(
                "培训要求",
                "请各单位于11月13日（周三）前将参训人员名单报送局法制科（教育培训）。\n参训人员须着制式服装，遵守考勤规定，因公、因病不能参加的，应当事先履行请假手续。\n培训期间实行封闭管理，除急诊外不得外出住宿。",
            ),
            fact("联系方式", "联系人：局法制科 王老师；电话：021-5555 0123。"),
        ],
        closing: "特此通知。".to_owned(),
        enclosures: texts(&[
            "2024年度第三期集中封闭培训班名额分配表",
            "2024年度第三期集中封闭培训班课程安排表（含授课教师、教室及分组讨论安排）",
        ]),
        issuer: "上海市宝山区城市管理行政执法局".to_owned(),
        date: date(11, 6),
    }
}

pub fn timetable() -> Timetable {
    let lesson = |period, periods, course: &str, instructor: &str, room: &str| Lesson {
        period,
        periods,
        course: course.to_owned(),
        instructor: instructor.to_owned(),
        room: room.to_owned(),
    };
    let period = |name: &str, time: &str| Period {
        name: name.to_owned(),
        time: time.to_owned(),
    };
    let first = vec![
        lesson(0, 1, "开班仪式", "局分管领导", "2号楼报告厅"),
        lesson(
            1,
            1,
            "习近平法治思想与城市管理执法实践",
            "李明德",
            "2号楼报告厅",
        ),
        lesson(
            2,
            2,
            "《行政处罚法》重点条文与执法程序规定",
            "陈立新（市局政策法规处）",
            "2号楼报告厅",
        ),
        lesson(4, 1, "分组讨论", "各组组长", "2号楼201–206教室"),
    ];
    let second = vec![
        lesson(0, 2, "执法文书制作与案卷评查", "周雅琴", "2号楼报告厅"),
        lesson(2, 1, "队列训练", "武警教官", "训练场"),
        lesson(
            3,
            1,
            "执法记录仪使用规范及现场取证要点：以占道经营、违法搭建、渣土运输三类案件为例",
            "赵一鸣、钱晓东",
            "1号楼302模拟法庭",
        ),
        lesson(4, 1, "自习", "", ""),
    ];
    let third = vec![
        lesson(0, 1, "非现场执法", "孙佳", "2号楼报告厅"),
        lesson(1, 1, "体能测试", "", "训练场"),
        lesson(2, 1, "结业考试", "局法制科", "2号楼报告厅"),
    ];
    let day = |day, lessons: &Vec<Lesson>| TimetableDay {
        date: date(11, day),
        lessons: lessons.clone(),
    };
    Timetable {
        class: LONG_CLASS.to_owned(),
        issuer: "上海市宝山区城市管理行政执法局".to_owned(),
        periods: vec![
            period("上午第一节", "08:30–10:00"),
            period("上午第二节", "10:15–11:45"),
            period("下午第一节", "13:30–15:00"),
            period("下午第二节", "15:15–16:45"),
            period("晚间", "18:30–20:00"),
        ],
        days: vec![
            day(18, &first),
            day(19, &second),
            day(20, &first),
            day(21, &second),
            day(22, &third),
            day(25, &second),
            day(26, &third),
        ],
        notes: texts(&[
            "课程如有调整，以班主任通知和日历订阅为准。",
            "每节课前15分钟开放扫码签到，课后10分钟内签退。",
        ]),
        made_on: date(11, 6),
    }
}

pub fn attendance_sheet(rows: usize) -> AttendanceSheet {
    let start = Timestamp::at(date(11, 20), 8, 30);
    let row = |place: usize| AttendanceRow {
        unit: UNITS[place % UNITS.len()].to_owned(),
        name: NAMES[place % NAMES.len()].to_owned(),
        signed_in: (place % 9 != 8).then(|| start.plus_minutes(place as i64 % 31 - 20)),
        signed_out: (place % 9 != 8).then(|| start.plus_minutes(185 + place as i64 % 7)),
        status: match place % 9 {
            8 => "请假",
            _ if place % 31 > 20 => "迟到",
            _ => "正常",
        }
        .to_owned(),
        note: match place % 9 {
            8 => "事假，已批准",
            3 => "手机没电，班主任补录",
            _ => "",
        }
        .to_owned(),
    };
    AttendanceSheet {
        class: LONG_CLASS.to_owned(),
        session: "《行政处罚法》重点条文与执法程序规定（陈立新）".to_owned(),
        start,
        end: start.plus_minutes(195),
        place: "2号楼报告厅".to_owned(),
        teacher: "沈老师".to_owned(),
        counts: format!(
            "应到 {rows} 人，实到 {} 人，请假 {} 人",
            rows - rows / 9,
            rows / 9
        ),
        rows: (0..rows).map(row).collect(),
    }
}

pub fn certificate() -> Certificate {
    Certificate {
        name: "陈静怡".to_owned(),
        class: "2024年度城市管理行政执法人员第三期集中封闭培训班".to_owned(),
        from: date(11, 20),
        to: date(11, 22),
        hours: Quantity::whole(24),
        credits: Some(Quantity::whole(12)),
        number: "沪城管执培证〔2024〕第000123号".to_owned(),
        issuer: "上海市宝山区城市管理行政执法局".to_owned(),
        date: date(11, 25),
        check_url: "https://peixun.example.gov.cn/zs/9f2c1a7be04d".to_owned(),
    }
}

pub fn long_certificate() -> Certificate {
    Certificate {
        name: "阿卜杜热合曼·买买提".to_owned(),
        class: LONG_CLASS.to_owned(),
        hours: Quantity::from_thousandths(23_500),
        credits: None,
        issuer: format!(
            "{}城市管理行政执法培训中心",
            "上海市宝山区城市管理行政执法局"
        ),
        ..certificate()
    }
}
