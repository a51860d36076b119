//! Certificates, the key that signs their codes, and calendar feeds.

use chengzhi_db::{DbError, Row, Tx, sql};
use chengzhi_kernel::{Date, PersonId, Quantity, Timestamp};

/// The installation's key; none before the first code was made.
pub async fn key(tx: &mut Tx) -> Result<Option<Vec<u8>>, DbError> {
    tx.opt(sql("select secret from class_key where id = 1"))
        .await?
        .map(|row| row.get("secret"))
        .transpose()
}

/// Stores the key where there is none; of two at once the first one stays.
pub async fn add_key(tx: &mut Tx, secret: &[u8], now: Timestamp) -> Result<(), DbError> {
    tx.run(
        sql(
            "insert into class_key (id, secret, made_at) values (1, $1, $2) on conflict do nothing",
        )
        .bind(secret.to_vec())
        .bind(now),
    )
    .await?;
    Ok(())
}

/// A certificate.
#[derive(Debug, Clone)]
pub struct Certificate {
    /// Row id; 0 for a new one.
    pub id: i64,
    /// Class.
    pub class_id: i64,
    /// Trainee.
    pub trainee_id: i64,
    /// Its number; given by the store.
    pub number: String,
    /// Holder.
    pub name: String,
    /// Class with batch.
    pub class_title: String,
    /// Bureau.
    pub issuer: String,
    /// First day of the class.
    pub first_on: Date,
    /// Last day.
    pub last_on: Date,
    /// Hours.
    pub hours: Quantity,
    /// Credits.
    pub credits: Quantity,
    /// Day of issue.
    pub issued_on: Date,
    /// Revoked, and why.
    pub revoked: Option<(Timestamp, String)>,
}

fn certificate(row: &Row) -> Result<Certificate, DbError> {
    let revoked: Option<Timestamp> = row.get("revoked_at")?;
    let reason: String = row.get("revoke_reason")?;
    Ok(Certificate {
        id: row.get("id")?,
        class_id: row.get("class_id")?,
        trainee_id: row.get("trainee_id")?,
        number: row.get("number")?,
        name: row.get("name")?,
        class_title: row.get("class_title")?,
        issuer: row.get("issuer")?,
        first_on: row.get("first_on")?,
        last_on: row.get("last_on")?,
        hours: row.get("hours")?,
        credits: row.get("credits")?,
        issued_on: row.get("issued_on")?,
        revoked: revoked.map(|at| (at, reason)),
    })
}

/// Certificates of a class, oldest first.
pub async fn of_class(tx: &mut Tx, class: i64) -> Result<Vec<Certificate>, DbError> {
    tx.all(sql("select * from class_certificate where class_id = $1 order by id").bind(class))
        .await?
        .iter()
        .map(certificate)
        .collect()
}

/// A certificate.
pub async fn by_id(tx: &mut Tx, id: i64) -> Result<Option<Certificate>, DbError> {
    tx.opt(sql("select * from class_certificate where id = $1").bind(id))
        .await?
        .as_ref()
        .map(certificate)
        .transpose()
}

/// Standing certificates of a person, newest first.
pub async fn of_person(tx: &mut Tx, person: PersonId) -> Result<Vec<Certificate>, DbError> {
    tx.all(
        sql(
            "select c.* from class_certificate c join class_trainee t on t.id = c.trainee_id
             where t.person_id = $1 and c.revoked_at is null order by c.last_on desc, c.id desc",
        )
        .bind(person),
    )
    .await?
    .iter()
    .map(certificate)
    .collect()
}

/// Stores a certificate and gives it the next number of its year.
pub async fn insert(
    tx: &mut Tx,
    new: &Certificate,
    by_name: &str,
    now: Timestamp,
) -> Result<i64, DbError> {
    let id: i64 = tx
        .one(
            sql("insert into class_certificate (class_id, trainee_id, number, name, class_title, issuer, first_on,
                   last_on, hours, credits, issued_on, issued_at, issued_by_name)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) returning id")
            .bind(new.class_id)
            .bind(new.trainee_id)
            // Until its row has an id; a trainee has one standing certificate.
            .bind(format!("待编号{}", new.trainee_id))
            .bind(new.name.clone())
            .bind(new.class_title.clone())
            .bind(new.issuer.clone())
            .bind(new.first_on)
            .bind(new.last_on)
            .bind(new.hours)
            .bind(new.credits)
            .bind(new.issued_on)
            .bind(now)
            .bind(by_name),
        )
        .await?
        .get("id")?;
    let year = chrono::Datelike::year(&new.last_on);
    tx.run(
        sql("update class_certificate set number = $1 where id = $2")
            .bind(format!("培证〔{year}〕第{id:06}号"))
            .bind(id),
    )
    .await?;
    Ok(id)
}

/// Revokes a standing certificate. False when it was revoked.
pub async fn revoke(tx: &mut Tx, id: i64, reason: &str, now: Timestamp) -> Result<bool, DbError> {
    Ok(tx
        .run(
            sql("update class_certificate set revoked_at = $1, revoke_reason = $2 where id = $3 and revoked_at is null")
                .bind(now)
                .bind(reason)
                .bind(id),
        )
        .await?
        == 1)
}

/// A calendar feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CalendarFeed {
    /// Row id.
    pub id: i64,
    /// Whose.
    pub person: PersonId,
    /// How often its address was made anew.
    pub generation: i64,
}

fn feed(row: &Row) -> Result<CalendarFeed, DbError> {
    Ok(CalendarFeed {
        id: row.get("id")?,
        person: row.get("person_id")?,
        generation: row.get("generation")?,
    })
}

/// The feed of a person, made at the first asking.
pub async fn feed_of(
    tx: &mut Tx,
    person: PersonId,
    now: Timestamp,
) -> Result<CalendarFeed, DbError> {
    tx.run(
        sql("insert into class_calendar (person_id, made_at) values ($1, $2) on conflict do nothing")
            .bind(person)
            .bind(now),
    )
    .await?;
    feed(
        &tx.one(sql("select * from class_calendar where person_id = $1").bind(person))
            .await?,
    )
}

/// A feed by its id.
pub async fn feed_by_id(tx: &mut Tx, id: i64) -> Result<Option<CalendarFeed>, DbError> {
    tx.opt(sql("select * from class_calendar where id = $1").bind(id))
        .await?
        .as_ref()
        .map(feed)
        .transpose()
}

/// Makes a feed's address anew.
pub async fn renew_feed(tx: &mut Tx, id: i64) -> Result<(), DbError> {
    tx.run(sql("update class_calendar set generation = generation + 1 where id = $1").bind(id))
        .await?;
    Ok(())
}
