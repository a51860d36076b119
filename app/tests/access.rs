//! Every operation of the API × every role, as written in `access.txt`.
//!
//! If you are here because an operation is missing from the table: add its line. The message below
//! shows what the server does now; check each cell against part D4 of the requirements before you
//! copy it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::BTreeMap;

use axum::http::{Method, StatusCode};
use chengzhi_app::server::compose;
use chengzhi_authz::Role;
use support::{Reply, json_request, send, served};

/// What somebody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cell {
    /// Open to everybody, signed in or not.
    Open,
    /// Asked to sign in.
    SignIn,
    /// Refused.
    No,
    /// Allowed inside his units, or for the whole city.
    Yes,
    /// Allowed for his own data only.
    Own,
}

impl Cell {
    fn parse(word: &str) -> Option<Cell> {
        Some(match word {
            "open" => Cell::Open,
            "401" => Cell::SignIn,
            "403" => Cell::No,
            "yes" => Cell::Yes,
            "own" => Cell::Own,
            _ => return None,
        })
    }

    /// What the reply says; `yes` and `own` look alike from outside.
    fn fits(self, reply: &Reply) -> bool {
        // A reply to HEAD has no body: its status alone must do.
        let says = |code: &str| reply.text.is_empty() || reply.code() == code;
        let refused = reply.status == StatusCode::FORBIDDEN && says("auth.forbidden");
        let asked = reply.status == StatusCode::UNAUTHORIZED && says("auth.required");
        match self {
            Cell::SignIn => asked,
            Cell::No => refused,
            Cell::Open | Cell::Yes | Cell::Own => {
                !asked && !refused && !reply.status.is_server_error()
            }
        }
    }
}

fn seen(reply: &Reply) -> &'static str {
    match (reply.status, reply.code().as_str()) {
        (StatusCode::UNAUTHORIZED, "auth.required" | "") => "401",
        (StatusCode::FORBIDDEN, "auth.forbidden" | "") => "403",
        _ => "yes",
    }
}

struct Row {
    method: Method,
    path: String,
    cells: Vec<Cell>,
}

fn table() -> BTreeMap<String, Row> {
    let mut rows = BTreeMap::new();
    let mut columns = 0;
    for line in include_str!("access.txt").lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            [] => {}
            [first, ..] if first.starts_with('#') => {}
            ["operation", _, _, "anonymous", roles @ ..] => {
                let expected: Vec<&str> = Role::ALL.iter().map(|role| role.code()).collect();
                assert_eq!(roles, expected, "the table has one column for each role");
                columns = roles.len() + 1;
            }
            [operation, method, path, cells @ ..] => {
                assert_eq!(
                    cells.len(),
                    columns,
                    "{operation}: one cell for each column"
                );
                let cells = cells
                    .iter()
                    .map(|word| Cell::parse(word).unwrap_or_else(|| panic!("{operation}: {word}?")))
                    .collect();
                let row = Row {
                    method: method.parse().unwrap(),
                    path: (*path).to_owned(),
                    cells,
                };
                let twice = rows.insert((*operation).to_owned(), row).is_some();
                assert!(!twice, "{operation} stands twice in the table");
            }
            _ => panic!("not a line of the table: {line}"),
        }
    }
    rows
}

/// Operations of the document: id → method and path.
fn operations() -> BTreeMap<String, (Method, String)> {
    let document = serde_json::to_value(compose::openapi().unwrap()).unwrap();
    let mut found = BTreeMap::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let id = operation["operationId"]
                .as_str()
                .unwrap_or_else(|| panic!("{method} {path} has no id"));
            let method: Method = method.to_uppercase().parse().unwrap();
            let twice = found
                .insert(id.to_owned(), (method, path.clone()))
                .is_some();
            assert!(!twice, "operation id {id} is used twice");
        }
    }
    found
}

/// A path of a thing that does not exist: authorisation is decided before it is looked for.
fn concrete(path: &str) -> String {
    path.split('/')
        .map(|part| match part {
            "{hash}" => "0".repeat(64),
            "{month}" => "2024-10".to_owned(),
            part if part.starts_with('{') => "999999".to_owned(),
            part => part.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("/")
}

#[tokio::test]
async fn every_operation_answers_every_role_as_the_table_says() {
    let table = table();
    let operations = operations();
    let served = served(|_| {}).await;
    served.one_account_of_each_role().await;
    let mut cookies = vec![None];
    for role in Role::ALL {
        cookies.push(Some(served.sign_in(role.code()).await));
    }
    let mut wrong = Vec::new();
    let mut missing = Vec::new();
    for (id, (method, path)) in &operations {
        // Signing out would end the session for the operations after it.
        let ends_session = id == "close_session";
        let mut replies = Vec::new();
        for (column, cookie) in cookies.iter().enumerate() {
            let own = match column.checked_sub(1) {
                Some(role) if ends_session => Some(served.sign_in(Role::ALL[role].code()).await),
                _ => cookie.clone(),
            };
            let request = json_request(method.clone(), &concrete(path), own.as_deref(), "{}");
            replies.push(send(&served.router, request).await);
        }
        let Some(row) = table.get(id) else {
            let cells: Vec<&str> = replies.iter().map(seen).collect();
            missing.push(format!("{id} {method} {path} {}", cells.join(" ")));
            continue;
        };
        assert_eq!(
            (&row.method, &row.path),
            (method, path),
            "{id} moved: mend its line in access.txt"
        );
        for (column, (cell, reply)) in row.cells.iter().zip(&replies).enumerate() {
            if !cell.fits(reply) {
                let who = column
                    .checked_sub(1)
                    .map_or("anonymous", |role| Role::ALL[role].code());
                wrong.push(format!(
                    "{id} for {who}: table {cell:?}, server {} {}",
                    reply.status, reply.text
                ));
            }
        }
    }
    assert!(
        missing.is_empty(),
        "operations missing from app/tests/access.txt:\n{}",
        missing.join("\n")
    );
    assert!(
        wrong.is_empty(),
        "the server and app/tests/access.txt disagree:\n{}",
        wrong.join("\n")
    );
    let gone: Vec<&String> = table
        .keys()
        .filter(|id| !operations.contains_key(*id))
        .collect();
    assert!(
        gone.is_empty(),
        "lines of operations that do not exist any more: {gone:?}"
    );
}

#[test]
fn own_cells_stand_only_where_a_role_reaches_himself_only() {
    for (id, row) in table() {
        for (role, cell) in Role::ALL.iter().zip(&row.cells[1..]) {
            let own_only = matches!(role, Role::Officer | Role::Instructor);
            if *cell == Cell::Own {
                let about_oneself = row.path.starts_with("/api/v1/session")
                    || row.path.ends_with("/me")
                    // His own sitting: somebody else's does not exist.
                    || row.path.starts_with("/api/v1/exams/sittings")
                    || row.path.starts_with("/api/v1/exams/me/")
                    || row.path == "/api/v1/exams/{id}/start";
                assert!(
                    own_only || about_oneself,
                    "{id}: {role:?} has units, so his cell is yes"
                );
            }
        }
    }
}

#[tokio::test]
async fn people_outside_the_scope_do_not_exist() {
    let served = served(|_| {}).await;
    served.one_account_of_each_role().await;
    // Person 1 is the officer himself, person 2 his colleague in the squad, person 3 sits in the
    // district bureau. The reporter reaches the squad, the district's administrator both.
    let expected = [
        ("officer", [true, false, false]),
        ("squad_reporter", [true, true, false]),
        ("squad_head", [true, true, false]),
        ("district_training", [true, true, true]),
    ];
    for (role, people) in expected {
        let cookie = served.sign_in(role).await;
        for (index, found) in people.into_iter().enumerate() {
            for path in [
                "/api/v1/people/{id}",
                "/api/v1/assessment/people/{id}",
                "/api/v1/assessment/people/{id}/entries",
                "/api/v1/training-file/{id}?year=2024&purpose=certificate",
            ] {
                let path = path.replace("{id}", &(index + 1).to_string());
                let reply = send(
                    &served.router,
                    json_request(Method::GET, &path, Some(&cookie), ""),
                )
                .await;
                let status = if found {
                    StatusCode::OK
                } else {
                    StatusCode::NOT_FOUND
                };
                assert_eq!(reply.status, status, "{role} {path}: {}", reply.text);
            }
        }
    }
}
