//! Documents with what they hold in real life, long names among it.
#![allow(dead_code, clippy::unwrap_used)]

use chengzhi_documents::model::*;
use chengzhi_kernel::{Date, Quantity, Timestamp};

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

/// A drawn portrait of 60 × 84 pixels.
pub const PHOTO: &[u8] = include_bytes!("portrait.png");

pub fn admission_ticket() -> AdmissionTicket {
    AdmissionTicket {
        exam: "2024年下半年上海市城市管理行政执法人员资格考试".to_owned(),
        name: "欧阳子轩".to_owned(),
        unit: LONG_UNIT.to_owned(),
        number: "310113202411000317".to_owned(),
        id_number: "310113********1234".to_owned(),
        photo: Some(PHOTO.to_vec()),
        room: "第03考场".to_owned(),
        address: "宝山区城市管理行政执法实训基地2号楼3层301教室（友谊路街道××路88号，地铁3号线宝杨路站2号口步行600米）".to_owned(),
        seat: "17".to_owned(),
        sessions: vec![
            TicketSession {
                subject: "公共法律知识".to_owned(),
                start: Timestamp::at(date(11, 20), 9, 0),
                end: Timestamp::at(date(11, 20), 10, 30),
            },
            TicketSession {
                subject: "城市管理执法实务（含案例分析）".to_owned(),
                start: Timestamp::at(date(11, 20), 13, 30),
                end: Timestamp::at(date(11, 20), 15, 30),
            },
        ],
        rules: texts(&[
            "考生凭准考证和本人有效身份证件（或行政执法证）进入考场，对号入座，证件放在桌面左上角备查。",
            "开考15分钟后不得入场，开考30分钟后方可交卷离场。",
            "手机、智能手表等电子设备须关闭并存放在指定位置，不得带入座位。",
            "答题须使用黑色字迹签字笔，在答题纸规定区域内作答。",
            "考试结束信号发出后，应当立即停止答题，待监考员收齐试卷、答题纸和草稿纸后方可离开。",
            "违反考场纪律的，依照考试违纪处理规定处理，并通报所在单位。",
        ]),
        issuer: "上海市城市管理行政执法局".to_owned(),
        code: "https://peixun.example.gov.cn/kz/310113202411000317".to_owned(),
    }
}

pub fn exam_paper(answers_on_paper: bool) -> ExamPaper {
    let question = |stem: &str, marks: i64, options: &[&str], lines: u8| PaperQuestion {
        stem: stem.to_owned(),
        marks: Quantity::whole(marks),
        options: texts(options),
        lines,
        parts: Vec::new(),
    };
    let single = [
        question(
            "根据《中华人民共和国行政处罚法》，违法行为在（　）内未被发现的，不再给予行政处罚；涉及公民生命健康安全、金融安全且有危害后果的除外。",
            2,
            &["一年", "二年", "三年", "五年"],
            0,
        ),
        question(
            "下列关于行政处罚简易程序适用条件的说法，正确的是：",
            2,
            &[
                "对公民处以五十元以下罚款",
                "对公民处以二百元以下罚款",
                "对法人处以五千元以下罚款",
                "对法人处以一万元以下罚款",
            ],
            0,
        ),
        question(
            "执法人员当场收缴罚款的，应当自收缴罚款之日起几日内，将罚款交至行政机关？",
            2,
            &["二日", "三日", "五日", "七日"],
            0,
        ),
        question(
            "行政机关在作出责令停产停业、吊销许可证件、较大数额罚款等行政处罚决定之前，对当事人要求听证的，应当：",
            2,
            &[
                "由办案人员自行决定是否组织听证，并在作出处罚决定后将理由告知当事人",
                "组织听证，且当事人不承担行政机关组织听证的费用",
                "要求当事人先行缴纳听证费用，听证结束后根据结果决定是否退还",
                "移送上级机关组织听证",
            ],
            0,
        ),
    ];
    let multiple = [
        question(
            "行政机关实施行政检查时，应当遵守的要求包括：",
            3,
            &[
                "两名以上执法人员",
                "出示执法证件",
                "可以不说明理由",
                "制作检查笔录",
            ],
            0,
        ),
        question(
            "城市管理执法人员可以依法采取的措施有：\n请选出全部正确选项。",
            3,
            &[
                "以勘验、拍照、录音、摄像等方式进行现场取证",
                "在现场设置警示标志",
                "询问案件当事人、证人等",
                "查阅、调取、复制有关文件资料等",
                "限制当事人人身自由",
            ],
            0,
        ),
    ];
    let judged = [
        question(
            "当事人拒不到场的，不影响行政强制措施的实施，由见证人和行政执法人员在现场笔录上签名或者盖章。",
            1,
            &[],
            0,
        ),
        question(
            "电子技术监控设备记录违法事实的，其设置地点不需要向社会公布。",
            1,
            &[],
            0,
        ),
    ];
    let mut case = question(
        "2024年3月5日，某区城管执法队在巡查中发现，甲公司在某路施工工地未按规定设置围挡，渣土运输车辆驶出工地时未冲洗，造成道路污染约120平方米。执法人员李某、王某出示证件后进行现场勘验、拍照，制作了现场检查笔录，甲公司现场负责人张某拒绝签字。3月8日，执法队以大队名义送达责令改正通知书。\n3月20日复查时，甲公司已设置围挡，但仍有车辆带泥上路。执法队拟处以罚款3万元，并告知陈述申辩权。甲公司提出听证申请，执法队认为罚款数额不大，未予答复，于4月2日作出处罚决定。",
        20,
        &[],
        0,
    );
    case.parts = vec![
        question("张某拒绝签字，执法人员应当如何处理？", 6, &[], 4),
        question("本案处罚程序存在哪些问题？请说明理由。", 8, &[], 6),
        question(
            "本案应当适用的裁量情节是：",
            6,
            &["从轻", "减轻", "从重", "不予处罚"],
            0,
        ),
    ];
    let section = |kind, instruction: &str, questions: Vec<PaperQuestion>| PaperSection {
        kind,
        instruction: instruction.to_owned(),
        questions,
    };
    ExamPaper {
        exam: "2024年下半年上海市城市管理行政执法人员资格考试".to_owned(),
        subject: "城市管理执法实务".to_owned(),
        form: "A卷".to_owned(),
        minutes: 120,
        instructions: texts(&[
            "答题前请将单位、姓名、准考证号填写在密封线以左的规定位置。",
            "用黑色字迹签字笔作答，字迹工整。",
            "考试结束后，试卷、答题纸、草稿纸一并上交。",
        ]),
        answers_on_paper,
        sections: vec![
            section(
                QuestionKind::Single,
                "每题只有一个正确答案，错选、不选不得分。",
                single.iter().cycle().take(20).cloned().collect(),
            ),
            section(
                QuestionKind::Multiple,
                "每题有两个或两个以上正确答案，多选、少选、错选均不得分。",
                multiple.iter().cycle().take(6).cloned().collect(),
            ),
            section(
                QuestionKind::TrueFalse,
                "",
                judged.iter().cycle().take(6).cloned().collect(),
            ),
            section(
                QuestionKind::FillIn,
                "",
                vec![
                    question("行政处罚应当遵循________、________的原则。", 2, &[], 0),
                    question(
                        "行政机关应当自行政处罚案件立案之日起________日内作出行政处罚决定。",
                        2,
                        &[],
                        0,
                    ),
                    question(
                        "行政强制的设定和实施，应当适当。采用________手段可以达到行政管理目的的，不得设定和实施行政强制。",
                        2,
                        &[],
                        0,
                    ),
                ],
            ),
            section(
                QuestionKind::ShortAnswer,
                "",
                vec![
                    question("简述行政执法三项制度的主要内容。", 5, &[], 5),
                    question("简述违法建筑强制拆除的程序。", 7, &[], 7),
                ],
            ),
            section(
                QuestionKind::Case,
                "请结合案情，依照有关法律规定作答。",
                vec![case],
            ),
        ],
    }
}

pub fn answer_sheet() -> AnswerSheet {
    AnswerSheet::of(&exam_paper(false))
}

pub fn score_list(rows: usize) -> ScoreList {
    let row = |place: usize| {
        let score =
            Quantity::from_thousandths(40_000 + (place as i64 * 7_919) % 60_000 / 500 * 500);
        let passed = score >= Quantity::whole(60);
        let absent = place % 17 == 16;
        ScoreRow {
            unit: UNITS[place % UNITS.len()].to_owned(),
            name: NAMES[place % NAMES.len()].to_owned(),
            number: format!("3101132024110{:05}", place + 1),
            scores: vec![
                (!absent).then_some(score),
                (!absent).then_some(Quantity::whole(100)),
            ],
            verdict: if absent {
                "缺考"
            } else if passed {
                "合格"
            } else {
                "不合格"
            }
            .to_owned(),
            note: if absent { "病假，已批准" } else { "" }.to_owned(),
        }
    };
    ScoreList {
        title: "2024年下半年上海市城市管理行政执法人员资格考试成绩单".to_owned(),
        subtitle: "宝山区城市管理行政执法局".to_owned(),
        subjects: texts(&["公共法律知识", "执法实务"]),
        rows: (0..rows).map(row).collect(),
        notes: texts(&[
            "合格分数线为60分（2024年11月18日市局公布）。",
            "对成绩有异议的，可以在公布之日起5个工作日内申请复核。",
        ]),
        issuer: "上海市宝山区城市管理行政执法局".to_owned(),
        date: date(11, 25),
    }
}

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
