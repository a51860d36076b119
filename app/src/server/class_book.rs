//! What fitness tests ask of classes, answered by the classes' façade.

use async_trait::async_trait;
use chengzhi_classes::facade as classes;
use chengzhi_db::Tx;
use chengzhi_fitness::facade::{ClassBook, ClassRef};
use chengzhi_http::Problem;
use chengzhi_kernel::{PersonId, UnitId};

/// The classes of this installation.
pub struct Classes;

fn class_ref(class: classes::ClassRef) -> ClassRef {
    ClassRef {
        id: class.id,
        unit_id: class.unit_id,
        title: class.title,
        days: class.days,
        place: class.place,
    }
}

#[async_trait]
impl ClassBook for Classes {
    async fn classes(
        &self,
        tx: &mut Tx,
        unit: UnitId,
        year: i32,
    ) -> Result<Vec<ClassRef>, Problem> {
        let found = classes::standing_classes(tx, unit, year).await?;
        Ok(found.into_iter().map(class_ref).collect())
    }

    async fn class(&self, tx: &mut Tx, id: i64) -> Result<Option<ClassRef>, Problem> {
        Ok(classes::standing_class(tx, id).await?.map(class_ref))
    }

    async fn trainees(&self, tx: &mut Tx, id: i64) -> Result<Vec<PersonId>, Problem> {
        classes::trainees_of(tx, id).await
    }
}
