//! Latencies and what the processes use.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// Latencies of one kind of request, shared by all candidates.
#[derive(Debug, Clone, Default)]
pub struct Times(Rc<RefCell<Inner>>);

#[derive(Debug, Default)]
struct Inner {
    micros: Vec<u32>,
    refused: BTreeMap<u16, u64>,
    again: u64,
    lost: u64,
}

impl Times {
    /// Notes a reply that came so long after it was due.
    pub fn done(&self, after: Duration) {
        let micros = u32::try_from(after.as_micros()).unwrap_or(u32::MAX);
        self.0.borrow_mut().micros.push(micros);
    }

    /// Notes a refusal.
    pub fn refused(&self, status: u16) {
        *self.0.borrow_mut().refused.entry(status).or_default() += 1;
    }

    /// Notes a request whose connection broke and which is sent again, as the page does.
    pub fn again(&self) {
        self.0.borrow_mut().again += 1;
    }

    /// Notes a request that never got its reply.
    pub fn lost(&self) {
        self.0.borrow_mut().lost += 1;
    }

    /// How many were done.
    pub fn count(&self) -> usize {
        self.0.borrow().micros.len()
    }

    /// Refusals and requests that never got their reply. What was answered when sent again is none.
    pub fn failures(&self) -> u64 {
        let inner = self.0.borrow();
        inner.refused.values().sum::<u64>() + inner.lost
    }

    /// Milliseconds that so many thousandths of the replies took at most.
    pub fn percentile(&self, thousandths: usize) -> f64 {
        let mut inner = self.0.borrow_mut();
        inner.micros.sort_unstable();
        let last = inner.micros.len().saturating_sub(1);
        let at = (inner.micros.len() * thousandths / 1000).min(last);
        inner
            .micros
            .get(at)
            .map_or(0.0, |micros| f64::from(*micros) / 1000.0)
    }

    /// A row of a table: what, count, p50, p99, p99.9, max in milliseconds, what went wrong.
    pub fn row(&self, what: &str) -> String {
        let at = |thousandths| self.percentile(thousandths);
        let inner_text = {
            let inner = self.0.borrow();
            let mut said: Vec<String> = inner
                .refused
                .iter()
                .map(|(status, count)| format!("{count}×{status}"))
                .collect();
            for (count, what) in [(inner.again, "sent again"), (inner.lost, "never answered")] {
                if count > 0 {
                    said.push(format!("{count} {what}"));
                }
            }
            if said.is_empty() {
                "none".to_owned()
            } else {
                said.join(", ")
            }
        };
        format!(
            "| {what} | {} | {:.1} | {:.1} | {:.1} | {:.1} | {inner_text} |",
            self.count(),
            at(500),
            at(990),
            at(999),
            at(1000),
        )
    }
}

/// Head of a table of [`Times::row`].
pub const HEAD: &str = "| what | replies | p50 ms | p99 ms | p99.9 ms | max ms | refused, sent again |\n|---|---|---|---|---|---|---|";

/// Processor seconds of processes so far, and their memory.
#[derive(Debug, Clone, Copy, Default)]
pub struct Used {
    /// Processor seconds of the program.
    pub server: f64,
    /// Of PostgreSQL.
    pub database: f64,
    /// Of the generator.
    pub own: f64,
    /// Resident memory of the program, MiB.
    pub memory: f64,
    /// When.
    pub at: Option<Instant>,
}

impl Used {
    /// What was used since `earlier`, as text: seconds and share of one core.
    pub fn since(&self, earlier: &Used) -> String {
        let wall = match (self.at, earlier.at) {
            (Some(now), Some(then)) => now.duration_since(then).as_secs_f64().max(0.001),
            _ => 1.0,
        };
        let part = |name: &str, now: f64, then: f64| {
            let spent = now - then;
            format!(
                "{name} {spent:.1} CPU-s ({:.0} % of a core)",
                spent / wall * 100.0
            )
        };
        let mut text = part("program", self.server, earlier.server);
        if self.database > 0.0 {
            text += &format!(", {}", part("PostgreSQL", self.database, earlier.database));
        }
        format!(
            "{text}, {}, memory {:.0} MiB",
            part("generator", self.own, earlier.own),
            self.memory
        )
    }
}

/// Processor seconds of one process, its reaped children not counted.
pub fn cpu_seconds(process: &str) -> f64 {
    stat(process).map_or(0.0, |fields| {
        let ticks = |n: usize| {
            fields
                .get(n)
                .and_then(|t| t.parse::<f64>().ok())
                .unwrap_or(0.0)
        };
        // utime and stime, fields 14 and 15 of proc(5); a tick is a hundredth of a second on every Linux in use.
        (ticks(11) + ticks(12)) / 100.0
    })
}

/// Fields of `/proc/N/stat` from the third on.
fn stat(process: &str) -> Option<Vec<String>> {
    let text = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_, rest) = text.rsplit_once(") ")?;
    Some(rest.split(' ').map(str::to_owned).collect())
}

/// A line of `/proc/N/status` in MiB.
pub fn memory_mib(process: &str, line: &str) -> f64 {
    std::fs::read_to_string(format!("/proc/{process}/status"))
        .ok()
        .and_then(|text| {
            let line = text.lines().find(|l| l.starts_with(line))?.to_owned();
            line.split_whitespace().nth(1)?.parse::<f64>().ok()
        })
        .map_or(0.0, |kib| kib / 1024.0)
}

/// Processor seconds of a PostgreSQL server with all its processes, by the folder of its data.
pub fn postgres_seconds(folder: &std::path::Path) -> f64 {
    let file = [
        folder.join("postmaster.pid"),
        folder.join("data/postmaster.pid"),
    ];
    let Some(pid) = file
        .iter()
        .find_map(|path| std::fs::read_to_string(path).ok())
        .and_then(|text| text.lines().next().map(str::to_owned))
    else {
        return 0.0;
    };
    let mut sum = cpu_seconds(&pid);
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.bytes().all(|b| b.is_ascii_digit()) {
            continue;
        }
        // Second of the fields after the name: the parent.
        if stat(&name).is_some_and(|fields| fields.get(1) == Some(&pid)) {
            sum += cpu_seconds(&name);
        }
    }
    sum
}
