//! A real kernel without a network, absurd calls in it, and its death: one start for all three.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::notebooks::{executor, notebook, python};
use crate::support::{Folder, said};

/// The first cell defines what must survive, each other one prints the error of an absurd call; the
/// last but one shows the survivor, and the last kills the kernel.
const CELLS: [&str; 6] = [
    "use fashion::prelude::*;
let kept: Vec<i32> = vec![1, 2, 3];
let empty: Dataset<f64> = Dataset::new(Array2::zeros((0, 4)), Array1::zeros(0));
let unequal: Dataset<f64> = Dataset::new(Array2::from_elem((3, 4), f64::NAN), Array1::zeros(2));",
    "println!(\"{}\", Svc::params().c(f64::NAN).fit(&empty).err().unwrap());
println!(\"{}\", Svc::params().fit(&unequal).err().unwrap());",
    "println!(\"{}\", MlpClassifier::<f64>::params().alpha(-1.0).fit(&empty).err().unwrap());
println!(\"{}\", MlpClassifier::<f64>::params().fit(&unequal).err().unwrap());",
    "let built: Result<Network<f32>> = Sequential::new([0]).dense(usize::MAX).build(1);
println!(\"{}\", built.err().unwrap());
println!(\"{}\", Network::<f32>::load(\"/nowhere/model\").err().unwrap());",
    "println!(\"{kept:?} {}\", std::process::id());",
    "std::process::Command::new(\"kill\").args([\"-9\", &std::os::unix::process::parent_id().to_string()]).status();
std::thread::sleep(std::time::Duration::from_secs(60));",
];

/// Shell that puts the command into a network of its own, where only the local address works; the
/// kernel and its client talk over that one.
const WITHOUT_NETWORK: &str = r#"
local="import fcntl, socket, struct
fcntl.ioctl(socket.socket(), 0x8914, struct.pack('16sh22x', b'lo', 0x41))"
if unshare --map-root-user --net true; then
    set -- unshare --map-root-user --net sh -c '"$0" -c "$1" && shift && exec "$@"' "$1" "$local" "$@"
else
    echo 'The notebook runs with the network.'
fi"#;

#[test]
fn absurd_calls_leave_the_variables_and_a_dead_kernel_is_named_with_its_cell() {
    let Some(python) = python() else { return };
    let folder = Folder::new("kernel");
    let root = tests::root().canonicalize().unwrap();
    for inner in ["in", "out", "ipython"] {
        std::fs::create_dir_all(folder.join(inner)).unwrap();
    }
    let settings = std::fs::read_to_string(root.join("notebooks/evcxr.toml")).unwrap();
    let settings =
        settings.replace("../Cargo.lock", &root.join("Cargo.lock").display().to_string());
    std::fs::write(folder.join("in/evcxr.toml"), settings).unwrap();
    let first =
        format!(":dep fashion = {{ path = {:?} }}\n{}", root.join("crates/fashion"), CELLS[0]);
    let cells = [&[first.as_str()], &CELLS[1..]].concat();
    std::fs::write(folder.join("in/x.ipynb"), notebook("fashion-rust", &cells)).unwrap();
    std::fs::write(folder.join("out/x.ipynb"), "old").unwrap();

    let output = executor(&python, &folder, "fashion-rust", WITHOUT_NETWORK).output().unwrap();
    let message = said(&output);
    println!("{message}");
    if message.contains("The notebook runs with the network.") {
        tests::skipped("this system lets no user make a namespace without a network");
    }
    assert_eq!(output.status.code(), Some(1), "{message}");
    assert!(message.contains("cell 6 of 6 (std::process::Command"), "{message}");
    assert!(message.contains("the kernel died"), "{message}");
    assert_eq!(std::fs::read(folder.join("out/x.ipynb")).unwrap(), b"old");

    let copy = std::fs::read(folder.join("notebooks/x.failed.ipynb")).unwrap();
    let copy: Value = serde_json::from_slice(&copy).unwrap();
    let printed = |cell: usize| {
        let outputs = copy["cells"][cell]["outputs"].as_array().unwrap();
        assert!(outputs.iter().all(|output| output["name"] == "stdout"), "{outputs:?}");
        let text = outputs.iter().map(|output| match &output["text"] {
            Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect(),
            text => text.as_str().unwrap_or_default().to_owned(),
        });
        text.collect::<String>()
    };
    for cell in 1..4 {
        assert_eq!(printed(cell).lines().count(), 2, "{}", printed(cell));
        println!("{}", printed(cell));
    }
    let survivor = printed(4);
    let (kept, process) = survivor.trim().rsplit_once(' ').unwrap();
    assert_eq!(kept, "[1, 2, 3]");
    assert_ends(process);
}

/// The last process of a dead kernel ends too: it would compute on, unseen.
fn assert_ends(process: &str) {
    let end = Instant::now() + Duration::from_secs(20);
    let lives = || {
        let state = std::process::Command::new("ps").args(["-o", "stat=", "-p", process]).output();
        state.is_ok_and(|state| !state.stdout.is_empty() && state.stdout[0] != b'Z')
    };
    while lives() {
        assert!(Instant::now() < end, "process {process} of the kernel still runs");
        std::thread::sleep(Duration::from_millis(100));
    }
}
