//! Signing in: the one request that costs a password's hash.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use hyper::Method;
use tokio::task::JoinSet;

use crate::client::Browser;
use crate::measure::{HEAD, Times};
use crate::people::{PASSWORD, staff_no};
use crate::server::Server;

/// A quarter of an hour in seconds: the time before an exam in which everybody signs in.
const QUARTER: f64 = 900.0;

/// Signs a person in over a connection of its own; gives the session's secret.
pub async fn sign_in(
    browser: &mut Browser,
    person: i64,
    times: &Times,
    due: Instant,
) -> Option<String> {
    let body = format!(
        r#"{{"user_name":"{}","password":"{PASSWORD}"}}"#,
        staff_no(person)
    );
    match browser
        .call(Method::POST, "/api/v1/session", body.into())
        .await
    {
        Ok(reply) if reply.status == 200 => {
            times.done(due.elapsed());
            reply.cookie
        }
        Ok(reply) => {
            times.refused(reply.status);
            None
        }
        Err(_) => {
            times.lost();
            None
        }
    }
}

/// Sign-ins at the rate of the quarter of an hour, then as many as the server takes.
pub async fn phase(server: &Server, people: usize, seconds: u64) -> anyhow::Result<()> {
    let opened: Rc<Cell<u64>> = Rc::default();
    let rate = people as f64 / QUARTER;
    let times = Times::default();
    let (before, began) = (server.used(), Instant::now());
    let count = (rate * seconds as f64).max(1.0) as usize;
    let mut tasks = JoinSet::new();
    for number in 0..count {
        let (times, opened) = (times.clone(), opened.clone());
        let address = server.address;
        let due = began + Duration::from_secs_f64(number as f64 / rate);
        let person = i64::try_from(number % people)? + 1;
        tasks.spawn_local(async move {
            tokio::time::sleep_until(due.into()).await;
            let mut browser = Browser::new(address, 0, opened);
            sign_in(&mut browser, person, &times, due).await;
        });
    }
    tasks.join_all().await;
    let used = server.used();
    println!("\nsign-in at {rate:.1} a second, {people} people in a quarter of an hour");
    println!("{HEAD}\n{}", times.row("sign-in"));
    println!("{}", used.since(&before));

    let times = Times::default();
    let (before, began) = (server.used(), Instant::now());
    let until = began + Duration::from_secs(seconds.min(15));
    let mut tasks = JoinSet::new();
    for worker in 0..16_i64 {
        let (times, opened) = (times.clone(), opened.clone());
        let address = server.address;
        let people = i64::try_from(people)?;
        tasks.spawn_local(async move {
            let mut person = worker;
            while Instant::now() < until {
                let mut browser = Browser::new(address, 0, opened.clone());
                sign_in(&mut browser, person % people + 1, &times, Instant::now()).await;
                person += 16;
            }
        });
    }
    tasks.join_all().await;
    let (used, took) = (server.used(), began.elapsed().as_secs_f64());
    let done = times.count().max(1) as f64;
    let each = (used.server - before.server) / done;
    println!("sign-in by 16 at a time");
    println!("{HEAD}\n{}", times.row("sign-in"));
    println!(
        "{:.1} sign-ins a second, {:.0} ms of processor each; {people} cost {:.0} CPU-s, {:.0} % of two cores for a quarter of an hour",
        done / took,
        each * 1000.0,
        each * people as f64,
        each * people as f64 / (2.0 * QUARTER) * 100.0,
    );
    Ok(())
}
