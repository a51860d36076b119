//! Seats by table and by chance.

use proptest::prelude::*;

use super::*;

fn room(id: i64, rows: u32, columns: u32, accessible: bool) -> Room {
    Room {
        id,
        name: format!("第{id}考场"),
        rows,
        columns,
        accessible,
        closed: BTreeSet::new(),
    }
}

fn guests(squads: &[u32], needy: usize) -> Vec<Guest> {
    let units = squads.iter().zip(1..);
    let all = units.flat_map(|(size, unit)| (0..*size).map(move |_| UnitId(unit)));
    all.zip(1..)
        .map(|(unit, n)| Guest {
            person: PersonId(n),
            unit,
            accessible: (n as usize) <= needy,
        })
        .collect()
}

#[test]
fn shortages_are_named() {
    let rooms = [room(1, 5, 6, false), room(2, 1, 2, true)];
    let denied = |guests: &[Guest]| seat(&rooms, guests, 1).unwrap_err().text;
    assert_eq!(
        denied(&guests(&[40], 0)),
        "座位不够：考生40人，考场共32座，还缺8座。请增加考场。"
    );
    assert_eq!(
        denied(&guests(&[10], 3)),
        "座位不够：需要无障碍考场的考生3人，无障碍考场共2座，还缺1座。请增加考场。"
    );
    assert!(seat(&rooms, &[], 1).unwrap().seats.is_empty());
}

#[test]
fn small_squads_never_touch_and_a_lone_squad_must() {
    let rooms = [room(1, 6, 5, true), room(2, 6, 5, false)];
    let squads = [10, 10, 10, 10, 10];
    let plan = seat(&rooms, &guests(&squads, 0), 7).unwrap();
    assert_eq!(plan.touching, 0);
    let alone = seat(&rooms[..1], &guests(&[30], 0), 7).unwrap();
    assert!(alone.touching > 0);
    let spread = seat(&[room(1, 5, 6, false)], &guests(&[9], 0), 3).unwrap();
    assert_eq!(
        spread.touching, 0,
        "nine of thirty seats leave room for all"
    );
}

#[test]
fn closed_seats_stay_free() {
    let mut small = room(1, 2, 3, false);
    small.closed = [1, 5].into();
    let plan = seat(&[small], &guests(&[1, 1, 1, 1], 0), 9).unwrap();
    let seats: Vec<u32> = plan.seats.iter().map(|s| s.seat).collect();
    assert_eq!(seats, [2, 3, 4, 6]);
}

#[test]
fn neighbours_touch_in_one_room_only() {
    let rooms = [room(1, 2, 2, false), room(2, 1, 3, false)];
    let plan = seat(&rooms, &guests(&[1; 7], 0), 4).unwrap();
    // Four around a square make six pairs, three in a row two.
    assert_eq!(neighbours(&rooms, &plan).len(), 8);
    let row: Vec<PersonId> = plan.seats[4..].iter().map(|s| s.person).collect();
    let far = (row[0], row[2]);
    assert!(!neighbours(&rooms, &plan).contains(&far));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn everybody_sits_once_where_he_may(
        squads in prop::collection::vec(1u32..9, 1..8),
        sizes in prop::collection::vec((1u32..6, 1u32..6, any::<bool>()), 1..4),
        needy in 0usize..6,
        seed: u64,
    ) {
        let rooms: Vec<Room> = sizes.iter().zip(1..)
            .map(|((rows, columns, open), id)| room(id, *rows, *columns, *open))
            .collect();
        let guests = guests(&squads, needy);
        let made = seat(&rooms, &guests, seed);
        prop_assert_eq!(&made, &seat(&rooms, &guests, seed));
        let capacity: u32 = rooms.iter().map(Room::capacity).sum();
        let open: u32 = rooms.iter().filter(|r| r.accessible).map(Room::capacity).sum();
        let needy = guests.iter().filter(|g| g.accessible).count();
        let fits = guests.len() <= capacity as usize && needy <= open as usize;
        prop_assert_eq!(made.is_ok(), fits);
        if let Ok(plan) = made {
            let people: BTreeSet<PersonId> = plan.seats.iter().map(|s| s.person).collect();
            let places: BTreeSet<(i64, u32)> =
                plan.seats.iter().map(|s| (s.room, s.seat)).collect();
            prop_assert_eq!(plan.seats.len(), guests.len());
            prop_assert_eq!(people.len(), guests.len());
            prop_assert_eq!(places.len(), guests.len());
            for taken in &plan.seats {
                let room = &rooms[taken.room as usize - 1];
                prop_assert!((1..=room.capacity()).contains(&taken.seat));
                let guest = guests.iter().find(|g| g.person == taken.person).unwrap();
                prop_assert!(room.accessible || !guest.accessible);
            }
        }
    }
}
