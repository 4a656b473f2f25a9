//! The crates for general use as a stranger takes them: packaged, unpacked and compiled elsewhere.

use std::fs;
use std::path::Path;
use std::process::Command;

use tests::root;

const PACKAGES: [&str; 3] = ["fashion-kernels", "fashion-base", "fashion-svc"];

const PROGRAM: &str = r#"
use fashion_svc::{Kernel, Svc};
use linfa::Dataset;
use ndarray::{Array1, Array2};

fn main() -> Result<(), fashion_svc::Error> {
    let records = Array2::from_shape_fn((30, 2), |(i, j)| ((i * 7 + j * 13) % 20 + 60 * (i % 3)) as u8);
    let train = Dataset::new(records, Array1::from_shape_fn(30, |i| i % 3));
    let model = Svc::params().c(10.0).kernel(Kernel::rbf(2.0)).fit(&train)?;
    println!("{} of 30 right, grey levels: {}", model.score(&train)? * 30.0, model.grey_levels());
    Ok(())
}
"#;

/// What a command prints, if it succeeds.
fn output(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn cargo(folder: &Path, target: &Path) -> Command {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(folder).env("CARGO_TARGET_DIR", target).env_remove("RUSTFLAGS");
    cargo
}

#[test]
#[ignore = "compiles linfa and gemm: a minute on a free machine"]
fn a_stranger_fits_with_the_packaged_crates() {
    // Kept from run to run, because compiling takes the time.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("package");
    let packages = target.join("package");
    // Their content is compiled below, so not here too.
    let mut package = cargo(&root(), &target);
    package.args(["package", "--offline", "--allow-dirty", "--no-verify"]);
    output(package.args(PACKAGES.iter().flat_map(|name| ["-p", name])));

    let consumer = packages.join("consumer");
    fs::create_dir_all(consumer.join("src")).unwrap();
    let mut manifest = String::from(
        "[package]\nname = \"consumer\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
         [dependencies]\nfashion-svc = \"0.1.0\"\nlinfa = \"0.8.1\"\nndarray = \"0.16\"\n\n\
         [patch.crates-io]\n",
    );
    for name in PACKAGES {
        let unpacked = packages.join(format!("{name}-0.1.0"));
        let _ = fs::remove_dir_all(&unpacked);
        let archive = packages.join(format!("{name}-0.1.0.crate"));
        output(Command::new("tar").arg("-xzf").arg(archive).arg("-C").arg(&packages));
        assert!(unpacked.join("README.md").is_file(), "{name} has no README");
        manifest += &format!("{name} = {{ path = {unpacked:?} }}\n");
    }
    fs::write(consumer.join("Cargo.toml"), manifest).unwrap();
    fs::write(consumer.join("src/main.rs"), PROGRAM).unwrap();
    // The versions that are known to be there without a network.
    fs::copy(root().join("Cargo.lock"), consumer.join("Cargo.lock")).unwrap();
    let printed = output(cargo(&consumer, &target).args(["run", "--quiet", "--offline"]));
    assert_eq!(printed, "30 of 30 right, grey levels: true\n");
}
