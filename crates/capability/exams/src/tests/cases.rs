//! A case with sub-questions: answered one by one, marked by key and by hand.

use chengzhi_bank::facade as bank;
use chengzhi_kernel::{AccountId, UnitId};
use chengzhi_questions::{Answer as BankAnswer, Kind, Part, Question};
use chengzhi_testkit::{TestDb, both_engines};

use crate::domain::blueprint::Blueprint;
use crate::domain::marking::Answer;
use crate::domain::{Marks, QuestionId};
use crate::tests::office::{CITY, Office, at, code, nobody};
use crate::usecase::marking::{self, collect};
use crate::usecase::marks::{self, MarkInput};
use crate::usecase::papers::view;
use crate::usecase::publish::publish;
use crate::usecase::sessions::set_pass_mark;
use crate::usecase::sitting::{Item, QuestionOut};

fn choice(letters: &str) -> Option<Answer> {
    Some(Answer::Options(letters.chars().collect()))
}

fn text(text: &str) -> Option<Answer> {
    Some(Answer::Texts(vec![text.to_owned()]))
}

/// Three sub-questions: B, wrong, and one to be read.
fn case() -> Question {
    let mut case = Question::new(Kind::Case, "某工地夜间施工，居民投诉。");
    case.field_of_law = "市容环卫".to_owned();
    case.difficulty = Some(3);
    case.parts = vec![
        Part::from(Question::choice("应由谁处理？", ["公安", "城管执法"], "B")),
        Part::from(Question {
            answer: BankAnswer::TrueFalse(false),
            ..Question::new(Kind::TrueFalse, "可以当场处罚。")
        }),
        Part::from(Question {
            answer: BankAnswer::Text("应当先行调查。".to_owned()),
            ..Question::new(Kind::ShortAnswer, "说明理由。")
        }),
    ];
    case
}

/// Four choices and the case, twenty marks each, on one form.
fn plan() -> Blueprint {
    serde_json::from_value(serde_json::json!({
        "sections": [
            {"title": "", "kind": "single", "count": 4, "marks": 2000},
            {"title": "", "kind": "case", "count": 1, "marks": 2000},
        ],
        "total": 10000,
        "keep_enemies_apart": false,
    }))
    .unwrap()
}

async fn sealed(office: &Office) -> i64 {
    let mut tx = office.test.db.write().await.unwrap();
    bank::load_questions(
        &mut tx,
        UnitId::from(CITY),
        vec![(case(), bank::Level::Basic)],
        bank::State::InUse,
        (AccountId::from(0), "市局"),
        at(4, 2, 9, 0),
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let id = office.session(5).await;
    office.draw(id).await;
    office.confirm_all(id).await;
    office.arrange_with(id, plan(), 1).await;
    id
}

/// Somebody answers the case only, and hands in. Gives the case as he saw it.
async fn sit(office: &Office, id: i64, person: i64, parts: Vec<Option<Answer>>) -> QuestionOut {
    let ctx = office.ctx(&format!("p{person}")).await;
    let exam = office.exam(id).await;
    let attempt = office.attempt(id, person).await;
    let paper = office.room.start(&ctx, exam).await.unwrap().paper.unwrap();
    let mut questions = paper.sections.into_iter().flat_map(|one| one.questions);
    let case = questions.find(|one| one.kind == "case").unwrap();
    let item = |answer| Item {
        sequence: 1,
        question: QuestionId::from(case.question),
        answer,
        at: None,
    };
    let whole = Answer::Texts(vec!["（1）B".to_owned()]);
    let refused = office.room.save(&ctx, attempt, 1, &[item(whole)]).await;
    assert_eq!(code(refused), "exams.answer_kind");
    let answer = Answer::Parts(parts);
    let saved = office
        .room
        .save(&ctx, attempt, 1, &[item(answer.clone())])
        .await
        .unwrap();
    assert_eq!(saved.answered, 1);
    let seen = office.room.view(&ctx, attempt).await.unwrap().paper;
    let mut questions = seen
        .unwrap()
        .sections
        .into_iter()
        .flat_map(|one| one.questions);
    let seen = questions.find(|one| one.kind == "case").unwrap();
    assert_eq!(seen.answer, Some(answer));
    office.room.hand_in(&ctx, attempt).await.unwrap();
    case
}

both_engines!(
    parts_with_a_key_mark_themselves_and_the_open_one_is_read,
    |t: TestDb| async move {
        let office = Office::open(t).await;
        let id = sealed(&office).await;
        let city = office.ctx("city").await;
        let papers = view(&city, id).await.unwrap();
        let asked = papers.forms[0].questions.last().unwrap();
        assert_eq!(asked.stem, "某工地夜间施工，居民投诉。");
        let told: Vec<(i64, &str)> = asked
            .parts
            .iter()
            .map(|part| (part.marks, part.key.as_str()))
            .collect();
        // Twenty marks in three: 6, 7, 7.
        assert_eq!(told, [(600, "B"), (700, "错"), (700, "")]);
        office.at(at(5, 16, 9, 0));
        let written = vec![choice("B"), None, text("应当先调查取证。")];
        let seen = sit(&office, id, 1, written).await;
        let options: Vec<&str> = seen.parts[0]
            .options
            .iter()
            .map(|option| option.text.as_str())
            .collect();
        assert_eq!(options, ["公安", "城管执法"]);
        sit(
            &office,
            id,
            2,
            vec![choice("B"), Some(Answer::Truth(false)), None],
        )
        .await;
        office.at(at(5, 16, 11, 1));
        let city = office.ctx("city").await;
        collect(&city, id, office.version(id).await).await.unwrap();
        // Only who wrote something is read, for the marks of what he wrote.
        let queue = marking::queue(&office.ctx("p52").await, id).await.unwrap();
        assert_eq!(queue.waiting, 1);
        let one = &queue.answers[0];
        assert_eq!(
            (one.full, one.answer.as_str()),
            (700, "（3）应当先调查取证。")
        );
        assert!(one.stem.contains("（3）说明理由。（7分）") && !one.stem.contains("（1）"));
        let give = |marks| MarkInput {
            attempt: one.attempt,
            question: one.question,
            marks,
            decides: false,
            note: String::new(),
        };
        let marker = office.ctx("p52").await;
        let above = marks::give(&marker, id, give(701)).await;
        assert_eq!(code(above), "invalid.field");
        for who in ["p52", "p53"] {
            let marker = office.ctx(who).await;
            marks::give(&marker, id, give(500)).await.unwrap();
        }
        set_pass_mark(&city, id, office.version(id).await, Marks::whole(60))
            .await
            .unwrap();
        publish(&city, &nobody(), id, office.version(id).await)
            .await
            .unwrap();
        let seen = office.outcomes(id).await;
        assert_eq!(seen["队员1"], ("failed".to_owned(), Some(11)));
        assert_eq!(seen["队员2"], ("failed".to_owned(), Some(13)));
    }
);
