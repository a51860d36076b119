//! A folder of its own with a migrated database, and the server on it.

use std::path::Path;
use std::sync::Arc;

use chengzhi_accounts::domain::session::token_hash;
use chengzhi_accounts::facade::{DemoAccount, open_demo_account};
use chengzhi_db::{Db, DbTarget, Tx, sql};
use chengzhi_http::SystemClock;
use chengzhi_kernel::{AccountId, Clock as _};

use super::{Server, program, run, start, text};

/// Where a server of one test keeps its data.
pub struct Place {
    folder: tempfile::TempDir,
    /// PostgreSQL's address; none is SQLite in the folder.
    database: Option<String>,
}

impl Place {
    /// A migrated database without rows, and an empty folder.
    pub fn migrated(database: Option<String>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = Place { folder, database };
        let data = place.data();
        let data: Vec<&str> = data.iter().map(String::as_str).collect();
        let migrated = run(&[&["migrate", "--actor", "测试"], data.as_slice()].concat());
        assert!(migrated.status.success(), "{}", text(&migrated.stderr));
        place
    }

    /// Works on the database while no server runs.
    pub fn with_db<T>(&self, work: impl AsyncFnOnce(&Db) -> T) -> T {
        let target = match &self.database {
            Some(address) => DbTarget::Postgres(address.clone()),
            None => DbTarget::Sqlite(self.path().join("chengzhi.db")),
        };
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let db = Db::connect(&target, Arc::new(SystemClock)).await.unwrap();
            let found = work(&db).await;
            db.close().await;
            found
        })
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The arguments that name it.
    pub fn data(&self) -> Vec<String> {
        let folder = self.path().to_str().unwrap().to_owned();
        let mut data = vec!["--data-dir".to_owned(), folder];
        if let Some(address) = &self.database {
            data.extend(["--database".to_owned(), address.clone()]);
        }
        data
    }

    /// The arguments that serve it.
    pub fn serve_args(&self) -> Vec<String> {
        let mut args = vec!["serve".to_owned()];
        args.extend(self.data());
        args.extend(["--listen".to_owned(), "127.0.0.1:0".to_owned()]);
        args
    }

    /// Serves it; `names` are variables of its environment.
    pub fn serve_with(&self, names: &[(&str, &str)]) -> Server {
        let args = self.serve_args();
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let mut command = program(&args);
        command.envs(names.iter().copied());
        start(command)
    }

    /// What `chengzhi audit verify` says of it; fails when the chain is broken.
    pub fn audit_verified(&self) -> String {
        let data = self.data();
        let data: Vec<&str> = data.iter().map(String::as_str).collect();
        let verified = run(&[&["audit", "verify"], data.as_slice()].concat());
        assert!(verified.status.success(), "{}", text(&verified.stderr));
        text(&verified.stdout)
    }
}

/// Opens an account and a session of it, whose cookie is `chengzhi_session=` with this secret. Gives its number.
pub async fn signed_in(tx: &mut Tx, account: &DemoAccount, token: &str) -> AccountId {
    let now = SystemClock.now();
    let id = open_demo_account(tx, "测试", account)
        .await
        .unwrap()
        .unwrap();
    tx.run(
        sql("insert into session (token_hash, account_id, created_at, last_seen_at, address) values ($1, $2, $3, $4, '')")
            .bind(token_hash(token))
            .bind(id)
            .bind(now)
            .bind(now),
    )
    .await
    .unwrap();
    id
}
