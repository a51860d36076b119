//! Pictures of questions: sealed by their digest, fetched by those who may see the question, printed on the paper.

use chengzhi_bank::facade as bank;
use chengzhi_db::digest;
use chengzhi_kernel::{AccountId, UnitId};
use chengzhi_questions::{Picture, Question};
use chengzhi_testkit::{TestDb, both_engines};

use crate::domain::AttemptId;
use crate::domain::QuestionId;
use crate::domain::blueprint::Blueprint;
use crate::domain::form::Form;
use crate::store::sitters;
use crate::tests::office::{CITY, Office, at, blueprint, code, input};
use crate::usecase::after_hand_in;
use crate::usecase::case::Case;
use crate::usecase::marking::{self, collect};
use crate::usecase::papers::view;
use crate::usecase::pictures::of_session;
use crate::usecase::printed::{Drawn, exam_paper};
use crate::usecase::sessions::{SessionInput, create};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n a sign";
const JPEG: &[u8] = b"\xff\xd8\xff an option";

/// A question with a picture in its stem and one in an option, put into use. Gives its version.
async fn shown(office: &Office) -> i64 {
    let mut question = Question::choice(
        "下图【图：标志.png】是什么标志？",
        ["正确的说法", "见【图：甲.jpg】", "错误的说法乙"],
        "A",
    );
    question.field_of_law = "市容环卫".to_owned();
    question.difficulty = Some(2);
    question.pictures = vec![
        Picture::new("标志.png", PNG.to_vec()),
        Picture::new("甲.jpg", JPEG.to_vec()),
    ];
    let mut tx = office.test.db.write().await.unwrap();
    let made = bank::load_questions(
        &mut tx,
        UnitId::from(CITY),
        vec![(question, bank::Level::Basic)],
        bank::State::InUse,
        (AccountId::from(0), "市局"),
        at(4, 2, 9, 0),
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    made[0]
}

/// A quiz with the question on its only form, sealed.
async fn quiz(office: &Office, question: i64) -> i64 {
    let with = SessionInput {
        exam_type: "test".to_owned(),
        month: None,
        title: "看图测验".to_owned(),
        attempts: Some(2),
        ..input(5)
    };
    let city = office.ctx("city").await;
    let id = create(&city, UnitId::from(CITY), "quiz", with)
        .await
        .unwrap();
    office.draw(id).await;
    office.confirm_all(id).await;
    let plan = Blueprint {
        fixed: vec![QuestionId::from(question)],
        ..blueprint()
    };
    office.arrange_with(id, plan, 1).await;
    id
}

both_engines!(
    a_picture_is_seen_by_who_may_see_its_question_and_by_nobody_else,
    |t: TestDb| async move {
        let office = Office::open(t).await;
        let question = shown(&office).await;
        let id = quiz(&office, question).await;
        let (sign, option) = (digest(PNG), digest(JPEG));
        // The papers tab: the holder only.
        let city = office.ctx("city").await;
        let papers = view(&city, id).await.unwrap();
        let asked = papers.forms[0]
            .questions
            .iter()
            .find(|asked| asked.question == question)
            .unwrap();
        let address = format!("/api/v1/exam-sessions/{id}/pictures/{question}/{sign}");
        assert_eq!(asked.pictures[0].name, "标志.png");
        assert_eq!(asked.pictures[0].address, address);
        let seen = of_session(&city, id, question, &sign).await.unwrap();
        assert_eq!(
            (seen.media_type.as_str(), seen.bytes.as_slice()),
            ("image/png", PNG)
        );
        for who in ["east", "p52", "p55", "p1"] {
            let ctx = office.ctx(who).await;
            let refused = of_session(&ctx, id, question, &sign).await;
            assert_eq!(code(refused), "not_found", "{who}");
        }
        let other = of_session(&city, id, question, &digest(b"another")).await;
        assert_eq!(code(other), "not_found");
        // The candidate: not before the start, then on his own paper.
        office.at(at(5, 16, 9, 0));
        let (own, other) = (office.ctx("p1").await, office.ctx("p2").await);
        let attempt = office.attempt(id, 1).await;
        let early = office.room.picture(&own, attempt, question, &sign).await;
        assert_eq!(code(early), "not_found");
        let exam = office.exam(id).await;
        let paper = office.room.start(&own, exam).await.unwrap().paper.unwrap();
        let pictures = paper
            .sections
            .iter()
            .flat_map(|section| &section.questions)
            .find(|asked| asked.question == question)
            .map(|asked| asked.pictures.clone())
            .unwrap();
        let base = format!("/api/v1/exams/sittings/{attempt}/pictures/{question}");
        let addresses: Vec<String> = pictures.into_iter().map(|one| one.address).collect();
        assert_eq!(
            addresses,
            [format!("{base}/{sign}"), format!("{base}/{option}")]
        );
        let room = &office.room;
        for (wanted, bytes) in [(&sign, PNG), (&option, JPEG), (&sign, PNG)] {
            let seen = room.picture(&own, attempt, question, wanted).await.unwrap();
            assert_eq!(seen.bytes, bytes);
        }
        let foreign = room.picture(&other, attempt, question, &sign).await;
        assert_eq!(code(foreign), "not_found");
        let unasked = room.picture(&own, attempt, question + 1_000, &sign).await;
        assert_eq!(code(unasked), "not_found");
        // A quiz shows its questions after the hand-in; thrown out of memory they are read again.
        room.hand_in(&own, attempt).await.unwrap();
        let after = after_hand_in::view(&own, attempt).await.unwrap();
        let asked = after.questions.iter().find(|one| one.question == question);
        assert_eq!(
            asked.unwrap().pictures[1].address,
            format!("{base}/{option}")
        );
        room.tidy(at(5, 16, 12, 0)).await;
        let seen = room.picture(&own, attempt, question, &option).await;
        assert_eq!(seen.unwrap().bytes, JPEG);
    }
);

both_engines!(
    an_exam_that_shows_nothing_afterwards_shows_no_picture_and_markers_see_it_while_they_mark,
    |t: TestDb| async move {
        let office = Office::open(t).await;
        let question = shown(&office).await;
        let id = office.session(5).await;
        office.draw(id).await;
        office.confirm_all(id).await;
        let plan = Blueprint {
            fixed: vec![QuestionId::from(question)],
            ..blueprint()
        };
        office.arrange_with(id, plan, 1).await;
        office.at(at(5, 16, 9, 0));
        office.sit(id, 1, 3, Some("应当先行催告。")).await;
        let sign = digest(PNG);
        let attempt: AttemptId = office.attempt(id, 1).await;
        let own = office.ctx("p1").await;
        let after = office.room.picture(&own, attempt, question, &sign).await;
        assert_eq!(code(after), "not_found");
        office.at(at(5, 16, 11, 1));
        let city = office.ctx("city").await;
        collect(&city, id, office.version(id).await).await.unwrap();
        let marker = office.ctx("p52").await;
        assert_eq!(marking::queue(&marker, id).await.unwrap().waiting, 1);
        let seen = of_session(&marker, id, question, &sign).await.unwrap();
        assert_eq!(seen.bytes, PNG);
        let watching = office.ctx("p55").await;
        let refused = of_session(&watching, id, question, &sign).await;
        assert_eq!(code(refused), "not_found");
    }
);

both_engines!(
    the_printed_paper_holds_the_pictures_of_its_questions,
    |t: TestDb| async move {
        let office = Office::open(t).await;
        let question = shown(&office).await;
        let id = quiz(&office, question).await;
        let city = office.ctx("city").await;
        let exam = office.exam(id).await;
        let mut tx = office.test.db.read().await.unwrap();
        let case = Case::any(&mut tx, &city, id).await.unwrap();
        let (_, _, content) = sitters::forms(&mut tx, exam).await.unwrap().remove(0);
        let form: Form = serde_json::from_str(&content).unwrap();
        let drawn = Drawn::from([(digest(PNG), PNG.to_vec()), (digest(JPEG), JPEG.to_vec())]);
        let paper = exam_paper(&case, &form, 0, &drawn);
        let held: Vec<(String, Vec<u8>)> = paper
            .sections
            .iter()
            .flat_map(|section| &section.questions)
            .flat_map(|asked| &asked.pictures)
            .map(|picture| (picture.name.clone(), picture.content.clone()))
            .collect();
        let want = [("标志.png", PNG), ("甲.jpg", JPEG)];
        assert_eq!(
            held,
            want.map(|(name, bytes)| (name.to_owned(), bytes.to_vec()))
        );
    }
);
