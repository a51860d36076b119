//! The candidate's lines on the first page: ahead with room and seat, open now, result out until the last day to object.

use chengzhi_testkit::{TestDb, both_engines};

use crate::facade::{Block, TodoItem, todo};
use crate::tests::office::{Office, at};

async fn lines(office: &Office, who: &str) -> Vec<TodoItem> {
    let ctx = office.ctx(who).await;
    let mut tx = office.test.db.read().await.unwrap();
    todo(&mut tx, &ctx).await.unwrap()
}

async fn one(office: &Office, who: &str) -> TodoItem {
    let mut found = lines(office, who).await;
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

both_engines!(
    a_candidate_is_told_where_and_when_then_to_enter_then_his_result,
    |t: TestDb| async move {
        let office = Office::open(t).await;
        let id = office.session(5).await;
        office.draw(id).await;
        assert!(lines(&office, "p1").await.is_empty(), "not reviewed yet");
        office.confirm_all(id).await;
        office.arrange(id).await;
        let ahead = one(&office, "p1").await;
        assert_eq!(
            (ahead.kind, ahead.block, ahead.link.as_str()),
            ("exam_coming", Block::Waiting, "/exams/mine")
        );
        for part in ["2024年5月执法资格考试", "第一考场", "号座", "准考证号"] {
            assert!(ahead.detail.contains(part), "{part}: {}", ahead.detail);
        }
        office.at(at(5, 13, 9, 0));
        let near = one(&office, "p1").await;
        assert_eq!(near.block, Block::DueSoon);
        assert_eq!(near.due.unwrap().days_left, 3);

        office.at(at(5, 16, 9, 0));
        let now = one(&office, "p1").await;
        let attempt = office.attempt(id, 1).await;
        assert_eq!((now.kind, now.block), ("exam_open", Block::DueSoon));
        let exam = office.exam(id).await;
        assert_eq!(now.link, format!("/exams/{exam}/sit/{}", attempt.get()));
        let ctx = office.ctx("p1").await;
        office.room.start(&ctx, exam).await.unwrap();
        assert_eq!(one(&office, "p1").await.title, "继续作答");
        office.room.hand_in(&ctx, attempt).await.unwrap();
        assert!(lines(&office, "p1").await.is_empty());
        office.sit(id, 2, 4, None).await;

        office.published(id, 60).await;
        for (who, title, block) in [
            ("p1", "成绩已公布：不合格", Block::Waiting),
            ("p2", "成绩已公布：合格", Block::Waiting),
            ("p3", "成绩已公布：缺考", Block::Waiting),
        ] {
            let line = one(&office, who).await;
            assert_eq!((line.title.as_str(), line.block), (title, block), "{who}");
            assert_eq!(line.link, format!("/exams/mine/{id}"));
        }
        // The last day to object is near: who has failed is told so.
        office.at(at(5, 20, 9, 0));
        let line = one(&office, "p1").await;
        assert_eq!(line.block, Block::DueSoon);
        assert!(line.detail.contains("前可提出异议"), "{}", line.detail);
        assert_eq!(one(&office, "p2").await.block, Block::Waiting);
        office.at(at(5, 24, 0, 0));
        assert!(lines(&office, "p1").await.is_empty(), "the period is over");
    }
);
