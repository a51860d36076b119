//! The key that signs links: made once, shared by all processes over the database.

use chengzhi_db::{DbError, Tx, sql};

const NAME: &str = "links.key";

/// The key as hex, if it was made.
pub(crate) async fn find(tx: &mut Tx) -> Result<Option<String>, DbError> {
    let row = tx
        .opt(sql("select value from setting where key = $1").bind(NAME))
        .await?;
    row.map(|row| row.get("value")).transpose()
}

/// Stores a key unless another process was faster.
pub(crate) async fn insert(tx: &mut Tx, key: &str) -> Result<(), DbError> {
    tx.run(
        sql("insert into setting (key, value) values ($1, $2) on conflict (key) do nothing")
            .bind(NAME)
            .bind(key),
    )
    .await?;
    Ok(())
}
