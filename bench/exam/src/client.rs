//! One candidate's browser: a kept connection, opened anew when it breaks.

use std::cell::Cell;
use std::net::{Ipv4Addr, SocketAddr};
use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::SendRequest;
use hyper::header::{HeaderValue, SET_COOKIE};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use tokio::net::TcpSocket;

/// How long a browser waits for a reply.
const PATIENCE: Duration = Duration::from_secs(60);

/// Why no reply came.
#[derive(Debug)]
pub struct Broken;

/// A reply.
#[derive(Debug)]
pub struct Reply {
    /// Status.
    pub status: u16,
    /// Body as sent; compressed when it is long.
    pub body: Bytes,
    /// The session's cookie, when one was set.
    pub cookie: Option<String>,
}

/// A browser.
pub struct Browser {
    server: SocketAddr,
    from: Ipv4Addr,
    cookie: Option<HeaderValue>,
    line: Option<SendRequest<Full<Bytes>>>,
    opened: Rc<Cell<u64>>,
}

impl Browser {
    /// A browser that has opened nothing yet. `number` spreads them over addresses, since one address has
    /// some 28,000 ports; `opened` counts connections.
    pub fn new(server: SocketAddr, number: usize, opened: Rc<Cell<u64>>) -> Self {
        let part = u8::try_from(number / 15_000).unwrap_or(u8::MAX - 1);
        Browser {
            server,
            from: Ipv4Addr::new(127, 0, 0, 1 + part),
            cookie: None,
            line: None,
            opened,
        }
    }

    /// With the secret of a session.
    pub fn signed_in(mut self, token: &str) -> Self {
        self.take_session(token);
        self
    }

    /// Goes on with the secret of another session.
    pub fn take_session(&mut self, token: &str) {
        self.cookie = HeaderValue::from_str(&format!("chengzhi_session={token}")).ok();
    }

    /// Closes the connection.
    pub fn hang_up(&mut self) {
        self.line = None;
    }

    async fn connect(&mut self) -> Result<(), Broken> {
        let open = async {
            let socket = TcpSocket::new_v4()?;
            socket.bind(SocketAddr::from((self.from, 0)))?;
            let stream = socket.connect(self.server).await?;
            stream.set_nodelay(true)?;
            std::io::Result::Ok(stream)
        };
        let stream = tokio::time::timeout(PATIENCE, open)
            .await
            .map_err(|_| Broken)?
            .map_err(|_| Broken)?;
        let (line, connection) = hyper::client::conn::http1::Builder::new()
            .max_buf_size(16 * 1024)
            .handshake(TokioIo::new(stream))
            .await
            .map_err(|_| Broken)?;
        self.opened.set(self.opened.get() + 1);
        tokio::task::spawn_local(async move {
            // How a connection ends shows in the request that was on it.
            let _ = connection.await;
        });
        self.line = Some(line);
        Ok(())
    }

    /// One request. A kept connection that turns out to be closed before anything was sent is opened anew; what was
    /// sent is never repeated here.
    pub async fn call(&mut self, method: Method, path: &str, body: Bytes) -> Result<Reply, Broken> {
        for attempt in 0..2 {
            if !self.line.as_ref().is_some_and(SendRequest::is_ready) {
                // A connection just opened, or one whose last reply has been read to its end, is ready at once.
                let ready = match self.line.as_mut() {
                    Some(line) => line.ready().await.is_ok(),
                    None => false,
                };
                if !ready {
                    self.connect().await?;
                }
            }
            let request = self.request(&method, path, body.clone())?;
            let Some(line) = self.line.as_mut() else {
                return Err(Broken);
            };
            let sent = tokio::time::timeout(PATIENCE, line.try_send_request(request)).await;
            match sent {
                Ok(Ok(reply)) => return self.read(reply).await,
                Ok(Err(mut error)) => {
                    self.line = None;
                    if error.take_message().is_none() || attempt > 0 {
                        return Err(Broken);
                    }
                }
                Err(_) => {
                    self.line = None;
                    return Err(Broken);
                }
            }
        }
        Err(Broken)
    }

    fn request(
        &self,
        method: &Method,
        path: &str,
        body: Bytes,
    ) -> Result<Request<Full<Bytes>>, Broken> {
        let mut request = Request::builder()
            .method(method.clone())
            .uri(path)
            .header("host", "exam.bench")
            .header("accept-encoding", "gzip, deflate, br")
            .header("x-chengzhi", "1");
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie.clone());
        }
        if !body.is_empty() {
            request = request.header("content-type", "application/json");
        }
        request.body(Full::new(body)).map_err(|_| Broken)
    }

    async fn read(
        &mut self,
        reply: hyper::Response<hyper::body::Incoming>,
    ) -> Result<Reply, Broken> {
        let status = reply.status().as_u16();
        let cookie = reply
            .headers()
            .get(SET_COOKIE)
            .and_then(|line| line.to_str().ok())
            .and_then(|line| line.split(';').next())
            .and_then(|pair| pair.split_once('='))
            .map(|(_, token)| token.to_owned());
        let body = tokio::time::timeout(PATIENCE, reply.into_body().collect()).await;
        match body {
            Ok(Ok(body)) => Ok(Reply {
                status,
                body: body.to_bytes(),
                cookie,
            }),
            _ => {
                self.line = None;
                Err(Broken)
            }
        }
    }
}
