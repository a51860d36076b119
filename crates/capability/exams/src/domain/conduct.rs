//! Conduct during the exam (表现, B-61): what an invigilator notes about a candidate.

use super::coded::coded;

coded! {
    /// What was seen.
    pub enum Conduct {
        /// Nothing to remark, said so.
        Orderly = "orderly", "遵守纪律，表现良好";
        /// Came late.
        Late = "late", "迟到";
        /// Without or with another's identity card.
        Identity = "identity", "证件不符或未带证件";
        /// Spoke with others.
        Talking = "talking", "交头接耳";
        /// Brought what is not allowed.
        Forbidden = "forbidden", "携带违禁物品";
        /// Used a telephone.
        Phone = "phone", "使用手机";
        /// Left the room.
        LeftRoom = "left_room", "中途离场";
        /// Somebody else sits for him.
        Substitute = "substitute", "疑似替考";
        /// The computer failed.
        Device = "device", "设备故障";
        /// The network failed.
        Network = "network", "网络故障";
        /// Unwell.
        Unwell = "unwell", "身体不适";
        /// Anything else, in the note.
        Other = "other", "其他情况";
    }
}

impl Conduct {
    /// Whether it speaks against the candidate; faults of machines and illness do not.
    #[must_use]
    pub const fn is_breach(self) -> bool {
        matches!(
            self,
            Self::Late
                | Self::Identity
                | Self::Talking
                | Self::Forbidden
                | Self::Phone
                | Self::LeftRoom
                | Self::Substitute
        )
    }

    /// Whether a note must say more than the word.
    #[must_use]
    pub const fn needs_note(self) -> bool {
        matches!(self, Self::Other | Self::Substitute | Self::Identity)
    }
}
