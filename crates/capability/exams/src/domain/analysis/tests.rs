//! Expected numbers come from an independent program (numpy) and, where small enough, from hand.

use proptest::prelude::*;

use super::*;

fn sheet(question: i64, full: i64) -> Sheet {
    Sheet {
        question: QuestionId(question),
        full: Marks(full),
        options: Vec::new(),
        right: BTreeSet::new(),
    }
}

fn table(rows: &[&[i64]]) -> Vec<Replies> {
    rows.iter()
        .map(|row| {
            let replies = row.iter().enumerate().map(|(at, got)| {
                let reply = Reply {
                    got: Marks(*got),
                    ..Reply::default()
                };
                (QuestionId(at as i64), reply)
            });
            replies.collect()
        })
        .collect()
}

/// Ten candidates, five questions of one mark.
const RIGHT_WRONG: [[i64; 5]; 10] = [
    [1, 1, 1, 1, 1],
    [1, 1, 1, 1, 0],
    [1, 1, 1, 0, 1],
    [1, 1, 0, 1, 0],
    [1, 0, 1, 0, 0],
    [1, 1, 0, 0, 0],
    [0, 1, 0, 0, 0],
    [1, 0, 0, 0, 1],
    [0, 0, 0, 0, 0],
    [1, 1, 1, 1, 0],
];

fn right_wrong() -> (Vec<Sheet>, Vec<Replies>) {
    let paper = (0..5).map(|q| sheet(q, 100)).collect();
    let rows: Vec<Vec<i64>> = RIGHT_WRONG
        .iter()
        .map(|row| row.iter().map(|x| x * 100).collect())
        .collect();
    let rows: Vec<&[i64]> = rows.iter().map(Vec::as_slice).collect();
    (paper, table(&rows))
}

#[test]
fn right_wrong_questions_by_numpy() {
    let (paper, sitters) = right_wrong();
    let figures: Vec<_> = analyse(&paper, &sitters)
        .iter()
        .map(|item| (item.difficulty, item.discrimination, item.upper_lower))
        .collect();
    assert_eq!(
        figures,
        [
            (800, Some(573), 667),
            (700, Some(345), 667),
            (500, Some(514), 1000),
            (400, Some(481), 667),
            (300, Some(129), 333),
        ]
    );
}

/// By hand: Σpq = .16 + .21 + .25 + .24 + .21 = 1.07, variance of totals 2.21,
/// KR-20 = 5/4 · (1 − 1.07/2.21) = .6448; √2.21 = 1.487; 1.487 · √(1 − .6448) = .886.
#[test]
fn kr20_by_hand() {
    let (paper, sitters) = right_wrong();
    let made = reliability(&paper, &sitters).unwrap();
    assert_eq!((made.kr20, made.alpha), (Some(645), Some(645)));
    assert_eq!(
        (made.mean, made.deviation, made.error),
        (270, 149, Some(89))
    );
    assert!(made.text.contains("仅10人作答，不足30人"), "{}", made.text);
    assert!(made.text.contains("信度偏低"), "{}", made.text);
}

#[test]
fn questions_of_several_marks_by_numpy() {
    let paper = [sheet(0, 500), sheet(1, 200), sheet(2, 100)];
    let sitters = table(&[
        &[500, 180, 90],
        &[400, 200, 100],
        &[250, 150, 40],
        &[300, 60, 80],
        &[100, 120, 0],
        &[0, 100, 20],
        &[450, 90, 70],
    ]);
    let figures: Vec<_> = analyse(&paper, &sitters)
        .iter()
        .map(|item| (item.difficulty, item.discrimination, item.upper_lower))
        .collect();
    assert_eq!(
        figures,
        [
            (571, Some(712), 800),
            (643, Some(375), 400),
            (571, Some(850), 850),
        ]
    );
    let made = reliability(&paper, &sitters).unwrap();
    assert_eq!((made.alpha, made.kr20), (Some(523), None));
    assert_eq!(
        (made.mean, made.deviation, made.error),
        (471, 223, Some(154))
    );
}

#[test]
fn what_does_not_vary_has_no_coefficient() {
    let paper = [sheet(0, 100), sheet(1, 100)];
    let sitters = table(&[&[100, 0], &[100, 100]]);
    let items = analyse(&paper, &sitters);
    assert_eq!(items[0].discrimination, None);
    assert_eq!(items[0].difficulty, 1000);
    assert_eq!(items[0].flags, [Flag::TooEasy]);
    let same = table(&[&[100, 0], &[0, 100]]);
    assert_eq!(reliability(&paper, &same).unwrap().alpha, None);
    assert_eq!(reliability(&paper[..1], &sitters).unwrap().alpha, None);
    assert_eq!(reliability(&paper, &[]), None);
    assert_eq!(analyse(&paper, &[]), []);
}

/// Twenty candidates; a second question of 10 marks ranks them. Question 0: what the upper, middle
/// and lower candidates choose.
fn choices(upper: &str, middle: &str, lower: &str) -> Item {
    let paper = [
        Sheet {
            options: vec!['A', 'B', 'C', 'D'],
            right: ['A'].into(),
            ..sheet(0, 100)
        },
        sheet(1, 5000),
    ];
    let letters: Vec<char> = upper
        .chars()
        .chain(middle.chars())
        .chain(lower.chars())
        .collect();
    let sitters: Vec<Replies> = letters
        .iter()
        .enumerate()
        .map(|(at, letter)| {
            let first = Reply {
                got: Marks(if *letter == 'A' { 100 } else { 0 }),
                chosen: [*letter].into(),
                seconds: Some(10 + at as u32),
            };
            let second = Reply {
                got: Marks(5000 - 200 * at as i64),
                ..Reply::default()
            };
            let mut replies = Replies::from([(QuestionId(1), second)]);
            if *letter != '-' {
                replies.insert(QuestionId(0), first);
            }
            replies
        })
        .collect();
    analyse(&paper, &sitters).swap_remove(0)
}

#[test]
fn options_are_counted_by_group() {
    // 27 % of 20 is 6.
    let item = choices("AAAAAB", "AABBCCDA", "BCD-CD");
    let rows: Vec<(char, bool, u32, u32, u32)> = item
        .options
        .iter()
        .map(|o| (o.letter, o.right, o.count, o.upper, o.lower))
        .collect();
    assert_eq!(
        rows,
        [
            ('A', true, 8, 5, 0),
            ('B', false, 4, 1, 1),
            ('C', false, 4, 0, 2),
            ('D', false, 3, 0, 2),
        ]
    );
    assert_eq!((item.blank, item.candidates), (1, 20));
    // Seconds 10 to 29 without the 27 of the blank: the tenth of nineteen.
    assert_eq!(item.median_seconds, Some(19));
    assert_eq!(item.flags, []);
    assert_eq!(item.text, "");
}

#[test]
fn weak_questions_are_flagged() {
    for (upper, middle, lower, want) in [
        // A wrong key: the able choose B.
        (
            "BBBBBB",
            "BBCDACDA",
            "AAACDA",
            &[Flag::Negative, Flag::Misleading][..],
        ),
        // Nobody chooses D.
        ("AAAAAB", "AABBCCCA", "BCCBCC", &[Flag::IdleOption]),
        // Nearly all right: idle options are no wonder.
        ("AAAAAA", "AAAAAAAA", "AAAAAA", &[Flag::TooEasy]),
        // Nobody knows.
        ("ABCDBC", "BCDBCDBC", "DBCDBC", &[Flag::TooHard]),
    ] {
        let item = choices(upper, middle, lower);
        assert_eq!(item.flags, want, "{upper} {middle} {lower}: {item:?}");
    }
    let text = choices("BBBBBB", "BBCDACDA", "AAACDA").text;
    assert!(text.starts_with("高分者反而答错，请先核对答案"), "{text}");
}

#[test]
fn few_candidates_are_said() {
    assert!(caution(29).unwrap().contains("29人"));
    assert_eq!(caution(30), None);
}

proptest! {
    #[test]
    fn figures_keep_their_ranges(
        rows in prop::collection::vec(prop::collection::vec(0i64..=100, 4), 1..40),
    ) {
        let paper: Vec<Sheet> = (0..4).map(|q| sheet(q, 100)).collect();
        let rows: Vec<&[i64]> = rows.iter().map(Vec::as_slice).collect();
        let sitters = table(&rows);
        for item in analyse(&paper, &sitters) {
            prop_assert!((0..=1000).contains(&item.difficulty));
            prop_assert!((-1000..=1000).contains(&item.upper_lower));
            prop_assert!(item.discrimination.is_none_or(|d| (-1000..=1000).contains(&d)));
        }
        let made = reliability(&paper, &sitters).unwrap();
        prop_assert!(made.alpha.is_none_or(|alpha| alpha <= 1000));
        prop_assert!(made.error.is_none_or(|error| (0..=made.deviation).contains(&error)));
    }
}
