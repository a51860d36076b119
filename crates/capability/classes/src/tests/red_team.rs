//! Ways to sign somebody in who is not there: which are stopped, which are put before the teacher, which pass. The table
//! is what is promised, no more: a call that shows the screen live, and a phone whose page forgets who used it, pass.

use std::net::{IpAddr, Ipv4Addr};

use chengzhi_testkit::{TestDb, both_engines};

use super::city::{City, at, by_link, signed};
use crate::domain::presence::Scan;
use crate::usecase::codes::seconds;
use crate::usecase::entries;
use crate::usecase::scan::ScanInput;

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
enum End {
    /// Refused with this code.
    Stopped(String),
    /// Taken, and put before the teacher for this signal.
    Flagged(&'static str),
    /// Taken without a word.
    NotDetected,
}

struct Field {
    city: City,
    id: i64,
}

impl Field {
    /// A class of ten in its first minutes; the first six have signed in on the room's network.
    async fn new(test: TestDb) -> Field {
        let city = City::new(test).await;
        let people: Vec<i64> = (1..=12).chain([21, 22, 41]).collect();
        let id = city.running(&people).await;
        city.at(at(6, 3, 8, 50));
        for n in 1..=6 {
            city.sign_in(&format!("p{n}"), id, 0).await;
        }
        Field { city, id }
    }

    async fn end(&self, who: &str, input: ScanInput, signal: &'static str) -> End {
        match self.city.scan(who, input).await {
            Err(problem) => End::Stopped(problem.code().to_owned()),
            Ok(receipt) => {
                let ctx = self.city.ctx("office").await;
                let found = entries::doubtful(&ctx, self.id).await.unwrap();
                let seen = found.iter().any(|row| {
                    row.id == receipt.id && row.signals.iter().any(|one| one.code == signal)
                });
                if seen {
                    End::Flagged(signal)
                } else {
                    End::NotDetected
                }
            }
        }
    }
}

fn stopped(code: &str) -> End {
    End::Stopped(code.to_owned())
}

const HOME: IpAddr = IpAddr::V4(Ipv4Addr::new(114, 80, 7, 7));

both_engines!(the_table_of_attempts, |t: TestDb| async move {
    let field = Field::new(t).await;
    let (city, id) = (&field.city, field.id);
    let mut table: Vec<(&str, End)> = Vec::new();

    // A picture of the screen sent on, opened after twenty seconds.
    let phone = city.device("p7").await;
    let (lesson, shown) = city.screen(id, 0).await;
    let path = shown.path.clone();
    let old_digits = shown.digits.clone();
    city.later(20);
    let now = seconds(at(6, 3, 8, 50)) + 20;
    let picture = signed(&phone, by_link(lesson, &path, Scan::In, phone.id, now));
    table.push((
        "screenshot after 20 s",
        field.end("p7", picture, "old_code").await,
    ));

    // The same, passed off as a scan made without network.
    let passed_off = ScanInput {
        offline: true,
        ..by_link(lesson, &path, Scan::In, phone.id, now - 15)
    };
    table.push((
        "screenshot as offline scan",
        field
            .end("p7", signed(&phone, passed_off), "sent_later")
            .await,
    ));

    // A request that was sent once, sent again by another account.
    let eight = city.device("p8").await;
    let sent = city.honest(id, 0, &eight, Scan::In).await;
    city.scan("p8", sent.clone()).await.unwrap();
    table.push((
        "request replayed by another account",
        field.end("p9", sent.clone(), "").await,
    ));
    let before = city.count("class_scan").await;
    city.scan("p8", sent.clone()).await.unwrap();
    assert_eq!(
        city.count("class_scan").await,
        before,
        "the same account gets its receipt and nothing more"
    );

    // A signature of another phone, and none at all.
    let forged = ScanInput {
        device: phone.id,
        ..sent.clone()
    };
    table.push((
        "signature of another phone",
        field.end("p9", forged, "").await,
    ));
    let none = ScanInput {
        signature: String::new(),
        ..sent.clone()
    };
    table.push(("no signature", field.end("p9", none, "").await));

    // The code of another lesson of the same class.
    let nine = city.device("p9").await;
    let other = city.honest(id, 1, &nine, Scan::In).await;
    let crossed = signed(&nine, ScanInput { lesson, ..other });
    table.push(("code of another lesson", field.end("p9", crossed, "").await));

    // A clock that is changed: a window of the future cannot be had, and the clock is told.
    let honest = city.honest(id, 0, &nine, Scan::In).await;
    let (window, sign) = honest.link.clone().unwrap();
    let ahead = signed(
        &nine,
        ScanInput {
            link: Some((window + 60, sign)),
            ..honest.clone()
        },
    );
    table.push(("window of the future", field.end("p9", ahead, "").await));
    let shifted = signed(
        &nine,
        ScanInput {
            client_ms: honest.client_ms - 3_600_000,
            address: HOME,
            ..honest
        },
    );
    table.push((
        "clock one hour back, from home",
        field.end("p9", shifted, "clock").await,
    ));

    // One phone for five people: the page is used by one after the other.
    let shared = city.device("p10").await;
    let mut ends = Vec::new();
    for who in ["p10", "p11", "p12", "p21", "p22"] {
        city.later(1);
        let input = city.honest(id, 0, &shared, Scan::In).await;
        ends.push(field.end(who, input, "device_shared").await);
    }
    assert_eq!(
        ends[0],
        End::NotDetected,
        "the first one has nobody before him"
    );
    let office = city.ctx("office").await;
    let found = entries::doubtful(&office, id).await.unwrap();
    let shared_rows = found
        .iter()
        .filter(|row| row.signals.iter().any(|one| one.code == "device_shared"))
        .count();
    assert_eq!(
        shared_rows, 5,
        "once the second has come the first is asked about too"
    );
    table.push(("one phone for five people", ends.remove(1)));

    // The lesson of the afternoon: the screen shown live in a video call to somebody at home, who answers at once.
    city.at(at(6, 3, 12, 50));
    for n in 1..=6 {
        city.sign_in(&format!("p{n}"), id, 1).await;
    }
    let live = city.honest(id, 1, &nine, Scan::In).await;
    let from_home = ScanInput {
        address: HOME,
        ..live
    };
    table.push((
        "video call, from home",
        field.end("p9", from_home, "network").await,
    ));

    // Each with a fresh page on one phone in the room's network.
    let fresh = city.device("p11").await;
    let wiped = city.honest(id, 1, &fresh, Scan::In).await;
    table.push((
        "one phone, page wiped between people",
        field.end("p11", wiped, "device_shared").await,
    ));

    assert_eq!(
        table,
        [
            ("screenshot after 20 s", stopped("class.code_stale")),
            ("screenshot as offline scan", End::Flagged("sent_later")),
            (
                "request replayed by another account",
                stopped("class.replayed")
            ),
            ("signature of another phone", stopped("class.forged")),
            ("no signature", stopped("class.forged")),
            ("code of another lesson", stopped("class.code_wrong")),
            ("window of the future", stopped("class.code_wrong")),
            ("clock one hour back, from home", End::Flagged("clock")),
            ("one phone for five people", End::Flagged("device_shared")),
            // The other network weighs too little by itself: half a class is on mobile data.
            ("video call, from home", End::NotDetected),
            ("one phone, page wiped between people", End::NotDetected),
        ]
    );
    // Figures of the morning typed in the afternoon.
    let typed = signed(
        &phone,
        ScanInput {
            link: None,
            digits: Some(old_digits),
            ..by_link(lesson, &path, Scan::In, phone.id, now)
        },
    );
    assert_eq!(
        field.end("p41", typed, "").await,
        stopped("class.code_wrong")
    );
});

both_engines!(
    a_doubtful_scan_counts_until_the_teacher_strikes_it,
    |t: TestDb| async move {
        let field = Field::new(t).await;
        let (city, id) = (&field.city, field.id);
        let shared = city.device("p10").await;
        for who in ["p10", "p11"] {
            city.later(1);
            let input = city.honest(id, 0, &shared, Scan::In).await;
            city.scan(who, input).await.unwrap();
        }
        let office = city.ctx("office").await;
        let found = entries::doubtful(&office, id).await.unwrap();
        assert_eq!(found.len(), 2);
        assert_eq!(city.screen(id, 0).await.1.came, 8);
        let silent = entries::decide(&office, id, found[1].id, false, "")
            .await
            .unwrap_err();
        assert_eq!(silent.code(), "invalid.field");
        entries::decide(&office, id, found[0].id, true, "本人在场")
            .await
            .unwrap();
        entries::decide(&office, id, found[1].id, false, "不在教室")
            .await
            .unwrap();
        let twice = entries::decide(&office, id, found[1].id, true, "x")
            .await
            .unwrap_err();
        assert_eq!(twice.code(), "class.scan_decided");
        assert_eq!(city.screen(id, 0).await.1.came, 7);
        // Struck, he may come himself with his own phone.
        city.later(1);
        city.sign_in("p11", id, 0).await;
        assert_eq!(city.screen(id, 0).await.1.came, 8);
    }
);
