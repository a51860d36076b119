//! The program as a process: what it refuses, TLS, and what is left after it was killed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod program;

use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, ClientConnection, DigitallySignedStruct, SignatureScheme, StreamOwned};

use program::{PASSWORD, administrator, ask, cookie_of, exchange, request, run, serve, text};

#[test]
fn it_does_not_listen_in_clear_beyond_this_machine() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    for address in ["0.0.0.0:0", "[::]:0"] {
        let refused = run(&["serve", "--data-dir", data, "--listen", address]);
        assert_eq!(refused.status.code(), Some(2));
        assert!(
            text(&refused.stderr).contains("须加密"),
            "{}",
            text(&refused.stderr)
        );
        assert!(
            !folder.path().join("chengzhi.db").exists(),
            "refused before anything is made"
        );
    }
    let allowed = serve(
        &["--data-dir", data],
        &["--listen", "0.0.0.0:0", "--allow-plain-http"],
    );
    assert_eq!(
        ask(allowed.address, "GET", "/healthz", None, "").unwrap().0,
        200
    );
}

#[test]
fn commands_that_write_need_a_named_actor_and_a_ready_database() {
    let folder = tempfile::tempdir().unwrap();
    let data = ["--data-dir", folder.path().to_str().unwrap()];
    let create = |more: &[&str]| {
        let mut args = vec!["admin", "create", "--role", "audit_admin", "--name", "王五"];
        args.extend(more);
        args.extend(data);
        run(&args)
    };
    let nameless = create(&[]);
    assert_eq!(nameless.status.code(), Some(2));
    assert!(
        text(&nameless.stderr).contains("--actor"),
        "{}",
        text(&nameless.stderr)
    );
    assert_eq!(
        create(&["--actor", "  "]).status.code(),
        Some(2),
        "a blank is no name"
    );
    let early = create(&["--actor", "李四"]);
    assert!(
        text(&early.stderr).contains("chengzhi migrate"),
        "{}",
        text(&early.stderr)
    );
    let unnamed = run(&["migrate", data[0], data[1]]);
    assert_eq!(
        unnamed.status.code(),
        Some(2),
        "who changes the schema is named"
    );
    assert!(
        run(&["migrate", "--actor", "李四", data[0], data[1]])
            .status
            .success()
    );
    let again = run(&["migrate", "--actor", "李四", data[0], data[1]]);
    assert_eq!(text(&again.stdout), "数据库已是最新\n");
    assert!(create(&["--actor", "李四"]).status.success());
    assert!(text(&create(&["--actor", "李四"]).stderr).contains("用户名已存在"));
    let reset = run(&[
        "admin",
        "reset",
        "--user",
        "audit_admin",
        "--actor",
        "李四",
        data[0],
        data[1],
    ]);
    assert!(
        text(&reset.stdout).contains("一次性口令"),
        "{}",
        text(&reset.stderr)
    );
    let verified = run(&["audit", "verify", data[0], data[1]]);
    assert_eq!(text(&verified.stdout), "审计日志完整，共3条\n");
}

#[test]
fn trials_speak_tls_with_a_certificate_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let server = serve(
        &["--data-dir", data],
        &["--listen", "127.0.0.1:0", "--tls-self-signed"],
    );
    assert!(server.line.contains("https://"), "{}", server.line);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(AnyCertificate))
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    let connection = ClientConnection::new(Arc::new(config), name).unwrap();
    let stream = TcpStream::connect(server.address).unwrap();
    let mut tls = StreamOwned::new(connection, stream);
    let (status, head, _) = exchange(&mut tls, &request("GET", "/readyz", None, "")).unwrap();
    assert_eq!(status, 200);
    assert!(
        head.to_lowercase().contains("strict-transport-security"),
        "{head}"
    );
    let plain = ask(server.address, "GET", "/healthz", None, "");
    assert!(
        plain.is_none(),
        "plain HTTP gets no answer on the TLS address: {plain:?}"
    );
}

#[test]
fn it_stops_in_good_order_when_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = serve(
        &["--data-dir", folder.path().to_str().unwrap()],
        &["--listen", "127.0.0.1:0"],
    );
    assert_eq!(
        ask(server.address, "GET", "/healthz", None, "").unwrap().0,
        200
    );
    let told = Command::new("kill")
        .arg(server.child.id().to_string())
        .status()
        .unwrap();
    assert!(told.success());
    let started = Instant::now();
    let status = server.child.wait().unwrap();
    assert!(status.success(), "{status}");
    assert!(started.elapsed() < Duration::from_secs(10));
}

/// Signs in from several threads until the process is killed in the middle of it, then checks that
/// every session whose reply had arrived is still there, and that the audit chain holds.
fn what_was_acknowledged_survives_a_kill(data: &[&str]) {
    let mut server = serve(data, &["--listen", "127.0.0.1:0"]);
    administrator(data, server.address);
    let address = server.address;
    let acknowledged: Arc<Mutex<Vec<String>>> = Arc::default();
    let workers: Vec<_> = (0..4)
        .map(|_| {
            let acknowledged = acknowledged.clone();
            std::thread::spawn(move || {
                let body = format!(r#"{{"user_name":"system_admin","password":"{PASSWORD}"}}"#);
                while let Some((200, head, _)) =
                    ask(address, "POST", "/api/v1/session", None, &body)
                {
                    acknowledged.lock().unwrap().push(cookie_of(&head));
                }
            })
        })
        .collect();
    let started = Instant::now();
    while acknowledged.lock().unwrap().len() < 20 {
        assert!(
            started.elapsed() < Duration::from_secs(60),
            "sign-in does not get through"
        );
        std::thread::sleep(Duration::from_millis(10));
    }
    server.child.kill().unwrap();
    server.child.wait().unwrap();
    for worker in workers {
        worker.join().unwrap();
    }
    let acknowledged = acknowledged.lock().unwrap().clone();
    let again = serve(data, &["--listen", "127.0.0.1:0"]);
    let lost: Vec<&String> = acknowledged
        .iter()
        .filter(|cookie| {
            ask(again.address, "GET", "/api/v1/session", Some(cookie), "")
                .unwrap()
                .0
                != 200
        })
        .collect();
    assert!(
        lost.is_empty(),
        "{} of {} sessions were lost",
        lost.len(),
        acknowledged.len()
    );
    drop(again);
    let mut verify = vec!["audit", "verify"];
    verify.extend(data);
    let verified = run(&verify);
    assert!(verified.status.success(), "{}", text(&verified.stderr));
    let lines: usize = text(&verified.stdout)
        .chars()
        .filter(char::is_ascii_digit)
        .collect::<String>()
        .parse()
        .unwrap();
    assert!(lines > acknowledged.len(), "each sign-in has its line");
}

#[test]
fn what_was_acknowledged_survives_a_kill_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    what_was_acknowledged_survives_a_kill(&["--data-dir", data]);
    assert!(Path::new(data).join("chengzhi.db").exists());
}

#[tokio::test]
async fn what_was_acknowledged_survives_a_kill_on_postgres() {
    let folder = tempfile::tempdir().unwrap();
    let database = chengzhi_testkit::empty_postgres().await;
    tokio::task::spawn_blocking(move || {
        let data = folder.path().to_str().unwrap();
        what_was_acknowledged_survives_a_kill(&["--data-dir", data, "--database", &database]);
    })
    .await
    .unwrap();
}

/// Believes every certificate: the trial's is made at start.
#[derive(Debug)]
struct AnyCertificate;

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _certificate: &CertificateDer<'_>,
        _chain: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        rustls::crypto::ring::default_provider()
            .signature_verification_algorithms
            .supported_schemes()
    }
}
