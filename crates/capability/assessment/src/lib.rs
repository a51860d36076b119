//! chengzhi-assessment
