//! chengzhi-organisation
