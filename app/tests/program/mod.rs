//! The program as a process: starting it, asking it over a connection, ending it.
#![allow(dead_code)] // each test file uses a part of it

pub mod place;

use std::io::{BufRead as _, BufReader};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

pub const PASSWORD: &str = "Xk3-vm20pQ";

pub fn program(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chengzhi"));
    without_settings(&mut command);
    command.args(args).env("CHENGZHI_LOG", "warn");
    command
}

/// Settings of whoever runs the tests must not reach the program.
pub fn without_settings(command: &mut Command) {
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CHENGZHI_")) {
        command.env_remove(name);
    }
}

pub fn run(args: &[&str]) -> Output {
    program(args).output().unwrap()
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A running server; killed when dropped.
pub struct Server {
    pub child: Child,
    pub address: SocketAddr,
    pub line: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn serve(data: &[&str], more: &[&str]) -> Server {
    let args: Vec<&str> = ["serve"].iter().chain(data).chain(more).copied().collect();
    start(program(&args))
}

/// Starts a server by a command that ends in one, and waits until it says its address.
pub fn start(mut command: Command) -> Server {
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let port = line
        .trim()
        .rsplit(':')
        .next()
        .unwrap()
        .parse()
        .unwrap_or_else(|_| panic!("it said: {line}"));
    Server {
        child,
        address: SocketAddr::from(([127, 0, 0, 1], port)),
        line,
    }
}

/// One request over a connection of its own; status, head and body.
pub fn exchange(
    stream: &mut (impl std::io::Read + std::io::Write),
    request: &str,
) -> Option<(u16, String, String)> {
    stream.write_all(request.as_bytes()).ok()?;
    let mut reply = Vec::new();
    // A killed server ends the connection in any way; half a reply is no acknowledgement.
    let _ = stream.read_to_end(&mut reply);
    let reply = text(&reply);
    let (head, body) = reply.split_once("\r\n\r\n")?;
    let status: u16 = head.split(' ').nth(1)?.parse().ok()?;
    let announced = head.lines().find_map(|line| {
        line.to_lowercase()
            .strip_prefix("content-length: ")
            .map(str::to_owned)
    });
    let length: usize = match (status, announced) {
        (204, None) => 0,
        (_, announced) => announced?.parse().ok()?,
    };
    (body.len() >= length).then(|| (status, head.to_owned(), body.to_owned()))
}

pub fn request(method: &str, path: &str, cookie: Option<&str>, body: &str) -> String {
    let cookie = cookie
        .map(|cookie| format!("cookie: {cookie}\r\n"))
        .unwrap_or_default();
    format!(
        "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nx-chengzhi: 1\r\n\
         content-type: application/json\r\n{cookie}content-length: {}\r\n\r\n{body}",
        body.len()
    )
}

pub fn ask(
    address: SocketAddr,
    method: &str,
    path: &str,
    cookie: Option<&str>,
    body: &str,
) -> Option<(u16, String, String)> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .ok()?;
    exchange(&mut stream, &request(method, path, cookie, body))
}

pub fn cookie_of(head: &str) -> String {
    head.lines()
        .find_map(|line| line.strip_prefix("set-cookie: "))
        .and_then(|line| line.split(';').next())
        .unwrap_or_else(|| panic!("no cookie in {head}"))
        .to_owned()
}

/// Makes a system administrator on the command line and gives him a password over the server.
pub fn administrator(data: &[&str], address: SocketAddr) {
    let mut args = vec![
        "admin",
        "create",
        "--role",
        "system_admin",
        "--name",
        "张三",
        "--actor",
        "李四",
    ];
    args.extend(data);
    let made = run(&args);
    assert!(made.status.success(), "{}", text(&made.stderr));
    let printed = text(&made.stdout);
    let code = printed
        .lines()
        .find_map(|line| line.strip_prefix("一次性口令："))
        .unwrap();
    let body = format!(
        r#"{{"user_name":"system_admin","one_time_code":"{code}","new_password":"{PASSWORD}"}}"#
    );
    let (status, _, body) = ask(address, "POST", "/api/v1/session/activate", None, &body).unwrap();
    assert_eq!(status, 200, "{body}");
}
