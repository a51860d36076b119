//! Papers of an exam: tickets, the paper itself, its answer sheet, the list of scores.

use chengzhi_documents::model::*;
use chengzhi_kernel::{Quantity, Timestamp};

use super::{LONG_UNIT, NAMES, UNITS, date, texts};

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
        kind: None,
        stem: stem.to_owned(),
        marks: Quantity::whole(marks),
        options: texts(options),
        pictures: Vec::new(),
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
