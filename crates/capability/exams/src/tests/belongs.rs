//! An exam that belongs to a class: who follows is told what stands, at publication and at each correction.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::{PersonId, UnitId};
use chengzhi_testkit::{TestDb, both_engines};

use crate::domain::key_correction::Change;
use crate::facade::{AllFollows, Follows, Verdict, belong, exams_for, verdicts};
use crate::tests::office::{CITY, DISTRICT, Office, at, code, input, nobody};
use crate::usecase::corrections;
use crate::usecase::marking::collect;
use crate::usecase::papers::view;
use crate::usecase::publish::publish;
use crate::usecase::sessions::{SessionInput, change, create};

#[derive(Default)]
struct Heard {
    lists: Mutex<Vec<(String, Vec<Verdict>)>>,
    refuses: Mutex<bool>,
}

struct Follower(Arc<Heard>);

#[async_trait]
impl Follows for Follower {
    async fn changed(
        &self,
        _tx: &mut Tx,
        _ctx: &Ctx,
        about: &str,
        verdicts: &[Verdict],
    ) -> Result<(), Problem> {
        if *self.0.refuses.lock().unwrap() {
            return Err(Problem::conflict("test.refused", "不收。"));
        }
        let mut lists = self.0.lists.lock().unwrap();
        lists.push((about.to_owned(), verdicts.to_vec()));
        Ok(())
    }
}

fn class_exam(month: u32) -> SessionInput {
    SessionInput {
        exam_type: "test".to_owned(),
        month: None,
        title: format!("集中培训{month}月结业考试"),
        ..input(month)
    }
}

both_engines!(
    an_exam_belongs_to_one_class_and_nobody_links_it_from_its_own_form,
    |t: TestDb| async move {
        let office = Office::open(t).await;
        let city = office.ctx("city").await;
        let unit = UnitId::from(CITY);
        let id = create(&city, unit, "class", class_exam(5)).await.unwrap();
        let quiz = create(&city, unit, "quiz", class_exam(5)).await.unwrap();
        let linked = SessionInput {
            about: "class:3".to_owned(),
            ..class_exam(5)
        };
        let from_here = create(&city, unit, "class", linked.clone()).await;
        assert_eq!(code(from_here), "invalid.field");
        let from_here = change(&city, id, office.version(id).await, linked).await;
        assert_eq!(code(from_here), "invalid.field");

        let mut tx = office.test.db.write().await.unwrap();
        for (exam, unit, about, want) in [
            (quiz, CITY, "class:3", Some("not_found")),
            (id, DISTRICT, "class:3", Some("not_found")),
            (id, CITY, "class:3", None),
            (id, CITY, "class:3", None),
            (id, CITY, "class:4", Some("exams.belongs")),
        ] {
            let owner = (UnitId::from(unit), about);
            let said = belong(&mut tx, &city, exam, owner, true).await;
            assert_eq!(
                said.err()
                    .map(|problem| problem.code().to_owned())
                    .as_deref(),
                want,
                "{exam} {unit} {about}"
            );
        }
        let mine = exams_for(&mut tx, unit, "class:3").await.unwrap();
        assert_eq!((mine.len(), mine[0].linked), (1, true));
        assert!(
            exams_for(&mut tx, unit, "class:4")
                .await
                .unwrap()
                .is_empty()
        );
        tx.commit().await.unwrap();

        // Changing the exam keeps the link.
        let version = office.version(id).await;
        change(&city, id, version, class_exam(5)).await.unwrap();
        let mut tx = office.test.db.write().await.unwrap();
        assert!(exams_for(&mut tx, unit, "class:3").await.unwrap()[0].linked);
        belong(&mut tx, &city, id, (unit, "class:3"), false)
            .await
            .unwrap();
        assert!(!exams_for(&mut tx, unit, "class:4").await.unwrap()[0].linked);
    }
);

both_engines!(
    who_follows_is_told_at_publication_and_at_each_correction,
    |t: TestDb| async move {
        let office = Office::open(t).await;
        let city = office.ctx("city").await;
        let unit = UnitId::from(CITY);
        let id = create(&city, unit, "class", class_exam(5)).await.unwrap();
        let mut tx = office.test.db.write().await.unwrap();
        belong(&mut tx, &city, id, (unit, "class:3"), true)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        office.draw(id).await;
        office.confirm_all(id).await;
        office.arrange(id).await;
        office.at(at(5, 16, 9, 0));
        office.sit(id, 1, 4, None).await;
        office.sit(id, 2, 2, None).await;
        office.at(at(5, 16, 11, 1));
        let city = office.ctx("city").await;
        collect(&city, id, office.version(id).await).await.unwrap();

        let heard = Arc::new(Heard::default());
        let told: AllFollows = Arc::new(vec![Arc::new(Follower(heard.clone()))]);
        // What a follower refuses is not published.
        *heard.refuses.lock().unwrap() = true;
        let refused = publish(&city, &told, id, office.version(id).await).await;
        assert_eq!(code(refused), "test.refused");
        let mut tx = office.test.db.read().await.unwrap();
        assert!(verdicts(&mut tx, "class:3").await.unwrap().is_empty());
        drop(tx);
        *heard.refuses.lock().unwrap() = false;
        publish(&city, &told, id, office.version(id).await)
            .await
            .unwrap();
        let last = || heard.lists.lock().unwrap().last().unwrap().clone();
        let of = |list: &[Verdict], person: i64| {
            let found = list.iter().find(|one| one.person == PersonId::from(person));
            found.unwrap().clone()
        };
        let (about, list) = last();
        assert_eq!(about, "class:3");
        let second = of(&list, 2);
        assert_eq!(
            (second.score, second.full, second.pass, second.passed),
            (Some(4000), 10_000, Some(6000), false)
        );
        assert_eq!(
            (second.number, second.attempts, second.revision),
            (Some(1), 1, 1)
        );
        assert_eq!(second.attempt, Some(office.attempt(id, 2).await));
        assert!(of(&list, 3).absent && of(&list, 3).attempt.is_none());

        // Full marks for every choice: he passes.
        let papers = view(&city, id).await.unwrap();
        for asked in papers.forms.iter().flat_map(|form| &form.questions) {
            if asked.kind != "single" {
                continue;
            }
            let made = corrections::try_out(&city, id, asked.question, Change::FullMarks, "误")
                .await
                .unwrap();
            office.carried(id, made, &told).await;
        }
        let (_, list) = last();
        let second = of(&list, 2);
        assert_eq!((second.score, second.passed), (Some(8000), true));
        assert!(second.revision > 1);
        assert!(nobody().is_empty());
    }
);
