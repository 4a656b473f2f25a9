//! The networks' predictions and the solver run in WebAssembly, with neither threads nor a clock, and
//! give what they give here.

use std::path::Path;
use std::process::Command;

use wasmi::{Caller, Engine, Error, ExternType, Linker, Module, Store, Val};

const TARGET: &str = "wasm32-unknown-unknown";

fn is_installed() -> bool {
    let sysroot = Command::new("rustc").args(["--print", "sysroot"]).output().expect("rustc runs");
    let sysroot = String::from_utf8_lossy(&sysroot.stdout).trim().to_owned();
    Path::new(&sysroot).join("lib/rustlib").join(TARGET).join("lib").is_dir()
}

/// The numbers of one part, computed in WebAssembly.
fn in_wasm(module: &Module, part: u32) -> Vec<f64> {
    let mut store = Store::new(module.engine(), ());
    // Nothing is handed in: what asks the host for a clock, a thread or random numbers ends in a trap.
    // (plotters brings the glue of wasm-bindgen, which is imported and never called.)
    let mut linker = Linker::<()>::new(module.engine());
    for import in module.imports() {
        let ExternType::Func(signature) = import.ty() else {
            panic!("{} is no function", import.name())
        };
        let trap = |_: Caller<'_, ()>, _: &[Val], _: &mut [Val]| Err(Error::new("called the host"));
        linker
            .func_new(import.module(), import.name(), signature.clone(), trap)
            .expect("a new name");
    }
    let instance = linker.instantiate_and_start(&mut store, module).expect("it starts");
    let compute = instance.get_typed_func::<u32, i32>(&store, "compute").expect("it is exported");
    let number = instance.get_typed_func::<u32, f64>(&store, "number").expect("it is exported");
    let count = compute.call(&mut store, part).expect("it runs without a trap");
    assert!(count > 0, "part {part} failed");
    (0..count as u32).map(|index| number.call(&mut store, index).unwrap()).collect()
}

#[test]
fn networks_and_machines_run_in_webassembly_and_agree_with_this_machine() {
    if !is_installed() {
        return tests::skipped("the target wasm32-unknown-unknown (`rustup target add` has it)");
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    // Little is computed, so that compiling is what takes the time.
    let plain = ["profile.dev.opt-level=0", "profile.dev.package.\"*\".opt-level=0"];
    let built = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--package", "wasm-tests", "--target", TARGET])
        .args(plain.iter().flat_map(|setting| ["--config", setting]))
        .current_dir(&root)
        .status();
    assert!(built.expect("cargo runs").success(), "building for {TARGET}");
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or(root.join("target"), Into::into);
    let file = target.join(TARGET).join("debug/wasm_tests.wasm");
    let module = Module::new(&Engine::default(), std::fs::read(file).unwrap()).unwrap();

    let here = [wasm_tests::networks().unwrap(), wasm_tests::machines().unwrap()];
    for (part, here) in here.into_iter().enumerate() {
        let there = in_wasm(&module, part as u32);
        assert_eq!(here.len(), there.len());
        for (here, there) in here.into_iter().zip(there) {
            // The exponential and the vectors' order of additions differ in the last digits.
            assert!((here - there).abs() < 1e-4 * (1.0 + here.abs()), "{here} and {there}");
        }
    }
}
