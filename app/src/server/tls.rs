//! TLS by rustls, with the ring provider chosen by name.

use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use axum_server::tls_rustls::RustlsConfig;
use chengzhi_config::Settings;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// The TLS side of the settings; `None` for plain HTTP.
///
/// # Errors
/// When the certificate or key cannot be read, or do not belong together.
pub fn config(settings: &Settings) -> anyhow::Result<Option<RustlsConfig>> {
    let (chain, key) = match (&settings.tls_cert, &settings.tls_key) {
        (Some(cert), Some(key)) => (read_chain(cert)?, read_key(key)?),
        _ if settings.tls_self_signed => self_signed(settings.listen.ip())?,
        _ => return Ok(None),
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .context("证书与私钥不匹配")?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Some(RustlsConfig::from_config(Arc::new(config))))
}

fn read_chain(path: &Path) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let unreadable = || format!("证书文件{}无法读取", path.display());
    let chain = CertificateDer::pem_file_iter(path)
        .with_context(unreadable)?
        .collect::<Result<Vec<_>, _>>()
        .with_context(unreadable)?;
    anyhow::ensure!(!chain.is_empty(), "证书文件{}中没有证书", path.display());
    Ok(chain)
}

fn read_key(path: &Path) -> anyhow::Result<PrivateKeyDer<'static>> {
    PrivateKeyDer::from_pem_file(path)
        .with_context(|| format!("私钥文件{}无法读取", path.display()))
}

/// A certificate of this start only, for trials.
fn self_signed(
    listen: IpAddr,
) -> anyhow::Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)> {
    let names = vec![
        "localhost".to_owned(),
        "127.0.0.1".to_owned(),
        listen.to_string(),
    ];
    let made = rcgen::generate_simple_self_signed(names).context("试用证书无法生成")?;
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der())
        .map_err(|reason| anyhow::anyhow!("试用证书无法生成：{reason}"))?;
    Ok((vec![made.cert.der().clone()], key))
}
