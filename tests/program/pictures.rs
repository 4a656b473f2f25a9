//! `fashion predict`.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use fashion::data::{CLASS_NAMES, FashionMnist, SIDE};
use fashion::program::{Model, Program};
use image::{DynamicImage, GrayImage, Luma, Rgb, RgbImage, Rgba, RgbaImage};

use super::support::{done, failed, folder, run, text};

/// A model folder with a multilayer network and a machine that know the excerpt.
fn models(folder: &Path) -> PathBuf {
    let models = folder.join("model");
    let train = FashionMnist::excerpt().unwrap().train;
    let program = Program::new(&models).epochs(4).verbose(false);
    program.train(Model::Mlnn, &train).unwrap();
    program.train_svm(&train).unwrap();
    models
}

/// Test image `index`, eight times as large: light on black.
fn enlarged(index: usize) -> GrayImage {
    let test = FashionMnist::excerpt().unwrap().test;
    let pixels = test.pixels(index).unwrap().to_vec();
    let side = 8 * SIDE as u32;
    GrayImage::from_fn(side, side, |x, y| {
        Luma([pixels[(y / 8) as usize * SIDE + (x / 8) as usize]])
    })
}

/// The class that a model's row of the table names.
fn class_of<'a>(printed: &'a str, model: &str) -> &'a str {
    let row = printed.lines().find(|line| line.trim_start().starts_with(model));
    let row = row.unwrap_or_else(|| panic!("no row of {model} in\n{printed}"));
    let named = CLASS_NAMES.iter().find(|name| row.split("  ").any(|cell| cell.trim() == **name));
    named.unwrap_or_else(|| panic!("no class in {row}"))
}

#[test]
fn one_object_gets_the_same_answers_however_it_was_photographed() {
    let folder = folder("photographed");
    let models = models(&folder);
    // The first test image of each of four classes that look nothing like each other.
    let test = FashionMnist::excerpt().unwrap().test;
    let mut right = 0;
    for class in [1, 5, 8, 9] {
        let index = test.labels().iter().position(|&label| label == class).unwrap();
        let grey = enlarged(index);
        let path = |kind: &str| folder.join(format!("{class}-{kind}"));
        grey.save(path("light-on-dark.png")).unwrap();
        let inverted = GrayImage::from_fn(224, 224, |x, y| Luma([255 - grey.get_pixel(x, y)[0]]));
        inverted.save(path("dark-on-light.png")).unwrap();
        // On a larger light ground, in blue, as JPEG.
        let mut blue = RgbImage::from_pixel(500, 400, Rgb([255, 255, 255]));
        for (x, y, pixel) in grey.enumerate_pixels() {
            let level = 255 - pixel[0];
            blue.put_pixel(x + 150, y + 60, Rgb([level, level, 255]));
        }
        blue.save(path("blue.jpg")).unwrap();
        let clear = RgbaImage::from_fn(224, 224, |x, y| Rgba([0, 0, 0, grey.get_pixel(x, y)[0]]));
        clear.save(path("clear.png")).unwrap();

        let kinds = ["light-on-dark.png", "dark-on-light.png", "blue.jpg", "clear.png"];
        let mut answers = Vec::new();
        for kind in kinds {
            let picture = path(kind);
            let printed = done(&[
                "predict",
                text(&picture),
                "--models",
                text(&models),
                "--output",
                text(&folder),
            ]);
            assert!(printed.contains("no CNN: expected"), "{printed}");
            assert!(printed.contains(" of 9 votes"), "{printed}");
            answers.push((
                class_of(&printed, "MLNN").to_owned(),
                class_of(&printed, "SVM").to_owned(),
            ));
        }
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{class}: {answers:?}");
        right += usize::from(answers[0].1 == CLASS_NAMES[class]);
    }
    assert!(right >= 3, "{right} of 4 right");
    let seen = std::fs::read_to_string(folder.join("predict.svg")).unwrap();
    assert!(seen.starts_with("<svg") && seen.contains("9-clear.png"));
}

#[test]
fn a_picture_that_cannot_be_used_says_why_and_does_not_stop_the_others() {
    let folder = folder("unusable");
    let models = models(&folder);
    let with = |pictures: &[&Path]| -> Vec<String> {
        let mut arguments = vec!["predict".to_owned()];
        arguments.extend(pictures.iter().map(|path| text(path).to_owned()));
        arguments.extend(["--models", text(&models), "--output", text(&folder)].map(String::from));
        arguments
    };
    let error = |picture: &Path| {
        let arguments = with(&[picture]);
        failed(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let [good, blank, cut, other, huge] =
        ["good.png", "blank.png", "cut.jpg", "other.png", "huge.png"].map(|name| folder.join(name));
    enlarged(0).save(&good).unwrap();
    GrayImage::from_pixel(90, 60, Luma([200])).save(&blank).unwrap();
    DynamicImage::from(enlarged(0)).into_rgb8().save(&cut).unwrap();
    let whole = std::fs::read(&cut).unwrap();
    std::fs::write(&cut, &whole[..40]).unwrap();
    std::fs::write(&other, "no picture at all").unwrap();

    assert!(error(&blank).contains("the picture is blank"), "{}", error(&blank));
    assert!(error(&cut).contains("cannot be decoded as Jpeg"), "{}", error(&cut));
    // Half of a download: the decoder fills the rest with grey.
    for length in [whole.len() / 3, whole.len() / 2, whole.len() - 2] {
        std::fs::write(&cut, &whole[..length]).unwrap();
        assert!(error(&cut).contains("the file is cut off"), "{length}: {}", error(&cut));
    }
    let picture = std::fs::read(&good).unwrap();
    let half = folder.join("half.png");
    std::fs::write(&half, &picture[..picture.len() / 2]).unwrap();
    assert!(error(&half).contains("cannot be decoded as Png"), "{}", error(&half));
    assert!(error(&half).contains("the file is cut off"), "{}", error(&half));
    let kinds: [(&str, &[u8]); 3] = [
        ("WebP", b"RIFF\x24\0\0\0WEBPVP8 "),
        ("GIF", b"GIF89a\x01\0\x01\0"),
        ("HEIC", b"\0\0\0\x18ftypheic\0\0\0\0"),
    ];
    for (kind, start) in kinds {
        // Whatever the name says.
        std::fs::write(&other, start).unwrap();
        let error = error(&other);
        assert!(
            error.contains(&format!("is a {kind} picture")) && error.contains("JPEG"),
            "{error}"
        );
    }
    std::fs::write(&other, "no picture at all").unwrap();
    let pipe = folder.join("pipe.png");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    assert!(error(&pipe).contains("got a pipe or device"), "{}", error(&pipe));
    assert!(error(&other).contains("expected a PNG or JPEG picture"), "{}", error(&other));
    assert!(error(&folder.join("absent.png")).contains("cannot be read"));
    assert!(error(&folder).contains(text(&folder)), "{}", error(&folder));

    let arguments = with(&[&blank, &good]);
    let (code, out, err) = run(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(code, 1);
    assert!(out.contains("good.png (224 x 224, light on dark)"), "{out}");
    assert!(err.contains("1 of 2 pictures could not be used"), "{err}");

    // A header that declares far more pixels than there is memory for, and nothing behind it.
    let mut encoder = File::create(&huge).unwrap();
    write_png_header(&mut encoder, 300_000, 200_000);
    let message = error(&huge);
    assert!(message.contains("is too large: 300000 x 200000 pixels"), "{message}");
}

/// A gallery has an end; with 85 pictures the program once wrote none. The names of the files would command
/// the terminal, and make the gallery no XML.
#[test]
fn a_hundred_pictures_with_bad_names_are_drawn_on_two_pages() {
    let folder = folder("hundred");
    let models = models(&folder);
    let picture = folder.join("a\u{1b}]0;title\u{7}<b>.png");
    enlarged(0).save_with_format(&picture, image::ImageFormat::Png).unwrap();
    let mut arguments = vec!["predict"; 1];
    arguments.extend([text(&picture); 100]);
    arguments.extend(["--models", text(&models), "--output", text(&folder)]);
    let (code, out, err) = run(&arguments);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("predict.svg") && out.contains("predict-2.svg"), "{out}");
    assert!(!out.contains(['\u{1b}', '\u{7}']), "what the terminal would obey");
    let page = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    assert_eq!(page("predict.svg").matches("<image").count(), 80);
    assert_eq!(page("predict-2.svg").matches("<image").count(), 20);
    assert!(!page("predict.svg").contains(['\u{1b}', '\u{7}']));
}

/// The start of a grey PNG file of this size, then an empty row of data.
fn write_png_header(file: &mut File, width: u32, height: u32) {
    use std::io::Write as _;
    let mut header = b"IHDR".to_vec();
    header.extend(width.to_be_bytes());
    header.extend(height.to_be_bytes());
    header.extend([8, 0, 0, 0, 0]);
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    for chunk in [&header[..], b"IDAT\x78\x9c\x03\x00\x00\x00\x00\x01", b"IEND"] {
        bytes.extend((chunk.len() as u32 - 4).to_be_bytes());
        bytes.extend(chunk);
        bytes.extend(crc32(chunk).to_be_bytes());
    }
    file.write_all(&bytes).unwrap();
}

/// The checksum of a PNG chunk, bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| {
            if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 }
        })
    })
}
