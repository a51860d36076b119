//! Rooms and seats (考场编排): everybody gets a seat, those who need it in a room without steps, members
//! of one squad apart as far as the numbers allow. The same seed gives the same plan.

use std::collections::{BTreeMap, BTreeSet};

use chengzhi_kernel::{PersonId, UnitId};
use serde::{Deserialize, Serialize};

use super::Deny;
use super::prng::Prng;

/// A room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    /// Number of the room in its session.
    pub id: i64,
    /// As on the door.
    pub name: String,
    /// Rows of seats, front first.
    pub rows: u32,
    /// Seats in a row.
    pub columns: u32,
    /// Can be reached without steps.
    pub accessible: bool,
    /// Seats that are not used, by number.
    pub closed: BTreeSet<u32>,
}

impl Room {
    /// Usable seats.
    #[must_use]
    pub fn capacity(&self) -> u32 {
        u32::try_from(self.seats().count()).unwrap_or(u32::MAX)
    }

    /// Usable seats by number: from 1, row by row.
    fn seats(&self) -> impl Iterator<Item = u32> {
        (1..=self.rows.saturating_mul(self.columns)).filter(|seat| !self.closed.contains(seat))
    }

    /// Row and column of a seat, from 1.
    #[must_use]
    pub const fn place(&self, seat: u32) -> (u32, u32) {
        let at = seat.saturating_sub(1);
        let columns = if self.columns == 0 { 1 } else { self.columns };
        (at / columns + 1, at % columns + 1)
    }

    /// Whether two seats touch: beside, before, behind or corner to corner.
    #[must_use]
    pub const fn touch(&self, a: u32, b: u32) -> bool {
        let ((ra, ca), (rb, cb)) = (self.place(a), self.place(b));
        a != b && ra.abs_diff(rb) <= 1 && ca.abs_diff(cb) <= 1
    }
}

/// Somebody to be seated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guest {
    /// Who.
    pub person: PersonId,
    /// His squad.
    pub unit: UnitId,
    /// Needs a room without steps.
    pub accessible: bool,
}

/// A seat taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Seat {
    /// Room.
    pub room: i64,
    /// Number in the room, from 1.
    pub seat: u32,
    /// Who.
    pub person: PersonId,
    /// His squad.
    pub unit: UnitId,
}

/// A plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// By room and seat.
    pub seats: Vec<Seat>,
    /// Pairs of one squad on touching seats that were not avoided.
    pub touching: u32,
}

/// Pairs of people on touching seats, each pair once: whose answers are compared
/// ([`super::signals::alike`]).
#[must_use]
pub fn neighbours(rooms: &[Room], plan: &Plan) -> Vec<(PersonId, PersonId)> {
    let mut found = Vec::new();
    for room in rooms {
        let seats: Vec<&Seat> = plan.seats.iter().filter(|s| s.room == room.id).collect();
        for (k, a) in seats.iter().enumerate() {
            let later = seats[k + 1..].iter();
            let near = later.filter(|b| room.touch(a.seat, b.seat));
            found.extend(near.map(|b| (a.person, b.person)));
        }
    }
    found
}

/// Seats everybody. People who need a room without steps come first; rooms are then filled in
/// equal shares, so that free seats help to keep squads apart.
///
/// # Errors
/// [`Deny`] `exams.seats` that names how many seats, or seats without steps, are missing.
pub fn seat(rooms: &[Room], guests: &[Guest], seed: u64) -> Result<Plan, Deny> {
    check(rooms, guests)?;
    let mut prng = Prng::of(&[seed, 3]);
    let shares = shares(rooms, guests);
    let mut members = deal(rooms, guests, &shares, &mut prng);
    let mut seats = Vec::with_capacity(guests.len());
    let mut touching = 0;
    for (room, guests) in rooms.iter().zip(&mut members) {
        let placed = place(room, guests, &mut prng);
        touching += pairs(room, &placed);
        seats.extend(placed.into_iter().map(|(seat, guest)| Seat {
            room: room.id,
            seat,
            person: guest.person,
            unit: guest.unit,
        }));
    }
    Ok(Plan { seats, touching })
}

fn check(rooms: &[Room], guests: &[Guest]) -> Result<(), Deny> {
    let sum = |only: bool| -> usize {
        let rooms = rooms.iter().filter(|room| room.accessible || !only);
        rooms.map(|room| room.capacity() as usize).sum()
    };
    let needy = guests.iter().filter(|guest| guest.accessible).count();
    let (all, accessible) = (sum(false), sum(true));
    let mut missing = Vec::new();
    if guests.len() > all {
        missing.push(format!(
            "考生{}人，考场共{all}座，还缺{}座",
            guests.len(),
            guests.len() - all
        ));
    }
    if needy > accessible {
        missing.push(format!(
            "需要无障碍考场的考生{needy}人，无障碍考场共{accessible}座，还缺{}座",
            needy - accessible
        ));
    }
    if missing.is_empty() {
        Ok(())
    } else {
        let text = format!("座位不够：{}。请增加考场。", missing.join("；"));
        Err(Deny::new("exams.seats", text))
    }
}

/// How many people each room takes: its share by capacity, rounded by largest remainder, and at
/// least enough in the rooms without steps.
fn shares(rooms: &[Room], guests: &[Guest]) -> Vec<usize> {
    let capacity: Vec<usize> = rooms.iter().map(|room| room.capacity() as usize).collect();
    let all: usize = capacity.iter().sum();
    let wanted = guests.len();
    let mut shares: Vec<usize> = capacity
        .iter()
        .map(|seats| seats * wanted / all.max(1))
        .collect();
    let mut order: Vec<usize> = (0..rooms.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(capacity[*at] * wanted % all.max(1)));
    let mut left = wanted - shares.iter().sum::<usize>();
    for at in order.into_iter().cycle().take(2 * rooms.len()) {
        if left > 0 && shares[at] < capacity[at] {
            shares[at] += 1;
            left -= 1;
        }
    }
    let needy = guests.iter().filter(|guest| guest.accessible).count();
    let accessible = |at: &usize| rooms[*at].accessible;
    while (0..rooms.len())
        .filter(accessible)
        .map(|at| shares[at])
        .sum::<usize>()
        < needy
    {
        let to = (0..rooms.len()).find(|at| accessible(at) && shares[*at] < capacity[*at]);
        let from = (0..rooms.len())
            .rev()
            .find(|at| !accessible(at) && shares[*at] > 0);
        let (Some(to), Some(from)) = (to, from) else {
            break;
        };
        shares[to] += 1;
        shares[from] -= 1;
    }
    shares
}

/// Who goes into which room: squads dealt out evenly, the largest first.
fn deal(rooms: &[Room], guests: &[Guest], shares: &[usize], prng: &mut Prng) -> Vec<Vec<Guest>> {
    let mut squads: BTreeMap<UnitId, Vec<Guest>> = BTreeMap::new();
    let mut sorted = guests.to_vec();
    sorted.sort_by_key(|guest| guest.person);
    for guest in sorted {
        squads.entry(guest.unit).or_default().push(guest);
    }
    let mut squads: Vec<Vec<Guest>> = squads.into_values().collect();
    prng.shuffle(&mut squads);
    squads.sort_by_key(|squad| std::cmp::Reverse(squad.len()));
    let mut members: Vec<Vec<Guest>> = vec![Vec::new(); rooms.len()];
    for needy in [true, false] {
        for squad in &mut squads {
            prng.shuffle(squad);
            for guest in squad.iter().filter(|guest| guest.accessible == needy) {
                // The room with the fewest of the squad for its size, then with the most space.
                let best = (0..rooms.len())
                    .filter(|at| members[*at].len() < shares[*at])
                    .filter(|at| rooms[*at].accessible || !needy)
                    .min_by_key(|at| {
                        let own = members[*at].iter().filter(|g| g.unit == guest.unit);
                        let space = shares[*at] - members[*at].len();
                        (own.count() * 1000 / shares[*at], usize::MAX - space)
                    });
                if let Some(at) = best {
                    members[at].push(*guest);
                }
            }
        }
    }
    members
}

fn pairs(room: &Room, placed: &[(u32, Guest)]) -> u32 {
    let mut pairs = 0;
    for (k, (seat, guest)) in placed.iter().enumerate() {
        let before = placed[..k].iter();
        let near = before.filter(|(s, g)| g.unit == guest.unit && room.touch(*s, *seat));
        pairs += u32::try_from(near.count()).unwrap_or(0);
    }
    pairs
}

/// Seats one room: first seat after seat the squad with most people left that touches nobody of its
/// own, then swaps and moves to free seats as long as they part a pair.
fn place(room: &Room, guests: &mut [Guest], prng: &mut Prng) -> Vec<(u32, Guest)> {
    let seats: Vec<u32> = room.seats().collect();
    prng.shuffle(guests);
    let mut left: Vec<Guest> = guests.to_vec();
    // Free seats are spread through the room instead of left at its end.
    let taken: Vec<u32> = (0..left.len())
        .map(|k| seats[k * seats.len() / left.len()])
        .collect();
    let mut placed: Vec<(u32, Guest)> = Vec::with_capacity(left.len());
    for seat in taken {
        let near = |unit: UnitId| {
            let close = placed.iter().rev();
            close
                .filter(|(s, g)| g.unit == unit && room.touch(*s, seat))
                .count()
        };
        let best = (0..left.len()).min_by_key(|at| {
            let unit = left[*at].unit;
            let rest = left.iter().filter(|g| g.unit == unit).count();
            (near(unit), usize::MAX - rest)
        });
        if let Some(at) = best {
            placed.push((seat, left.remove(at)));
        }
    }
    mend(room, &seats, &mut placed);
    placed.sort_by_key(|(seat, _)| *seat);
    placed
}

fn mend(room: &Room, seats: &[u32], placed: &mut [(u32, Guest)]) {
    let close = |placed: &[(u32, Guest)], at: usize| {
        let (seat, guest) = placed[at];
        placed
            .iter()
            .filter(|(s, g)| g.unit == guest.unit && room.touch(*s, seat))
            .count()
    };
    let mut better = true;
    while better {
        better = false;
        for a in 0..placed.len() {
            if close(placed, a) == 0 {
                continue;
            }
            for b in 0..placed.len() {
                if placed[a].1.unit == placed[b].1.unit {
                    continue;
                }
                let before = close(placed, a) + close(placed, b);
                swap_guests(placed, a, b);
                if close(placed, a) + close(placed, b) < before {
                    better = true;
                    break;
                }
                swap_guests(placed, a, b);
            }
            for seat in seats {
                if placed.iter().any(|(taken, _)| taken == seat) {
                    continue;
                }
                let (old, before) = (placed[a].0, close(placed, a));
                placed[a].0 = *seat;
                if close(placed, a) < before {
                    better = true;
                    break;
                }
                placed[a].0 = old;
            }
        }
    }
}

fn swap_guests(placed: &mut [(u32, Guest)], a: usize, b: usize) {
    let guest = placed[a].1;
    placed[a].1 = placed[b].1;
    placed[b].1 = guest;
}

#[cfg(test)]
mod tests;
