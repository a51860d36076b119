//! chengzhi-study
