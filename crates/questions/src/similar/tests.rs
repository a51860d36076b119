use super::*;

/// A stem and its options.
type Asked = (&'static str, &'static [&'static str]);

fn alike(a: Asked, b: Asked) -> Likeness {
    likeness(&Print::of(a.0, a.1), &Print::of(b.0, b.1))
}

const DAYS: [&str; 4] = ["三日", "五日", "七日", "十日"];

/// Pairs that an editor would call the same question.
const SAME: [(Asked, Asked); 9] = [
    (
        (
            "当场处罚对公民罚款的上限是（　）。",
            &["50元", "100元", "200元", "500元"],
        ),
        (
            "当场处罚对公民罚款的上限是( )",
            &["500元", "２００元", "100 元", "50元"],
        ),
    ),
    (
        ("当事人要求听证，应当在行政机关告知后几日内提出？", &DAYS),
        ("当事人要求听证的，应在行政机关告知后多少日内提出", &DAYS),
    ),
    (
        ("举行听证的七日前，应当通知当事人", &[]),
        ("应当在举行听证的七日前通知当事人及有关人员", &[]),
    ),
    (
        (
            "下列属于行政处罚种类的有",
            &["通报批评", "降低资质等级", "限制从业", "责令改正"],
        ),
        (
            "以下哪些属于行政处罚的种类？",
            &["限制从业", "通报批评", "责令改正", "降低资质等级"],
        ),
    ),
    (
        ("不得因当事人陈述、申辩而给予更重的处罚。", &[]),
        ("行政机关不得因当事人陈述、申辩而给予更重的处罚", &[]),
    ),
    (
        ("先行登记保存的证据，应当在几日内作出处理决定", &DAYS),
        (
            "对先行登记保存的证据，行政机关应在几日内及时作出处理决定？",
            &DAYS,
        ),
    ),
    (
        ("根据《行政处罚法》，加处罚款的数额可以超出罚款数额。", &[]),
        ("加处罚款的数额可以超过罚款数额", &[]),
    ),
    (
        (
            "下列说法正确的是",
            &["甲说法成立", "乙说法成立", "丙说法成立"],
        ),
        (
            "以下说法正确的是（　）",
            &["丙说法成立", "甲说法成立", "乙说法成立"],
        ),
    ),
    (
        ("简述行政处罚听证程序的适用范围。", &[]),
        ("请简述行政处罚中听证程序的适用范围", &[]),
    ),
];

/// Pairs on one topic that ask different things.
const DIFFERENT: [(Asked, Asked); 10] = [
    (
        (
            "当场处罚对公民罚款的上限是",
            &["50元", "100元", "200元", "500元"],
        ),
        (
            "当场处罚对法人或者其他组织罚款的上限是",
            &["1000元", "3000元", "5000元", "10000元"],
        ),
    ),
    (
        ("当事人要求听证应在告知后多久提出", &DAYS),
        (
            "举行听证几日前通知当事人",
            &["三日", "五日", "七日", "十五日"],
        ),
    ),
    (
        ("先行登记保存后应在几日内作出处理决定", &DAYS),
        ("公开的处罚决定被撤销后几日内撤回信息并说明理由", &DAYS),
    ),
    (
        (
            "下列说法正确的是",
            &["听证应当公开举行", "听证由调查人员主持"],
        ),
        (
            "下列说法正确的是",
            &["罚款可以当场收缴", "罚款应当上缴国库"],
        ),
    ),
    (
        (
            "应当从轻或减轻行政处罚的情形有",
            &["主动消除危害后果", "受他人胁迫"],
        ),
        (
            "不予行政处罚的情形有",
            &["违法行为轻微并及时改正", "没有主观过错"],
        ),
    ),
    (
        ("决定前须法制审核的", &["涉及重大公共利益", "疑难复杂"]),
        ("应当告知听证权的", &["较大数额罚款", "吊销许可证件"]),
    ),
    (("简述听证程序", &[]), ("简述简易程序", &[])),
    (
        ("违法行为在二年内未被发现的，不再给予行政处罚", &[]),
        ("初次违法且危害后果轻微并及时改正的，可以不予行政处罚", &[]),
    ),
    (
        (
            "根据《上海市市容环境卫生管理条例》，对个人罚款的上限是",
            &["一百元", "二百元"],
        ),
        (
            "根据《上海市绿化条例》，对个人罚款的上限是",
            &["五百元", "一千元"],
        ),
    ),
    (
        ("九十日办案期限自何时起算", &["发现线索", "立案之日"]),
        ("行政复议申请期限自何时起算", &["知道之日", "作出之日"]),
    ),
];

#[test]
fn the_same_question_in_other_words_is_found() {
    for (a, b) in SAME {
        let found = alike(a, b);
        assert!(found.is_alike(), "{} / {}: {found:?}", a.0, b.0);
        assert!(
            Print::of(a.0, a.1)
                .signature()
                .may_match(Print::of(b.0, b.1).signature())
        );
    }
}

#[test]
fn another_question_on_the_topic_is_not() {
    for (a, b) in DIFFERENT {
        let found = alike(a, b);
        assert!(!found.is_alike(), "{} / {}: {found:?}", a.0, b.0);
    }
}

#[test]
fn the_index_says_what_the_comparison_says() {
    let pairs: Vec<_> = SAME.iter().chain(&DIFFERENT).collect();
    let mut index = Index::new();
    for (id, (a, _)) in (0..).zip(&pairs) {
        index.add(id, &Print::of(a.0, a.1));
    }
    assert_eq!((index.len(), index.is_empty()), (pairs.len(), false));
    for (_, b) in &pairs {
        let print = Print::of(b.0, b.1);
        let mut want: Vec<i64> = (0..)
            .zip(&pairs)
            .filter(|(_, (a, _))| similar(&Print::of(a.0, a.1), &print))
            .map(|(id, _)| id)
            .collect();
        let mut got: Vec<i64> = index
            .near(&print, 100)
            .into_iter()
            .map(|near| near.id)
            .collect();
        want.sort_unstable();
        got.sort_unstable();
        assert_eq!(got, want, "{}", b.0);
    }
    assert_eq!(index.near(&Print::of(SAME[0].1.0, SAME[0].1.1), 1)[0].id, 0);
    assert!(
        index
            .near(&Print::of("完全无关的菜谱怎么做", &[""; 0]), 10)
            .is_empty()
    );
}

#[test]
fn a_stem_without_its_options_is_enough() {
    let (a, _) = SAME[1];
    assert!(similar(&Print::of(a.0, a.1), &Print::of(a.0, &[""; 0])));
}

#[test]
fn signatures_are_stored_and_stay_the_same() {
    let signature = Print::of("当场处罚对公民罚款的上限是", &[""; 0]).signature();
    assert_eq!(Signature::from_bytes(signature.to_bytes()), signature);
    // What is stored in a database must be found again by a later version.
    assert_eq!(hash("罚款".chars()), 7_693_642_453_346_792_644);
}
