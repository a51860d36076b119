//! What the room promises: the server owns time and answers, nothing acknowledged is lost.

use chengzhi_http::Problem;
use chengzhi_testkit::{TestDb, both_engines};

use super::hall::{Hall, MULTIPLE, SINGLE, TRUTH, WRITTEN, choice, item};
use crate::domain::marking::Answer;
use crate::domain::receipt;
use crate::domain::sitting::State;
use crate::store::answers;
use crate::usecase::sitting::{Room, SittingOut};

fn code<T>(answer: Result<T, Problem>) -> String {
    answer.map(|_| ()).unwrap_err().code().to_owned()
}

fn answer_of(out: &SittingOut, question: i64) -> Option<Answer> {
    let sections = &out.paper.as_ref().unwrap().sections;
    sections
        .iter()
        .flat_map(|section| &section.questions)
        .find(|asked| asked.question == question)
        .and_then(|asked| asked.answer.clone())
}

both_engines!(
    a_candidate_finds_his_answers_and_the_right_time_after_the_server_was_started_anew,
    |t: TestDb| async move {
        let mut hall = Hall::open(t, 2).await;
        let ctx = hall.ctx(1);
        let begun = hall.room.start(&ctx, hall.exam).await.unwrap();
        assert_eq!((begun.seconds, begun.device), (5400, 1));
        let attempt = hall.attempt(1).await;
        hall.later(10, 0);
        let ctx = hall.ctx(1);
        let items = [
            item(1, SINGLE, choice("B")),
            item(2, MULTIPLE, choice("AD")),
            item(3, SINGLE, choice("C")),
        ];
        let saved = hall.room.save(&ctx, attempt, 1, &items).await.unwrap();
        assert_eq!((saved.sequence, saved.answered, saved.questions), (3, 2, 4));

        hall.restart();
        hall.later(20, 0);
        let ctx = hall.ctx(1);
        let again = hall.room.start(&ctx, hall.exam).await.unwrap();
        assert_eq!((again.seconds, again.sequence), (4200, 3));
        assert_eq!(again.receipt, saved.receipt.to_string());
        assert_eq!(answer_of(&again, SINGLE), Some(choice("C")));
        assert_eq!(answer_of(&again, MULTIPLE), Some(choice("AD")));
        assert_eq!(answer_of(&again, TRUTH), None);

        let mut tx = hall.test.db.read().await.unwrap();
        let chain = answers::chain(&mut tx, attempt).await.unwrap();
        assert_eq!(receipt::verify(attempt, &chain), Ok(saved.receipt));
        assert_eq!(receipt::find(&chain, saved.receipt), Some(3));
    }
);

both_engines!(
    answers_are_stored_in_the_banks_letters_whatever_order_the_candidate_sees,
    |t: TestDb| async move {
        let hall = Hall::open(t, 12).await;
        let mut orders = std::collections::BTreeSet::new();
        for person in 1..=12 {
            let ctx = hall.ctx(person);
            let begun = hall.room.start(&ctx, hall.exam).await.unwrap();
            let asked = begun.paper.unwrap().sections[0]
                .questions
                .iter()
                .find(|asked| asked.question == SINGLE)
                .unwrap()
                .clone();
            let texts: Vec<String> = asked.options.iter().map(|o| o.text.clone()).collect();
            // 选项2 is C in the bank.
            let place = texts.iter().position(|text| text == "选项2").unwrap();
            orders.insert(texts);
            let attempt = hall.attempt(person).await;
            let given = [item(1, SINGLE, choice(&asked.options[place].letter))];
            hall.room.save(&ctx, attempt, 1, &given).await.unwrap();
            let mut tx = hall.test.db.read().await.unwrap();
            let chain = answers::chain(&mut tx, attempt).await.unwrap();
            assert_eq!(chain[0].0.answer, br#"{"options":["C"]}"#);
        }
        assert!(orders.len() > 3, "everybody saw the same order");
    }
);

both_engines!(
    what_was_stored_is_acknowledged_again_and_what_does_not_follow_is_refused,
    |t: TestDb| async move {
        let hall = Hall::open(t, 2).await;
        let ctx = hall.ctx(1);
        hall.room.start(&ctx, hall.exam).await.unwrap();
        let attempt = hall.attempt(1).await;
        let first = [item(1, SINGLE, choice("A"))];
        let saved = hall.room.save(&ctx, attempt, 1, &first).await.unwrap();
        let again = hall.room.save(&ctx, attempt, 1, &first).await.unwrap();
        assert_eq!(saved, again);
        let other = [item(1, SINGLE, choice("B"))];
        assert_eq!(
            code(hall.room.save(&ctx, attempt, 1, &other).await),
            "exams.other_device",
            "another answer under the same number"
        );
        for (name, who, items, wanted) in [
            ("a gap", 1, vec![item(3, SINGLE, choice("B"))], "exams.gap"),
            (
                "a question of another paper",
                1,
                vec![item(2, 99, choice("B"))],
                "exams.foreign",
            ),
            (
                "no such option",
                1,
                vec![item(2, SINGLE, choice("F"))],
                "exams.option",
            ),
            (
                "two options of one",
                1,
                vec![item(2, SINGLE, choice("AB"))],
                "exams.one_option",
            ),
            ("nothing", 1, vec![], "invalid.field"),
            (
                "somebody else's attempt",
                2,
                vec![item(2, SINGLE, choice("B"))],
                "not_found",
            ),
            (
                "nobody's",
                3,
                vec![item(2, SINGLE, choice("B"))],
                "not_found",
            ),
        ] {
            let refused = hall.room.save(&hall.ctx(who), attempt, 1, &items).await;
            assert_eq!(code(refused), wanted, "{name}");
        }
        // What stands before a refused item is stored.
        let items = [
            item(2, TRUTH, Answer::Truth(true)),
            item(3, 99, choice("A")),
        ];
        let refused = hall.room.save(&ctx, attempt, 1, &items).await;
        assert!(refused.is_err());
        let next = [item(3, WRITTEN, Answer::Texts(vec!["五日".to_owned()]))];
        let saved = hall.room.save(&ctx, attempt, 1, &next).await.unwrap();
        assert_eq!((saved.sequence, saved.answered), (3, 3));
    }
);

both_engines!(
    one_device_at_a_time_and_the_older_one_is_told,
    |t: TestDb| async move {
        let hall = Hall::open(t, 1).await;
        let ctx = hall.ctx(1);
        hall.room.start(&ctx, hall.exam).await.unwrap();
        let attempt = hall.attempt(1).await;
        let first = [item(1, SINGLE, choice("A"))];
        hall.room.save(&ctx, attempt, 1, &first).await.unwrap();
        let taken = hall.room.take_over(&ctx, attempt).await.unwrap();
        assert_eq!((taken.device, taken.sequence), (2, 1));
        let old = [item(2, SINGLE, choice("B"))];
        assert_eq!(
            code(hall.room.save(&ctx, attempt, 1, &old).await),
            "exams.other_device"
        );
        hall.room.save(&ctx, attempt, 2, &old).await.unwrap();
    }
);

both_engines!(
    a_hand_in_may_be_repeated_and_ends_the_sitting,
    |t: TestDb| async move {
        let mut hall = Hall::open(t, 1).await;
        let ctx = hall.ctx(1);
        let attempt = hall.attempt(1).await;
        assert_eq!(
            code(hall.room.hand_in(&ctx, attempt).await),
            "exams.not_started"
        );
        hall.room.start(&ctx, hall.exam).await.unwrap();
        let first = [item(1, SINGLE, choice("A"))];
        hall.room.save(&ctx, attempt, 1, &first).await.unwrap();
        hall.later(5, 0);
        let done = hall.room.hand_in(&hall.ctx(1), attempt).await.unwrap();
        assert_eq!(
            (done.state.as_str(), done.paper.is_none()),
            ("handed_in", true)
        );
        hall.later(6, 0);
        hall.restart();
        let again = hall.room.hand_in(&hall.ctx(1), attempt).await.unwrap();
        assert_eq!(again.ended_at, done.ended_at);
        let more = [item(2, SINGLE, choice("B"))];
        assert_eq!(
            code(hall.room.save(&hall.ctx(1), attempt, 1, &more).await),
            "exams.handed_in"
        );
    }
);

both_engines!(
    an_answer_on_its_way_at_the_end_is_kept_and_marked_late,
    |t: TestDb| async move {
        let hall = Hall::open(t, 1).await;
        hall.room.start(&hall.ctx(1), hall.exam).await.unwrap();
        let attempt = hall.attempt(1).await;
        hall.later(89, 59);
        let first = [item(1, SINGLE, choice("A"))];
        let saved = hall
            .room
            .save(&hall.ctx(1), attempt, 1, &first)
            .await
            .unwrap();
        assert!(!saved.late);
        hall.later(90, 20);
        let late = [item(2, SINGLE, choice("B"))];
        let saved = hall
            .room
            .save(&hall.ctx(1), attempt, 1, &late)
            .await
            .unwrap();
        assert!(saved.late);
        hall.later(90, 30);
        let over = [item(3, SINGLE, choice("C"))];
        assert_eq!(
            code(hall.room.save(&hall.ctx(1), attempt, 1, &over).await),
            "exams.time_up"
        );
        let ctx = hall.ctx(1);
        assert_eq!(
            hall.room.stands(attempt, ctx.now).await.unwrap(),
            State::Collected
        );
    }
);

both_engines!(
    an_exam_begins_at_its_opening_and_not_after_the_doors_are_closed,
    |t: TestDb| async move {
        let hall = Hall::open(t, 1).await;
        hall.later(-1, 0);
        assert_eq!(
            code(hall.room.start(&hall.ctx(1), hall.exam).await),
            "exams.not_open"
        );
        hall.later(30, 0);
        assert_eq!(
            code(hall.room.start(&hall.ctx(1), hall.exam).await),
            "exams.too_late"
        );
        assert_eq!(
            code(hall.room.start(&hall.ctx(2), hall.exam).await),
            "not_found"
        );
    }
);

both_engines!(
    two_servers_never_store_one_number_twice,
    |t: TestDb| async move {
        let hall = Hall::open(t, 1).await;
        let other = Room::open(hall.test.db.clone());
        let ctx = hall.ctx(1);
        hall.room.start(&ctx, hall.exam).await.unwrap();
        let attempt = hall.attempt(1).await;
        let here = [item(1, SINGLE, choice("A"))];
        // Both know the sitting as it stands before the first answer.
        other.view(&ctx, attempt).await.unwrap();
        hall.room.save(&ctx, attempt, 1, &here).await.unwrap();
        let there = [item(1, SINGLE, choice("B"))];
        assert_eq!(
            code(other.save(&ctx, attempt, 1, &there).await),
            "exams.not_stored"
        );
        // Having looked again, it knows better.
        let next = [item(2, SINGLE, choice("B"))];
        let saved = other.save(&ctx, attempt, 1, &next).await.unwrap();
        assert_eq!(saved.sequence, 2);
        let mut tx = hall.test.db.read().await.unwrap();
        let chain = answers::chain(&mut tx, attempt).await.unwrap();
        assert_eq!(receipt::verify(attempt, &chain), Ok(saved.receipt));
    }
);

both_engines!(
    a_full_hall_saves_at_once_and_every_receipt_is_found_again,
    |t: TestDb| async move {
        const SITTERS: i64 = 40;
        const ANSWERS: u64 = 15;
        let hall = std::sync::Arc::new(Hall::open(t, SITTERS).await);
        let sitters: Vec<_> = (1..=SITTERS)
            .map(|person| {
                let hall = hall.clone();
                tokio::spawn(async move {
                    let ctx = hall.ctx(person);
                    hall.room.start(&ctx, hall.exam).await.unwrap();
                    let attempt = hall.attempt(person).await;
                    let mut receipts = Vec::new();
                    for sequence in 1..=ANSWERS {
                        let letter = ["A", "B", "C", "D"][(sequence % 4) as usize];
                        let given = [item(sequence, SINGLE, choice(letter))];
                        let saved = hall.room.save(&ctx, attempt, 1, &given).await.unwrap();
                        receipts.push(saved.receipt);
                    }
                    hall.room.hand_in(&ctx, attempt).await.unwrap();
                    (attempt, receipts)
                })
            })
            .collect();
        for sitter in sitters {
            let (attempt, receipts) = sitter.await.unwrap();
            let mut tx = hall.test.db.read().await.unwrap();
            let chain = answers::chain(&mut tx, attempt).await.unwrap();
            assert_eq!(
                receipt::verify(attempt, &chain),
                Ok(*receipts.last().unwrap())
            );
            for (number, receipt) in (1..).zip(receipts) {
                assert_eq!(receipt::find(&chain, receipt), Some(number));
            }
        }
    }
);

/// Holding SQLite's only write connection keeps everything from the disk.
#[tokio::test]
async fn an_answer_sent_again_is_acknowledged_only_when_it_is_on_the_disk() {
    const MOMENT: std::time::Duration = std::time::Duration::from_millis(100);
    let hall = std::sync::Arc::new(Hall::open(chengzhi_testkit::sqlite().await, 1).await);
    let ctx = hall.ctx(1);
    hall.room.start(&ctx, hall.exam).await.unwrap();
    let attempt = hall.attempt(1).await;
    let disk = hall.test.db.write().await.unwrap();
    let items = [item(1, SINGLE, choice("A"))];
    // The connection breaks while the answer waits for the disk.
    let first = hall.room.save(&ctx, attempt, 1, &items);
    assert!(tokio::time::timeout(MOMENT, first).await.is_err());
    let again = hall.room.save(&ctx, attempt, 1, &items);
    assert!(
        tokio::time::timeout(MOMENT, again).await.is_err(),
        "acknowledged before it was durable"
    );
    let looks = hall.room.view(&ctx, attempt);
    assert!(
        tokio::time::timeout(MOMENT, looks).await.is_err(),
        "shown as saved before it was durable"
    );
    drop(disk);
    let saved = hall.room.save(&ctx, attempt, 1, &items).await.unwrap();
    assert_eq!(saved.sequence, 1);
    let mut tx = hall.test.db.read().await.unwrap();
    assert_eq!(answers::chain(&mut tx, attempt).await.unwrap().len(), 1);
}

both_engines!(
    a_page_that_was_left_is_noted_and_no_more_than_can_be_read,
    |t: TestDb| async move {
        let hall = Hall::open(t, 1).await;
        let ctx = hall.ctx(1);
        hall.room.start(&ctx, hall.exam).await.unwrap();
        let attempt = hall.attempt(1).await;
        hall.room.note_left(&ctx, attempt, 12).await.unwrap();
        assert_eq!(
            code(hall.room.note_left(&ctx, attempt, 0).await),
            "invalid.field"
        );
        assert_eq!(
            code(hall.room.note_left(&hall.ctx(2), attempt, 3).await),
            "not_found"
        );
        for _ in 0..101 {
            hall.room.note_left(&ctx, attempt, 3).await.unwrap();
        }
        let mut tx = hall.test.db.read().await.unwrap();
        let row = tx
            .one(chengzhi_db::sql(
                "select cast(count(*) as bigint) as n, max(note) as longest from exam_attempt_event
                 where event = 'page_left'",
            ))
            .await
            .unwrap();
        assert_eq!(row.get::<i64>("n").unwrap(), 100);
        assert_eq!(row.get::<String>("longest").unwrap(), "3秒");
        let glance = hall.room.glance(&ctx, attempt).await.unwrap();
        assert_eq!((glance.paper.is_none(), glance.seconds), (true, 5400));
    }
);

both_engines!(
    who_has_ended_is_sent_out_of_memory_and_found_again,
    |t: TestDb| async move {
        let hall = Hall::open(t, 2).await;
        for person in [1, 2] {
            hall.room.start(&hall.ctx(person), hall.exam).await.unwrap();
        }
        let attempt = hall.attempt(1).await;
        let first = [item(1, SINGLE, choice("A"))];
        hall.room
            .save(&hall.ctx(1), attempt, 1, &first)
            .await
            .unwrap();
        hall.later(91, 0);
        hall.room.tidy(hall.ctx(1).now).await;
        let seen = hall.room.view(&hall.ctx(1), attempt).await.unwrap();
        assert_eq!((seen.state.as_str(), seen.sequence), ("collected", 1));
    }
);
