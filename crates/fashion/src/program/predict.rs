//! What the models say about a reader's own pictures.

use super::model::Model;
use super::train::Program;
use crate::data::{CLASS_NAMES, CLASSES};
use crate::nn::Network;
use crate::photo::Prepared;
use crate::show::{Figure, Gallery, Table};
use crate::svm::Svc;
use crate::{Classifier, Error, Result};
use fashion_base::text::percent;

/// The models that a folder has, asked together.
#[derive(Debug, Clone)]
pub struct Panel {
    networks: Vec<(Model, Network<f32>)>,
    svm: Option<Svc>,
    /// What is missing, and how to make it.
    missing: Vec<String>,
}

/// What one model says about one picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Opinion {
    /// The model: `CNN`, `MLNN` or `SVM`.
    pub model: &'static str,
    /// The class that it decides for.
    pub class: usize,
    /// The probability of each class, if the model gives any.
    pub probabilities: Option<[f64; CLASSES]>,
    /// Of the nine machines that know the class, how many voted for it, if the model has machines.
    pub votes: Option<usize>,
}

impl Panel {
    /// Loads what the program's model folder has.
    ///
    /// # Errors
    /// [`Error::ModelMissing`] if it has no model, [`Error::ModelForeign`] if a file is none of ours.
    pub fn load(program: &Program) -> Result<Self> {
        let mut missing = Vec::new();
        let mut present = |error: Error| match error {
            Error::ModelMissing { .. } => {
                missing.push(error.to_string());
                Ok(())
            }
            other => Err(other),
        };
        let mut networks = Vec::new();
        for model in [Model::Cnn, Model::Mlnn] {
            match program.load(model) {
                Ok(network) => networks.push((model, network)),
                Err(error) => present(error)?,
            }
        }
        let svm = match program.load_svm() {
            Ok(svm) => Some(svm),
            Err(error) => present(error).map(|()| None)?,
        };
        if networks.is_empty() && svm.is_none() {
            let path = program.path(Model::Cnn);
            return Err(Error::ModelMissing { name: Model::Cnn.name(), path });
        }
        Ok(Self { networks, svm, missing })
    }

    /// What is missing, and how to make it, one sentence each.
    pub fn missing(&self) -> &[String] {
        &self.missing
    }

    /// What each model says.
    ///
    /// # Errors
    /// None in practice: models and picture have 784 values.
    pub fn ask(&self, picture: &Prepared) -> Result<Vec<Opinion>> {
        let record = picture.record();
        let mut opinions = Vec::new();
        for (model, network) in &self.networks {
            let values = network.predict_proba(&record)?;
            let mut probabilities = [0.0; CLASSES];
            probabilities.iter_mut().zip(&values).for_each(|(to, &from)| *to = f64::from(from));
            let class = network.predict(&record)?[0];
            let probabilities = Some(probabilities);
            opinions.push(Opinion { model: model.name(), class, probabilities, votes: None });
        }
        if let Some(svm) = &self.svm {
            let class = svm.predict(&record)?[0];
            let place = svm.classes().iter().position(|&label| label == class);
            let votes = place.map(|place| svm.votes(&record).map(|votes| votes[[0, place]]));
            let votes = votes.transpose()?;
            opinions.push(Opinion { model: "SVM", class, probabilities: None, votes });
        }
        Ok(opinions)
    }
}

impl Opinion {
    /// `97.1 %`, or `9 of 9 votes`.
    pub fn confidence(&self) -> String {
        match (&self.probabilities, self.votes) {
            (Some(probabilities), _) => percent(probabilities[self.class], 1),
            (None, Some(votes)) => format!("{votes} of {} votes", CLASSES - 1),
            (None, None) => String::new(),
        }
    }

    /// The next probable classes: `Sneaker 2.1 %, Sandal 0.6 %`.
    fn next(&self) -> String {
        let Some(probabilities) = &self.probabilities else { return String::new() };
        let mut others: Vec<usize> = (0..CLASSES).filter(|&class| class != self.class).collect();
        others.sort_by(|&a, &b| probabilities[b].total_cmp(&probabilities[a]));
        let say =
            |&class: &usize| format!("{} {}", CLASS_NAMES[class], percent(probabilities[class], 1));
        others.iter().take(2).map(say).collect::<Vec<_>>().join(", ")
    }

    /// The opinions on one picture, one row per model.
    pub fn table(title: &str, opinions: &[Self]) -> Table {
        let mut table = Table::new(title, ["model", "class", "confidence", "next"]);
        for opinion in opinions {
            let class = CLASS_NAMES[opinion.class];
            table.push([opinion.model, class, &opinion.confidence(), &opinion.next()]);
        }
        table
    }

    /// How many pictures a gallery may have: more would make it longer than a figure may be.
    pub const PAGE: usize = 80;

    /// The pictures as the models saw them, each with what they say.
    ///
    /// # Errors
    /// If there is no picture, or more than [`Self::PAGE`].
    pub fn gallery(pictures: &[(String, Prepared, Vec<Self>)]) -> Result<Figure> {
        let mut gallery = Gallery::new("What the models saw").columns(4).scale(5);
        for (name, prepared, opinions) in pictures {
            let first = opinions.first().map_or(String::new(), |opinion| {
                let class = CLASS_NAMES[opinion.class];
                format!("{}: {class}, {}", opinion.model, opinion.confidence())
            });
            gallery = gallery.bytes(prepared.pixels(), format!("{name}\n{first}"));
        }
        gallery.draw()
    }
}
