//! One person's mark after a review: shown before, approved by two others, everybody else's stays.

use chengzhi_http::Upload;
use chengzhi_testkit::{TestDb, both_engines};

use crate::domain::Marks;
use crate::domain::key_correction::{Change, Regrade};
use crate::store::results as stored;
use crate::tests::office::{Office, at, code, nobody, staff_no};
use crate::usecase::papers::view;
use crate::usecase::publish::publish;
use crate::usecase::{corrections, imports, objections, own_results, results};

fn regrade(candidate: i64, marks: i64, objection: Option<i64>) -> Change {
    Change::OnePerson(Regrade {
        candidate,
        attempt: None,
        marks: Marks::whole(marks),
        objection,
    })
}

/// 队员1 and 2 sat with three and two choices right and half of their text's marks; 队员3 has 55 on paper. Published
/// with 60: 70, 50 and 55.
async fn published(office: &Office) -> i64 {
    let id = office.sealed(5).await;
    office.at(at(5, 16, 9, 0));
    office.sit(id, 1, 3, Some("应当先行催告。")).await;
    office.sit(id, 2, 2, Some("组织听证。")).await;
    office.collected(id, 60).await;
    let city = office.ctx("city").await;
    let upload = Upload {
        file_name: "成绩.csv".to_owned(),
        bytes: format!("工号,姓名,成绩\n{},队员3,55\n", staff_no(3))
            .into_bytes()
            .into(),
    };
    let read = imports::dry_run(&city, id, upload).await.unwrap();
    imports::commit(&city, id, read.id, false).await.unwrap();
    for who in ["p52", "p53"] {
        office.mark_all(id, who, 500).await;
    }
    let version = office.version(id).await;
    publish(&city, &nobody(), id, version).await.unwrap();
    id
}

async fn candidate(office: &Office, id: i64, name: &str) -> i64 {
    let rows = office.candidates("city", id).await;
    rows.iter().find(|row| row.name == name).unwrap().id
}

/// What somebody's standing result says of the questions of a kind on his paper: question and marks.
async fn given(office: &Office, id: i64, candidate: i64, kind: &str) -> Vec<(i64, Option<Marks>)> {
    let papers = view(&office.ctx("city").await, id).await.unwrap();
    let of_kind: Vec<i64> = papers
        .forms
        .iter()
        .flat_map(|form| &form.questions)
        .filter(|asked| asked.kind == kind)
        .map(|asked| asked.question)
        .collect();
    let mut tx = office.test.db.read().await.unwrap();
    let standing = stored::of_session(&mut tx, id).await.unwrap();
    let given = standing[&candidate].given.iter();
    given
        .map(|one| (one.question.get(), one.got))
        .filter(|(question, _)| of_kind.contains(question))
        .collect()
}

both_engines!(
    an_upheld_objection_changes_one_persons_mark_and_nobody_elses,
    |t: TestDb| async move {
        let office = Office::open(t).await;
        let id = published(&office).await;
        assert_eq!(
            office.outcomes(id).await["队员2"],
            ("failed".to_owned(), Some(50))
        );
        let second = candidate(&office, id, "队员2").await;
        let question = given(&office, id, second, "short_answer").await[0].0;
        let first = candidate(&office, id, "队员1").await;
        let own = office.ctx("p2").await;
        objections::object(&own, id, Some(question), "两个要点都写到了")
            .await
            .unwrap();
        let city = office.ctx("city").await;
        let objection = objections::list(&city, id).await.unwrap()[0].id;
        let early = regrade(second, 20, Some(objection));
        assert_eq!(
            code(corrections::try_out(&city, id, question, early, "复核").await),
            "invalid.field",
            "the objection is not decided yet"
        );
        objections::decide(&city, id, objection, true, "漏评一个要点，改分。")
            .await
            .unwrap();
        for (name, question, change) in [
            ("more than it is worth", question, regrade(second, 21, None)),
            ("nobody", question, regrade(99_999, 20, None)),
            (
                "another's objection",
                question,
                regrade(first, 20, Some(objection)),
            ),
            ("no such question", 99_999, regrade(second, 20, None)),
            ("no paper mark", 0, regrade(second, 20, None)),
        ] {
            let tried = corrections::try_out(&city, id, question, change, "复核").await;
            assert_eq!(code(tried), "invalid.field", "{name}");
        }
        corrections::try_out(
            &city,
            id,
            question,
            regrade(second, 20, Some(objection)),
            "复核",
        )
        .await
        .unwrap();
        let shown = corrections::list(&city, id).await.unwrap().remove(0);
        assert_eq!(shown.shifts.len(), 1);
        let shift = &shown.shifts[0];
        assert_eq!(
            (
                shift.name.as_str(),
                shift.before,
                shift.after,
                shift.crossing.as_str()
            ),
            ("队员2", 5000, 6000, "up")
        );
        assert_eq!(shown.objection, Some(objection));
        assert!(shown.person.unwrap().starts_with("队员2"));
        office.carried(id, shown.id, &nobody()).await;
        let seen = office.outcomes(id).await;
        assert_eq!(seen["队员2"], ("passed".to_owned(), Some(60)));
        assert_eq!(seen["队员1"], ("passed".to_owned(), Some(70)));
        assert_eq!(seen["队员3"], ("failed".to_owned(), Some(55)));
        // History stays, the person sees why.
        let (ctx, scope) = office.with("city").await;
        let history = results::history(&ctx, &scope, id, second).await.unwrap();
        assert_eq!((history.len(), history[1].score), (2, Some(5000)));
        assert!(history[0].reason.starts_with("复核改分"), "{history:?}");
        let own = own_results::view(&office.ctx("p2").await, id)
            .await
            .unwrap();
        assert_eq!((own.outcome.as_str(), own.history.len()), ("passed", 1));
        assert_eq!(
            given(&office, id, second, "short_answer").await,
            [(question, Some(Marks::whole(20)))]
        );
        // A later correction for everybody is counted with the new mark.
        let choices = given(&office, id, second, "single").await;
        let missed = choices.iter().find(|(_, got)| *got == Some(Marks::ZERO));
        let choice = missed.unwrap().0;
        corrections::try_out(&city, id, choice, Change::FullMarks, "题干有歧义")
            .await
            .unwrap();
        let shown = corrections::list(&city, id).await.unwrap().remove(0);
        let shift = shown.shifts.iter().find(|one| one.name == "队员2");
        let shift = shift.unwrap();
        assert_eq!((shift.before, shift.after), (6000, 8000));
    }
);

both_engines!(
    a_mark_on_paper_is_changed_after_publication_and_a_marked_key_is_not,
    |t: TestDb| async move {
        let office = Office::open(t).await;
        let id = published(&office).await;
        let third = candidate(&office, id, "队员3").await;
        let second = candidate(&office, id, "队员2").await;
        let city = office.ctx("city").await;
        let choice = given(&office, id, second, "single").await[0].0;
        let tried =
            corrections::try_out(&city, id, choice, regrade(second, 20, None), "复核").await;
        assert_eq!(code(tried), "invalid.field", "marked by its key");
        let tried = corrections::try_out(&city, id, 0, regrade(third, 101, None), "复核").await;
        assert_eq!(code(tried), "invalid.field", "above the full marks");
        corrections::try_out(&city, id, 0, regrade(third, 65, None), "登分有误")
            .await
            .unwrap();
        let shown = corrections::list(&city, id).await.unwrap().remove(0);
        assert!(shown.text.contains("1人由不合格变为合格"), "{}", shown.text);
        // Two others approve, as with a key.
        corrections::act(&city, &nobody(), id, shown.id, "propose")
            .await
            .unwrap();
        assert_eq!(
            code(corrections::act(&city, &nobody(), id, shown.id, "approve").await),
            "exams.own_correction"
        );
        for who in ["city_two", "city_three"] {
            let ctx = office.ctx(who).await;
            corrections::act(&ctx, &nobody(), id, shown.id, "approve")
                .await
                .unwrap();
        }
        corrections::act(&city, &nobody(), id, shown.id, "apply")
            .await
            .unwrap();
        let seen = office.outcomes(id).await;
        assert_eq!(seen["队员3"], ("passed".to_owned(), Some(65)));
        assert_eq!(seen["队员2"], ("failed".to_owned(), Some(50)));
        let (ctx, scope) = office.with("city").await;
        let history = results::history(&ctx, &scope, id, third).await.unwrap();
        assert_eq!(history[0].score, Some(6500));
        assert!(
            history[0].reason.contains("纸笔考试成绩改为65分"),
            "{history:?}"
        );
        // It can be changed once more: the result is still one of a paper exam.
        corrections::try_out(&city, id, 0, regrade(third, 50, None), "再核")
            .await
            .unwrap();
        let shown = corrections::list(&city, id).await.unwrap().remove(0);
        assert_eq!(
            (shown.shifts[0].before, shown.shifts[0].after),
            (6500, 5000)
        );
    }
);
