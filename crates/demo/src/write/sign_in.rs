//! The morning of the class that runs today: trainees with accounts scan the code on the screen,
//! two of them on one phone.

use chengzhi_accounts::facade::{DemoAccount, hash_password};
use chengzhi_authz::{Role, ScopeKind};
use chengzhi_classes::facade::commands::{
    Scan, ScanInput, ask_leave, current_code, register_device, scan,
};
use chengzhi_http::Ctx;
use chengzhi_kernel::Timestamp;
use ring::hmac;

use super::accounts::PASSWORD;
use super::{Writer, told};

/// Trainees who have not come yet at the demo's start.
const MISSING: usize = 4;

impl Writer<'_> {
    /// Opens accounts for those who have none.
    async fn open_for_trainees(&mut self, people: &[usize]) -> anyhow::Result<()> {
        let hash = hash_password(self.service, PASSWORD).await?;
        let mut tx = self.state.db.write().await?;
        for person in people {
            if self.doers.contains_key(person) {
                continue;
            }
            let plan = &self.city.people[*person];
            let home = plan.unit_on(self.city.wish.today.date());
            let account = DemoAccount {
                user_name: format!("u{}", plan.staff_no),
                name: plan.name.clone(),
                person_id: Some(self.person(*person)?),
                roles: vec![(
                    Role::Officer,
                    home.map(|unit| self.unit(unit)).transpose()?,
                    ScopeKind::Own,
                )],
                password_hash: hash.clone(),
            };
            self.open(&mut tx, &account, Some(*person)).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// A trainee with his own account at a moment.
    fn trainee(&self, person: usize, at: Timestamp) -> anyhow::Result<Ctx> {
        let home = self.city.people[person].unit_on(at.date()).unwrap_or(0);
        let role = (Role::Officer, self.unit(home)?);
        let nothing = chengzhi_authz::Scope {
            units: std::collections::BTreeSet::new(),
            own: None,
        };
        self.acting_with(person, at, role, nothing)
    }

    /// Those who have come by now scan; one asks for leave tomorrow.
    pub(super) async fn sign_in(
        &mut self,
        bureau: usize,
        class: i64,
        people: &[usize],
    ) -> anyhow::Result<()> {
        self.open_for_trainees(people).await?;
        let now = self.city.wish.today;
        let desk = self.organiser(bureau, now)?;
        let lessons = self.class(&desk, class).await?.lessons;
        let Some(first) = lessons.first() else {
            return Ok(());
        };
        let opens = first.from.plus_minutes(-25);
        let coming = people.len().saturating_sub(MISSING);
        let mut shared = None;
        for (index, person) in people.iter().take(coming).enumerate() {
            let seconds = i64::try_from(index).unwrap_or(0) * 31;
            let at = Timestamp::from_micros(opens.micros() + seconds * 1_000_000);
            if at >= now {
                break;
            }
            let ctx = self.trainee(*person, at)?;
            let device = match (&shared, index) {
                // The twelfth one scans on the phone of the eleventh.
                (Some(device), 11) => Clone::clone(device),
                _ => register_device(&ctx, "手机").await.map_err(told("手机"))?,
            };
            if index == 10 {
                shared = Some(device.clone());
            }
            let screen = self.organiser(bureau, at)?;
            let code = current_code(&screen, class, first.id)
                .await
                .map_err(told("签到码"))?;
            let link = code
                .path
                .rsplit('/')
                .next()
                .and_then(|part| part.split_once('.'))
                .and_then(|(window, sign)| Some((window.parse().ok()?, sign.to_owned())));
            let mut input = ScanInput {
                lesson: first.id,
                kind: Scan::In.code().to_owned(),
                link,
                digits: None,
                device: device.id,
                client_ms: at.micros() / 1_000,
                signature: String::new(),
                offline: false,
                position: None,
                address: std::net::IpAddr::V4(std::net::Ipv4Addr::new(10, 13, 8, 21)),
            };
            let key = hmac::Key::new(hmac::HMAC_SHA256, &hex::decode(&device.key)?);
            let tag = hmac::sign(&key, input.signed_text().as_bytes());
            input.signature = hex::encode(tag.as_ref());
            scan(&ctx, input).await.map_err(told("签到"))?;
        }
        let tomorrow = lessons
            .iter()
            .find(|lesson| lesson.from.date() > first.from.date());
        if let (Some(lesson), Some(person)) = (tomorrow, people.last()) {
            let ctx = self.trainee(*person, now.plus_minutes(-30))?;
            ask_leave(
                &ctx,
                class,
                lesson.from,
                lesson.until,
                "带孩子就医，已与中队说明。",
            )
            .await
            .map_err(told("请假"))?;
        }
        Ok(())
    }
}
