//! Writes one of each document to a folder, to be looked at:
//! `cargo run -p chengzhi-documents --profile ci --example show_documents -- FOLDER`.
#![allow(clippy::unwrap_used)]

#[path = "../tests/samples/mod.rs"]
mod samples;

use chengzhi_documents::{Document, FontSource, Typesetter};

fn main() {
    let folder =
        std::path::PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| ".".to_owned()));
    std::fs::create_dir_all(&folder).unwrap();
    let typesetter = Typesetter::new(FontSource::System);
    let documents: Vec<(&str, Box<dyn Document>)> = vec![
        ("class_notice", Box::new(samples::class_notice())),
        ("timetable", Box::new(samples::timetable())),
        ("attendance_sheet", Box::new(samples::attendance_sheet(45))),
        (
            "certificate",
            Box::new(vec![samples::certificate(), samples::long_certificate()]),
        ),
        ("admission_ticket", Box::new(samples::admission_ticket())),
        ("exam_paper", Box::new(samples::exam_paper(true))),
        ("answer_sheet", Box::new(samples::answer_sheet())),
        ("score_list", Box::new(samples::score_list(60))),
        ("circular", Box::new(samples::circular())),
    ];
    for (name, document) in documents {
        match typesetter.render(&*document, samples::made_at()) {
            Ok(pdf) => {
                println!("{name}: {} pages, {} bytes", pdf.pages, pdf.bytes.len());
                std::fs::write(folder.join(name).with_extension("pdf"), pdf.bytes).unwrap();
            }
            Err(error) => println!("{name}: {error}"),
        }
    }
}
