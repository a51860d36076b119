//! Marking by hand, publication, paper marks, papers that cannot be built.

use chengzhi_http::{Paging, Upload};
use chengzhi_testkit::{TestDb, both_engines};

use crate::domain::Marks;
use crate::tests::office::{Office, at, blueprint, code, nobody, staff_no};
use crate::usecase::imports;
use crate::usecase::marking::{self, collect};
use crate::usecase::marks::{self, MarkInput};
use crate::usecase::moderation::{self, MarkedFilter};
use crate::usecase::papers::{build, view};
use crate::usecase::publish::publish;
use crate::usecase::seal_session::seal;
use crate::usecase::sessions::set_pass_mark;

/// 队员1 and 2 sat with a text; collected.
async fn collected(office: &Office) -> i64 {
    let id = office.sealed(5).await;
    office.at(at(5, 16, 9, 0));
    office.sit(id, 1, 3, Some("应当先行催告。")).await;
    office.sit(id, 2, 2, Some("组织听证。")).await;
    office.at(at(5, 16, 11, 1));
    let version = office.version(id).await;
    collect(&office.ctx("city").await, id, version)
        .await
        .unwrap();
    id
}

async fn give(
    office: &Office,
    id: i64,
    who: &str,
    at: (i64, i64),
    marks: i64,
) -> Result<String, chengzhi_http::Problem> {
    let input = MarkInput {
        attempt: at.0,
        question: at.1,
        marks,
        decides: false,
        note: String::new(),
    };
    marks::give(&office.ctx(who).await, id, input).await
}

both_engines!(
    two_markers_agree_a_third_settles_and_the_chief_decides_the_rest,
    |t: TestDb| async move {
        let office = Office::open(t).await;
        let id = collected(&office).await;
        let queue = marking::queue(&office.ctx("p52").await, id).await.unwrap();
        assert_eq!(queue.waiting, 2);
        let one = (queue.answers[0].attempt, queue.answers[0].question);
        let two = (queue.answers[1].attempt, queue.answers[1].question);
        assert!(queue.answers[0].given.is_empty() && !queue.answers[0].model.is_empty());
        // The limit is a fifth of twenty marks: four.
        assert_eq!(give(&office, id, "p52", one, 1000).await.unwrap(), "待二评");
        assert_eq!(
            code(give(&office, id, "p52", one, 1000).await),
            "exams.marker_twice"
        );
        assert_eq!(
            code(give(&office, id, "p53", one, 2001).await),
            "invalid.field"
        );
        assert_eq!(code(give(&office, id, "p55", one, 1000).await), "not_found");
        assert_eq!(give(&office, id, "p53", one, 1400).await.unwrap(), "已定分");
        assert_eq!(
            code(give(&office, id, "p54", one, 1400).await),
            "exams.marking_state"
        );
        give(&office, id, "p52", two, 0).await.unwrap();
        assert_eq!(give(&office, id, "p53", two, 1000).await.unwrap(), "待三评");
        assert_eq!(give(&office, id, "p54", two, 2000).await.unwrap(), "待仲裁");
        let chief = marking::queue(&office.ctx("p51").await, id).await.unwrap();
        assert_eq!(chief.answers[0].given, [0, 1000, 2000]);
        assert_eq!(office.mark_all(id, "p51", 300).await, 1);
        let seen = marking::overview(&office.ctx("city").await, id)
            .await
            .unwrap();
        assert_eq!((seen.answers, seen.decided, seen.marked), (2, 2, 2));
        // What is decided can be sent back, with a reason.
        let city = office.ctx("city").await;
        let answer = moderation::reopen(&city, id, one.1, Some(one.0), " ").await;
        assert_eq!(code(answer), "invalid.field");
        moderation::reopen(&city, id, one.1, Some(one.0), "抽查发现漏评要点")
            .await
            .unwrap();
        assert_eq!(give(&office, id, "p52", one, 1600).await.unwrap(), "待二评");
    }
);

both_engines!(
    an_own_mark_is_mended_and_the_holder_sees_what_everybody_gave,
    |t: TestDb| async move {
        let office = Office::open(t).await;
        let id = collected(&office).await;
        let marker = office.ctx("p52").await;
        let queue = marking::queue(&marker, id).await.unwrap();
        assert!(queue.own.is_empty());
        let one = (queue.answers[0].attempt, queue.answers[0].question);
        give(&office, id, "p52", one, 200).await.unwrap();
        let own = marking::queue(&marker, id).await.unwrap().own;
        assert_eq!((own.len(), own[0].marks, own[0].may_mend), (1, 200, true));
        // Nobody mends what he has not given.
        let other = office.ctx("p53").await;
        assert_eq!(
            code(marks::mend(&other, id, one, 2000).await),
            "exams.marking_state"
        );
        assert_eq!(
            code(marks::mend(&marker, id, one, 2001).await),
            "invalid.field"
        );
        marks::mend(&marker, id, one, 2000).await.unwrap();
        assert_eq!(give(&office, id, "p53", one, 2000).await.unwrap(), "已定分");
        assert_eq!(
            code(marks::mend(&marker, id, one, 200).await),
            "exams.marking_state"
        );
        let own = marking::queue(&marker, id).await.unwrap().own;
        assert_eq!((own[0].marks, own[0].may_mend), (2000, false));
        let list = async |who: &str| {
            let paging = Paging {
                page: None,
                size: None,
            };
            let filter = MarkedFilter::default();
            moderation::marked(&office.ctx(who).await, id, &filter, paging).await
        };
        assert_eq!(
            code(list("p52").await),
            "not_found",
            "markers do not see what others gave"
        );
        let seen = list("city").await.unwrap();
        assert_eq!((seen.total, seen.rows[0].decided), (1, Some(2000)));
        assert_eq!(seen.rows[0].given, [2000, 2000]);
        assert!(seen.rows[0].may_reopen);
        let city = office.ctx("city").await;
        moderation::reopen(&city, id, one.1, Some(one.0), "抽查发现误评")
            .await
            .unwrap();
        assert_eq!(list("city").await.unwrap().total, 0);
    }
);

both_engines!(two_markers_at_once_both_count, |t: TestDb| async move {
    let office = std::sync::Arc::new(Office::open(t).await);
    let id = collected(&office).await;
    let queue = marking::queue(&office.ctx("p52").await, id).await.unwrap();
    let one = (queue.answers[0].attempt, queue.answers[0].question);
    let both: Vec<_> = ["p52", "p53"]
        .into_iter()
        .map(|who| {
            let office = office.clone();
            tokio::spawn(async move { give(&office, id, who, one, 1200).await })
        })
        .collect();
    let mut states = Vec::new();
    for one in both {
        states.push(one.await.unwrap().unwrap());
    }
    states.sort();
    assert_eq!(states, ["已定分", "待二评"]);
});

both_engines!(
    nothing_is_published_before_everything_is_marked_and_the_pass_mark_is_set,
    |t: TestDb| async move {
        let office = Office::open(t).await;
        let id = office.sealed(5).await;
        office.at(at(5, 16, 9, 0));
        office.sit(id, 1, 4, Some("应当先行催告。")).await;
        let city = office.ctx("city").await;
        let version = office.version(id).await;
        assert_eq!(code(collect(&city, id, version).await), "exams.not_over");
        assert_eq!(
            code(publish(&city, &nobody(), id, version).await),
            "exams.session_state"
        );
        office.at(at(5, 16, 11, 1));
        let city = office.ctx("city").await;
        collect(&city, id, version).await.unwrap();
        let version = office.version(id).await;
        assert_eq!(
            code(publish(&city, &nobody(), id, version).await),
            "exams.no_pass_mark"
        );
        let above = set_pass_mark(&city, id, version, Marks::whole(101)).await;
        assert_eq!(code(above), "invalid.field");
        let nothing = set_pass_mark(&city, id, version, Marks::ZERO).await;
        assert_eq!(code(nothing), "invalid.field", "everybody would pass");
        set_pass_mark(&city, id, version, Marks::whole(60))
            .await
            .unwrap();
        assert_eq!(
            code(publish(&city, &nobody(), id, version).await),
            "conflict.version"
        );
        let version = office.version(id).await;
        assert_eq!(
            code(publish(&city, &nobody(), id, version).await),
            "exams.being_marked"
        );
        for who in ["p52", "p53"] {
            office.mark_all(id, who, 500).await;
        }
        publish(&city, &nobody(), id, version).await.unwrap();
        let version = office.version(id).await;
        assert_eq!(
            code(publish(&city, &nobody(), id, version).await),
            "exams.session_state"
        );
        let late = set_pass_mark(&city, id, version, Marks::whole(50)).await;
        assert_eq!(code(late), "exams.session_state");
        assert_eq!(
            office.outcomes(id).await["队员1"],
            ("passed".to_owned(), Some(90))
        );
    }
);

both_engines!(
    a_blueprint_that_cannot_be_met_names_its_conflict_and_a_way_out,
    |t: TestDb| async move {
        let office = Office::open(t).await;
        let id = office.session(5).await;
        let city = office.ctx("city").await;
        let mut plan = blueprint();
        plan.sections[0].count = 11;
        plan.total = None;
        let made = build(&city, id, office.version(id).await, plan, 1)
            .await
            .unwrap();
        assert!(
            !made.built && !made.conflict.is_empty() && !made.ways_out.is_empty(),
            "{made:?}"
        );
        assert!(made.text.contains("10"), "{}", made.text);
        let mut wrong = blueprint();
        wrong.sections.clear();
        let answer = build(&city, id, office.version(id).await, wrong, 1).await;
        assert_eq!(code(answer), "exams.blueprint");
        let many = build(&city, id, office.version(id).await, blueprint(), 11).await;
        assert_eq!(code(many), "exams.forms");
        // The unmet blueprint is kept, papers are not there.
        let papers = view(&city, id).await.unwrap();
        assert!(papers.blueprint.is_some() && papers.forms.is_empty());
    }
);

both_engines!(
    parallel_forms_share_what_they_must_and_sealing_asks_for_everything,
    |t: TestDb| async move {
        let office = Office::open(t).await;
        let id = office.session(5).await;
        office.draw(id).await;
        let city = office.ctx("city").await;
        let missing = seal(&city, id, office.version(id).await).await.unwrap_err();
        assert_eq!(missing.code(), "exams.not_ready");
        for part in ["待审核", "已编排", "组卷"] {
            assert!(missing.detail().contains(part), "{}", missing.detail());
        }
        office.confirm_all(id).await;
        office.arrange(id).await;
        let papers = view(&city, id).await.unwrap();
        assert_eq!(
            (papers.forms.len(), papers.repeats, papers.pairs[0].shared),
            (2, 0, 0)
        );
        assert!(
            papers
                .forms
                .iter()
                .all(|form| form.marks == 10_000 && form.questions.len() == 5)
        );
        assert_eq!(papers.forms[0].questions[0].key, "A");
        // Sealed once and for all; the bank knows of the use.
        let again = seal(&city, id, office.version(id).await).await;
        assert_eq!(code(again), "exams.session_state");
        let change = build(&city, id, office.version(id).await, blueprint(), 1).await;
        assert_eq!(code(change), "exams.session_state");
        let next = office.session(10).await;
        let mut plan = blueprint();
        plan.exposure.max_uses = Some(0);
        let made = build(&city, next, office.version(next).await, plan, 1)
            .await
            .unwrap();
        assert!(!made.built, "eight of ten questions were used: {made:?}");
    }
);

both_engines!(
    marks_of_a_paper_exam_come_with_a_verdict_per_row,
    |t: TestDb| async move {
        let office = Office::open(t).await;
        let id = collected(&office).await;
        let city = office.ctx("city").await;
        let rows = [
            format!("{},队员3,75.5", staff_no(3)),
            format!("{},队员4,101", staff_no(4)),
            format!("{},张三,60", staff_no(31)),
            format!("{},队员1,90", staff_no(1)),
            format!("{},队员32,缺考", staff_no(32)),
            "9999999,无名,60".to_owned(),
            format!("{},队员3,75.5", staff_no(3)),
        ];
        let text = format!("工号,姓名,成绩\n{}\n", rows.join("\n"));
        let upload = Upload {
            file_name: "成绩.csv".to_owned(),
            bytes: text.into_bytes().into(),
        };
        let read = imports::dry_run(&city, id, upload).await.unwrap();
        let told: Vec<(u32, &str)> = read
            .rows
            .iter()
            .map(|row| (row.line, row.verdict.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                (2, "new"),
                (3, "broken"),
                (4, "broken"),
                (5, "broken"),
                (6, "new"),
                (7, "broken"),
                (8, "broken")
            ]
        );
        let all = imports::commit(&city, id, read.id, false).await;
        assert_eq!(code(all), "exams.import_broken");
        imports::commit(&city, id, read.id, true).await.unwrap();
        let twice = imports::commit(&city, id, read.id, true).await;
        assert_eq!(code(twice), "exams.import_done");
        for who in ["p52", "p53"] {
            office.mark_all(id, who, 500).await;
        }
        let version = office.version(id).await;
        set_pass_mark(&city, id, version, Marks::whole(60))
            .await
            .unwrap();
        publish(&city, &nobody(), id, office.version(id).await)
            .await
            .unwrap();
        let seen = office.outcomes(id).await;
        assert_eq!(seen["队员3"], ("passed".to_owned(), Some(75)));
        assert_eq!(seen["队员32"].0, "absent");
        assert_eq!(seen["队员1"], ("passed".to_owned(), Some(70)));
    }
);
