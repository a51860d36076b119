//! chengzhi-accounts
