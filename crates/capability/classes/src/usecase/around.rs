//! What surrounds a scan: the phone, its network, its clock and place, and what else was scanned on it.

use std::net::IpAddr;

use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::Timestamp;

use crate::domain::code::window;
use crate::domain::presence::{Around, Signal, metres_between, score, signals};
use crate::store::lessons::LessonRow;
use crate::store::scan_reads;
use crate::store::scans::{self, Device};

use super::case::Case;
use super::codes::seconds;
use super::scan::ScanInput;

/// Scans of a lesson from which a network is the class's.
const NETWORK_FROM: usize = 5;

/// Everything that is known around a scan of this instant and window.
///
/// # Errors
/// 500 from the engine.
pub(super) async fn around(
    tx: &mut Tx,
    ctx: &Ctx,
    case: &Case,
    lesson: &LessonRow,
    device: &Device,
    input: &ScanInput,
    (at, shown): (Timestamp, i64),
) -> Result<Around, Problem> {
    let account = ctx.actor.account_id;
    let own = scan_reads::phones(tx, case.class.id, account).await?;
    let mine = network(input.address);
    let networks = scan_reads::networks(tx, lesson.lesson.id).await?;
    let signed: usize = networks.iter().map(|(_, scans)| scans).sum();
    let usual = networks.iter().max_by_key(|(_, scans)| *scans);
    let metres = input
        .position
        .zip(lesson.position)
        .map(|(phone, room)| metres_between(phone, room));
    let turnover = case.rules.turnover();
    let later = input.offline && at < ctx.now;
    let elsewhere = match lesson.position {
        Some(room) => scans::last_elsewhere(tx, account, lesson.lesson.id, at.plus_minutes(-60))
            .await?
            .and_then(|(before, there)| {
                let minutes =
                    u32::try_from((at.micros() - before.micros()).max(0) / 60_000_000).ok()?;
                let away = metres_between(room, there);
                // Farther than a car in town comes.
                (away > 2_000 && away > minutes.saturating_mul(1_000)).then_some(minutes)
            }),
        None => None,
    };
    Ok(Around {
        others_on_device: others(tx, ctx, device.id).await?,
        new_device: !own.is_empty() && !own.contains(&device.id),
        clock_off: input.client_ms.div_euclid(1_000) - seconds(at),
        other_network: !mine.is_empty()
            && signed >= NETWORK_FROM
            && usual.is_some_and(|(usual, scans)| *usual != mine && scans * 2 > signed),
        metres_away: metres,
        sent_later: later.then(|| {
            u32::try_from((ctx.now.micros() - at.micros()) / 60_000_000).unwrap_or(u32::MAX)
        }),
        elsewhere,
        typed: input.digits.is_some(),
        old_code: !later && window(seconds(ctx.now), turnover) > shown,
    })
}

fn today(ctx: &Ctx) -> (Timestamp, Timestamp) {
    (
        Timestamp::start_of_day(ctx.today),
        Timestamp::end_of_day(ctx.today),
    )
}

async fn others(tx: &mut Tx, ctx: &Ctx, device: i64) -> Result<u32, Problem> {
    let mut accounts: Vec<i64> = scans::on_device(tx, device, today(ctx))
        .await?
        .iter()
        .filter_map(|scan| scan.account_id)
        .filter(|account| *account != ctx.actor.account_id.get())
        .collect();
    accounts.sort_unstable();
    accounts.dedup();
    Ok(u32::try_from(accounts.len()).unwrap_or(u32::MAX))
}

/// The first one who signed in on a shared phone is asked about too, once the second has come.
///
/// # Errors
/// 500 from the engine.
pub(super) async fn flag_earlier(tx: &mut Tx, ctx: &Ctx, device: i64) -> Result<(), Problem> {
    let all = scans::on_device(tx, device, today(ctx)).await?;
    for scan in all.iter().filter(|scan| scan.decided.is_none()) {
        let mut others: Vec<i64> = all
            .iter()
            .filter_map(|other| other.account_id)
            .filter(|account| Some(*account) != scan.account_id)
            .collect();
        others.sort_unstable();
        others.dedup();
        let shared = signals(&Around {
            others_on_device: u32::try_from(others.len()).unwrap_or(u32::MAX),
            ..Around::default()
        });
        let mut list: Vec<serde_json::Value> =
            serde_json::from_str(&scan.signals).unwrap_or_default();
        let had = list.iter().any(|one| one["code"] == "device_shared");
        list.retain(|one| one["code"] != "device_shared");
        list.extend(shared.iter().map(signal_json));
        let added = if had { 0 } else { score(&shared) };
        let text = serde_json::Value::Array(list).to_string();
        scans::put_signals(tx, scan.id, scan.score + added, &text).await?;
    }
    Ok(())
}

fn signal_json(signal: &Signal) -> serde_json::Value {
    serde_json::json!({"code": signal.code, "text": signal.text})
}

/// Signals as they are stored.
#[must_use]
pub(super) fn signals_json(found: &[Signal]) -> String {
    serde_json::Value::Array(found.iter().map(signal_json).collect()).to_string()
}

/// The network of an address: /24 or /48; empty when the address is not known.
#[must_use]
pub fn network(address: IpAddr) -> String {
    if address.is_unspecified() {
        return String::new();
    }
    match address {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => network(IpAddr::V4(v4)),
            None => {
                let [a, b, c, ..] = v6.segments();
                format!("{a:x}:{b:x}:{c:x}::/48")
            }
        },
    }
}
