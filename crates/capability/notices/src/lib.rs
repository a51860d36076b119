//! chengzhi-notices
