//! `chengzhi video` where nothing can be checked.
#![allow(clippy::unwrap_used)]

mod cli_support;

use cli_support::Desk;

#[test]
fn what_is_not_there_is_told_in_chinese() {
    let desk = Desk::new();
    for (args, said) in [
        (vec!["nofile.mp4"], "nofile.mp4：无法读取视频文件：找不到"),
        (
            vec!["nofile.mp4", "--against", "nofolder"],
            "nofolder：无法读取比对目录：找不到",
        ),
    ] {
        let run = desk.run(&[&["video", "audit"], args.as_slice()].concat());
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{args:?}");
        assert!(run.err.starts_with(said), "{}", run.err);
        assert!(!run.err.contains("os error"), "{}", run.err);
    }
}
