//! The pages are built before the program. Where they are missing (a check of the Rust code alone),
//! a page that says so stands in their place.

use std::path::Path;

const PLACEHOLDER: &str = "<!doctype html>\n<html lang=\"zh-CN\">\n<head><meta charset=\"utf-8\" /><title>城执</title></head>\n\
    <body><p>网页尚未构建。请在项目目录运行 make web，然后重新构建程序。</p></body>\n</html>\n";

fn main() -> std::io::Result<()> {
    let folder = Path::new("../web/dist");
    let page = folder.join("index.html");
    if !page.exists() {
        std::fs::create_dir_all(folder)?;
        std::fs::write(&page, PLACEHOLDER)?;
    }
    println!("cargo:rerun-if-changed=../web/dist");
    println!("cargo:rerun-if-changed=build.rs");
    Ok(())
}
