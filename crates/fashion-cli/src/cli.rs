//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

use fashion::program::Model;
use lexopt::prelude::*;

/// What `fashion --help` says.
pub const HELP: &str = "\
Trains, tests and uses the networks of assignment A5 on Fashion-MNIST.

  fashion                            test mode, as in the original: the same as `fashion test`
  fashion --train-model              train mode, as in the original: the same as `fashion train`
  fashion train [mlnn|cnn|svm|all]   train and save: the multilayer network, the convolutional network,
                                     a support vector machine, or all three (default)
  fashion test                       evaluate both networks on the test images; print the report of each
                                     class; write multi-layer-net.txt and convolution-neural-net.txt
  fashion predict IMAGE ...          classify your own PNG or JPEG pictures; write predict.svg with
                                     what the models saw (predict-2.svg and so on for more than 80)

Options:
  --data DIR         the folder with the four data files, or data/excerpt for the part of them that is
                     in the checkout (default: where `cargo xtask data` finds them)
  --models DIR       the folder for the saved models (default: model)
  --output DIR       the folder for what `test` and `predict` write (default: .)
  --seed N           decides weights, split, order and augmentation (default: 1)
  --epochs N         at most N passes over the training images (default: 100; training ends by itself before)
  --batch-size N     images per step (default: 128)
  -h, --help         this text

A training that was killed goes on when the same command is given again, with the same result.
A picture for `predict` shows one piece of clothing on an even ground, dark on light or light on dark.
In the data set shoes point to the left; the networks have seen both ways, the SVM has not.

Examples:
  fashion --train-model                         all models: ten to forty minutes on two cores
  fashion train mlnn --epochs 5 --models /tmp/quick
  fashion test --output results
  fashion predict shoe.jpg shirt.png

Exit codes: 0 done, 1 failed, 2 the command line was not understood.
";

/// What to do.
#[derive(Debug, PartialEq)]
pub enum Command {
    /// Print [`HELP`].
    Explain,
    /// Train and save.
    Train {
        /// Which models.
        what: Vec<Trainee>,
        /// The options.
        options: Options,
    },
    /// Evaluate the networks on the test images.
    Test {
        /// The options.
        options: Options,
    },
    /// Classify pictures.
    Predict {
        /// Their files.
        pictures: Vec<PathBuf>,
        /// The options.
        options: Options,
    },
}

/// A model that can be trained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trainee {
    /// One of the networks.
    Network(Model),
    /// The support vector machine.
    Svm,
}

const ALL: [Trainee; 3] =
    [Trainee::Network(Model::Mlnn), Trainee::Network(Model::Cnn), Trainee::Svm];

/// What the commands share.
#[derive(Debug, PartialEq)]
pub struct Options {
    /// Where the data is, if it was said.
    pub data: Option<PathBuf>,
    /// Where models are.
    pub models: PathBuf,
    /// Where results go.
    pub output: PathBuf,
    /// The seed.
    pub seed: u32,
    /// Instead of the models' own number.
    pub epochs: Option<usize>,
    /// Instead of the models' own number.
    pub batch_size: Option<usize>,
}

/// Reads the arguments.
pub fn parse(mut arguments: lexopt::Parser) -> Result<Command, lexopt::Error> {
    let mut words: Vec<OsString> = Vec::new();
    let mut train = false;
    let mut options = Options {
        data: None,
        models: "model".into(),
        output: ".".into(),
        seed: 1,
        epochs: None,
        batch_size: None,
    };
    while let Some(argument) = arguments.next()? {
        match argument {
            Short('h') | Long("help") => return Ok(Command::Explain),
            Long("data") => options.data = Some(arguments.value()?.into()),
            Long("models") => options.models = arguments.value()?.into(),
            Long("output") => options.output = arguments.value()?.into(),
            Long("seed") => options.seed = arguments.value()?.parse()?,
            Long("epochs") => options.epochs = Some(positive(arguments.value()?)?),
            Long("batch-size") => options.batch_size = Some(positive(arguments.value()?)?),
            Long("train-model") => train = true,
            Value(word) => words.push(word),
            other => return Err(other.unexpected()),
        }
    }
    let mut words = words.into_iter();
    let command = match words.next() {
        Some(word) => word.string()?,
        None if train => "train".into(),
        None => "test".into(),
    };
    match (command.as_str(), train) {
        ("train", _) => {
            let what = words.next().map(|word| word.string()).transpose()?;
            let what = trainees(what.as_deref().unwrap_or("all"))?;
            nothing_more(words).map(|()| Command::Train { what, options })
        }
        ("test", false) => nothing_more(words).map(|()| Command::Test { options }),
        ("predict", false) => {
            let pictures: Vec<PathBuf> = words.map(PathBuf::from).collect();
            if pictures.is_empty() {
                return Err("predict: expected at least one picture".into());
            }
            Ok(Command::Predict { pictures, options })
        }
        (_, true) => Err("--train-model stands alone: it means `train all`".into()),
        (other, _) => Err(format!("expected train, test or predict, got `{other}`").into()),
    }
}

fn trainees(word: &str) -> Result<Vec<Trainee>, lexopt::Error> {
    match word {
        "all" => Ok(ALL.to_vec()),
        "mlnn" => Ok(vec![Trainee::Network(Model::Mlnn)]),
        "cnn" => Ok(vec![Trainee::Network(Model::Cnn)]),
        "svm" => Ok(vec![Trainee::Svm]),
        other => Err(format!("train: expected mlnn, cnn, svm or all, got `{other}`").into()),
    }
}

fn nothing_more(mut words: impl Iterator<Item = OsString>) -> Result<(), lexopt::Error> {
    words.next().map_or(Ok(()), |word| Err(Value(word).unexpected()))
}

fn positive(value: OsString) -> Result<usize, lexopt::Error> {
    value.parse_with(|text| match text.parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err("expected a whole number of at least 1"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Command, String> {
        let arguments = std::iter::once("fashion").chain(line.split_whitespace());
        parse(lexopt::Parser::from_iter(arguments)).map_err(|error| error.to_string())
    }

    #[test]
    fn options_may_stand_anywhere_and_in_both_forms() {
        let line = "--seed 7 train --epochs=3 cnn --models m --batch-size 32 --data d --output o";
        let Ok(Command::Train { what, options }) = parsed(line) else { panic!("{line}") };
        assert_eq!(what, [Trainee::Network(Model::Cnn)]);
        let expected = Options {
            data: Some("d".into()),
            models: "m".into(),
            output: "o".into(),
            seed: 7,
            epochs: Some(3),
            batch_size: Some(32),
        };
        assert_eq!(options, expected);
    }

    #[test]
    fn the_originals_flag_trains_everything() {
        for line in ["--train-model", "train", "train all", "--train-model train"] {
            let Ok(Command::Train { what, .. }) = parsed(line) else { panic!("{line}") };
            assert_eq!(what, ALL, "{line}");
        }
    }

    #[test]
    fn without_a_word_it_tests_as_the_original_does() {
        for line in ["", "--models m", "test"] {
            assert!(matches!(parsed(line), Ok(Command::Test { .. })), "{line}");
        }
    }

    #[test]
    fn mistakes_name_what_was_expected() {
        for (line, part) in [
            ("tset", "got `tset`"),
            ("train tree", "mlnn, cnn, svm or all"),
            ("train cnn mlnn", "unexpected argument"),
            ("test x", "unexpected argument"),
            ("predict", "at least one picture"),
            ("train --epochs 0", "at least 1"),
            ("train --epochs", "missing argument"),
            ("train --seed x", "cannot parse"),
            ("train --sed 1", "--sed"),
            ("--train-model test", "stands alone"),
        ] {
            let error = parsed(line).unwrap_err();
            assert!(error.contains(part), "`{line}`: {error}");
        }
        assert_eq!(parsed("train --epochs x --help"), Err(parsed("train --epochs x").unwrap_err()));
        assert_eq!(parsed("predict --help"), Ok(Command::Explain));
    }
}
