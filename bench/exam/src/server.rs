//! The program under test.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::Common;
use crate::measure::{Used, cpu_seconds, memory_mib, postgres_seconds};
use crate::people::Place;

/// A running program. Killed when dropped.
pub struct Server {
    child: Child,
    pid: String,
    /// Where it listens.
    pub address: SocketAddr,
    postgres: Option<std::path::PathBuf>,
    /// Processor seconds of earlier ones in this place.
    spent: f64,
}

impl Server {
    /// Starts it over the data; `port` 0 takes any.
    pub async fn start(common: &Common, place: &Place, port: u16) -> anyhow::Result<Self> {
        let (child, address) = launch(&common.program, &common.folder, place, port).await?;
        Ok(Server {
            pid: pid_of(&child)?,
            child,
            address,
            postgres: common.postgres.clone(),
            spent: 0.0,
        })
    }

    /// What is used up to now.
    pub fn used(&self) -> Used {
        Used {
            server: self.spent + cpu_seconds(&self.pid),
            database: self.postgres.as_deref().map_or(0.0, postgres_seconds),
            own: cpu_seconds("self"),
            memory: memory_mib(&self.pid, "VmRSS:"),
            at: Some(Instant::now()),
        }
    }

    /// The most memory that it has had, MiB.
    pub fn peak(&self) -> f64 {
        memory_mib(&self.pid, "VmHWM:")
    }

    /// Kills it without warning, waits a moment, starts it on the same port. Gives the seconds until it answered.
    pub async fn kill_and_start(&mut self, common: &Common, place: &Place) -> anyhow::Result<f64> {
        self.spent += cpu_seconds(&self.pid);
        let began = Instant::now();
        self.child.kill().await?;
        let port = self.address.port();
        let mut tries = 0;
        let (child, address) = loop {
            match launch(&common.program, &common.folder, place, port).await {
                Ok(started) => break started,
                Err(error) if tries >= 20 => return Err(error),
                Err(_) => {
                    tries += 1;
                    tokio::time::sleep(Duration::from_millis(250)).await;
                }
            }
        };
        self.pid = pid_of(&child)?;
        self.child = child;
        self.address = address;
        Ok(began.elapsed().as_secs_f64())
    }

    /// Stops it in good order.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        let term = Command::new("kill").arg(&self.pid).status().await?;
        anyhow::ensure!(term.success(), "the program could not be told to stop");
        if tokio::time::timeout(Duration::from_secs(60), self.child.wait())
            .await
            .is_err()
        {
            self.child.kill().await?;
            anyhow::bail!("the program did not stop within a minute");
        }
        Ok(())
    }
}

fn pid_of(child: &Child) -> anyhow::Result<String> {
    let pid = child.id().context("the program ended at once")?;
    Ok(pid.to_string())
}

async fn launch(
    program: &Path,
    folder: &Path,
    place: &Place,
    port: u16,
) -> anyhow::Result<(Child, SocketAddr)> {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CHENGZHI_")) {
        command.env_remove(name);
    }
    command
        .arg("serve")
        .arg("--data-dir")
        .arg(folder)
        .args(["--listen", &format!("127.0.0.1:{port}")])
        .env("CHENGZHI_LOG", "warn")
        .stdout(Stdio::piped())
        .kill_on_drop(true);
    if let Some(database) = &place.database {
        command.args(["--database", database]);
    }
    let mut child = command
        .spawn()
        .with_context(|| format!("{} cannot be started", program.display()))?;
    let out = child.stdout.take().context("no output")?;
    let mut line = String::new();
    BufReader::new(out).read_line(&mut line).await?;
    let port = line
        .trim()
        .rsplit(':')
        .next()
        .and_then(|port| port.parse().ok())
        .with_context(|| format!("the program did not start: {line}"))?;
    Ok((child, SocketAddr::from(([127, 0, 0, 1], port))))
}
